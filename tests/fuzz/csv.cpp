// CSV: the same records come out however the bytes are cut into pieces, and the product reader never breaks.
#include "core/base/csv.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/catalogue/product_csv.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

namespace {

struct Seen {
  std::vector<std::vector<std::string>> records;
  std::vector<std::int64_t> lines;
  std::string failure;
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view text, std::size_t piece) {
  // Small limits, so that a small input reaches them.
  csv::Reader reader({.record_bytes_max = 256, .fields_max = 8, .lines_max = 64});
  csv::Record record;
  Seen seen;
  std::string chunk;
  for (;;) {
    const Result<csv::Reader::Step> step = reader.next(record);
    if (!step) {
      seen.failure = step.failure().where + step.failure().detail;
      return seen;
    }
    if (*step == csv::Reader::Step::end) return seen;
    if (*step == csv::Reader::Step::need_more) {
      if (text.empty()) {
        reader.finish();
        continue;
      }
      chunk = text.substr(0, piece);
      text.remove_prefix(std::min(piece, text.size()));
      reader.feed(chunk);
      continue;
    }
    fuzz::promise(!record.problem || record.fields.empty(), "a broken line has no fields");
    seen.lines.push_back(record.line);
    seen.records.emplace_back(record.fields.begin(), record.fields.end());
    if (record.problem) seen.records.back().push_back(record.problem->where + record.problem->detail);
  }
}

/// What is read from a file, written and read again, is the same.
void write_and_read_back(const ProductRow& row) {
  const Currency euro = *parse_currency("EUR");
  Product product;
  product.sku = row.sku;
  product.name = row.name;
  product.unit_price = row.unit_price;
  product.tax_class = row.tax_class;
  product.stock = row.stock.value();
  if (row.barcode) product.barcodes.push_back(*row.barcode);
  std::string file;
  begin_product_csv(file);
  append_product_csv(file, product, row.category, euro);
  std::size_t same = 0;
  const auto read = read_product_csv(
      file, euro, {},
      [&](ProductRow&& again) {
        same += again.sku == row.sku && again.name == row.name && again.category == row.category &&
                again.unit_price == row.unit_price && again.tax_class == row.tax_class &&
                again.stock == row.stock && again.barcode == row.barcode;
      },
      [](const Failure&) { fuzz::promise(false, "what was written is taken"); });
  fuzz::promise(read.ok() && same == 1, "what was written is read back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const Seen whole = read(text, text.size() + 1);
  const Seen pieces = read(text, static_cast<std::size_t>(data[0]) % 32 + 1);
  fuzz::promise(whole == pieces, "the pieces make no difference");

  // As an import: with the header in front, so that lines are reached.
  const std::string file = std::string(product_csv_header) + "\n" + std::string(text);
  std::int64_t rows = 0;
  const auto read_all = read_product_csv(
      file, *parse_currency("EUR"), {"standard"},
      [&](ProductRow&& row) {
        ++rows;
        write_and_read_back(row);
      },
      [](const Failure& failure) { fuzz::promise(!failure.where.empty(), "a refused line is named"); });
  (void)read_all;
  fuzz::promise(rows >= 0, "rows are counted");
  return 0;
}
