#include "core/sale/body_json.h"

namespace ringup {
namespace {

struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// 0 … max, or its mirror.
Range from_zero(Sign sign, std::int64_t max) {
  return sign == Sign::positive ? Range{0, max} : Range{-max, 0};
}

std::string item_path(const json::Reader& in, std::string_view list, std::size_t index) {
  return in.path_of(list) + "[" + std::to_string(index) + "]";
}

/// Reads a word with `parse`, naming the member where it is none.
template <class Parse>
auto read_word(json::Reader& in, std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
  const std::string_view text = TRY(in.string(name, 32));
  auto parsed = parse(text);
  if (!parsed) {
    return fail(parsed.error(), in.path_of(name), "\"" + std::string(text) + "\" is not known here");
  }
  return parsed;
}

Result<Amount> read_amount(json::Reader& in, std::string_view name) {
  return in.integer(name, -amount_max, amount_max);
}

json::Value write_line(const SaleLine& line) {
  json::Object out{
      {"line", line.line},
      {"product", line.product},
      {"sku", line.sku},
      {"name", line.name},
      {"quantity", line.quantity.thousandths},
      {"unit_price", line.unit_price.value},
      {"tax_class", line.tax_class},
      {"rate", line.rate.ppm},
  };
  if (line.discount != 0) out.push_back({"discount", line.discount});
  if (!line.discount_reason.empty()) out.push_back({"discount_reason", line.discount_reason});
  out.push_back({"net", line.amounts.net});
  out.push_back({"tax", line.amounts.tax});
  out.push_back({"gross", line.amounts.gross});
  return out;
}

Result<SaleLine> read_line(const json::Value& value, std::string path, Sign sign, std::int64_t line_min) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  SaleLine line;
  line.line = TRY(in.integer("line", line_min, line_number_max));
  line.product = TRY(in.id("product"));
  line.sku = TRY(in.string("sku", line_sku_bytes_max));
  line.name = TRY(in.string("name", line_name_bytes_max));
  const Range quantity = sign == Sign::positive ? Range{1, quantity_max} : Range{-quantity_max, -1};
  line.quantity.thousandths = TRY(in.integer("quantity", quantity.min, quantity.max));
  line.unit_price.value = TRY(in.integer("unit_price", 0, unit_price_max));
  line.tax_class = TRY(in.string("tax_class", line_tax_class_bytes_max));
  line.rate.ppm = TRY(in.integer("rate", 0, rate_max));
  const Range discount = from_zero(sign, amount_max);
  line.discount = TRY(in.optional_integer("discount", discount.min, discount.max)).value_or(0);
  line.discount_reason = TRY(in.optional_string("discount_reason", discount_reason_bytes_max)).value_or("");
  line.amounts.net = TRY(read_amount(in, "net"));
  line.amounts.tax = TRY(read_amount(in, "tax"));
  line.amounts.gross = TRY(read_amount(in, "gross"));
  TRY(in.done());
  return line;
}

}  // namespace

json::Value write_rules(const Rules& rules) {
  json::Object out{{"mode", to_string(rules.mode)}, {"tax", to_string(rules.tax)}};
  if (rules.cash_rounding) {
    out.push_back({"cash_rounding", json::Object{{"unit", rules.cash_rounding->unit},
                                                 {"halves", to_string(rules.cash_rounding->halves)}}});
  }
  return out;
}

Result<Rules> read_rules(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Rules rules;
  rules.mode = TRY(read_word(in, "mode", parse_tax_mode));
  rules.tax = TRY(read_word(in, "tax", parse_tax_place));
  if (const json::Value* cash = in.find("cash_rounding")) {
    json::Reader inner = TRY(json::Reader::object(*cash, in.path_of("cash_rounding")));
    CashRounding rounding;
    rounding.unit = TRY(inner.integer("unit", 1, cash_unit_max));
    rounding.halves = TRY(read_word(inner, "halves", parse_halves));
    TRY(inner.done());
    rules.cash_rounding = rounding;
  }
  TRY(in.done());
  return rules;
}

namespace {

json::Value write_tender(const Tender& tender) {
  json::Object out{{"kind", to_string(tender.kind)}, {"amount", tender.amount}};
  if (!tender.reference.empty()) out.push_back({"reference", tender.reference});
  return out;
}

Result<Tender> read_tender(const json::Value& value, std::string path, Sign sign) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Tender tender;
  tender.kind = TRY(read_word(in, "kind", parse_tender_kind));
  const Range amount = from_zero(sign, amount_max);
  tender.amount = TRY(in.integer("amount", amount.min, amount.max));
  tender.reference = TRY(in.optional_string("reference", tender_reference_bytes_max)).value_or("");
  TRY(in.done());
  return tender;
}

Result<Rounding> read_rounding(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Rounding rounding;
  rounding.step = TRY(in.string("step", 32, 1));
  rounding.amount = TRY(read_amount(in, "amount"));
  TRY(in.done());
  return rounding;
}

Result<Currency> read_currency(json::Reader& in) {
  const std::string_view code = TRY(in.string("currency", 3));
  auto currency = parse_currency(code);
  if (!currency) return fail(currency.error(), in.path_of("currency"));
  return currency;
}

}  // namespace

void write_body_members(const Sale& sale, json::Object& out) {
  json::Array lines;
  lines.reserve(sale.lines.size());
  for (const SaleLine& line : sale.lines) lines.push_back(write_line(line));
  out.push_back({"lines", std::move(lines)});
  if (sale.discount != 0) out.push_back({"discount", sale.discount});
  out.push_back({"rules", write_rules(sale.rules)});
  if (!sale.roundings.empty()) {
    json::Array roundings;
    for (const Rounding& rounding : sale.roundings) {
      roundings.push_back(json::Object{{"step", rounding.step}, {"amount", rounding.amount}});
    }
    out.push_back({"roundings", std::move(roundings)});
  }
  json::Array tenders;
  for (const Tender& tender : sale.tenders) tenders.push_back(write_tender(tender));
  out.push_back({"tenders", std::move(tenders)});
  out.push_back({"change", sale.change});
  out.push_back({"total", sale.total});
  out.push_back({"currency", sale.currency.code()});
  out.push_back({"receipt", sale.receipt});
  if (sale.customer) out.push_back({"customer", *sale.customer});
}

Result<Sale> read_body_members(json::Reader& in, Sign sign) {
  Sale sale;
  const json::Array& lines = *TRY(in.array("lines", sale_lines_max));
  if (lines.empty()) return fail(Error::invalid_value, in.path_of("lines"), "There are no lines");
  sale.lines.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::int64_t line_min = sale.lines.empty() ? 1 : sale.lines.back().line + 1;
    sale.lines.push_back(TRY(read_line(lines[i], item_path(in, "lines", i), sign, line_min)));
  }
  const Range discount = from_zero(sign, amount_max);
  sale.discount = TRY(in.optional_integer("discount", discount.min, discount.max)).value_or(0);
  sale.rules = TRY(read_rules(*TRY(in.any("rules")), in.path_of("rules")));
  if (in.has("roundings")) {
    const json::Array& roundings = *TRY(in.array("roundings", sale_roundings_max));
    for (std::size_t i = 0; i < roundings.size(); ++i) {
      sale.roundings.push_back(TRY(read_rounding(roundings[i], item_path(in, "roundings", i))));
    }
  }
  const json::Array& tenders = *TRY(in.array("tenders", tenders_max));
  for (std::size_t i = 0; i < tenders.size(); ++i) {
    sale.tenders.push_back(TRY(read_tender(tenders[i], item_path(in, "tenders", i), sign)));
  }
  sale.change = TRY(read_amount(in, "change"));
  sale.total = TRY(read_amount(in, "total"));
  sale.currency = TRY(read_currency(in));
  sale.receipt = TRY(in.string("receipt", receipt_bytes_max, 1));
  sale.customer = TRY(in.optional_id("customer"));
  return sale;
}

json::Value write_sale_body(const Sale& sale) {
  json::Object out;
  write_body_members(sale, out);
  return out;
}

Result<Sale> read_sale_body(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Sale sale = TRY(read_body_members(in, Sign::positive));
  TRY(in.done());
  return sale;
}

}  // namespace ringup
