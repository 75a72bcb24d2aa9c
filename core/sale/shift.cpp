#include "core/sale/shift.h"

#include <algorithm>
#include <iterator>

#include "core/base/time.h"
#include "core/money/rounding.h"

namespace ringup {
namespace {

using Kind = ReceiptRow::Kind;

constexpr std::size_t name_bytes_max = 2048;
constexpr std::size_t reason_bytes_max = 256 * 1024;  // a record's own limit
constexpr std::size_t moves_max = 100'000;
constexpr std::size_t rates_max = 1'000;

struct Count {
  std::string_view name;
  std::int64_t ShiftFigures::*member;
};
constexpr Count counts[] = {
    {"sales", &ShiftFigures::sales}, {"refunds", &ShiftFigures::refunds}, {"voids", &ShiftFigures::voids}};
struct Sum {
  std::string_view name;
  Amount ShiftFigures::*member;
};
constexpr Sum sums[] = {{"gross", &ShiftFigures::gross},       {"net", &ShiftFigures::net},
                        {"tax", &ShiftFigures::tax},           {"discount", &ShiftFigures::discount},
                        {"refunded", &ShiftFigures::refunded}, {"voided", &ShiftFigures::voided},
                        {"rounding", &ShiftFigures::rounding}, {"cash_sales", &ShiftFigures::cash_sales},
                        {"change", &ShiftFigures::change},     {"cash_refunds", &ShiftFigures::cash_refunds},
                        {"cash_in", &ShiftFigures::cash_in},   {"cash_out", &ShiftFigures::cash_out}};

Result<void> add_rate(std::vector<RateTotal>& rates, const RateTotal& more) {
  const auto at = std::lower_bound(rates.begin(), rates.end(), more.rate,
                                   [](const RateTotal& total, Rate rate) { return total.rate < rate; });
  if (at == rates.end() || at->rate != more.rate) {
    if (more.amounts != Amounts()) rates.insert(at, more);
    return {};
  }
  at->amounts = TRY(add(at->amounts, more.amounts));
  if (at->amounts == Amounts()) rates.erase(at);
  return {};
}

Result<void> add_tender(std::vector<ShiftTender>& tenders, const ShiftTender& more) {
  const auto at =
      std::lower_bound(tenders.begin(), tenders.end(), more.kind,
                       [](const ShiftTender& tender, TenderKind kind) { return tender.kind < kind; });
  if (at == tenders.end() || at->kind != more.kind) {
    if (more.count != 0 || more.amount != 0) tenders.insert(at, more);
    return {};
  }
  at->count += more.count;
  at->amount = TRY(add(at->amount, more.amount));
  if (at->count == 0 && at->amount == 0) tenders.erase(at);
  return {};
}

Result<void> add_figures(ShiftFigures& to, const ShiftFigures& more) {
  for (const Count& count : counts) to.*count.member += more.*count.member;
  for (const Sum& sum : sums) to.*sum.member = TRY(add(to.*sum.member, more.*sum.member));
  for (const RateTotal& rate : more.rates) TRY(add_rate(to.rates, rate));
  for (const ShiftTender& tender : more.tenders) TRY(add_tender(to.tenders, tender));
  return {};
}

ShiftFigures turned(ShiftFigures figures) {
  for (const Count& count : counts) figures.*count.member = -(figures.*count.member);
  for (const Sum& sum : sums) figures.*sum.member = -(figures.*sum.member);
  for (RateTotal& rate : figures.rates) rate.amounts = negate(rate.amounts);
  for (ShiftTender& tender : figures.tenders) tender.count = -tender.count, tender.amount = -tender.amount;
  return figures;
}

/// Of one sale, or of one refund with its negative numbers.
Result<ShiftFigures> figures_of(const Sale& sale, bool refund) {
  ShiftFigures out;
  (refund ? out.refunds : out.sales) = 1;
  const Amounts printed = TRY(sum_of(sale.lines));
  out.gross = sale.total;
  out.net = printed.net;
  out.tax = printed.tax;
  if (refund) out.refunded = sale.total;
  for (const SaleLine& line : sale.lines) out.discount = TRY(add(out.discount, line.discount));
  for (const Rounding& rounding : sale.roundings) out.rounding = TRY(add(out.rounding, rounding.amount));
  out.rates = TRY(totals_by_rate(sale.lines));
  std::erase_if(out.rates, [](const RateTotal& total) { return total.amounts == Amounts(); });
  for (const Tender& tender : sale.tenders) {
    TRY(add_tender(out.tenders, {tender.kind, 1, tender.amount}));
    if (tender.kind != TenderKind::cash) continue;
    if (refund)
      out.cash_refunds = TRY(add(out.cash_refunds, -tender.amount));
    else
      out.cash_sales = TRY(add(out.cash_sales, tender.amount));
  }
  if (sale.change != 0) TRY(add_tender(out.tenders, {TenderKind::cash, 0, -sale.change}));
  out.change = sale.change;
  return out;
}

}  // namespace

std::optional<Amount> ShiftReport::difference() const {
  if (!counted.has_value()) return std::nullopt;
  return *counted - stated.value_or(expected);
}

std::string_view difference_word(Amount difference) {
  return difference == 0 ? "exact" : difference < 0 ? "short" : "over";
}

Result<void> ShiftBook::enter(const Id& id, ShiftFigures more, Part part) {
  if (entries_.contains(id)) return fail(Error::conflict, {}, "This record was added already.");
  ShiftFigures& to = figures(part);
  ShiftFigures changed = to;
  TRY(add_figures(changed, more));
  to = std::move(changed);
  entries_.emplace(id, Entry{std::move(more), part});
  return {};
}

Result<void> ShiftBook::add(const Id& id, const Sale& sale, Part part) {
  return enter(id, TRY(figures_of(sale, false)), part);
}

Result<void> ShiftBook::add(const Id& id, const Refund& refund, Part part) {
  return enter(id, TRY(figures_of(refund.body, true)), part);
}

Result<void> ShiftBook::undo(const Id& id, Part part) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return fail(Error::not_found, {}, "What is voided is not of this shift.");
  Entry& entry = found->second;
  if (entry.undone) return fail(Error::conflict, {}, "This was voided before.");
  // A sale that was never counted before its void is undone where it stands.
  if (entry.part == Part::later) part = Part::later;
  ShiftFigures back = turned(entry.figures);
  // What was rung up before the count stays counted there.
  if (part != entry.part) back.sales = back.refunds = 0;
  back.voids = 1;
  back.voided = entry.figures.gross;
  ShiftFigures changed = figures(part);
  TRY(add_figures(changed, back));
  figures(part) = std::move(changed);
  entry.undone = true;
  return {};
}

Result<void> ShiftBook::add(CashMove move) {
  ShiftFigures& to = figures(move.later ? Part::later : Part::shift);
  Amount& sum = move.in ? to.cash_in : to.cash_out;
  sum = TRY(ringup::add(sum, move.amount));
  report_.moves.push_back(std::move(move));
  return {};
}

Result<ShiftReport> ShiftBook::report() const {
  ShiftReport report = report_;
  std::stable_sort(report.moves.begin(), report.moves.end(),
                   [](const CashMove& a, const CashMove& b) { return a.later < b.later; });
  report.expected = TRY(ringup::add(report.float_amount, report.figures.cash()));
  return report;
}

// --- JSON ---

namespace {

json::Value figures_json(const ShiftFigures& figures, Currency currency) {
  const auto money = [&](Amount amount) { return to_json(Money{amount, currency}); };
  json::Object out;
  for (const Count& count : counts) out.push_back({std::string(count.name), figures.*count.member});
  for (const Sum& sum : sums) out.push_back({std::string(sum.name), money(figures.*sum.member)});
  out.push_back({"takings", money(figures.takings())});
  json::Array rates, tenders;
  for (const RateTotal& total : figures.rates) {
    rates.push_back(json::Object{{"rate", total.rate.ppm},
                                 {"net", money(total.amounts.net)},
                                 {"tax", money(total.amounts.tax)},
                                 {"gross", money(total.amounts.gross)}});
  }
  for (const ShiftTender& tender : figures.tenders) {
    tenders.push_back(json::Object{
        {"kind", to_string(tender.kind)}, {"count", tender.count}, {"amount", money(tender.amount)}});
  }
  out.push_back({"rates", std::move(rates)});
  out.push_back({"tenders", std::move(tenders)});
  return out;
}

Result<Amount> read_amount(json::Reader& in, std::string_view name, Currency currency) {
  const Money money = TRY(read_money(*TRY(in.any(name)), in.path_of(name)));
  if (money.currency != currency) return fail(Error::currency_mismatch, in.path_of(name));
  return money.amount;
}

Result<std::optional<Amount>> read_amount_or_null(json::Reader& in, std::string_view name,
                                                  Currency currency) {
  if (TRY(in.any(name))->is_null()) return std::optional<Amount>();
  return std::optional(TRY(read_amount(in, name, currency)));
}

Result<std::optional<std::int64_t>> read_time_or_null(json::Reader& in, std::string_view name) {
  if (TRY(in.any(name))->is_null()) return std::optional<std::int64_t>();
  return std::optional(TRY(parse_rfc3339(TRY(in.string(name, 64)))));
}

Result<ShiftFigures> read_figures(const json::Value& value, Currency currency, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  ShiftFigures out;
  for (const Count& count : counts)
    out.*count.member = TRY(in.integer(count.name, -json::integer_max, json::integer_max));
  for (const Sum& sum : sums) out.*sum.member = TRY(read_amount(in, sum.name, currency));
  TRY(read_amount(in, "takings", currency));
  for (const json::Value& item : *TRY(in.array("rates", rates_max))) {
    json::Reader row = TRY(json::Reader::object(item, in.path_of("rates")));
    RateTotal total;
    total.rate.ppm = TRY(row.integer("rate", 0, rate_max));
    total.amounts = {TRY(read_amount(row, "net", currency)), TRY(read_amount(row, "tax", currency)),
                     TRY(read_amount(row, "gross", currency))};
    TRY(row.done());
    out.rates.push_back(total);
  }
  for (const json::Value& item : *TRY(in.array("tenders", tender_kind_count))) {
    json::Reader row = TRY(json::Reader::object(item, in.path_of("tenders")));
    ShiftTender tender;
    tender.kind = TRY(parse_tender_kind(TRY(row.string("kind", 64))));
    tender.count = TRY(row.integer("count", -json::integer_max, json::integer_max));
    tender.amount = TRY(read_amount(row, "amount", currency));
    TRY(row.done());
    out.tenders.push_back(tender);
  }
  TRY(in.done());
  return out;
}

}  // namespace

json::Value to_json(const ShiftReport& report) {
  const auto money = [&](Amount amount) { return to_json(Money{amount, report.currency}); };
  const auto money_or_null = [&](const std::optional<Amount>& amount) {
    return amount ? money(*amount) : json::Value();
  };
  const auto time_or_null = [](const std::optional<std::int64_t>& us) {
    return us ? json::Value(to_rfc3339(*us)) : json::Value();
  };
  json::Array moves;
  for (const CashMove& move : report.moves) {
    moves.push_back(json::Object{{"kind", move.in ? "cash_in" : "cash_out"},
                                 {"amount", money(move.amount)},
                                 {"reason", move.reason},
                                 {"at", to_rfc3339(move.at)},
                                 {"user_name", move.user_name},
                                 {"after_close", move.later}});
  }
  return json::Object{
      {"kind", report.closed() ? "z" : "x"},
      {"shift", report.shift},
      {"currency", report.currency.code()},
      {"till_name", report.till_name},
      {"branch_name", report.branch_name},
      {"opened_by_name", report.opened_by},
      {"opened_at", time_or_null(report.opened_at)},
      {"closed_by_name", report.closed_by},
      {"closed_at", time_or_null(report.closed_at)},
      {"float", money(report.float_amount)},
      {"cash_movements", std::move(moves)},
      {"figures", figures_json(report.figures, report.currency)},
      {"expected", money(report.expected)},
      {"expected_at_close", money_or_null(report.stated)},
      {"counted", money_or_null(report.counted)},
      {"difference", money_or_null(report.difference())},
      {"after_close", report.has_later() ? figures_json(report.later, report.currency) : json::Value()},
  };
}

Result<ShiftReport> read_shift_report(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  ShiftReport out;
  TRY(in.string("kind", 8));  // it follows from closed_at
  out.shift = TRY(in.id("shift"));
  out.currency = TRY(parse_currency(TRY(in.string("currency", 8))));
  const Currency currency = out.currency;
  out.till_name = TRY(in.string("till_name", name_bytes_max));
  out.branch_name = TRY(in.string("branch_name", name_bytes_max));
  out.opened_by = TRY(in.string("opened_by_name", name_bytes_max));
  out.opened_at = TRY(read_time_or_null(in, "opened_at"));
  out.closed_by = TRY(in.string("closed_by_name", name_bytes_max));
  out.closed_at = TRY(read_time_or_null(in, "closed_at"));
  out.float_amount = TRY(read_amount(in, "float", currency));
  for (const json::Value& item : *TRY(in.array("cash_movements", moves_max))) {
    json::Reader row = TRY(json::Reader::object(item, in.path_of("cash_movements")));
    CashMove move;
    move.in = TRY(row.string("kind", 16)) == "cash_in";
    move.amount = TRY(read_amount(row, "amount", currency));
    move.reason = TRY(row.string("reason", reason_bytes_max));
    move.at = TRY(parse_rfc3339(TRY(row.string("at", 64))));
    move.user_name = TRY(row.string("user_name", name_bytes_max));
    move.later = TRY(row.boolean("after_close"));
    TRY(row.done());
    out.moves.push_back(std::move(move));
  }
  out.figures = TRY(read_figures(*TRY(in.any("figures")), currency, in.path_of("figures")));
  out.expected = TRY(read_amount(in, "expected", currency));
  out.stated = TRY(read_amount_or_null(in, "expected_at_close", currency));
  out.counted = TRY(read_amount_or_null(in, "counted", currency));
  TRY(read_amount_or_null(in, "difference", currency));
  const json::Value& later = *TRY(in.any("after_close"));
  if (!later.is_null()) out.later = TRY(read_figures(later, currency, in.path_of("after_close")));
  TRY(in.done());
  return out;
}

// --- the document ---

namespace {

class Writer {
 public:
  Writer(const ShiftReport& report, const ReceiptSetup& setup, const ShiftWords& words)
      : report_(report), setup_(setup), words_(words) {}

  Receipt write(const ShiftTimes& times) {
    for (const std::string& text : setup_.header) row(Kind::header, text);
    rule();
    row(Kind::total, report_.closed() ? words_.z_report : words_.x_report);
    if (!report_.till_name.empty()) row(Kind::text, words_.till, report_.till_name);
    moment(words_.opened, times.opened, report_.opened_by);
    if (report_.closed()) moment(words_.closed, times.closed, report_.closed_by);
    if (!setup_.time.empty()) row(Kind::text, words_.printed, setup_.time);
    rule();
    figures(report_.figures);
    rule();
    drawer();
    if (report_.has_later()) {
      rule();
      row(Kind::total, words_.later);
      later(report_.later);
    }
    return {std::move(rows_)};
  }

 private:
  std::string money(Amount amount) const { return format_number({amount, report_.currency}, setup_.money); }
  std::string money_with_symbol(Amount amount) const {
    return format_money({amount, report_.currency}, setup_.money);
  }
  void row(Kind kind, std::string left, std::string right = {}) {
    rows_.push_back({kind, std::move(left), std::move(right), {}});
  }
  void rule() { row(Kind::rule, {}); }
  void moment(const std::string& word, const std::string& time, const std::string& who) {
    if (time.empty() && who.empty()) return;
    row(Kind::text, word, time);
    if (!who.empty()) row(Kind::detail, who);
  }
  std::string percent(Rate rate) const {
    std::string text = to_percent(rate);
    if (const std::size_t point = text.find('.'); point != std::string::npos)
      text.replace(point, 1, setup_.money.decimal_mark);
    return text + " %";
  }
  void number(const std::string& word, std::int64_t count) { row(Kind::text, word, std::to_string(count)); }

  void figures(const ShiftFigures& figures) {
    number(words_.sales, figures.sales);
    number(words_.refunds, figures.refunds);
    if (figures.voids != 0)
      row(Kind::text, words_.voids + " (" + std::to_string(figures.voids) + ")", money(figures.voided));
    rule();
    if (figures.discount != 0) row(Kind::text, words_.discounts, money(-figures.discount));
    if (figures.refunded != 0) row(Kind::text, words_.refunded, money(figures.refunded));
    row(Kind::text, words_.net, money(figures.net));
    row(Kind::text, words_.tax_sum, money(figures.tax));
    row(Kind::text, words_.gross, money(figures.gross));
    if (figures.rounding != 0) row(Kind::text, setup_.words.rounding, money(figures.rounding));
    row(Kind::total, words_.takings, money_with_symbol(figures.takings()));
    if (!figures.rates.empty()) {
      rule();
      const ReceiptWords& heads = setup_.words;
      rows_.push_back({Kind::tax, {}, {}, {"%", heads.net, heads.tax, heads.gross}});
      for (const RateTotal& total : figures.rates) {
        rows_.push_back({Kind::tax,
                         {},
                         {},
                         {percent(total.rate), money(total.amounts.net), money(total.amounts.tax),
                          money(total.amounts.gross)}});
      }
    }
    if (!figures.tenders.empty()) rule();
    tenders(figures);
  }

  void tenders(const ShiftFigures& figures) {
    for (const ShiftTender& tender : figures.tenders) {
      row(Kind::tender, name_of(setup_.words, tender.kind) + " (" + std::to_string(tender.count) + ")",
          money(tender.amount));
    }
  }

  void drawer() {
    const ShiftFigures& figures = report_.figures;
    row(Kind::text, words_.drawer);
    row(Kind::text, words_.float_amount, money(report_.float_amount));
    row(Kind::text, words_.cash_sales, money(figures.cash_sales));
    if (figures.change != 0) row(Kind::text, setup_.words.change, money(-figures.change));
    if (figures.cash_refunds != 0) row(Kind::text, words_.cash_refunds, money(-figures.cash_refunds));
    moves(false);
    row(Kind::total, words_.expected, money_with_symbol(report_.expected));
    if (!report_.counted.has_value()) return;
    if (report_.stated.has_value() && *report_.stated != report_.expected)
      row(Kind::text, words_.stated, money(*report_.stated));
    row(Kind::text, words_.counted, money(*report_.counted));
    const Amount difference = *report_.difference();
    const std::string& word = difference == 0 ? words_.exact : difference < 0 ? words_.is_short : words_.over;
    row(Kind::total, words_.difference + " (" + word + ")", money_with_symbol(difference));
  }

  void moves(bool later) {
    for (const bool in : {true, false}) {
      const ShiftFigures& figures = later ? report_.later : report_.figures;
      const Amount sum = in ? figures.cash_in : figures.cash_out;
      const auto mine = [&](const CashMove& move) { return move.in == in && move.later == later; };
      if (std::none_of(report_.moves.begin(), report_.moves.end(), mine)) continue;
      row(Kind::text, in ? words_.cash_in : words_.cash_out, money(in ? sum : -sum));
      for (const CashMove& move : report_.moves) {
        if (mine(move)) row(Kind::detail, move.reason, money(in ? move.amount : -move.amount));
      }
    }
  }

  void later(const ShiftFigures& figures) {
    if (figures.sales != 0) number(words_.sales, figures.sales);
    if (figures.refunds != 0) number(words_.refunds, figures.refunds);
    if (figures.voids != 0) number(words_.voids, figures.voids);
    if (figures.takings() != 0) row(Kind::text, words_.takings, money(figures.takings()));
    tenders(figures);
    moves(true);
  }

  const ShiftReport& report_;
  const ReceiptSetup& setup_;
  const ShiftWords& words_;
  std::vector<ReceiptRow> rows_;
};

}  // namespace

Receipt make_shift_receipt(const ShiftReport& report, const ReceiptSetup& setup, const ShiftTimes& times,
                           const ShiftWords& words) {
  return Writer(report, setup, words).write(times);
}

}  // namespace ringup
