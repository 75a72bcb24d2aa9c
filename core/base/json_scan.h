#pragma once
/// Cuts a JSON text (RFC 8259) into the texts of its parts, without reading their values.
///
/// The journal needs it: one record with a fraction, a lone surrogate or a member that stands twice must not
/// make the ninety-nine beside it unreadable. So the grammar is checked here, once, for the whole text, and
/// each part is then read strictly by json::parse on its own. Numbers may have any size, strings any escape,
/// nesting any depth (no recursion). Whether the bytes are UTF-8 is not looked at.
/// The parts refer to the text; it must outlive them.
#include <optional>
#include <string_view>
#include <vector>

namespace ringup::json {

struct MemberText {
  std::string_view name;   // with its quotes and escapes
  std::string_view value;  // without the white space around it
};

/// The text is one JSON value, with white space around it at most.
bool is_json(std::string_view text);
/// The members of an object, in their order, twice where they stand twice; nullopt if this is no object or no
/// JSON.
std::optional<std::vector<MemberText>> members_of(std::string_view text);
/// The items of a list; nullopt if this is no list or no JSON.
std::optional<std::vector<std::string_view>> items_of(std::string_view text);

}  // namespace ringup::json
