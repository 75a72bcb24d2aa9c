#include "core/sale/dashboard.h"

namespace ringup {
namespace {

constexpr std::size_t text_bytes_max = 2048;
constexpr std::size_t best_max = 100;
constexpr std::size_t hours_of_day = 24;

json::Value figures_json(const Dashboard::Figures& figures, Currency currency) {
  return json::Object{{"gross", to_json(Money{figures.gross, currency})},
                      {"sales", figures.sales},
                      {"average", to_json(Money{figures.average, currency})},
                      {"refunds", figures.refunds},
                      {"refunded", to_json(Money{figures.refunded, currency})}};
}

Result<Amount> read_amount(json::Reader& in, std::string_view name, Currency currency) {
  const Money money = TRY(read_money(*TRY(in.any(name)), in.path_of(name)));
  if (money.currency != currency) return fail(Error::currency_mismatch, in.path_of(name));
  return money.amount;
}

Result<std::int64_t> read_count(json::Reader& in, std::string_view name) {
  return in.integer(name, -json::integer_max, json::integer_max);
}

Result<Dashboard::Figures> read_figures(const json::Value& value, Currency currency, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Dashboard::Figures figures;
  figures.gross = TRY(read_amount(in, "gross", currency));
  figures.sales = TRY(read_count(in, "sales"));
  figures.average = TRY(read_amount(in, "average", currency));
  figures.refunds = TRY(read_count(in, "refunds"));
  figures.refunded = TRY(read_amount(in, "refunded", currency));
  TRY(in.done());
  return figures;
}

}  // namespace

json::Value to_json(const Dashboard& dashboard) {
  const auto money = [&](Amount amount) { return to_json(Money{amount, dashboard.currency}); };
  json::Array hours, best;
  for (const Dashboard::Hour& hour : dashboard.hours) {
    hours.push_back(json::Object{{"hour", static_cast<std::int64_t>(hours.size())},
                                 {"gross", money(hour.gross)},
                                 {"sales", hour.sales},
                                 {"gross_before", money(hour.gross_before)},
                                 {"sales_before", hour.sales_before}});
  }
  for (const Dashboard::Best& item : dashboard.best_sellers) {
    best.push_back(json::Object{{"product", item.product ? json::Value(*item.product) : json::Value()},
                                {"sku", item.sku},
                                {"name", item.name},
                                {"quantity", to_decimal(item.quantity)},
                                {"gross", money(item.gross)}});
  }
  return json::Object{{"now", dashboard.now},
                      {"day", dashboard.day},
                      {"compared_with", dashboard.compared_with},
                      {"time_zone", dashboard.time_zone},
                      {"currency", dashboard.currency.code()},
                      {"today", figures_json(dashboard.today, dashboard.currency)},
                      {"before", figures_json(dashboard.before, dashboard.currency)},
                      {"hours", std::move(hours)},
                      {"best_sellers", std::move(best)},
                      {"open_tasks", dashboard.open_tasks}};
}

Result<Dashboard> read_dashboard(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  Dashboard out;
  out.now = TRY(in.string("now", text_bytes_max));
  out.day = TRY(in.string("day", text_bytes_max));
  out.compared_with = TRY(in.string("compared_with", text_bytes_max));
  out.time_zone = TRY(in.string("time_zone", text_bytes_max));
  out.currency = TRY(parse_currency(TRY(in.string("currency", text_bytes_max))));
  out.today = TRY(read_figures(*TRY(in.any("today")), out.currency, "today"));
  out.before = TRY(read_figures(*TRY(in.any("before")), out.currency, "before"));
  const json::Array& hours = *TRY(in.array("hours", hours_of_day));
  if (hours.size() != hours_of_day) return fail(Error::invalid_value, "hours", "A day has 24.");
  for (std::size_t i = 0; i < hours.size(); ++i) {
    json::Reader at = TRY(json::Reader::object(hours[i], "hours[" + std::to_string(i) + "]"));
    Dashboard::Hour hour;
    const auto number = static_cast<std::int64_t>(i);
    TRY(at.integer("hour", number, number));
    hour.gross = TRY(read_amount(at, "gross", out.currency));
    hour.sales = TRY(read_count(at, "sales"));
    hour.gross_before = TRY(read_amount(at, "gross_before", out.currency));
    hour.sales_before = TRY(read_count(at, "sales_before"));
    TRY(at.done());
    out.hours.push_back(hour);
  }
  const json::Array& best = *TRY(in.array("best_sellers", best_max));
  for (std::size_t i = 0; i < best.size(); ++i) {
    json::Reader at = TRY(json::Reader::object(best[i], "best_sellers[" + std::to_string(i) + "]"));
    Dashboard::Best item;
    if (!TRY(at.any("product"))->is_null()) item.product = TRY(at.id("product"));
    item.sku = TRY(at.string("sku", text_bytes_max));
    item.name = TRY(at.string("name", text_bytes_max));
    const auto quantity = parse_quantity(TRY(at.string("quantity", 40)));
    if (!quantity.ok()) return fail(quantity.error(), at.path_of("quantity"));
    item.quantity = *quantity;
    item.gross = TRY(read_amount(at, "gross", out.currency));
    TRY(at.done());
    out.best_sellers.push_back(std::move(item));
  }
  out.open_tasks = TRY(read_count(in, "open_tasks"));
  TRY(in.done());
  return out;
}

}  // namespace ringup
