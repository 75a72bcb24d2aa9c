#include "web/till/cashier.h"

namespace ringup::till {

std::string Cashier::name() const {
  const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
  return both.empty() ? email : both;
}

json::Value to_json(const Cashier& cashier) {
  return json::Object{{"id", cashier.user},
                      {"email", cashier.email},
                      {"first_name", cashier.first_name},
                      {"last_name", cashier.last_name},
                      {"role", cashier.role}};
}

Result<Cashier> read_cashier(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value, "user"));
  Cashier cashier;
  cashier.user = TRY(in.id("id"));
  cashier.email = TRY(in.string("email", 254));
  cashier.first_name = TRY(in.string("first_name", 200));
  cashier.last_name = TRY(in.string("last_name", 200));
  cashier.role = TRY(in.string("role", 40));
  return cashier;
}

}  // namespace ringup::till
