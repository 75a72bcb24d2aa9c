// The till's own copy of its catalogue: whatever lies on the device, reading it ends, and what it accepts is
// a catalogue. The hash is set right first, or nothing would get past it.
#include <cstring>
#include <string>

#include "core/catalogue/snapshot.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = seal_snapshot(fuzz::text_of(data, size));
  Result<CatalogueDelta> read = read_snapshot(bytes, "");
  if (!read) return 0;
  Catalogue catalogue;
  if (!catalogue.adopt(std::move(read).value())) return 0;
  const std::string written = write_snapshot(catalogue, "");
  const Result<CatalogueDelta> again = read_snapshot(written, "");
  fuzz::promise(again && again->products.size() == catalogue.size(), "what is written reads back");
  catalogue.settle(catalogue.size());
  fuzz::promise(catalogue.unsettled() == 0, "everything is settled");
  return 0;
}
