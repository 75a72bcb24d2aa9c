/// What a till asks of a new customer before it writes the record.
#include <gtest/gtest.h>

#include "core/till/bodies.h"

namespace ringup::journal {
namespace {

CustomerBody typed() {
  return {Id{{1}}, " Ada@Example.com ", " Ada ", "Lovelace", "+49 (30) 123-4567", {true, true}};
}

TEST(NewCustomer, IsMadeReadyForTheRecord) {
  const CustomerBody ready = check_new_customer(typed()).value();
  EXPECT_EQ(ready.first_name, "Ada");
  EXPECT_EQ(ready.email, "ada@example.com");
  EXPECT_EQ(ready.phone_number, "+49301234567");
  EXPECT_EQ(read_customer_body(to_json(ready)).value(), ready);
  CustomerBody only_a_name{Id{{1}}, "", "", "Lovelace", " ", {}};
  EXPECT_FALSE(check_new_customer(only_a_name).value().email.has_value());
  EXPECT_FALSE(check_new_customer(only_a_name).value().phone_number.has_value());
}

TEST(NewCustomer, SaysWhatIsWrongAndWhere) {
  const auto wrong = [](auto&& change) {
    CustomerBody body = typed();
    change(body);
    const Result<CustomerBody> checked = check_new_customer(body);
    EXPECT_FALSE(checked.ok());
    if (checked.ok()) return std::string();
    EXPECT_TRUE(checked.failure().detail.ends_with('.'));
    return checked.failure().where;
  };
  EXPECT_EQ(wrong([](CustomerBody& body) { body.first_name = body.last_name = " "; }), "last_name");
  EXPECT_EQ(wrong([](CustomerBody& body) { body.email = "ada"; }), "email");
  EXPECT_EQ(wrong([](CustomerBody& body) { body.email = ""; }), "email") << "consent needs an address";
  EXPECT_EQ(wrong([](CustomerBody& body) { body.phone_number = "12"; }), "phone_number");
  EXPECT_EQ(wrong([](CustomerBody& body) { body.phone_number.reset(); }), "phone_number");
}

}  // namespace
}  // namespace ringup::journal
