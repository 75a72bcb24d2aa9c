#include "core/catalogue/product_mapping.h"

#include <algorithm>

#include "core/base/fold.h"
#include "core/catalogue/column_names.h"

namespace ringup {
namespace {

constexpr std::string_view column_names[product_columns] = {"sku",   "barcode",   "name", "category",
                                                            "price", "tax_class", "stock"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  for (;;) {
    if (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
      text.remove_prefix(1);
    } else if (text.starts_with(no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else if (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
      text.remove_suffix(1);
    } else if (text.ends_with(no_break_space)) {
      text.remove_suffix(no_break_space.size());
    } else {
      return text;
    }
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits, points, commas and minus of an amount; empty where there is anything but a currency beside
/// them.
std::string amount_signs(std::string_view text) {
  std::string out;
  std::size_t letters = 0;
  for (const char c : trimmed(text)) {
    if (is_digit(c) || c == '.' || c == ',' || (c == '-' && out.empty())) {
      out.push_back(c);
    } else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
      if (++letters > 3) return {};  // "EUR", "Kč", "zł" beside it; a word is no amount
    } else if (c != ' ' && c != '\'' && static_cast<signed char>(c) >= 0 && c != '$') {
      return {};
    }
  }
  return std::any_of(out.begin(), out.end(), is_digit) ? out : std::string();
}

/// Which sign parts the decimals, as far as this one amount can tell.
DecimalMark mark_in(std::string_view amount) {
  const std::size_t point = amount.rfind('.'), comma = amount.rfind(',');
  constexpr std::size_t none = std::string_view::npos;
  if (point == none && comma == none) return DecimalMark::unknown;
  if (point != none && comma != none) return point > comma ? DecimalMark::point : DecimalMark::comma;
  const char sign = point != none ? '.' : ',';
  const DecimalMark as_decimal = sign == '.' ? DecimalMark::point : DecimalMark::comma;
  const DecimalMark as_group = sign == '.' ? DecimalMark::comma : DecimalMark::point;
  if (std::count(amount.begin(), amount.end(), sign) > 1) return as_group;
  const std::size_t behind = amount.size() - 1 - (point != none ? point : comma);
  return behind == 3 ? DecimalMark::unknown : as_decimal;
}

/// "1.234.567": groups of three behind the first, which has one to three digits.
bool good_groups(std::string_view whole, char group) {
  if (whole.starts_with('-')) whole.remove_prefix(1);
  std::size_t digits = 0;
  bool first = true;
  for (const char c : whole) {
    if (c == group) {
      if (first ? digits == 0 || digits > 3 : digits != 3) return false;
      first = false;
      digits = 0;
    } else if (!is_digit(c)) {
      return false;
    } else {
      ++digits;
    }
  }
  return first || digits == 3;
}

/// A decimal as the import reads it; the text as it was where it cannot mean one.
std::string decimal_of(std::string_view text, DecimalMark mark) {
  const std::string amount = amount_signs(text);
  if (amount.empty()) return std::string(trimmed(text));
  const DecimalMark own = mark_in(amount);
  if (own != DecimalMark::unknown) mark = own;  // what it says itself is certain
  const bool has_sign = amount.find_first_of(".,") != std::string::npos;
  if (mark == DecimalMark::unknown) {
    // "1.234" is what the import itself writes; "1,234" may be a thousand or a little more than one.
    if (has_sign && amount.find(',') != std::string::npos) return std::string(trimmed(text));
    return amount;
  }
  const char decimal = mark == DecimalMark::point ? '.' : ',', group = mark == DecimalMark::point ? ',' : '.';
  const std::size_t at = std::min(amount.find(decimal), amount.size());
  std::string whole = amount.substr(0, at);
  const std::string rest = at < amount.size() ? amount.substr(at + 1) : std::string();
  if (!good_groups(whole, group) || !std::all_of(rest.begin(), rest.end(), is_digit))
    return std::string(trimmed(text));
  std::erase(whole, group);
  if (whole.empty() || whole == "-") whole.push_back('0');
  return rest.empty() ? whole : whole + "." + rest;
}

std::string barcode_of(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("=\"") && text.ends_with('"') && text.size() > 3)
    text = text.substr(2, text.size() - 3);
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '-') digits.push_back(c);
  }
  return std::all_of(digits.begin(), digits.end(), is_digit) ? digits : std::string(text);
}

std::string tax_class_of(std::string_view text, const ProductMapping& mapping,
                         const std::vector<TaxClass>& tax_classes) {
  text = trimmed(text);
  if (text.empty()) return mapping.tax_class;
  for (const TaxClass& one : tax_classes) {
    if (compare_folded(one.name, text) == 0) return one.name;
  }
  std::string_view number = text;
  if (number.ends_with('%')) number = trimmed(number.substr(0, number.size() - 1));
  const Result<Rate> rate = parse_percent(decimal_of(number, mapping.decimal));
  if (rate) {
    for (const TaxClass& one : tax_classes) {
      if (one.rate == *rate) return one.name;
    }
  }
  return std::string(text);
}

std::string cell_of(ProductColumn column, std::string_view text, const ProductMapping& mapping,
                    const std::vector<TaxClass>& tax_classes) {
  switch (column) {
    case ProductColumn::barcode:
      return barcode_of(text);
    case ProductColumn::price:
    case ProductColumn::stock:
      return decimal_of(text, mapping.decimal);
    case ProductColumn::tax_class:
      return tax_class_of(text, mapping, tax_classes);
    default:
      return std::string(trimmed(text));
  }
}

/// How many fields the first lines have, if it is the same number in most of them.
std::size_t equal_fields(std::string_view text, char delimiter) {
  csv::Reader reader({}, delimiter);
  reader.feed(text);
  reader.finish();
  csv::Record record;
  std::size_t first = 0, equal = 0, lines = 0;
  while (lines < first_lines_max) {
    const Result<csv::Reader::Step> step = reader.next(record);
    if (!step || *step != csv::Reader::Step::record) break;
    if (lines++ == 0) first = record.fields.size();
    equal += record.fields.size() == first ? 1 : 0;
  }
  return equal * 2 > lines ? first : 0;
}

StockColumn stock_rule(const ProductMapping& mapping) {
  return mapping.of(ProductColumn::stock) < 0 ? StockColumn::left : StockColumn::counted;
}

std::vector<std::string> names_of(const std::vector<TaxClass>& tax_classes) {
  std::vector<std::string> names;
  for (const TaxClass& one : tax_classes) names.push_back(one.name);
  return names;
}

}  // namespace

std::string_view column_name(ProductColumn column) {
  return column_names[static_cast<std::size_t>(column)];
}

std::optional<ProductColumn> column_named(std::string_view name) {
  for (std::size_t i = 0; i < product_columns; ++i) {
    if (column_names[i] == name) return static_cast<ProductColumn>(i);
  }
  return std::nullopt;
}

Result<ForeignFile> open_foreign_file(std::string_view bytes) {
  if (bytes.size() > foreign_bytes_max)
    return fail(Error::limit_exceeded, {}, "The file has more than 16 MB; split it into several.");
  DecodedText decoded = TRY(decode_text(bytes));
  ForeignFile file;
  file.encoding = decoded.encoding;
  file.text = std::move(decoded.utf8);
  std::size_t most = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::size_t fields = equal_fields(file.text, delimiter);
    if (fields > most) most = fields, file.delimiter = delimiter;
  }
  csv::Reader reader({}, file.delimiter);
  reader.feed(file.text);
  reader.finish();
  csv::Record record;
  bool header_read = false;
  while (file.first.size() < first_lines_max) {
    if (TRY(reader.next(record)) != csv::Reader::Step::record) break;
    if (record.problem && !header_read) return *record.problem;
    if (record.problem) continue;
    std::vector<std::string> fields;
    for (const std::string_view field : record.fields) fields.emplace_back(trimmed(field));
    if (!header_read) {
      header_read = true;
      file.header = std::move(fields);
    } else {
      file.first.push_back(std::move(fields));
    }
  }
  if (!header_read) return fail(Error::invalid_csv, {}, "The file is empty.");
  if (file.header.size() < 2) {
    return fail(
        Error::invalid_csv, {},
        "The file has only one column. Its first line must name the columns, parted by commas, semicolons "
        "or tabs.");
  }
  return file;
}

ProductMapping guess_mapping(const ForeignFile& file, const std::vector<TaxClass>& tax_classes) {
  ProductMapping mapping;
  // The best matches of names first, so that "Price" is not taken by "Purchase price".
  struct Match {
    int score = 0;
    std::size_t target = 0;
    int column = 0;
  };
  std::vector<Match> matches;
  for (std::size_t column = 0; column < file.header.size(); ++column) {
    for (std::size_t target = 0; target < product_columns; ++target) {
      const int score = name_score(file.header[column], static_cast<ProductColumn>(target));
      if (score > 0) matches.push_back({score, target, static_cast<int>(column)});
    }
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& one, const Match& other) { return one.score > other.score; });
  std::vector<bool> used(file.header.size(), false);
  for (const Match& match : matches) {
    if (mapping.column[match.target] >= 0 || used[static_cast<std::size_t>(match.column)]) continue;
    mapping.column[match.target] = match.column;
    used[static_cast<std::size_t>(match.column)] = true;
  }
  // Barcodes are known by their check digits.
  for (std::size_t column = 0; column < file.header.size() && mapping.of(ProductColumn::barcode) < 0;
       ++column) {
    std::size_t good = 0, filled = 0;
    for (const std::vector<std::string>& line : file.first) {
      if (column >= line.size() || line[column].empty()) continue;
      ++filled;
      good += parse_gtin(barcode_of(line[column])).ok() ? 1 : 0;
    }
    if (!used[column] && filled > 2 && good * 10 >= filled * 9)
      mapping.of(ProductColumn::barcode) = static_cast<int>(column);
  }
  // The numbers of the first lines say which sign parts the decimals; where they contradict, nobody knows.
  bool points = false, commas = false;
  for (const ProductColumn which : {ProductColumn::price, ProductColumn::stock}) {
    if (mapping.of(which) < 0) continue;
    for (const std::vector<std::string>& line : file.first) {
      const auto at = static_cast<std::size_t>(mapping.of(which));
      if (at >= line.size()) continue;
      const DecimalMark mark = mark_in(amount_signs(line[at]));
      points = points || mark == DecimalMark::point;
      commas = commas || mark == DecimalMark::comma;
    }
  }
  if (points != commas) mapping.decimal = points ? DecimalMark::point : DecimalMark::comma;
  for (const TaxClass& one : tax_classes) {
    if (mapping.tax_class.empty() || one.name == "standard") mapping.tax_class = one.name;
  }
  return mapping;
}

std::string missing_in(const ProductMapping& mapping) {
  if (mapping.of(ProductColumn::name) < 0) return "Say which column holds the names.";
  if (mapping.of(ProductColumn::price) < 0) return "Say which column holds the prices.";
  if (mapping.of(ProductColumn::sku) < 0 && mapping.of(ProductColumn::barcode) < 0)
    return "Say which column holds the SKUs, or the barcodes.";
  if (mapping.of(ProductColumn::tax_class) < 0 && mapping.tax_class.empty())
    return "Say which column holds the tax classes, or choose one for all.";
  return {};
}

ProductCells mapped_cells(const std::vector<std::string_view>& fields, const ProductMapping& mapping,
                          const std::vector<TaxClass>& tax_classes) {
  ProductCells cells;
  for (std::size_t i = 0; i < product_columns; ++i) {
    const int column = mapping.column[i];
    const std::string_view text = column >= 0 && static_cast<std::size_t>(column) < fields.size()
                                      ? fields[static_cast<std::size_t>(column)]
                                      : std::string_view();
    cells[i] = cell_of(static_cast<ProductColumn>(i), text, mapping, tax_classes);
  }
  std::string& sku = cells[static_cast<std::size_t>(ProductColumn::sku)];
  if (mapping.of(ProductColumn::sku) < 0) sku = cells[static_cast<std::size_t>(ProductColumn::barcode)];
  return cells;
}

std::string mended_cell(ProductColumn column, std::string_view text, const ProductMapping& mapping,
                        const std::vector<TaxClass>& tax_classes) {
  return cell_of(column, text, mapping, tax_classes);
}

MappedReading::MappedReading(const ForeignFile& file, const ProductMapping& mapping, Currency currency,
                             std::vector<TaxClass> tax_classes, const ProductEdits& edits)
    : file_(file),
      mapping_(mapping),
      currency_(currency),
      tax_classes_(std::move(tax_classes)),
      edits_(edits),
      reader_({}, file.delimiter),
      rows_(currency, names_of(tax_classes_), stock_rule(mapping)) {
  reader_.feed(file_.text);
  reader_.finish();
  out_.append(product_csv_header).push_back('\n');
}

Result<bool> MappedReading::step(std::size_t lines) {
  for (std::size_t i = 0; i < lines; ++i) {
    if (TRY(reader_.next(record_)) != csv::Reader::Step::record) {
      per_mille_ = 1000;
      return false;
    }
    for (const std::string_view field : record_.fields) bytes_ += field.size() + 1;
    if (!header_read_) {
      header_read_ = true;
      continue;
    }
    if (edits_.left_out.contains(record_.line)) continue;
    const auto edited = edits_.cells.find(record_.line);
    if (edited != edits_.cells.end()) {
      take(record_.line, edited->second);
    } else if (record_.problem) {
      ++lines_;
      refused_.push_back({record_.line, std::nullopt, record_.problem->detail, {}});
    } else {
      take(record_.line, mapped_cells(record_.fields, mapping_, tax_classes_));
    }
  }
  if (!file_.text.empty())
    per_mille_ = static_cast<int>(std::min<std::size_t>(999, bytes_ * 1000 / file_.text.size()));
  return true;
}

void MappedReading::take(std::int64_t line, const ProductCells& cells) {
  ++lines_;
  csv::Record record;
  record.line = line;
  record.fields.assign(cells.begin(), cells.end());
  Result<ProductRow> row = rows_.row(record);
  if (!row) {
    const Failure& failure = row.failure();
    const std::size_t comma = failure.where.find(", ");
    refused_.push_back(
        {line, comma == std::string::npos ? std::nullopt : column_named(failure.where.substr(comma + 2)),
         failure.detail.empty() ? std::string(error_words(failure.error)) + "." : failure.detail, cells});
    return;
  }
  origins_.push_back(line);
  append_product_csv_text(out_, row->sku);
  out_.push_back(',');
  if (row->barcode) out_.append(to_string(*row->barcode));
  out_.push_back(',');
  append_product_csv_text(out_, row->name);
  out_.push_back(',');
  append_product_csv_text(out_, row->category);
  out_.push_back(',');
  out_.append(to_decimal(row->unit_price, currency_)).push_back(',');
  out_.append(row->tax_class).push_back(',');
  if (row->stock) out_.append(to_decimal(*row->stock));
  out_.push_back('\n');
}

ProductCells MappedReading::cells_of(std::int64_t line) const {
  if (const auto edited = edits_.cells.find(line); edited != edits_.cells.end()) return edited->second;
  csv::Reader reader({}, file_.delimiter);
  reader.feed(file_.text);
  reader.finish();
  csv::Record record;
  for (;;) {
    const Result<csv::Reader::Step> step = reader.next(record);
    if (!step || *step != csv::Reader::Step::record || record.line > line) return {};
    if (record.line == line) return mapped_cells(record.fields, mapping_, tax_classes_);
  }
}

}  // namespace ringup
