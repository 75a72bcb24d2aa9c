// JSON: what is read can be written and read again as the same value, and the two readers agree on the
// grammar.
#include "core/base/json.h"

#include "core/base/json_scan.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const bool grammar = json::is_json(text);
  const auto members = json::members_of(text);
  const auto items = json::items_of(text);
  fuzz::promise(grammar || (!members && !items), "parts come only out of JSON");

  const Result<json::Value> value = json::parse(text);
  if (!value) return 0;
  fuzz::promise(grammar, "what is read strictly is JSON");
  fuzz::promise(members.has_value() == (value->as_object() != nullptr), "an object has members");
  if (members) fuzz::promise(members->size() == value->as_object()->size(), "all members are found");
  fuzz::promise(items.has_value() == (value->as_array() != nullptr), "a list has items");
  if (items) fuzz::promise(items->size() == value->as_array()->size(), "all items are found");

  const Result<json::Value> again = json::parse(json::dump(*value));
  fuzz::promise(again && *again == *value, "what is written is read again as the same");
  const std::string canonical = json::canonical(*value);
  const Result<json::Value> sorted = json::parse(canonical);
  fuzz::promise(sorted && json::canonical(*sorted) == canonical,
                "the canonical form is its own canonical form");
  return 0;
}
