/// PINs of cashiers and the permits that tills get for them, over a real socket.
#include <gtest/gtest.h>

#include "core/identity/permit.h"
#include "server/identity/accounts.h"
#include "server/store/pins.h"
#include "tests/server/running.h"
#include "tests/web/native_crypto.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

constexpr char cashier_email[] = "kim@shop.example";
constexpr char cashier_password[] = "nine tall yellow lamps";

/// A shop with a till and a cashier.
struct Shop {
  Shop() {
    const Answer made = server.post("/api/admin/users/",
                                    Object{{"email", cashier_email},
                                           {"password", cashier_password},
                                           {"first_name", "Kim"},
                                           {"last_name", "Lee"},
                                           {"role", "cashier"}},
                                    owner);
    EXPECT_EQ(made.status, 201) << made.body;
    user = made.text("id");
    const std::string code = server.post("/api/till/pairing-codes/", Object{}, owner).text("pairing_code");
    const Answer enrolled = server.post("/api/till/enrol/", Object{{"pairing_code", code}});
    till_id = enrolled.text("till");
    till = {{"Authorization", "Till " + enrolled.text("token")}};
    cashier = RunningServer::bearer(server.login(cashier_email, cashier_password).text("access"));
  }
  Answer put_pin(std::string_view pin, const Headers& who) const {
    return test::send(server.port(), "PUT", "/api/accounts/me/pin/", json::dump(Object{{"pin", pin}}), who);
  }
  /// The permits that the till is given, their signatures checked.
  std::vector<Permit> permits() const {
    const Answer answer = server.get("/api/till/permits/", till);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.header("cache-control"), "no-store");
    std::vector<Permit> permits;
    const json::Value value = answer.json();
    for (const json::Value& item : *value.find("items")->as_array()) {
      const auto payload = test::verify_es256(answer.text("key"), *item.as_string());
      EXPECT_TRUE(payload.has_value()) << *item.as_string();
      Result<Permit> permit = read_permit(*json::parse(payload.value_or("null")));
      EXPECT_TRUE(permit.ok());
      if (permit.ok()) permits.push_back(std::move(permit).value());
    }
    return permits;
  }
  std::size_t sellers() const {
    return server.get("/api/till/permits/", till).json().find("sellers")->as_array()->size();
  }

  RunningServer server;
  Headers owner = server.owner(), till, cashier;
  std::string user, till_id;
};

TEST(Permits, LetATillCheckAPinByItself) {
  const Shop shop;
  EXPECT_TRUE(shop.permits().empty());
  EXPECT_EQ(shop.sellers(), 2u);  // with the owner
  const Answer set = shop.put_pin("4071", shop.cashier);
  ASSERT_EQ(set.status, 204) << set.body;
  const std::vector<Permit> permits = shop.permits();
  ASSERT_EQ(permits.size(), 1u);
  const Permit& permit = permits.front();
  EXPECT_EQ(to_string(permit.user), shop.user);
  EXPECT_EQ(to_string(permit.till), shop.till_id);
  EXPECT_EQ(permit.first_name, "Kim");
  EXPECT_EQ(permit.role, Role::cashier);
  EXPECT_EQ(permit.rights, rights_of(Role::cashier));
  EXPECT_EQ(permit.not_after_s - permit.issued_at_s, identity::permit_us / 1'000'000);
  EXPECT_EQ(permit.pin.iterations, pin_iterations);
  EXPECT_EQ(test::derive_pbkdf2("4071", permit.pin.salt, permit.pin.iterations), permit.pin.hash);
  EXPECT_NE(test::derive_pbkdf2("4072", permit.pin.salt, permit.pin.iterations), permit.pin.hash);
}

TEST(Permits, AreRenewedByEachFetch) {
  Shop shop;
  ASSERT_EQ(shop.put_pin("4071", shop.cashier).status, 204);
  const Permit first = shop.permits().front();
  shop.server.pass(3600);
  const Permit second = shop.permits().front();
  EXPECT_EQ(second.not_after_s - first.not_after_s, 3600);
  EXPECT_EQ(second.pin, first.pin);
}

TEST(Permits, EndWithWhatTheyStandFor) {
  const Shop shop;
  ASSERT_EQ(shop.put_pin("4071", shop.cashier).status, 204);
  ASSERT_EQ(shop.permits().size(), 1u);
  const std::string place = "/api/admin/users/" + shop.user + "/";
  ASSERT_EQ(shop.server.patch(place, Object{{"is_active", false}}, shop.owner).status, 200);
  EXPECT_TRUE(shop.permits().empty());
  EXPECT_EQ(shop.sellers(), 1u);
  ASSERT_EQ(shop.server.patch(place, Object{{"is_active", true}}, shop.owner).status, 200);
  EXPECT_EQ(shop.permits().size(), 1u);
  // Taken away by the owner, and not a second time.
  EXPECT_EQ(shop.server.remove(place + "pin/", shop.owner).status, 204);
  EXPECT_TRUE(shop.permits().empty());
  EXPECT_EQ(shop.server.remove(place + "pin/", shop.owner).status, 404);
  // A revoked till gets none.
  ASSERT_EQ(shop.put_pin("4071", RunningServer::bearer(
                                     shop.server.login(cashier_email, cashier_password).text("access")))
                .status,
            204);
  ASSERT_EQ(shop.server.post("/api/tills/" + shop.till_id + "/revoke/", Object{}, shop.owner).status, 200);
  EXPECT_EQ(shop.server.get("/api/till/permits/", shop.till).status, 403);
}

TEST(Permits, AreForTillsAlone) {
  const Shop shop;
  EXPECT_EQ(shop.server.get("/api/till/permits/").status, 401);
  EXPECT_EQ(shop.server.get("/api/till/permits/", shop.owner).status, 401);
}

TEST(Permits, HaveAKeyOfTheFolderThatStays) {
  const Shop shop;
  const Shop other;
  const auto key = [](const Shop& of) { return of.server.get("/api/till/permits/", of.till).text("key"); };
  EXPECT_EQ(key(shop), key(shop));
  EXPECT_NE(key(shop), key(other));
  ASSERT_EQ(shop.put_pin("4071", shop.cashier).status, 204);
  const json::Value answer = shop.server.get("/api/till/permits/", shop.till).json();
  const std::string jws = *(*answer.find("items")->as_array())[0].as_string();
  EXPECT_FALSE(test::verify_es256(key(other), jws).has_value());
}

TEST(OwnPin, IsRefusedWhereItIsWeakOrNobodyProvedWhoTheyAre) {
  Shop shop;
  const auto code = [&](std::string_view pin, const Headers& who) {
    const Answer answer = shop.put_pin(pin, who);
    return std::to_string(answer.status) + " " + answer.text("code");
  };
  EXPECT_EQ(code("1234", shop.cashier), "400 invalid_value");
  EXPECT_EQ(code("12", shop.cashier), "400 invalid_value");
  EXPECT_EQ(code("4071", {}), "401 unauthenticated");
  EXPECT_EQ(code("4071", shop.till), "401 unauthenticated");
  EXPECT_EQ(test::send(shop.server.port(), "PUT", "/api/accounts/me/pin/", R"({"pin":"4071","user":"x"})",
                       shop.cashier)
                .text("code"),
            "unknown_member");
  shop.server.pass(11 * 60);
  EXPECT_EQ(code("4071", shop.cashier), "403 proof_required");
  const auto with_proof = [&](std::string_view password) {
    const Object body{{"pin", "4071"}, {"proof", Object{{"password", password}}}};
    return test::send(shop.server.port(), "PUT", "/api/accounts/me/pin/", json::dump(body), shop.cashier)
        .status;
  };
  EXPECT_EQ(with_proof("another password"), 401);
  EXPECT_TRUE(shop.permits().empty());
  EXPECT_EQ(shop.server.remove("/api/accounts/me/pin/", shop.cashier).text("code"), "proof_required");
  EXPECT_TRUE(shop.permits().empty());
  EXPECT_EQ(with_proof(cashier_password), 204);
  EXPECT_EQ(shop.permits().size(), 1u);
}

TEST(OwnPin, CanBeTakenAwayAndNotByOthers) {
  const Shop shop;
  ASSERT_EQ(shop.put_pin("4071", shop.cashier).status, 204);
  EXPECT_EQ(shop.server.remove("/api/admin/users/" + shop.user + "/pin/", shop.cashier).status, 403);
  EXPECT_EQ(shop.permits().size(), 1u);
  EXPECT_EQ(shop.server.remove("/api/accounts/me/pin/", shop.cashier).status, 204);
  EXPECT_EQ(shop.server.remove("/api/accounts/me/pin/", shop.cashier).status, 404);
  EXPECT_TRUE(shop.permits().empty());
}

TEST(OwnPin, IsNotSetOverAndOver) {
  const Shop shop;
  int refused = 0;
  for (int i = 0; i < identity::pins_per_minute + 2; ++i)
    refused += shop.put_pin("4071", shop.cashier).status == 429;
  EXPECT_EQ(refused, 2);
}

TEST(OwnPin, IsNoPlainTextInTheStore) {
  Shop shop;
  ASSERT_EQ(shop.put_pin("40718263", shop.cashier).status, 204);
  const Id user = *parse_id(shop.user);
  const auto sellers =
      shop.server.store().read([&](store::Database& db) -> Result<std::vector<store::Seller>> {
        const auto till = TRY(db.first(
            "SELECT tenant FROM user WHERE id = $1", [](const store::Row& row) { return row.id(0); }, user));
        return store::list_sellers(db, *till, 10);
      });
  ASSERT_TRUE(sellers.ok());
  for (const store::Seller& seller : *sellers) {
    if (seller.user != user) continue;
    EXPECT_FALSE(seller.sealed_pin.empty());
    EXPECT_EQ(seller.sealed_pin.find("40718263"), std::string::npos);
    EXPECT_EQ(seller.sealed_pin.find("salt"), std::string::npos);
  }
}

}  // namespace
}  // namespace ringup
