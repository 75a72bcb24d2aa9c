#include "server/sales/sale_json.h"

#include <set>

#include "core/base/csv.h"
#include "core/base/time.h"
#include "core/catalogue/product_csv.h"
#include "core/sale/refund.h"
#include "core/till/bodies.h"
#include "core/till/task_kinds.h"
#include "server/sales/json.h"
#include "server/store/journal.h"
#include "server/store/tasks.h"

namespace ringup::sales {
namespace {

template <class Each>
void each_flag(std::uint32_t bits, Each&& each) {
  const journal::Flags flags(bits);
  for (int i = 0; i < journal::flag_count; ++i) {
    const auto flag = static_cast<journal::Flag>(i);
    if (flags.has(flag)) each(flag);
  }
}

/// The body of a booked sale or refund, whichever it is.
Result<Sale> body_of(const journal::Record& record) {
  if (record.kind == journal::Kind::sale) return read_sale_body(record.body);
  return TRY(read_refund_body(record.body)).body;
}

/// A sale as another one mentions it.
json::Value mention(const store::SaleRow& row) {
  return json::Object{{"id", row.id},
                      {"kind", row.kind},
                      {"receipt", row.receipt},
                      {"sold_at", to_rfc3339(row.sold_at)},
                      {"total", to_json(Money{row.total, currency_of(row.currency)})},
                      {"voided", row.voided_by.has_value()}};
}

json::Value lines_json(const Sale& sale) {
  const auto money = [&](Amount amount) { return to_json(Money{amount, sale.currency}); };
  json::Array lines;
  for (const SaleLine& line : sale.lines) {
    lines.push_back(
        json::Object{{"line", line.line},
                     {"product", line.product.is_nil() ? json::Value() : json::Value(line.product)},
                     {"sku", line.sku},
                     {"name", line.name},
                     {"quantity", to_decimal(line.quantity)},
                     {"unit_price", to_decimal(line.unit_price, sale.currency)},
                     {"tax_class", line.tax_class},
                     {"rate", line.rate.ppm},
                     {"discount", money(line.discount)},
                     {"discount_reason", line.discount_reason},
                     {"net", money(line.amounts.net)},
                     {"tax", money(line.amounts.tax)},
                     {"gross", money(line.amounts.gross)}});
  }
  return lines;
}

Result<json::Value> void_json(store::Database& db, store::Names& names, const Id& tenant, const Id& id) {
  const auto stored = store::booked_record(db, tenant, id);
  if (!stored.ok()) return json::Value(json::Object{{"id", id}});
  const journal::Record record = TRY(journal::read_record(*stored));
  const auto body = journal::read_void_body(record.body);
  return json::Value(json::Object{{"id", id},
                                  {"at", to_rfc3339(record.at * 1000)},
                                  {"user", record.user},
                                  {"user_name", TRY(names.user(record.user))},
                                  {"reason", body.ok() ? body->reason : std::string()}});
}

json::Value journal_json(const std::optional<store::JournalFacts>& facts) {
  if (!facts) return {};
  return json::Object{{"epoch", facts->epoch},
                      {"seq", facts->seq},
                      {"hash", facts->hash},
                      {"received_at", to_rfc3339(facts->received_at)}};
}

}  // namespace

Currency currency_of(std::string_view code) {
  const Result<Currency> currency = parse_currency(code);
  return currency.ok() ? *currency : Currency{};
}

Result<FoundSale> find_booked(store::Database& db, const Id& tenant, const Id& id) {
  auto row = TRY(store::find_sale(db, tenant, id));
  if (!row) return Error::not_found;
  return FoundSale{*row, TRY(journal::read_record(TRY(store::booked_record(db, tenant, id))))};
}

json::Value flags_json(std::uint32_t bits) {
  json::Array names;
  each_flag(bits, [&](journal::Flag flag) { names.emplace_back(journal::flag_name(flag)); });
  return names;
}

Result<json::Object> row_json(store::Database& db, store::Names& names, const Id& tenant,
                              const store::SaleRow& row) {
  const Currency currency = currency_of(row.currency);
  const auto money = [&](Amount amount) { return to_json(Money{amount, currency}); };
  json::Array tenders;
  for (std::string& kind : TRY(store::tender_kinds(db, tenant, row.id)))
    tenders.emplace_back(std::move(kind));
  return json::Object{
      {"id", row.id},
      {"kind", row.kind},
      {"receipt", row.receipt},
      {"till", row.till},
      {"till_name", TRY(names.till(row.till))},
      {"branch", row.branch},
      {"branch_name", TRY(names.branch(row.branch))},
      {"user", row.user},
      {"user_name", TRY(names.user(row.user))},
      {"shift", or_null(row.shift)},
      {"customer", or_null(row.customer)},
      {"customer_name", row.customer ? json::Value(TRY(names.customer(*row.customer))) : json::Value()},
      {"refund_of", or_null(row.refund_of)},
      {"voided_by", or_null(row.voided_by)},
      {"sold_at", to_rfc3339(row.sold_at)},
      {"net", money(row.net)},
      {"tax", money(row.tax)},
      {"total", money(row.total)},
      {"discount", money(row.discount)},
      {"rounding", money(row.rounding)},
      {"change", money(row.change)},
      {"tender_kinds", std::move(tenders)},
      {"flags", flags_json(row.flags)}};
}

Result<json::Value> detail_json(store::Database& db, store::Names& names, const Id& tenant,
                                const FoundSale& found) {
  const store::SaleRow& row = found.row;
  const Sale sale = TRY(body_of(found.record));
  const auto money = [&](Amount amount) { return to_json(Money{amount, sale.currency}); };
  json::Object out = TRY(row_json(db, names, tenant, row));
  json::Array tenders, roundings, refunds, words, tasks;
  for (const Tender& tender : sale.tenders) {
    tenders.push_back(json::Object{
        {"kind", to_string(tender.kind)}, {"amount", money(tender.amount)}, {"reference", tender.reference}});
  }
  for (const Rounding& rounding : sale.roundings)
    roundings.push_back(json::Object{{"step", rounding.step}, {"amount", money(rounding.amount)}});
  for (const store::SaleRow& refund : TRY(store::refund_rows(db, tenant, row.id)))
    refunds.push_back(mention(refund));
  each_flag(row.flags, [&](journal::Flag flag) {
    const journal::TaskKind& kind = journal::task_kind(flag);
    words.push_back(
        json::Object{{"flag", kind.name}, {"title", kind.title}, {"explanation", kind.explanation}});
  });
  const auto add_task = [&](const store::Task& task) {
    tasks.push_back(json::Object{{"id", task.id}, {"kind", task.kind}, {"done", task.done_at.has_value()}});
  };
  for (const store::Task& task : TRY(store::tasks_about(db, tenant, row.id))) add_task(task);
  // That stock fell below zero is told once per product, whichever sales took it there.
  if (journal::Flags(row.flags).has(journal::Flag::stock_below_zero)) {
    std::set<Id> products;
    for (const SaleLine& line : sale.lines) products.insert(line.product);
    for (const Id& product : products) {
      for (const store::Task& task : TRY(store::tasks_about(db, tenant, product)))
        if (task.kind == journal::flag_name(journal::Flag::stock_below_zero)) add_task(task);
    }
  }
  std::optional<store::SaleRow> origin;
  if (row.refund_of) origin = TRY(store::find_sale(db, tenant, *row.refund_of));
  out.push_back({"lines", lines_json(sale)});
  out.push_back({"tenders", std::move(tenders)});
  out.push_back({"roundings", std::move(roundings)});
  out.push_back(
      {"rules", json::Object{{"mode", to_string(sale.rules.mode)}, {"tax", to_string(sale.rules.tax)}}});
  out.push_back({"refunds", std::move(refunds)});
  out.push_back({"refunded_sale", origin ? mention(*origin) : json::Value()});
  out.push_back({"void", row.voided_by ? TRY(void_json(db, names, tenant, *row.voided_by)) : json::Value()});
  out.push_back({"flag_words", std::move(words)});
  out.push_back({"tasks", std::move(tasks)});
  out.push_back({"journal", journal_json(TRY(store::journal_facts(db, tenant, row.id)))});
  return json::Value(std::move(out));
}

std::string csv_header() {
  return "receipt,kind,sold_at,branch,till,cashier,customer,paid_with,net,tax,total,currency,voided,flags,"
         "id\n";
}

Result<void> append_csv(std::string& out, store::Database& db, store::Names& names, const Id& tenant,
                        const Zone& zone, const store::SaleRow& row) {
  const Currency currency = currency_of(row.currency);
  const auto joined = [](const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
  };
  std::vector<std::string> flags;
  each_flag(row.flags, [&](journal::Flag flag) { flags.emplace_back(journal::flag_name(flag)); });
  const std::string cells[] = {row.receipt,
                               row.kind,
                               local_text(row.sold_at, zone),
                               TRY(names.branch(row.branch)),
                               TRY(names.till(row.till)),
                               TRY(names.user(row.user)),
                               row.customer ? TRY(names.customer(*row.customer)) : std::string(),
                               joined(TRY(store::tender_kinds(db, tenant, row.id))),
                               to_decimal(Money{row.net, currency}),
                               to_decimal(Money{row.tax, currency}),
                               to_decimal(Money{row.total, currency}),
                               row.currency,
                               row.voided_by ? "yes" : "no",
                               joined(flags),
                               to_string(row.id)};
  constexpr std::size_t first_amount = 8, last_amount = 10;  // of a refund they begin with a minus
  for (std::size_t i = 0; i < std::size(cells); ++i) {
    if (i > 0) out += ',';
    if (i >= first_amount && i <= last_amount) {
      csv::append_field(out, cells[i]);
    } else {
      append_product_csv_text(out, cells[i]);
    }
  }
  out += '\n';
  return {};
}

}  // namespace ringup::sales
