#include "core/base/time.h"
#include "server/catalogue/api.h"
#include "server/catalogue/products.h"
#include "server/http/audited.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/store/products.h"

namespace ringup::catalogue {
namespace {

std::string quantity_text(std::int64_t thousandths) {
  return to_decimal(Quantity{thousandths});
}

json::Value movement_json(const store::BookedMovement& movement) {
  return json::Object{
      {"id", movement.id},
      {"branch", movement.branch},
      {"quantity", quantity_text(movement.quantity)},
      {"kind", movement.kind},
      {"reference", movement.reference.is_nil() ? json::Value() : json::Value(movement.reference)},
      {"note", movement.note},
      {"at", to_rfc3339(movement.at)}};
}

}  // namespace

/// {"stock": sum, "levels": [{"branch", "quantity"}…], "items": [movement…], "next"}, the newest first.
Result<http::Response> Api::get_stock(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  const http::Page page = TRY(http::read_page(request));
  const Id before = TRY(page.cursor_id());
  const Id id = TRY(request.parameter_id(0));
  struct Found {
    Quantity stock;
    std::vector<store::Level> levels;
    std::vector<store::BookedMovement> movements;
  };
  Found found = TRY(store_.read([&](store::Database& database) {
    return store::in_snapshot(database, [&]() -> Result<Found> {
      const std::optional<Product> product = TRY(store::product(database, who.tenant, id));
      if (!product.has_value()) return Error::not_found;
      return Found{product->stock, TRY(store::stock_levels(database, who.tenant, id)),
                   TRY(store::stock_movements(database, who.tenant, id, before, page.limit + 1))};
    });
  }));
  json::Array levels, items;
  for (const store::Level& level : found.levels)
    levels.push_back(json::Object{{"branch", level.branch}, {"quantity", quantity_text(level.quantity)}});
  const bool more = found.movements.size() > static_cast<std::size_t>(page.limit);
  if (more) found.movements.pop_back();
  for (const store::BookedMovement& movement : found.movements) items.push_back(movement_json(movement));
  return http::json_response(
      json::Object{{"stock", to_decimal(found.stock)},
                   {"levels", std::move(levels)},
                   {"items", std::move(items)},
                   {"next", more ? json::Value(found.movements.back().id) : json::Value()}});
}

/// The movement, and `level`, what is at that branch afterwards.
Result<http::Response> Api::add_movement(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const Correction correction = TRY(read_correction(TRY(request.json_body())));
  const auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  const std::int64_t now_us = store::unix_us_now();
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, now_us, [&](store::Database& database) -> Result<store::Answer> {
        const Corrected corrected = TRY(correct_stock(database, who.tenant, id, correction, now_us));
        TRY(http::tell_deed(database, request, who, {"stock_corrected", "product", id}, now_us));
        json::Value movement = movement_json(corrected.movement);
        movement.as_object()->push_back({"level", quantity_text(corrected.level)});
        return http::answer_of(movement, 201);
      }));
  return http::answer_response(std::move(answer));
}

}  // namespace ringup::catalogue
