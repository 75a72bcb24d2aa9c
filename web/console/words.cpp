// Reading what the server answers, leniently: what is shown is not believed further than that.
#include "core/base/time.h"
#include "web/console/console.h"

namespace ringup::console {

std::optional<std::int64_t> read_time(std::string_view text) {
  const Result<std::int64_t> time = parse_rfc3339(text);
  return time.ok() ? std::optional(*time) : std::nullopt;
}

std::string text_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_string() == nullptr ? std::string() : *member->as_string();
}

std::int64_t number_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_integer() == nullptr ? 0 : *member->as_integer();
}

bool flag_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

Id id_in(const json::Value& value, std::string_view name) {
  const Result<Id> id = parse_id(text_in(value, name));
  return id.ok() ? *id : Id{};
}

const json::Array& items_in(const json::Value& value, std::string_view name) {
  static const json::Array none;
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_array() == nullptr ? none : *member->as_array();
}

}  // namespace ringup::console
