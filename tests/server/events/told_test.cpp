// Every change that people look at elsewhere leaves its event in the outbox, in the same transaction.
#include <map>

#include "core/till/bodies.h"
#include "server/store/outbox.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

/// A server, and what its outbox got since it was last asked.
class Told {
 public:
  std::map<std::string, int> since() {
    const auto events =
        *server.store().read([&](store::Database& db) { return store::events_after(db, seen_, 100'000); });
    std::map<std::string, int> kinds;
    for (const store::Event& event : events) ++kinds[event.kind], seen_ = event.sequence;
    return kinds;
  }
  Answer call(std::string_view method, std::string_view target, const json::Value& body) {
    Answer answer = send(server.port(), method, target, json::dump(body), owner_);
    EXPECT_LT(answer.status, 300) << method << ' ' << target << ' ' << answer.body;
    return answer;
  }
  RunningServer server;

 private:
  std::int64_t seen_ = 0;
  Headers owner_ = server.owner();
};
using Kinds = std::map<std::string, int>;

json::Value product(std::string_view sku) {
  return json::Object{{"sku", sku},
                      {"name", "Tea"},
                      {"unit_price", "2.50"},
                      {"tax_class", "standard"},
                      {"barcodes", json::Array{}},
                      {"stock", "3"}};
}

TEST(Told, TheCatalogueTellsOncePerJob) {
  Told told;
  (void)told.since();
  const std::string id = told.call("POST", "/api/catalogue/products/", product("TEA-1")).text("id");
  EXPECT_EQ(told.since(), (Kinds{{"catalogue", 1}})) << "product and stock are one job";
  const Answer changed = told.call("PATCH", "/api/catalogue/products/" + id + "/",
                                   json::Object{{"version", 1}, {"name", "Green tea"}});
  EXPECT_EQ(told.since(), (Kinds{{"catalogue", 1}}));
  told.call("POST", "/api/catalogue/products/" + id + "/stock/", json::Object{{"counted", "7"}});
  EXPECT_EQ(told.since(), (Kinds{{"catalogue", 1}}));
  told.call("POST", "/api/catalogue/categories/", json::Object{{"name", "Drinks"}});
  EXPECT_EQ(told.since(), (Kinds{{"catalogue", 1}}));
  told.call("POST", "/api/tax-classes/", json::Object{{"name", "luxury"}, {"rate", 300000}});
  EXPECT_EQ(told.since(), (Kinds{{"catalogue", 1}, {"business", 1}}));
}

TEST(Told, TheBusinessItsPeopleAndItsCustomersTell) {
  Told told;
  (void)told.since();
  told.call("PATCH", "/api/business/", json::Object{{"name", "Olga's other corner"}});
  EXPECT_EQ(told.since(), (Kinds{{"business", 1}}));
  told.call("POST", "/api/branches/", json::Object{{"code", "two"}, {"name", "Second"}, {"address", ""}});
  EXPECT_EQ(told.since(), (Kinds{{"business", 1}}));
  told.call("POST", "/api/admin/users/",
            json::Object{{"email", "carl@shop.example"},
                         {"password", "nine old stone bridges"},
                         {"first_name", "Carl"},
                         {"last_name", "Cash"},
                         {"role", "cashier"}});
  EXPECT_EQ(told.since(), (Kinds{{"business", 1}}));
  const std::string customer =
      told.call("POST", "/api/customers/", json::Object{{"first_name", "Ada"}, {"last_name", "Byron"}})
          .text("id");
  EXPECT_EQ(told.since(), (Kinds{{"customer", 1}}));
  told.call("PATCH", "/api/customers/" + customer + "/", json::Object{{"last_name", "Lovelace"}});
  EXPECT_EQ(told.since(), (Kinds{{"customer", 1}}));
}

TEST(Told, TasksTellWhenTheyAreMadeAndWhenTheyEnd) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE kind = 'business'"), 1);
  shop.run("DELETE FROM outbox");
  shop.send(till, {till.sale(shop.milk)});
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox"), 1) << "a sale without flags tells of itself alone";
  shop.run("UPDATE product SET unit_price = unit_price + 1");
  shop.send(till, {till.sale(shop.milk)});
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE kind = 'task'"), 1);
  const std::string task = shop.text("SELECT lower(hex(id)) FROM task WHERE done_at IS NULL");
  const std::string id = task.substr(0, 8) + "-" + task.substr(8, 4) + "-" + task.substr(12, 4) + "-" +
                         task.substr(16, 4) + "-" + task.substr(20);
  for (const int expected : {2, 2}) {  // ended once, and no second time
    EXPECT_EQ(shop.call("POST", "/api/tasks/" + id + "/done/", "{}",
                        {{"authorization", "Bearer x"}, {"content-type", "application/json"}})
                  .status,
              200);
    EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE kind = 'task'"), expected);
  }
  EXPECT_EQ(shop.call("POST", "/api/tasks/" + id + "/reopen/", "",
                      {{"authorization", "Bearer x"}, {"content-type", "application/json"}})
                .status,
            200);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE kind = 'task'"), 3);
}

TEST(Told, TheStoreTellsAfterEveryCommitUntilItIsToldOtherwise) {
  ShopFloor shop;
  std::atomic<int> commits = 0;
  shop.store().on_commit(&commits, [&] { ++commits; });
  shop.run("UPDATE tenant SET name = 'One'");
  EXPECT_EQ(commits, 1);
  shop.store().on_commit(&commits, {});
  shop.run("UPDATE tenant SET name = 'Two'");
  EXPECT_EQ(commits, 1);
}

TEST(Told, AWatcherSeesWhatOtherConnectionsCommit) {
  ShopFloor shop;
  const auto watcher = std::move(shop.store().open_watcher()).value();
  const std::int64_t before = *watcher->read(store::commits_seen);
  EXPECT_EQ(*watcher->read(store::commits_seen), before);
  shop.run("UPDATE tenant SET name = 'One'");
  EXPECT_NE(*watcher->read(store::commits_seen), before);
}

}  // namespace
}  // namespace ringup::test
