// kill -9 in the middle: whoever comes back with their last id is told of every change that was answered.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "server/http/tls_authority.h"
#include "tests/server/child.h"
#include "tests/server/events/listening.h"

namespace ringup::test {
namespace {

constexpr int rounds = 4, changes_per_round = 30;

/// A folder with the business "shop".
class ShopFolder : public Folder {
 public:
  ShopFolder() {
    auto store = std::move(store::Store::open(path(), {.make_if_missing = true})).value();
    identity::NewBusiness wish;
    wish.slug = wish.name = "shop";
    wish.owner_email = owner_email;
    wish.password = owner_password;
    EXPECT_TRUE(identity::make_business(*store, wish, {}).ok());
  }
};

TEST(Fault, AListenerOfAKilledServerMissesNothing) {
  const ShopFolder folder;
  std::int64_t made = 0, told = 0;
  std::string last;
  Headers owner;
  for (int round = 0; round <= rounds; ++round) {
    Child child(folder.path());
    ASSERT_NE(child.port(), 0) << "build the program ringup beside this one";
    if (owner.empty()) {
      const Answer login =
          send(child.port(), "POST", "/api/accounts/login/",
               json::dump(json::Object{{"email", owner_email}, {"password", owner_password}}));
      ASSERT_EQ(login.status, 200) << login.body;
      owner = RunningServer::bearer(login.text("access"));
    }
    Headers headers = owner;
    if (!last.empty()) headers.emplace_back("Last-Event-ID", last);
    Listening stream(child.port(), headers);
    const Event hello = stream.news();
    ASSERT_EQ(hello.name, "hello");
    if (!last.empty()) {
      EXPECT_EQ(hello.id, last);
    }
    last = hello.id;
    std::thread reading([&] {
      // The last round has nothing new: it ends with what was missed.
      while (round < rounds || told < made) {
        const std::optional<Event> event = stream.next();
        if (!event) return;
        EXPECT_NE(event->name, "resync");
        if (!event->id.empty()) last = event->id;
        if (event->name == "customer") told += *json::parse(event->data)->find("count")->as_integer();
      }
    });
    for (int i = 0; round < rounds && i < changes_per_round; ++i) {
      const json::Object ada{{"first_name", "Ada"}, {"last_name", "Byron"}};
      ASSERT_EQ(send(child.port(), "POST", "/api/customers/", json::dump(ada), owner).status, 201);
      ++made;
    }
    if (round < rounds) child.kill();
    reading.join();
  }
  EXPECT_EQ(made, rounds * changes_per_round);
  EXPECT_GE(told, made) << "each at least once";
}

TEST(LiveEvents, ComeOverTlsToo) {
  const ShopFolder folder;
  ASSERT_TRUE(http::make_local_certificate(folder.path(), {"shop.lan"}, false, store::unix_us_now()).ok());
  const http::LocalPaths paths = http::local_paths(folder.path());
  Child child(folder.path(), {"SSL_CERT_PATH=" + paths.certificate, "SSL_KEY_PATH=" + paths.key});
  ASSERT_NE(child.port(), 0);
  const auto ask = [&](const char* target, const json::Value& body, const Headers& headers = {}) {
    return send_tls(child.port(), "POST", target, json::dump(body), headers);
  };
  const Answer login =
      ask("/api/accounts/login/", json::Object{{"email", owner_email}, {"password", owner_password}});
  ASSERT_EQ(login.status, 200) << login.body;
  const Headers owner = RunningServer::bearer(login.text("access"));
  Listening stream(child.port(), owner, "/api/events", Listening::Way::tls);
  ASSERT_EQ(stream.status(), 200);
  EXPECT_EQ(stream.news().name, "hello");
  for (const char* name : {"Drinks", "Bread", "Tea"}) {
    ASSERT_EQ(ask("/api/catalogue/categories/", json::Object{{"name", name}}, owner).status, 201);
    EXPECT_EQ(stream.news().name, "catalogue");
  }
  child.signal(SIGTERM);
  EXPECT_TRUE(stream.ends());
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace ringup::test
