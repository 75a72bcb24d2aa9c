/// Tills as the console shows them: their names, and when they last spoke.
#include <gtest/gtest.h>

#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

const json::Value* first_till(const json::Value& list) {
  const json::Value* items = list.find("items");
  return items == nullptr || items->as_array() == nullptr || items->as_array()->empty()
             ? nullptr
             : &items->as_array()->front();
}

TEST(Tills, HaveANameAndAreSeenWhenTheySpeak) {
  RunningServer server;
  const Headers owner = server.owner();
  const std::string code = server.post("/api/till/pairing-codes/", Object{}, owner).text("pairing_code");
  const Answer enrolled = server.post("/api/till/enrol/", Object{{"pairing_code", code}});
  ASSERT_EQ(enrolled.status, 200) << enrolled.body;
  const std::string path = "/api/tills/" + enrolled.text("till") + "/";

  json::Value list = server.get("/api/tills/", owner).json();
  ASSERT_NE(first_till(list), nullptr);
  EXPECT_TRUE(first_till(list)->find("last_contact_at")->is_null()) << "it has only paired";
  EXPECT_EQ(*first_till(list)->find("received_through")->as_integer(), 0);

  server.pass(60);
  const Headers till = {{"Authorization", "Till " + enrolled.text("token")}};
  ASSERT_EQ(server.get("/api/till/catalogue/", till).status, 200);
  list = server.get("/api/tills/", owner).json();
  ASSERT_NE(first_till(list)->find("last_contact_at")->as_string(), nullptr);
  EXPECT_GT(*first_till(list)->find("last_contact_at")->as_string(),
            *first_till(list)->find("created_at")->as_string());
  EXPECT_TRUE(first_till(list)->find("last_record_at")->is_null());

  const Answer renamed = server.patch(path, Object{{"name", "Window"}}, owner);
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  EXPECT_EQ(renamed.text("name"), "Window");
  EXPECT_EQ(server.patch(path, Object{{"name", "two\nlines"}}, owner).status, 400);
  EXPECT_EQ(server.patch(path, Object{{"name", " "}}, owner).status, 400);
  EXPECT_EQ(server.patch(path, Object{{"name", "X"}}).status, 401);
  EXPECT_EQ(
      server.patch("/api/tills/0190aaaa-0000-7000-8000-000000000001/", Object{{"name", "X"}}, owner).status,
      404);
  EXPECT_EQ(*first_till(server.get("/api/tills/", owner).json())->find("name")->as_string(), "Window");
}

}  // namespace
}  // namespace ringup
