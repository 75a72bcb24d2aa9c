#pragma once
/// Customers of a business.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

struct Customer {
  Id id;
  std::optional<std::string> email;  // normalised; unique in a business
  std::string first_name, last_name;
  std::optional<std::string> phone_number;
  bool consent_email = false, consent_sms = false;
  std::int64_t created_at = 0;
};

/// conflict where the id or the e-mail address is taken.
Result<void> add_customer(Database& db, const Id& tenant, const Customer& customer);
Result<std::optional<Customer>> find_customer(Database& db, const Id& tenant, const Id& id);
/// Those whose name or address begins with `prefix` or whose phone number holds it (all for ""), the newest
/// first, before `before`; at most `limit`.
Result<std::vector<Customer>> list_customers(Database& db, const Id& tenant, std::string_view prefix,
                                             const std::optional<Id>& before, std::int64_t limit);

}  // namespace ringup::store
