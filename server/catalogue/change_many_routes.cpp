#include <charconv>

#include "core/base/time.h"
#include "server/catalogue/api.h"
#include "server/catalogue/product_json.h"
#include "server/catalogue/products.h"
#include "server/http/audited.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/store/prices.h"
#include "server/store/products.h"

namespace ringup::catalogue {
namespace {

/// What is the fault of one product, and no reason to leave the others.
bool is_refusal(Error error) {
  switch (error) {
    case Error::not_found:
    case Error::conflict:
    case Error::invalid_value:
    case Error::duplicate_sku:
    case Error::duplicate_barcode:
      return true;
    default:
      return false;
  }
}

Result<std::int64_t> change_one(Change& change, const BulkItem& item) {
  if (!item.fields.deleted.has_value()) return TRY(change_product(change, item.id, item.fields)).version;
  if (!*item.fields.deleted) return TRY(restore_product(change, item.id)).version;
  TRY(delete_product(change, item.id, item.fields.seen_version));
  return change.version();
}

}  // namespace

/// {"items": [{"id","version"}…], "refused": [{"id","code","detail"}…]}: each product for itself, all of them
/// with one version of the catalogue.
Result<http::Response> Api::change_products(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const json::Value body = TRY(request.json_body());
  const Currency currency = TRY(currency_of(who.tenant));
  const std::vector<BulkItem> wanted = TRY(read_bulk(body, currency));
  const auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  const std::int64_t now_us = store::unix_us_now();
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, now_us, [&](store::Database& database) -> Result<store::Answer> {
        Change change(database, who.tenant, who.user, now_us);
        json::Array items, refused;
        for (const BulkItem& item : wanted) {
          const Result<std::int64_t> version = change_one(change, item);
          if (version.ok()) {
            items.push_back(json::Object{{"id", item.id}, {"version", *version}});
            continue;
          }
          const Failure& failure = version.failure();
          if (!is_refusal(failure.error)) return failure;
          refused.push_back(
              json::Object{{"id", item.id},
                           {"code", error_code(failure.error)},
                           {"detail", failure.detail.empty() ? error_words(failure.error) : failure.detail}});
        }
        TRY(http::tell_deed(database, request, who,
                            {"products_changed",
                             "",
                             std::nullopt,
                             {{"changed", static_cast<std::int64_t>(items.size())},
                              {"refused", static_cast<std::int64_t>(refused.size())}}},
                            now_us));
        return http::answer_of(json::Object{{"items", std::move(items)}, {"refused", std::move(refused)}});
      }));
  return http::answer_response(std::move(answer));
}

Result<http::Response> Api::restore_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const Currency currency = TRY(currency_of(who.tenant));
  const auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  const std::int64_t now_us = store::unix_us_now();
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, now_us, [&](store::Database& database) -> Result<store::Answer> {
        Change change(database, who.tenant, who.user, now_us);
        const Product product = TRY(catalogue::restore_product(change, id));
        TRY(http::tell_deed(database, request, who, {"product_restored", "product", id}, now_us));
        return store::Answer{200, product_json(product, currency)};
      }));
  return http::answer_response(std::move(answer));
}

/// The newest first; the last is the price that the product was made with.
Result<http::Response> Api::list_prices(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  const http::Page page = TRY(http::read_page(request));
  const Id id = TRY(request.parameter_id(0));
  std::int64_t before = INT64_MAX;
  if (!page.cursor.empty()) {
    const char* const end = page.cursor.data() + page.cursor.size();
    const auto [at, problem] = std::from_chars(page.cursor.data(), end, before);
    if (problem != std::errc() || at != end)
      return fail(Error::invalid_value, "cursor", "Use the `next` of the page before.");
  }
  const Currency currency = TRY(currency_of(who.tenant));
  const std::vector<store::PriceStep> steps = TRY(store_.read([&](store::Database& database) {
    return store::in_snapshot(database, [&]() -> Result<std::vector<store::PriceStep>> {
      if (!TRY(store::product(database, who.tenant, id)).has_value()) return Error::not_found;
      return store::price_history(database, who.tenant, id, before, page.limit + 1);
    });
  }));
  return http::list_response(
      steps, page,
      [&](const store::PriceStep& step) {
        json::Value by;
        if (!step.by.is_nil()) by = json::Object{{"id", step.by}, {"name", step.by_name}};
        return json::Object{{"unit_price", to_decimal(step.price, currency)},
                            {"since", to_rfc3339(step.since)},
                            {"source", step.source},
                            {"by", std::move(by)}};
      },
      [](const store::PriceStep& last) { return std::to_string(last.since); });
}

}  // namespace ringup::catalogue
