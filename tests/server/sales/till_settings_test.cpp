/// What stands on receipts reaches tills that were paired before it was changed.
#include <gtest/gtest.h>

#include "core/till/enrolment.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

TEST(TillSettings, AreThoseOfAnEnrolmentAndFollowTheBusiness) {
  const test::RunningServer server;
  const test::Headers owner = server.owner();
  const std::string code =
      server.post("/api/till/pairing-codes/", json::Object{}, owner).text("pairing_code");
  const test::Answer enrolled = server.post("/api/till/enrol/", json::Object{{"pairing_code", code}});
  const test::Headers till = {{"Authorization", "Till " + enrolled.text("token")}};

  const test::Answer first = server.get("/api/till/settings/", till);
  ASSERT_EQ(first.status, 200) << first.body;
  const auto enrolment = json::parse(enrolled.body);
  ASSERT_TRUE(enrolment.ok());
  EXPECT_EQ(first.body, json::dump(*enrolment->find("settings")));

  const json::Object change{{"receipt_footer", "Danke!\nBis morgen"}};
  ASSERT_EQ(server.patch("/api/business/", change, owner).status, 200);
  const test::Answer second = server.get("/api/till/settings", till);
  const auto value = json::parse(second.body);
  ASSERT_TRUE(value.ok()) << second.body;
  const auto settings = till::read_settings(*value);
  ASSERT_TRUE(settings.ok()) << second.body;
  EXPECT_EQ(settings->footer, (std::vector<std::string>{"Danke!", "Bis morgen"}));
}

TEST(TillSettings, AreForTillsAlone) {
  const test::RunningServer server;
  EXPECT_EQ(server.get("/api/till/settings/").status, 401);
  EXPECT_EQ(server.get("/api/till/settings/", server.owner()).status, 401);
}

}  // namespace
}  // namespace ringup
