#include "server/sales/task_json.h"

#include "core/base/time.h"
#include "core/till/task_kinds.h"
#include "server/sales/json.h"
#include "server/sales/sale_json.h"
#include "server/store/task_context.h"

namespace ringup::sales {
namespace {

Result<json::Value> till_json(store::Names& names, const store::Till& till) {
  return json::Value(json::Object{{"id", till.id},
                                  {"name", till.name},
                                  {"series", till.series},
                                  {"branch", till.branch},
                                  {"branch_name", TRY(names.branch(till.branch))},
                                  {"revoked_at", time_or_null(till.revoked_at)}});
}

Result<json::Value> record_json(store::Names& names, const store::TaskRecord& record) {
  return json::Value(json::Object{
      {"epoch", record.epoch},
      {"seq", record.seq ? json::Value(*record.seq) : json::Value()},
      {"kind", record.kind.empty() ? json::Value() : json::Value(record.kind)},
      {"hash", record.hash},
      {"result", record.result},
      {"at", record.at ? json::Value(to_rfc3339(*record.at * 1000)) : json::Value()},
      {"received_at", to_rfc3339(record.received_at)},
      {"user", or_null(record.user)},
      {"user_name", record.user ? TRY(names.user(*record.user)) : std::string()},
      {"amount", record.cash ? to_json(Money{*record.cash, currency_of(record.currency)}) : json::Value()},
      {"reason", record.reason}});
}

json::Value product_json(const store::TaskProduct& product, Currency currency) {
  const auto price = [&](std::int64_t value) { return json::Value(to_decimal(UnitPrice{value}, currency)); };
  json::Object out{
      {"id", product.id.is_nil() ? json::Value() : json::Value(product.id)},
      {"sku", product.sku},
      {"name", product.name},
      {"known", product.known && !product.deleted},
      {"sold", json::Value()},
      {"unit_price", product.known ? price(product.price) : json::Value()},
      {"tax_class", product.known ? json::Value(product.tax_class) : json::Value()},
      {"price_since", time_or_null(product.price_since)},
      {"stock", product.known ? json::Value(to_decimal(Quantity{product.stock})) : json::Value()}};
  if (product.sold_price) {
    for (json::Member& member : out) {
      if (member.name == "sold") {
        member.value = json::Object{{"quantity", to_decimal(Quantity{product.sold_quantity.value_or(0)})},
                                    {"unit_price", price(*product.sold_price)},
                                    {"tax_class", product.sold_tax_class}};
      }
    }
  }
  return out;
}

Result<json::Value> shift_json(store::Names& names, const store::ShiftRow& shift) {
  const auto money = [&](const std::optional<Amount>& amount) {
    return amount ? to_json(Money{*amount, currency_of(shift.currency)}) : json::Value();
  };
  std::optional<Amount> difference;
  if (shift.counted && shift.expected) difference = *shift.counted - *shift.expected;
  return json::Value(
      json::Object{{"id", shift.id},
                   {"opened_at", time_or_null(shift.opened_at)},
                   {"closed_at", time_or_null(shift.closed_at)},
                   {"closed_by", or_null(shift.closed_by)},
                   {"closed_by_name", shift.closed_by ? TRY(names.user(*shift.closed_by)) : std::string()},
                   {"counted", money(shift.counted)},
                   {"difference", money(difference)}});
}

json::Value lines_json(const std::vector<store::TaskLine>& lines) {
  json::Array out;
  for (const store::TaskLine& line : lines) {
    out.push_back(json::Object{{"branch", line.branch},
                               {"first", line.first},
                               {"last", line.last},
                               {"records", line.records},
                               {"received_at", to_rfc3339(line.received_at)}});
  }
  return out;
}

}  // namespace

Result<json::Value> task_json(store::Database& db, store::Names& names, const Id& tenant,
                              const store::Task& task) {
  const store::TaskContext context = TRY(store::read_task_context(db, tenant, task));
  const journal::TaskKind* kind = journal::find_task_kind(task.kind);
  const Currency currency = currency_of(TRY(store::tenant_currency(db, tenant)));
  json::Array products, actions;
  for (const store::TaskProduct& product : context.products)
    products.push_back(product_json(product, currency));
  for (int i = 0; i < journal::task_action_count; ++i) {
    const auto action = static_cast<journal::TaskAction>(i);
    if (kind != nullptr && kind->offers(action)) actions.emplace_back(journal::task_action_name(action));
  }
  json::Object about{
      {"till", context.till ? TRY(till_json(names, *context.till)) : json::Value()},
      {"record", context.record ? TRY(record_json(names, *context.record)) : json::Value()},
      {"sale", context.sale ? json::Value(TRY(row_json(db, names, tenant, *context.sale))) : json::Value()},
      {"products", std::move(products)},
      {"shift", context.shift ? TRY(shift_json(names, *context.shift)) : json::Value()},
      {"lines", lines_json(context.lines)},
      {"found", task.detail}};
  return json::Value(
      json::Object{{"id", task.id},
                   {"kind", task.kind},
                   {"subject", task.subject},
                   {"title", kind != nullptr ? kind->title : std::string_view(task.kind)},
                   {"explanation", kind != nullptr ? kind->explanation : std::string_view()},
                   {"advice", kind != nullptr ? kind->advice : std::string_view()},
                   {"actions", std::move(actions)},
                   {"detail", task.detail},
                   {"created_at", to_rfc3339(task.created_at)},
                   {"state", task.done_at ? "done" : "open"},
                   {"done_at", time_or_null(task.done_at)},
                   {"done_by", or_null(task.done_by)},
                   {"done_by_name", task.done_by ? TRY(names.user(*task.done_by)) : std::string()},
                   {"note", task.note},
                   {"context", std::move(about)}});
}

}  // namespace ringup::sales
