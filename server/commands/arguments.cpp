#include <algorithm>
#include <cstdio>
#include <sstream>

#include "server/commands/commands.h"

namespace ringup::commands {
namespace {

struct Slot {
  std::string option;  // "" for a positional
  std::string value;   // its name, "" for a flag
  bool optional = false;
};

std::vector<Slot> slots_of(const char* usage) {
  std::vector<Slot> slots;
  std::istringstream words{std::string(usage)};
  std::string word;
  bool inside = false;
  while (words >> word) {
    const bool opens = word.starts_with('['), closes = word.ends_with(']');
    inside = inside || opens;
    std::string name = word.substr(opens ? 1 : 0);
    if (closes) name.pop_back();
    if (name.starts_with("--"))
      slots.push_back({name, "", inside});
    else if (!slots.empty() && !slots.back().option.empty() && slots.back().value.empty() && !opens &&
             (slots.back().optional == inside))
      slots.back().value = name;
    else
      slots.push_back({"", name, inside});
    inside = inside && !closes;
  }
  return slots;
}

}  // namespace

Result<Arguments> parse_arguments(const char* usage, const std::vector<std::string>& words) {
  const std::vector<Slot> slots = slots_of(usage);
  Arguments arguments;
  std::size_t positional_max = 0, positional_min = 0;
  for (const Slot& slot : slots) {
    if (slot.option.empty()) ++positional_max, positional_min += slot.optional ? 0 : 1;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      if (arguments.positional.size() == positional_max)
        return fail(Error::invalid_value, word, "This word is not expected here.");
      arguments.positional.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto slot = std::find_if(slots.begin(), slots.end(),
                                   [&](const Slot& s) { return !s.option.empty() && s.option == name; });
    if (slot == slots.end()) return fail(Error::unknown_member, name, "This option is not known here.");
    if (arguments.has(name)) return fail(Error::duplicate_member, name, "This option stands here twice.");
    if (slot->value.empty()) {
      if (equals != std::string::npos) return fail(Error::invalid_value, name, "This option takes no value.");
      arguments.options[name] = "";
    } else if (equals != std::string::npos) {
      arguments.options[name] = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      arguments.options[name] = words[++i];
    } else {
      return fail(Error::missing_member, name, "This option needs a value: " + slot->value + ".");
    }
    if (!slot->value.empty() && arguments.options[name].empty())
      return fail(Error::invalid_value, name, "The value of this option is empty.");
  }
  for (const Slot& slot : slots) {
    if (!slot.option.empty() && !slot.optional && !arguments.has(slot.option))
      return fail(Error::missing_member, slot.option, "This option must be given.");
  }
  if (arguments.positional.size() < positional_min)
    return fail(Error::missing_member, {}, "A word is missing.");
  return arguments;
}

int report(const Failure& failure) {
  std::fprintf(stderr, "ringup: %s\n", describe(failure).c_str());
  return failed;
}

}  // namespace ringup::commands
