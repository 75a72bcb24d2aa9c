/// The OpenAPI document says what the router does: every route is in it, and nothing else is.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "server/pages/assets.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using test::Answer;
using test::RunningServer;

TEST(Reference, HasEveryRouteAndNoOther) {
  RunningServer server;
  std::set<std::string> routes, documented;
  for (const auto& route : server.app().router().list()) {
    const bool is_file = route.pattern.starts_with("/assets/") || find_asset(route.pattern) != nullptr;
    if (is_file) continue;
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    routes.insert(method + " " + route.pattern);
  }
  const json::Value document = server.get("/api/openapi.json").json();
  ASSERT_NE(document.find("paths"), nullptr);
  for (const json::Member& path : *document.find("paths")->as_object()) {
    for (const json::Member& verb : *path.value.as_object()) documented.insert(verb.name + " " + path.name);
  }
  std::vector<std::string> missing, surplus;
  std::set_difference(routes.begin(), routes.end(), documented.begin(), documented.end(),
                      std::back_inserter(missing));
  std::set_difference(documented.begin(), documented.end(), routes.begin(), routes.end(),
                      std::back_inserter(surplus));
  EXPECT_EQ(missing, std::vector<std::string>()) << "routes that assets/openapi.json does not describe";
  EXPECT_EQ(surplus, std::vector<std::string>()) << "described, but there is no such route";
}

void each_reference(const json::Value& value, const std::function<void(const std::string&)>& use) {
  if (const json::Array* items = value.as_array()) {
    for (const json::Value& item : *items) each_reference(item, use);
  } else if (const json::Object* members = value.as_object()) {
    for (const json::Member& member : *members) {
      if (member.name == "$ref" && member.value.as_string() != nullptr)
        use(*member.value.as_string());
      else
        each_reference(member.value, use);
    }
  }
}

TEST(Reference, RefersOnlyToWhatItHas) {
  RunningServer server;
  const json::Value document = server.get("/api/openapi.json").json();
  int references = 0;
  each_reference(document, [&](const std::string& path) {
    ++references;
    const json::Value* at = &document;
    for (std::size_t begin = 2; at != nullptr && begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      at = at->find(path.substr(begin, end - begin));
      begin = end + 1;
    }
    EXPECT_NE(at, nullptr) << path;
  });
  EXPECT_GT(references, 50);
}

/// The members that a schema names, sorted.
std::set<std::string> members_of(const json::Value& document, const std::string& schema) {
  std::set<std::string> names;
  for (const json::Member& member :
       *document.find("components")->find("schemas")->find(schema)->find("properties")->as_object())
    names.insert(member.name);
  return names;
}

std::set<std::string> members_of(const json::Value& object) {
  std::set<std::string> names;
  if (object.as_object() == nullptr) return names;
  for (const json::Member& member : *object.as_object()) names.insert(member.name);
  return names;
}

TEST(Reference, SchemasHaveTheMembersOfRealAnswers) {
  RunningServer server;
  const json::Value document = server.get("/api/openapi.json").json();
  const auto owner = server.owner();
  const auto first_item = [&](std::string_view path) {
    const json::Value list = server.get(path, owner).json();
    return list.find("items") != nullptr && !list.find("items")->as_array()->empty()
               ? list.find("items")->as_array()->front()
               : json::Value();
  };
  EXPECT_EQ(members_of(server.login().json()), members_of(document, "Grant"));
  EXPECT_EQ(members_of(server.get("/api/accounts/me/", owner).json()), members_of(document, "Profile"));
  EXPECT_EQ(members_of(first_item("/api/accounts/sessions/")), members_of(document, "Session"));
  EXPECT_EQ(members_of(first_item("/api/admin/users/")), members_of(document, "Person"));
  EXPECT_EQ(members_of(first_item("/api/branches/")), members_of(document, "Branch"));
  EXPECT_EQ(members_of(first_item("/api/tax-classes/")), members_of(document, "TaxClass"));
  const json::Value category =
      server.post("/api/catalogue/categories/", json::Object{{"name", "Tea"}}, owner).json();
  EXPECT_EQ(members_of(category), members_of(document, "Category"));
  const Answer product = server.post(
      "/api/catalogue/products/",
      json::Object{{"sku", "T1"}, {"name", "Tea"}, {"unit_price", "1.19"}, {"tax_class", "reduced"}}, owner);
  std::set<std::string> members = members_of(product.json());
  EXPECT_TRUE(members.insert("picture").second) << "a new product has none";
  EXPECT_EQ(members, members_of(document, "Product")) << product.body;
  const Answer customer =
      server.post("/api/customers/", json::Object{{"first_name", "Ada"}, {"last_name", "L"}}, owner);
  members = members_of(customer.json());
  for (const char* at_a_till : {"till_name", "made_by_name"})
    EXPECT_TRUE(members.insert(at_a_till).second) << "this one was not made at a till";
  EXPECT_EQ(members, members_of(document, "Customer")) << customer.body;
}

TEST(Reference, IsAPageForPeople) {
  const RunningServer server;
  const Answer page = server.get("/api/docs");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.body.find("/api/accounts/login/"), std::string::npos);
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("style="), std::string::npos);
}

}  // namespace
}  // namespace ringup
