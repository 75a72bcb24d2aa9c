#pragma once
/// The person at the till, as the server or their permit tells of them and the device remembers.
#include <string>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/identity/permit.h"
#include "core/identity/role.h"

namespace ringup::till {

struct Cashier {
  Id user;
  std::string email, first_name, last_name, role;
  Rights rights = {};   // what they may; of the role where an older server tells nothing else
  bool by_pin = false;  // they showed a PIN, no password: good for as long as the permit is
  std::string name() const;
  bool may(Right right) const { return rights.has(right); }
  bool operator==(const Cashier&) const = default;
};
json::Value to_json(const Cashier&);
/// Lenient: members that a newer server adds are passed over.
Result<Cashier> read_cashier(const json::Value&);
Cashier cashier_of(const Permit&);

}  // namespace ringup::till
