#pragma once
/// A server's permits, as a till gets them.
#include <string>
#include <vector>

#include "tests/web/native_crypto.h"

namespace ringup::test {

inline constexpr int few_iterations = 1'000;  // tests do not wait as thieves must

/// A permit for this till that ends three days after `now_ms`.
inline Permit make_permit(const Id& till, const Id& user, std::string first_name, std::string last_name,
                          std::string_view pin, std::int64_t now_ms, Role role = Role::cashier) {
  Permit permit;
  permit.user = user;
  permit.till = till;
  permit.tenant = *parse_id("0190b2f4-0000-7000-8000-00000000000f");
  permit.first_name = std::move(first_name);
  permit.last_name = std::move(last_name);
  permit.role = role;
  permit.rights = rights_of(role);
  permit.issued_at_s = now_ms / 1000;
  permit.not_after_s = permit.issued_at_s + 3 * 24 * 3600;
  permit.pin.salt = "salt of " + to_string(user);
  permit.pin.iterations = few_iterations;
  permit.pin.hash = derive_pbkdf2(pin, permit.pin.salt, few_iterations);
  return permit;
}

/// What GET /api/till/permits/ answers.
inline std::string answer_of(const TestKey& key, const std::vector<Permit>& permits,
                             const std::vector<Id>& sellers_without = {}) {
  json::Array items, sellers;
  for (const Permit& permit : permits) {
    items.emplace_back(key.sign(json::dump(to_json(permit))));
    sellers.emplace_back(permit.user);
  }
  for (const Id& id : sellers_without) sellers.emplace_back(id);
  return json::dump(
      json::Object{{"key", key.public_key()}, {"items", std::move(items)}, {"sellers", std::move(sellers)}});
}

}  // namespace ringup::test
