#include "web/console/tasks/task_row.h"

namespace ringup::console {

TaskRow read_task_row(const json::Value& value) {
  TaskRow row;
  row.id = text_in(value, "id");
  row.kind = text_in(value, "kind");
  row.title = text_in(value, "title");
  row.explanation = text_in(value, "explanation");
  row.advice = text_in(value, "advice");
  row.found = text_in(value, "detail");
  row.note = text_in(value, "note");
  row.done = text_in(value, "state") == "done";
  row.done_by = text_in(value, "done_by_name");
  row.created_at = read_time(text_in(value, "created_at")).value_or(0);
  row.done_at = read_time(text_in(value, "done_at")).value_or(0);
  const json::Value* context = value.find("context");
  if (context == nullptr) return row;
  if (const json::Value* till = context->find("till")) {
    row.till = text_in(*till, "name");
    row.till_id = text_in(*till, "id");
    row.branch_name = text_in(*till, "branch_name");
    row.till_revoked = text_in(*till, "revoked_at");
  }
  if (const json::Value* sale = context->find("sale"); sale != nullptr && !sale->is_null())
    row.sale = read_sale_row(*sale);
  if (const json::Value* record = context->find("record")) {
    row.epoch = number_in(*record, "epoch");
    row.seq = number_in(*record, "seq");
    row.recorded_at = read_time(text_in(*record, "at")).value_or(0);
    row.received_at = read_time(text_in(*record, "received_at")).value_or(0);
    row.recorded_by = text_in(*record, "user_name");
    row.user_id = text_in(*record, "user");
    row.record_kind = text_in(*record, "kind");
    row.reason = text_in(*record, "reason");
    row.amount = amount_or_none(*record, "amount");
  }
  if (const json::Value* shift = context->find("shift")) {
    row.shift_closed_at = read_time(text_in(*shift, "closed_at")).value_or(0);
    row.shift_closed_by = text_in(*shift, "closed_by_name");
    row.shift = text_in(*shift, "id");
    row.shift_difference = amount_or_none(*shift, "difference");
  }
  for (const json::Value& line : items_in(*context, "lines")) {
    row.lines.push_back({number_in(line, "branch"), number_in(line, "first"), number_in(line, "last"),
                         read_time(text_in(line, "received_at")).value_or(0)});
  }
  for (const json::Value& item : items_in(*context, "products")) {
    TaskProduct product;
    product.id = text_in(item, "id");
    product.sku = text_in(item, "sku");
    product.name = text_in(item, "name");
    product.known = flag_in(item, "known");
    product.price = text_in(item, "unit_price");
    product.tax_class = text_in(item, "tax_class");
    product.stock = text_in(item, "stock");
    product.price_since = read_time(text_in(item, "price_since")).value_or(0);
    if (const json::Value* sold = item.find("sold")) {
      product.sold_quantity = text_in(*sold, "quantity");
      product.sold_price = text_in(*sold, "unit_price");
      product.sold_tax_class = text_in(*sold, "tax_class");
    }
    row.products.push_back(std::move(product));
  }
  return row;
}

std::string price_words_of(Desk& desk, const std::string& decimal) {
  const Result<UnitPrice> price = parse_unit_price(decimal, desk.facts().currency);
  return price.ok() ? desk.price_words(*price) : decimal;
}

std::string about(const TaskRow& task) {
  if (!task.products.empty()) {
    std::string name =
        task.products.front().name.empty() ? task.products.front().sku : task.products.front().name;
    if (task.products.size() > 1) name += " and " + std::to_string(task.products.size() - 1) + " more";
    return name;
  }
  if (task.sale) return (task.sale->refund ? "Refund " : "Sale ") + task.sale->receipt;
  if (task.amount) return task.record_kind == "cash_in" ? "Cash in" : "Cash out";
  if (task.seq > 0) return "Record " + std::to_string(task.seq);
  return task.till.empty() ? std::string("–") : "Till " + task.till;
}

std::string gist(Desk& desk, const TaskRow& task) {
  if (!task.products.empty()) {
    const TaskProduct& product = task.products.front();
    if (task.kind == "stock_below_zero")
      return product.stock.starts_with('-') ? product.stock + " in stock"
                                            : "Now " + product.stock + " in stock again";
    if (task.kind == "price_differs" && !product.sold_price.empty()) {
      if (product.sold_price != product.price)
        return "Sold at " + price_words_of(desk, product.sold_price) + ", now " +
               price_words_of(desk, product.price);
      return "Taxed as " + product.sold_tax_class + ", now " + product.tax_class;
    }
    if (task.kind == "product_unknown")
      return product.sold_quantity + " sold at " + price_words_of(desk, product.sold_price);
  }
  if (task.kind == "shift_closed" && task.shift_closed_at != 0)
    return "Shift was closed " + in_sentence(desk.moment(task.shift_closed_at));
  return task.found;
}

std::size_t rank_of(const std::string& kind) {
  const auto kinds = journal::task_kinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i].name == kind) return i;
  }
  return kinds.size();
}

}  // namespace ringup::console
