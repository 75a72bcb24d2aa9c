#pragma once
/// Customers of a business, and what they bought.
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
  std::optional<Id> till, made_by;  // of one who was made at a till
};

/// conflict where the id or the e-mail address is taken.
Result<void> add_customer(Database& db, const Id& tenant, const Customer& customer);
/// Writes every field but created_at. conflict where the address is taken; not_found.
Result<void> update_customer(Database& db, const Id& tenant, const Customer& customer);
/// Whether another customer than `id` has this address, in its normalised form.
Result<bool> address_is_taken(Database& db, const Id& tenant, std::string_view email, const Id& id);
Result<std::optional<Customer>> find_customer(Database& db, const Id& tenant, const Id& id);

struct CustomerFilter {
  /// What a word of the name, the address or the phone number begins with, or a part of the phone number of
  /// three digits or more; several words must each be found. Case and accents do not matter. All for "".
  std::string query;
  bool by_name = false;     // else the newest first
  std::optional<Id> after;  // only what stands behind this one in the list
  std::int64_t limit = 50;
};
/// A query reads customers until the page is full: 100,000 take some 0.1 s.
Result<std::vector<Customer>> list_customers(Database& db, const Id& tenant, const CustomerFilter& filter);

/// What a customer bought and gave back, without what was voided. Amounts in the business's currency.
struct CustomerFigures {
  std::int64_t sales = 0, refunds = 0;
  std::int64_t spent = 0;        // totals of sales less those of refunds
  std::int64_t open_credit = 0;  // bought on credit less what was given back so
  std::optional<std::int64_t> last_visit;
};
Result<CustomerFigures> customer_figures(Database& db, const Id& tenant, const Id& customer);

}  // namespace ringup::store
