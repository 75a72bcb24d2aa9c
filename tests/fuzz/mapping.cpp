// Files of other programs: whatever the bytes, what the mapping lets through the import takes.
#include "core/catalogue/product_mapping.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<ForeignFile> file = open_foreign_file(fuzz::text_of(data, size));
  if (!file) return 0;
  const Currency euro = *parse_currency("EUR");
  const std::vector<TaxClass> classes = {{"standard", Rate{190000}}, {"reduced", Rate{70000}}};
  ProductMapping mapping = guess_mapping(*file, classes);
  // Where nothing is known the first columns are as good as any.
  for (std::size_t i = 0; i < product_columns; ++i) {
    if (mapping.column[i] < 0 && i < file->header.size()) mapping.column[i] = static_cast<int>(i);
  }
  const ProductEdits edits;
  MappedReading reading(*file, mapping, euro, classes, edits);
  for (;;) {
    const Result<bool> more = reading.step(3);
    if (!more) return 0;
    if (!*more) break;
  }
  std::size_t rows = 0;
  const auto read = read_product_csv(
      reading.import_file(), euro, {"standard", "reduced"}, [&](ProductRow&&) { ++rows; },
      [](const Failure&) {});
  if (mapping.of(ProductColumn::stock) < 0) return 0;
  fuzz::promise(read.ok(), "what was made can be read");
  fuzz::promise(rows == reading.origins().size(), "all that was let through is taken");
  fuzz::promise(reading.lines() == static_cast<std::int64_t>(rows + reading.refused().size()),
                "each line is taken or refused");
  return 0;
}
