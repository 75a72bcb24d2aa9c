#include "web/till/cashier.h"

namespace ringup::till {
namespace {

std::string joined(const std::string& first, const std::string& last) {
  return first + (first.empty() || last.empty() ? "" : " ") + last;
}

}  // namespace

std::string Cashier::name() const {
  const std::string both = joined(first_name, last_name);
  if (!both.empty()) return both;
  return email.empty() ? role : email;
}

json::Value to_json(const Cashier& cashier) {
  return json::Object{{"id", cashier.user},
                      {"email", cashier.email},
                      {"first_name", cashier.first_name},
                      {"last_name", cashier.last_name},
                      {"role", cashier.role},
                      {"rights", right_names(cashier.rights)},
                      {"by_pin", cashier.by_pin}};
}

Result<Cashier> read_cashier(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value, "user"));
  Cashier cashier;
  cashier.user = TRY(in.id("id"));
  cashier.email = TRY(in.string("email", 254));
  cashier.first_name = TRY(in.string("first_name", 200));
  cashier.last_name = TRY(in.string("last_name", 200));
  cashier.role = TRY(in.string("role", 40));
  if (const json::Value* rights = in.find("rights"))
    cashier.rights = TRY(read_right_names(*rights));
  else if (const auto role = parse_role(cashier.role))
    cashier.rights = rights_of(*role);
  cashier.by_pin = TRY(in.optional_boolean("by_pin")).value_or(false);
  return cashier;
}

Cashier cashier_of(const Permit& permit) {
  Cashier cashier;
  cashier.user = permit.user;
  cashier.first_name = permit.first_name;
  cashier.last_name = permit.last_name;
  cashier.role = role_name(permit.role);
  cashier.rights = permit.rights;
  cashier.by_pin = true;
  return cashier;
}

}  // namespace ringup::till
