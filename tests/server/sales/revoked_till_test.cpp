/// A revoked till reads nothing of the business any more; its last records are still taken.
#include <gtest/gtest.h>

#include "tests/server/running.h"

namespace ringup {
namespace {

TEST(RevokedTill, ReadsNothingMore) {
  const test::RunningServer server;
  const test::Headers owner = server.owner();
  const std::string code =
      server.post("/api/till/pairing-codes/", json::Object{}, owner).text("pairing_code");
  const test::Answer enrolled = server.post("/api/till/enrol/", json::Object{{"pairing_code", code}});
  const test::Headers till = {{"Authorization", "Till " + enrolled.text("token")}};
  const char* const readable[] = {"/api/till/catalogue/", "/api/till/customers/", "/api/till/settings/",
                                  "/api/till/sales/?receipt=A1-1-000001"};
  for (const char* path : readable) EXPECT_EQ(server.get(path, till).status, 200) << path;

  ASSERT_EQ(server.post("/api/tills/" + enrolled.text("till") + "/revoke/", json::Object{}, owner).status,
            200);
  for (const char* path : readable) {
    EXPECT_EQ(server.get(path, till).status, 403) << path;
    EXPECT_EQ(server.get(path, till).text("code"), "forbidden") << path;
  }
}

}  // namespace
}  // namespace ringup
