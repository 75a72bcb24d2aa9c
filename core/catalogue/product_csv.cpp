#include "core/catalogue/product_csv.h"

#include <algorithm>
#include <array>

#include "core/base/encoding.h"
#include "core/catalogue/product.h"

namespace ringup {
namespace {

constexpr std::array<std::string_view, 7> columns = {"sku",   "barcode",   "name", "category",
                                                     "price", "tax_class", "stock"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  for (;;) {
    if (text.starts_with(' ') || text.starts_with('\t')) {
      text.remove_prefix(1);
    } else if (text.starts_with(no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else if (text.ends_with(' ') || text.ends_with('\t')) {
      text.remove_suffix(1);
    } else if (text.ends_with(no_break_space)) {
      text.remove_suffix(no_break_space.size());
    } else {
      return text;
    }
  }
}

bool begins_formula(std::string_view text) {
  return !text.empty() && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@');
}

std::string_view without_apostrophes(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\''), text.size()));
}

/// A text as it was before append_product_csv_text().
std::string_view text_in(std::string_view field) {
  field = trimmed(field);
  if (field.starts_with('\'') && begins_formula(without_apostrophes(field))) field.remove_prefix(1);
  return field;
}

std::string line_name(std::int64_t line) {
  return "line " + std::to_string(line);
}

std::string seen_at(std::string_view what, std::int64_t line) {
  return "This " + std::string(what) + " stands in line " + std::to_string(line) + " already.";
}

}  // namespace

ProductCsv::ProductCsv(Currency currency, std::vector<std::string> tax_classes, StockColumn stock)
    : currency_(currency), tax_classes_(std::move(tax_classes)), stock_(stock) {}

Result<void> ProductCsv::header(const csv::Record& record) const {
  if (record.problem) return *record.problem;
  const auto wrong = [&](const std::string& what) {
    return fail(Error::invalid_csv, line_name(record.line),
                what + " The first line must be " + std::string(product_csv_header) + ".");
  };
  if (record.fields.size() == 1 && record.fields[0].find(';') != std::string_view::npos)
    return wrong("The columns are parted by semicolons instead of commas.");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i >= record.fields.size()) return wrong("The column " + std::string(columns[i]) + " is missing.");
    if (trimmed(record.fields[i]) != columns[i])
      return wrong("Column " + std::to_string(i + 1) + " is not " + std::string(columns[i]) + ".");
  }
  if (record.fields.size() > columns.size()) return wrong("There are more columns than the seven known.");
  return {};
}

Result<ProductRow> ProductCsv::row(const csv::Record& record) {
  if (record.problem) return *record.problem;
  if (record.fields.size() != columns.size())
    return fail(Error::invalid_csv, line_name(record.line),
                "The line has " + std::to_string(record.fields.size()) + " columns instead of " +
                    std::to_string(columns.size()) + ".");
  const auto at = [&](std::size_t column, Failure failure) {
    failure.where = line_name(record.line) + ", " + std::string(columns[column]);
    return failure;
  };
  const auto field = [&](std::size_t column) { return trimmed(record.fields[column]); };

  ProductRow row;
  row.line = record.line;
  row.sku = text_in(record.fields[0]);
  if (auto good = check_sku(row.sku); !good) return at(0, std::move(good).failure());
  if (!field(1).empty()) {
    Result<Gtin> gtin = parse_gtin(field(1));
    if (!gtin) return at(1, std::move(gtin).failure());
    row.barcode = *gtin;
  }
  row.name = text_in(record.fields[2]);
  if (auto good = check_name(row.name); !good) {
    Failure failure = std::move(good).failure();
    if (const std::optional<std::string> meant = meant_by_controls(row.name); meant && check_name(*meant))
      failure.detail += " It was once read in a wrong encoding; perhaps “" + *meant + "” was meant.";
    return at(2, std::move(failure));
  }
  row.category = text_in(record.fields[3]);
  if (!row.category.empty())
    if (auto good = check_name(row.category, category_name_length_max); !good)
      return at(3, std::move(good).failure());
  Result<UnitPrice> price = parse_unit_price(field(4), currency_);
  if (!price) return at(4, std::move(price).failure());
  if (price->value < 0) return at(4, fail(Error::out_of_range, {}, "A price is not below zero."));
  row.unit_price = *price;
  row.tax_class = field(5);
  if (auto good = check_tax_class(row.tax_class); !good) return at(5, std::move(good).failure());
  if (!tax_classes_.empty() &&
      std::find(tax_classes_.begin(), tax_classes_.end(), row.tax_class) == tax_classes_.end()) {
    std::string known;
    for (const std::string& name : tax_classes_) known += (known.empty() ? "" : ", ") + name;
    return at(5, fail(Error::invalid_value, {},
                      "There is no tax class " + row.tax_class + ", only " + known + "."));
  }
  if (stock_ == StockColumn::counted) {
    Result<Quantity> stock = parse_quantity(field(6));
    if (!stock) return at(6, std::move(stock).failure());
    if (stock->thousandths < 0)
      return at(6, fail(Error::out_of_range, {}, "A counted stock is not below zero."));
    row.stock = *stock;
  }

  if (const auto seen = line_of_sku_.find(row.sku); seen != line_of_sku_.end())
    return at(0, fail(Error::duplicate_sku, {}, seen_at("SKU", seen->second)));
  if (row.barcode) {
    if (const auto seen = line_of_barcode_.find(row.barcode->value()); seen != line_of_barcode_.end())
      return at(1, fail(Error::duplicate_barcode, {}, seen_at("barcode", seen->second)));
    line_of_barcode_.emplace(row.barcode->value(), row.line);
  }
  line_of_sku_.emplace(row.sku, row.line);
  return row;
}

Result<void> read_product_csv(std::string_view file, Currency currency, std::vector<std::string> tax_classes,
                              const std::function<void(ProductRow&&)>& take,
                              const std::function<void(const Failure&)>& refuse) {
  ProductCsv rows(currency, std::move(tax_classes));
  csv::Reader reader;
  reader.feed(file);
  reader.finish();
  csv::Record record;
  bool header_read = false;
  for (;;) {
    const csv::Reader::Step step = TRY(reader.next(record));
    if (step != csv::Reader::Step::record) break;
    if (!header_read) {
      TRY(rows.header(record));
      header_read = true;
      continue;
    }
    Result<ProductRow> row = rows.row(record);
    if (row) {
      take(std::move(row).value());
    } else {
      refuse(row.failure());
    }
  }
  if (!header_read) {
    csv::Record empty;
    empty.line = 1;
    return rows.header(empty);
  }
  return {};
}

void append_product_csv_text(std::string& out, std::string_view text) {
  if (!begins_formula(without_apostrophes(text))) return csv::append_field(out, text);
  csv::append_field(out, "'" + std::string(text));
}

void begin_product_csv(std::string& out) {
  out.append("\xEF\xBB\xBF").append(product_csv_header).append("\r\n");
}

void append_product_csv(std::string& out, const Product& product, std::string_view category,
                        Currency currency) {
  append_product_csv_text(out, product.sku);
  out.push_back(',');
  if (!product.barcodes.empty()) out.append(to_string(product.barcodes.front()));
  out.push_back(',');
  append_product_csv_text(out, product.name);
  out.push_back(',');
  append_product_csv_text(out, category);
  out.push_back(',');
  out.append(to_decimal(product.unit_price, currency)).push_back(',');
  out.append(product.tax_class).push_back(',');
  out.append(to_decimal(product.stock)).append("\r\n");
}

}  // namespace ringup
