#pragma once
/// The person at the till, as the server tells of them and the device remembers.
#include <string>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::till {

struct Cashier {
  Id user;
  std::string email, first_name, last_name, role;
  std::string name() const;
  bool operator==(const Cashier&) const = default;
};
json::Value to_json(const Cashier&);
/// Lenient: members that a newer server adds are passed over.
Result<Cashier> read_cashier(const json::Value&);

}  // namespace ringup::till
