#include "server/identity/people_forms.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/identity/account.h"
#include "server/identity/routes.h"

namespace ringup::identity {

constexpr std::size_t words_characters_max = 100;

Result<Role> read_role(std::string_view name) {
  if (const std::optional<Role> role = parse_role(name)) return *role;
  return fail(Error::invalid_value, "role",
              "Roles are owner, manager, cashier, marketing, support, auditor and customer.");
}

Result<std::string> read_words(std::string_view text, std::string_view field) {
  std::string words = TRY(read_person_name(text, field));
  if (utf8::length(words) > words_characters_max)
    return fail(Error::limit_exceeded, std::string(field), "At most 100 characters fit here.");
  return words;
}

Result<std::optional<std::optional<std::string>>> optional_phone(json::Reader& in) {
  using Changed = std::optional<std::optional<std::string>>;
  const json::Value* given = in.find("phone_number");
  if (given == nullptr) return Changed();
  if (given->is_null()) return Changed(std::optional<std::string>());
  const auto text = TRY(in.optional_string("phone_number", 60));
  if (!text.has_value() || text->empty()) return Changed(std::optional<std::string>());
  return Changed(TRY(at_field(read_phone_number(*text), "phone_number")));
}

Result<std::optional<std::vector<Id>>> optional_ids(json::Reader& in, std::string_view name,
                                                    std::size_t items_max) {
  if (in.find(name) == nullptr) return std::optional<std::vector<Id>>();
  std::vector<Id> ids;
  for (const json::Value& item : *TRY(in.array(name, items_max))) {
    const std::string* text = item.as_string();
    const std::string where = in.path_of(name) + "." + std::to_string(ids.size());
    if (text == nullptr) return fail(Error::wrong_type, where, "This must be an id.");
    auto id = parse_id(*text);
    if (!id.ok()) return fail(Error::invalid_value, where, "This must be an id.");
    if (std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
  }
  return std::optional(std::move(ids));
}

Result<std::optional<Rights>> optional_rights(json::Reader& in) {
  if (in.find("rights") == nullptr) return std::optional<Rights>();
  Rights rights;
  for (const json::Value& item : *TRY(in.array("rights", right_count))) {
    const std::string* text = item.as_string();
    const auto right = text == nullptr ? std::nullopt : parse_right(*text);
    if (!right.has_value())
      return fail(Error::invalid_value, "rights",
                  (text == nullptr ? "This" : "\"" + *text + "\"") +
                      " is no right; GET /api/admin/rights/ lists them.");
    rights.add(*right);
  }
  return std::optional(rights);
}

}  // namespace ringup::identity
