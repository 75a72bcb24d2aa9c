#pragma once
/// The import file of products: header `sku,barcode,name,category,price,tax_class,stock`, a product a line.
///
/// Rules of the fields: `sku`, `name`, `category`, `tax_class` as product.h has them, spaces around them cut
/// off; `barcode` empty or a GTIN with its right check digit, in any of its lengths; `price` a decimal, at
/// least 0, with up to two decimals more than the currency; `category` may be empty; `stock` a decimal, at
/// least 0, with up to three decimals. The same SKU or barcode twice in a file: the first line counts, the
/// later ones are refused and name the first. A line that is refused takes nothing: its SKU and barcode stay
/// free.
///
/// Texts that a spreadsheet would run. A cell that begins with = + - or @ is a formula to a spreadsheet, so
/// the writer puts an apostrophe before such a `sku`, `name` or `category` (and before one that begins with
/// apostrophes and then such a character), and the reader takes one off where it finds that. So whatever was
/// written is read back exactly. Numbers need none: no price is below zero, and a stock of -2 computes
/// nothing.
///
/// What goes out is what comes in, with two things to know. A stock below zero is written as it is, and
/// refused when it is read as a count: import such a file with StockColumn::left. Of several barcodes the
/// first is written; an import takes none away, so the shop itself loses nothing by it.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/csv.h"
#include "core/base/result.h"
#include "core/catalogue/barcode.h"
#include "core/catalogue/product.h"

namespace ringup {

inline constexpr std::string_view product_csv_header = "sku,barcode,name,category,price,tax_class,stock";

/// What an import does with the column `stock`.
enum class StockColumn : std::uint8_t {
  counted,  // it was counted: the level becomes this
  left,     // it is not looked at: levels stay as they are, new products begin with none
};

struct ProductRow {
  std::int64_t line = 0;
  std::string sku;
  std::optional<Gtin> barcode;
  std::string name;
  std::string category;  // a name, or empty
  UnitPrice unit_price;
  std::string tax_class;
  std::optional<Quantity> stock;  // none: StockColumn::left
};

/// Turns records into rows. Holds the SKUs and barcodes seen: about 150 bytes a row. Not thread-safe.
class ProductCsv {
 public:
  /// `tax_classes`: those the shop knows; another one is refused with the known ones named. Empty: not
  /// checked.
  ProductCsv(Currency currency, std::vector<std::string> tax_classes,
             StockColumn stock = StockColumn::counted);

  /// The first record must be the header. invalid_csv at line 1, saying what is missing or wrong.
  Result<void> header(const csv::Record& record) const;
  /// A row, or why the line is refused: `where` is "line 17, price" or "line 17".
  /// invalid_csv, invalid_value, invalid_barcode, out_of_range, duplicate_sku, duplicate_barcode.
  Result<ProductRow> row(const csv::Record& record);

 private:
  const Currency currency_;
  const std::vector<std::string> tax_classes_;
  const StockColumn stock_;
  std::unordered_map<std::string, std::int64_t> line_of_sku_;
  std::unordered_map<std::uint64_t, std::int64_t> line_of_barcode_;
};

/// A whole file that is in memory (or mapped): calls `take` for each good row and `refuse` for each refused
/// line, in the file's order. Fails where the file cannot be read on: wrong header, a quote never closed, too
/// many lines; what was taken before is then the caller's to drop.
Result<void> read_product_csv(std::string_view file, Currency currency, std::vector<std::string> tax_classes,
                              const std::function<void(ProductRow&&)>& take,
                              const std::function<void(const Failure&)>& refuse);

/// The beginning of an export: a byte order mark, by which spreadsheets know UTF-8, and the header. Lines end
/// in CRLF (RFC 4180).
void begin_product_csv(std::string& out);
/// Appends a product as one line. `category` is the name of its category, empty for none.
void append_product_csv(std::string& out, const Product& product, std::string_view category,
                        Currency currency);
/// Appends one text as these files hold it: safe from formulas, quoted where it must be.
void append_product_csv_text(std::string& out, std::string_view text);

}  // namespace ringup
