#include "server/sales/sale_query.h"

#include "core/sale/tender.h"
#include "core/till/exchange.h"
#include "server/sales/json.h"
#include "server/store/tills.h"

namespace ringup::sales {
namespace {

using Filter = store::SaleFilter;

Result<std::optional<Amount>> read_amount(const http::Request& request, std::string_view name,
                                          Currency currency) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Amount>();
  const Result<Money> money = parse_money(*text, currency);
  if (!money.ok()) return fail(Error::invalid_value, std::string(name), "Write an amount like 12.50.");
  return std::optional<Amount>(money->amount);
}

Result<std::uint32_t> read_flags(std::string_view text) {
  journal::Flags flags;
  for (int i = 0; i < journal::flag_count; ++i) {
    const auto flag = static_cast<journal::Flag>(i);
    if (text == "true" || text == journal::flag_name(flag)) flags.add(flag);
  }
  if (flags.empty()) return fail(Error::invalid_value, "flagged", "Either true or the name of a flag.");
  return flags.bits();
}

}  // namespace

Result<Filter> read_sale_filter(const http::Request& request, store::Database& db, const Id& tenant,
                                http::Page& page) {
  page = TRY(
      http::read_page(request, {"from", "to", "till", "branch", "user", "customer", "product", "shift",
                                "kind", "tender", "min_total", "max_total", "flagged", "receipt", "sort"}));
  Filter filter;
  const Zone zone = TRY(store::tenant_zone(db, tenant));
  filter.from = TRY(query_time(request, "from", zone));
  filter.to = TRY(query_time(request, "to", zone));
  filter.till = TRY(query_id(request, "till"));
  filter.branch = TRY(query_id(request, "branch"));
  filter.user = TRY(query_id(request, "user"));
  filter.customer = TRY(query_id(request, "customer"));
  filter.product = TRY(query_id(request, "product"));
  filter.shift = TRY(query_id(request, "shift"));
  if (const auto kind = request.query_value("kind")) {
    if (*kind == "sale") {
      filter.kind = Filter::Kind::sale;
    } else if (*kind == "refund") {
      filter.kind = Filter::Kind::refund;
    } else if (*kind == "voided") {
      filter.kind = Filter::Kind::voided;
    } else {
      return fail(Error::invalid_value, "kind", "One of sale, refund, voided.");
    }
  }
  if (const auto tender = request.query_value("tender")) {
    if (!parse_tender_kind(*tender).ok())
      return fail(Error::invalid_value, "tender", "One of cash, card, mobile_money, credit.");
    filter.tender = std::string(*tender);
  }
  if (request.query_value("min_total") || request.query_value("max_total")) {
    const Currency currency = TRY(parse_currency(TRY(store::tenant_currency(db, tenant))));
    filter.min_total = TRY(read_amount(request, "min_total", currency));
    filter.max_total = TRY(read_amount(request, "max_total", currency));
  }
  if (const auto flagged = request.query_value("flagged")) filter.flags = TRY(read_flags(*flagged));
  if (const auto receipt = request.query_value("receipt")) {
    if (receipt->empty() || receipt->size() > receipt_bytes_max)
      return fail(Error::invalid_value, "receipt", "Write a receipt number, or its beginning.");
    std::string number(*receipt);
    for (char& c : number) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    filter.receipt = std::move(number);
  }
  const std::string_view sort = request.query_value("sort").value_or("-sold_at");
  if (sort == "sold_at") {
    filter.order = Filter::Order::oldest;
  } else if (sort == "-total") {
    filter.order = Filter::Order::largest;
  } else if (sort != "-sold_at") {
    return fail(Error::invalid_value, "sort", "One of -sold_at, sold_at, -total.");
  }
  filter.after = TRY(read_cursor(page));
  filter.limit = page.limit + 1;
  return filter;
}

}  // namespace ringup::sales
