#include "web/console/sales/sale_row.h"

#include "core/sale/refund.h"
#include "core/till/task_kinds.h"

namespace ringup::console {
namespace {

std::vector<std::string> texts_in(const json::Value& value, std::string_view name) {
  std::vector<std::string> texts;
  for (const json::Value& item : items_in(value, name)) {
    if (item.as_string() != nullptr) texts.push_back(*item.as_string());
  }
  return texts;
}

Result<SaleLine> read_line(const json::Value& value) {
  SaleLine line;
  line.line = number_in(value, "line");
  line.product = id_in(value, "product");
  line.sku = text_in(value, "sku");
  line.name = text_in(value, "name");
  line.quantity = TRY(parse_quantity(text_in(value, "quantity")));
  line.tax_class = text_in(value, "tax_class");
  line.rate = Rate{number_in(value, "rate")};
  line.discount = amount_in(value, "discount");
  line.discount_reason = text_in(value, "discount_reason");
  line.amounts = {amount_in(value, "net"), amount_in(value, "tax"), amount_in(value, "gross")};
  return line;
}

}  // namespace

std::string in_sentence(std::string words) {
  if (words.starts_with("Today") || words.starts_with("Yesterday"))
    words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return words;
}

Amount amount_in(const json::Value& value, std::string_view name) {
  const json::Value* money = value.find(name);
  return money == nullptr ? 0 : number_in(*money, "amount");
}

std::optional<Amount> amount_or_none(const json::Value& value, std::string_view name) {
  const json::Value* money = value.find(name);
  if (money == nullptr || money->is_null()) return std::nullopt;
  return number_in(*money, "amount");
}

std::string sale_path(const std::string& id, std::string_view rest) {
  return "/api/sales/" + url_encoded(id) + "/" + std::string(rest);
}

SaleRow read_sale_row(const json::Value& value) {
  SaleRow row;
  row.id = id_in(value, "id");
  row.branch = id_in(value, "branch");
  row.customer = id_in(value, "customer");
  row.receipt = text_in(value, "receipt");
  row.till = text_in(value, "till_name");
  row.branch_name = text_in(value, "branch_name");
  row.cashier = text_in(value, "user_name");
  row.customer_name = text_in(value, "customer_name");
  row.refund = text_in(value, "kind") == "refund";
  row.voided = !id_in(value, "voided_by").is_nil();
  row.sold_at = read_time(text_in(value, "sold_at")).value_or(0);
  row.total = amount_in(value, "total");
  row.tenders = texts_in(value, "tender_kinds");
  row.flags = texts_in(value, "flags");
  return row;
}

std::string_view tender_word(std::string_view kind) {
  if (kind == "cash") return "Cash";
  if (kind == "card") return "Card";
  if (kind == "mobile_money") return "Mobile money";
  return kind == "credit" ? "Credit" : kind;
}

std::string tender_words(const std::vector<std::string>& kinds) {
  std::string words;
  for (const std::string& kind : kinds) {
    std::string word(tender_word(kind));
    if (!words.empty() && word[0] >= 'A' && word[0] <= 'Z') word[0] = static_cast<char>(word[0] - 'A' + 'a');
    words += (words.empty() ? "" : ", ") + word;
  }
  return words;
}

std::string flag_badge(std::string_view flag) {
  const journal::TaskKind* kind = journal::find_task_kind(flag);
  return std::string(kind != nullptr ? kind->badge : flag);
}

Result<Receipt> receipt_of(Desk& desk, const json::Value& value) {
  const SaleRow row = read_sale_row(value);
  Refund refund;
  Sale& sale = refund.body;
  sale.currency = desk.facts().currency;
  for (const json::Value& item : items_in(value, "lines")) {
    SaleLine line = TRY(read_line(item));
    line.unit_price = TRY(parse_unit_price(text_in(item, "unit_price"), sale.currency));
    sale.lines.push_back(std::move(line));
  }
  for (const json::Value& item : items_in(value, "tenders")) {
    sale.tenders.push_back({TRY(parse_tender_kind(text_in(item, "kind"))), amount_in(item, "amount"),
                            text_in(item, "reference")});
  }
  for (const json::Value& item : items_in(value, "roundings"))
    sale.roundings.push_back({text_in(item, "step"), amount_in(item, "amount")});
  if (const json::Value* rules = value.find("rules")) {
    sale.rules.mode = TRY(parse_tax_mode(text_in(*rules, "mode")));
    sale.rules.tax = TRY(parse_tax_place(text_in(*rules, "tax")));
  }
  sale.discount = amount_in(value, "discount");
  sale.change = amount_in(value, "change");
  sale.total = row.total;
  sale.receipt = row.receipt;

  ReceiptSetup setup;
  setup.header.push_back(desk.facts().name);
  if (row.branch_name != desk.facts().name) setup.header.push_back(row.branch_name);
  if (const Branch* branch = desk.facts().branch(row.branch); branch != nullptr && !branch->address.empty())
    setup.header.push_back(branch->address);
  if (!desk.facts().receipt_footer.empty()) setup.footer.push_back(desk.facts().receipt_footer);
  setup.time = desk.date(row.sold_at) + " " + desk.clock(row.sold_at);
  setup.cashier = row.cashier;
  setup.customer = row.customer_name;
  // The symbol as this desk writes it, before or behind the amount.
  if (sale.currency.code() == "EUR") setup.money.symbol = "€";
  if (sale.currency.code() == "GBP") setup.money.symbol = "£";
  if (sale.currency.code() == "USD") setup.money.symbol = "$";
  if (sale.currency.code() == "JPY") setup.money.symbol = "¥";
  setup.money.symbol_gap = "";
  if (row.refund) return make_receipt(refund, setup);
  return make_receipt(sale, setup);
}

}  // namespace ringup::console
