#pragma once
/// Product lists that other programs wrote: finding out what their columns mean, and turning their lines into
/// those of the import (core/catalogue/product_csv.h), which then decides on each.
///
/// What is found out by itself: the encoding (core/base/encoding.h), what parts the fields (comma, semicolon,
/// tab or bar: whichever parts the first lines into the most equal number), and which column is which, by its
/// name in a dozen languages ("EAN", "Artikel-Nr.", "Prix TTC", "Price (EUR)") or, for barcodes, by what
/// stands in it. All of it can be overruled.
///
/// What is changed in a cell, and only where it cannot mean anything else:
/// - price and stock: currency signs and spaces go; of "1.234,56" the last sign is the decimal one; "1,19" is
///   1.19; "1,234" alone means nothing certain, so the file's other numbers decide, else it stays and is
///   refused;
/// - a tax class: its name in any case, or its rate in percent ("19", "19 %", "19,0%");
/// - a barcode: spaces and hyphens go, and a spreadsheet's ="4006381333931".
/// Empty cells of a tax class take the one given for all. Everything else is taken as it stands.
///
/// Pure; not thread-safe; no I/O. Memory: the text once, and what is refused.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/csv.h"
#include "core/base/encoding.h"
#include "core/catalogue/product.h"
#include "core/catalogue/product_csv.h"

namespace ringup {

enum class ProductColumn : std::uint8_t { sku, barcode, name, category, price, tax_class, stock };
inline constexpr std::size_t product_columns = 7;
/// As the header has it: "sku", "tax_class".
std::string_view column_name(ProductColumn column);
std::optional<ProductColumn> column_named(std::string_view name);

using ProductCells = std::array<std::string, product_columns>;

/// A file taken in: its text, what parts it, its columns and its first lines.
struct ForeignFile {
  Encoding encoding = Encoding::utf8;
  char delimiter = ',';
  std::string text;                             // UTF-8
  std::vector<std::string> header;              // the first line's fields, trimmed
  std::vector<std::vector<std::string>> first;  // the next lines, at most first_lines_max
};
inline constexpr std::size_t first_lines_max = 20;
inline constexpr std::size_t foreign_bytes_max = 16 << 20;
/// invalid_csv in words (no text, unknown encoding, empty, only one column), limit_exceeded.
Result<ForeignFile> open_foreign_file(std::string_view bytes);

enum class DecimalMark : std::uint8_t { unknown, point, comma };

struct ProductMapping {
  std::array<int, product_columns> column{-1, -1, -1, -1, -1, -1, -1};  // of the file; -1: none
  DecimalMark decimal = DecimalMark::unknown;
  std::string tax_class;  // where the file has none
  bool operator==(const ProductMapping&) const = default;
  int& of(ProductColumn which) { return column[static_cast<std::size_t>(which)]; }
  int of(ProductColumn which) const { return column[static_cast<std::size_t>(which)]; }
};
/// What the columns probably are. `tax_class` is `standard` if the shop has it, else its first.
ProductMapping guess_mapping(const ForeignFile& file, const std::vector<TaxClass>& tax_classes);
/// What still has to be said, as a sentence; empty where the mapping will do: name and price are needed, and
/// a SKU or a barcode (which then serves as SKU).
std::string missing_in(const ProductMapping& mapping);

/// One line's cells as those of the import, by the rules above.
ProductCells mapped_cells(const std::vector<std::string_view>& fields, const ProductMapping& mapping,
                          const std::vector<TaxClass>& tax_classes);
/// A single cell that a person typed.
std::string mended_cell(ProductColumn column, std::string_view text, const ProductMapping& mapping,
                        const std::vector<TaxClass>& tax_classes);

/// What a person did to single lines of the file.
struct ProductEdits {
  std::map<std::int64_t, ProductCells> cells;  // by line: these instead of the file's
  std::map<std::int64_t, bool> left_out;       // lines that are not to go in
};

/// Reads the whole file by a mapping, some lines at a time, so that a screen stays fluent:
///     while (TRY(reading.step(2'000))) draw progress;
class MappedReading {
 public:
  struct Refused {
    std::int64_t line = 0;
    std::optional<ProductColumn> column;
    std::string detail;
    ProductCells cells;
  };

  /// File and edits must outlive this.
  MappedReading(const ForeignFile& file, const ProductMapping& mapping, Currency currency,
                std::vector<TaxClass> tax_classes, const ProductEdits& edits);
  /// Reads so many lines more. False when the file is at its end. Fails where it cannot be read on.
  Result<bool> step(std::size_t lines);
  /// How much of the file is read, 0 to 1,000.
  int per_mille() const { return per_mille_; }

  std::int64_t lines() const { return lines_; }  // without the header and those left out
  const std::vector<Refused>& refused() const { return refused_; }
  /// The good lines as an import file, complete after the last step; and for each of its lines, from the one
  /// after the header on, which line of the foreign file it was.
  const std::string& import_file() const { return out_; }
  const std::vector<std::int64_t>& origins() const { return origins_; }
  /// The cells that a line of the import file was made of.
  ProductCells cells_of(std::int64_t line) const;

 private:
  void take(std::int64_t line, const ProductCells& cells);

  const ForeignFile& file_;
  const ProductMapping mapping_;
  const Currency currency_;
  const std::vector<TaxClass> tax_classes_;
  const ProductEdits& edits_;
  csv::Reader reader_;
  csv::Record record_;
  ProductCsv rows_;
  std::string out_;
  std::vector<std::int64_t> origins_;
  std::vector<Refused> refused_;
  std::int64_t lines_ = 0;
  std::size_t bytes_ = 0;
  int per_mille_ = 0;
  bool header_read_ = false;
};

}  // namespace ringup
