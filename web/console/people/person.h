#pragma once
/// A user as the people's screens read it, and the words for roles, rights and devices.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

struct Person {
  Id id;
  std::string email, first_name, last_name, phone_number, designation;
  std::string branch;  // its id; "": none
  Role role = Role::customer;
  Rights rights;                    // by role and groups
  std::vector<std::string> groups;  // ids
  bool active = true, verified = false, password_expired = false, has_pin = false;
  std::vector<std::string> second_factors;
  std::int64_t login_attempts = 0, created_at = 0;
  std::optional<std::int64_t> last_login, locked_until;

  /// "Mara Holler", else the address.
  std::string name() const;
  bool locked(std::int64_t now_us) const { return locked_until.has_value() && *locked_until > now_us; }
};
Person read_person(const json::Value& value);

struct GroupRow {
  Id id;
  std::string name;
  bool is_employee = false;
  Rights rights;
  std::vector<std::string> members;  // ids of users
};
GroupRow read_group(const json::Value& value);
Rights read_rights(const json::Value& names);

/// "Manager".
std::string role_word(Role role);
/// What such a person does: a sentence without its stop.
std::string_view role_words(Role role);
/// What the right lets somebody do: "Change products, prices, taxes and stock".
std::string_view right_words(Right right);
/// "Authenticator app", "Text message", "E-mail".
std::string factor_word(std::string_view kind);
/// "Chrome on Windows" of a User-Agent; the first words of it where it is another kind of client.
std::string device_words(std::string_view device);

}  // namespace ringup::console
