// The till's catalogue page: the quick reader of our own form accepts nothing that the strict one refuses,
// and reads the same; what was read is written and read again.
#include <string>

#include "core/catalogue/product.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const Result<CatalogueDelta> quick = read_delta(text);
  const Result<CatalogueDelta> strict = read_delta(" " + text);  // a space is not our own form
  fuzz::promise(quick.ok() == strict.ok(), "both readers accept the same");
  if (!quick) return 0;
  fuzz::promise(*quick == *strict, "both readers read the same");
  const Result<CatalogueDelta> again = read_delta(to_json(*quick));
  fuzz::promise(again && *again == *quick, "what is written reads back");
  return 0;
}
