// GET /api/events over real sockets.
#include <gtest/gtest.h>

#include <thread>

#include "server/sales/token.h"
#include "server/store/outbox.h"
#include "server/store/tills.h"
#include "tests/server/events/listening.h"

namespace ringup::test {
namespace {

AppOptions with(events::StreamLimits limits) {
  AppOptions options;
  options.streams = limits;
  return options;
}

class Live {
 public:
  explicit Live(events::StreamLimits limits = {}) : server(with(limits)), owner(server.owner()) {
    tenant = *server.store().read([](store::Database& db) { return store::tenant_by_slug(db, "shop"); });
  }
  void tell(std::string_view kind, int count = 1) { tell(tenant, kind, count); }
  void tell(const Id& of, std::string_view kind, int count = 1) {
    ASSERT_TRUE(server.store()
                    .writer()
                    .write([&](store::Database& db) -> Result<void> {
                      for (int i = 0; i < count; ++i) TRY(store::add_event(db, of, kind));
                      return {};
                    })
                    .ok());
  }
  /// Tells of so many sales in one commit.
  void sell(int count) {
    ASSERT_TRUE(server.store()
                    .writer()
                    .write([&](store::Database& db) -> Result<void> {
                      for (int i = 0; i < count; ++i)
                        TRY(store::add_event(db, tenant, "sale",
                                             "{\"id\":\"" + to_string(store::new_id()) + "\"}", 0));
                      return {};
                    })
                    .ok());
  }
  std::int64_t newest() {
    return *server.store().read([](store::Database& db) { return store::newest_sequence(db); });
  }
  Headers till() {
    const auto till =
        *server.store().writer().write_for<store::Till>([&](store::Database& db) -> Result<store::Till> {
          return store::add_till(db, tenant, TRY(store::find_branch(db, tenant, "")), "Till", 0);
        });
    till_id = till.id;
    const sales::TillTokens tokens(server.store().secret());
    return {{"Authorization", "Till " + tokens.sign({till.id, tenant, till.series, till.epoch})}};
  }
  Headers cashier() {
    EXPECT_EQ(send(server.port(), "POST", "/api/admin/users/",
                   json::dump(json::Object{{"email", "carl@shop.example"},
                                           {"password", "nine old stone bridges"},
                                           {"first_name", "Carl"},
                                           {"last_name", "Cash"},
                                           {"role", "cashier"}}),
                   owner)
                  .status,
              201);
    return RunningServer::bearer(server.login("carl@shop.example", "nine old stone bridges").text("access"));
  }
  std::uint64_t ended(events::Ended reason) const {
    return server_const().app().streams().ended[static_cast<std::size_t>(reason)];
  }

  RunningServer server;
  Headers owner;
  Id tenant, till_id;

 private:
  RunningServer& server_const() const { return const_cast<RunningServer&>(server); }
};

Headers seen(Headers headers, const std::string& id) {
  headers.emplace_back("Last-Event-ID", id);
  return headers;
}

TEST(LiveEvents, SaysHelloAndTellsWhatHappensInItsOrder) {
  Live live;
  Listening stream(live.server.port(), live.owner);
  EXPECT_EQ(stream.status(), 200);
  EXPECT_EQ(stream.head().header("content-type"), "text/event-stream");
  EXPECT_EQ(stream.head().header("cache-control"), "no-store");
  EXPECT_EQ(stream.head().header("content-length"), "");
  const Event hello = stream.news();
  EXPECT_EQ(hello.name, "hello");
  EXPECT_EQ(hello.id, std::to_string(live.newest()));
  const json::Value data = *json::parse(hello.data);
  EXPECT_EQ(*data.find("heartbeat_seconds")->as_integer(), 15);
  EXPECT_FALSE(data.find("generation")->as_string()->empty());
  for (const std::string kind : {"catalogue", "task", "business", "customer", "catalogue"}) {
    live.tell(kind);
    const Event event = stream.news();
    EXPECT_EQ(event.name, kind);
    EXPECT_EQ(event.id, std::to_string(live.newest()));
  }
}

TEST(LiveEvents, MergesWhatComesTogether) {
  Live live;
  Listening stream(live.server.port(), live.owner);
  (void)stream.news();
  live.tell("task", 500);  // one commit
  EXPECT_EQ(stream.news().data, "{\"count\":500}");
}

TEST(LiveEvents, TellsAChangeMadeOverHttp) {
  Live live;
  Listening stream(live.server.port(), live.owner);
  (void)stream.news();
  EXPECT_EQ(send(live.server.port(), "POST", "/api/catalogue/categories/",
                 json::dump(json::Object{{"name", "Drinks"}}), live.owner)
                .status,
            201);
  EXPECT_EQ(stream.news().name, "catalogue");
}

TEST(LiveEvents, GoesOnWhereALineBroke) {
  Live live;
  std::string last;
  {
    Listening stream(live.server.port(), live.owner);
    last = stream.news().id;
  }
  live.tell("catalogue");
  live.tell("task", 2);
  const std::string newest = std::to_string(live.newest());
  for (const bool by_query : {false, true}) {
    Listening stream(live.server.port(), by_query ? live.owner : seen(live.owner, last),
                     by_query ? "/api/events/?last_event_id=" + last : "/api/events");
    EXPECT_EQ(stream.news().id, last) << "nothing behind it has been told yet";
    EXPECT_EQ(stream.news().name, "catalogue");
    EXPECT_EQ(stream.news(), (Event{newest, "task", "{\"count\":2}"}));
  }
}

TEST(LiveEvents, AsksForAFreshStartWhereNothingElseHelps) {
  Live live;
  const std::string future = std::to_string(live.newest() + 5);
  {
    Listening stream(live.server.port(), seen(live.owner, future));
    EXPECT_EQ(stream.news().id, std::to_string(live.newest()));
    EXPECT_EQ(stream.news(), (Event{std::to_string(live.newest()), "resync", "{\"reason\":\"restored\"}"}));
    live.tell("catalogue");
    EXPECT_EQ(stream.news().name, "catalogue") << "it goes on from there";
  }
  {
    Listening stream(live.server.port(), seen(live.till(), std::to_string(live.newest() + 5)));
    EXPECT_EQ(stream.news().name, "hello");
    EXPECT_EQ(stream.news().name, "resync");
    EXPECT_EQ(stream.news().name, "sync") << "a till sends again what the restored copy may lack";
  }
  live.tell("note", static_cast<int>(store::events_kept_min) + 1);
  Listening stream(live.server.port(), seen(live.owner, "1"));
  EXPECT_EQ(stream.news().name, "hello");
  EXPECT_EQ(stream.news(), (Event{std::to_string(live.newest()), "resync", "{\"reason\":\"too_old\"}"}));
}

TEST(LiveEvents, RefusesWhatItCannotRead) {
  Live live;
  EXPECT_EQ(Listening(live.server.port(), {}).status(), 401);
  EXPECT_EQ(Listening(live.server.port(), RunningServer::bearer("nonsense")).status(), 401);
  EXPECT_EQ(Listening(live.server.port(), {{"Authorization", "Till nonsense"}}).status(), 401);
  EXPECT_EQ(Listening(live.server.port(), live.owner, "/api/events/?since=5").status(), 400);
  for (const char* id : {"x", "-1", "1x", "99999999999999999999"})
    EXPECT_EQ(Listening(live.server.port(), seen(live.owner, id)).status(), 400) << id;
  EXPECT_EQ(send(live.server.port(), "HEAD", "/api/events", {}, live.owner).status, 200);
  EXPECT_EQ(live.server.app().streams().open, 0u);
}

TEST(LiveEvents, OtherBusinessesHearNothing) {
  Live live;
  identity::NewBusiness wish;
  wish.slug = "other";
  wish.name = "Somebody else";
  wish.owner_email = "otto@other.example";
  wish.password = owner_password;
  ASSERT_TRUE(identity::make_business(live.server.store(), wish, {}).ok());
  const Id other =
      *live.server.store().read([](store::Database& db) { return store::tenant_by_slug(db, "other"); });
  Listening stream(live.server.port(), live.owner);
  (void)stream.news();
  live.tell(other, "task", 7);
  live.tell("catalogue");
  EXPECT_EQ(stream.news().name, "catalogue");
}

TEST(LiveEvents, TillsHearWhatConcernsTills) {
  Live live;
  Listening stream(live.server.port(), live.till());
  EXPECT_EQ(stream.news().name, "hello");
  for (const char* kind : {"task", "customer", "catalogue"}) live.tell(kind);
  EXPECT_EQ(stream.news().name, "catalogue");
  live.tell("sync");
  EXPECT_EQ(stream.news().name, "sync");
}

TEST(LiveEvents, ARevokedTillHearsNothingMore) {
  Live live;
  const Headers till = live.till();
  Listening stream(live.server.port(), till);
  (void)stream.news();
  ASSERT_EQ(
      send(live.server.port(), "POST", "/api/tills/" + to_string(live.till_id) + "/revoke/", "", live.owner)
          .status,
      200);
  EXPECT_TRUE(stream.ends());
  EXPECT_EQ(live.ended(events::Ended::shut_out), 1u);
  EXPECT_EQ(Listening(live.server.port(), till).status(), 403);
}

TEST(LiveEvents, EndsWithItsSession) {
  Live live({.heartbeat_ms = 40});
  Listening stream(live.server.port(), live.owner);
  (void)stream.news();
  ASSERT_EQ(send(live.server.port(), "POST", "/api/accounts/logout/", "", live.owner).status, 204);
  EXPECT_TRUE(stream.ends());
  EXPECT_EQ(live.ended(events::Ended::shut_out), 1u);
}

TEST(LiveEvents, EndsWhenItsUserIsDisabledOrGetsOtherRights) {
  Live live;
  const Headers cashier = live.cashier();
  Listening stream(live.server.port(), cashier);
  (void)stream.news();
  const std::string id = live.server.get("/api/accounts/me/", cashier).text("id");
  const auto change = [&](json::Object what) {
    ASSERT_EQ(send(live.server.port(), "PATCH", "/api/admin/users/" + id + "/", json::dump(what), live.owner)
                  .status,
              200);
  };
  change({{"first_name", "Carlo"}});
  EXPECT_EQ(stream.news().name, "business") << "another name is no reason";
  change({{"role", "manager"}});
  EXPECT_TRUE(stream.ends());
  change({{"is_active", false}});
  EXPECT_EQ(Listening(live.server.port(), cashier).status(), 401);
}

TEST(LiveEvents, BeatsSoThatBothSidesKnowThatTheOtherIsThere) {
  Live live({.heartbeat_ms = 30});
  Listening stream(live.server.port(), live.owner);
  EXPECT_EQ(stream.next()->name, "hello");
  live.tell("note");  // nothing to tell, but the id to resume from moves on
  for (;;) {
    const std::optional<Event> event = stream.next();
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->name, "heartbeat");
    if (event->id == std::to_string(live.newest())) break;
  }
}

TEST(LiveEvents, EndsWhenItIsOldOrItsTokenEnds) {
  {
    Live live({.heartbeat_ms = 40, .age_ms = 60, .age_jitter_ms = 20});
    Listening stream(live.server.port(), live.owner);
    EXPECT_TRUE(stream.ends());
    EXPECT_EQ(live.ended(events::Ended::age), 1u);
  }
  Live live({.heartbeat_ms = 40});
  live.server.pass(30 * 60 - 1);  // of the thirty minutes that a token lives
  Listening stream(live.server.port(), live.owner);
  EXPECT_EQ(stream.status(), 200);
  EXPECT_TRUE(stream.ends());
  EXPECT_EQ(live.ended(events::Ended::expired), 1u);
}

TEST(LiveEvents, ASlowReaderIsLetGoAndComesBack) {
  Live live({.pace_ms = 1, .unsent_bytes_max = 2'000, .socket_bytes = 2'000});
  Listening slow(live.server.port(), live.owner, "/api/events", Listening::Way::narrow);
  Listening quick(live.server.port(), live.owner);
  const std::string last = slow.news().id;
  (void)quick.news();
  int passes = 0;
  for (; live.ended(events::Ended::slow) == 0 && passes < 5'000; ++passes) {
    live.sell(20);
    EXPECT_EQ(quick.news().name, "sale");
  }
  EXPECT_EQ(live.ended(events::Ended::slow), 1u) << "after " << passes << " passes";
  live.tell("catalogue");
  EXPECT_EQ(quick.news().name, "catalogue") << "the others are not concerned";
}

TEST(LiveEvents, WhoPausesForAWhileLosesNothing) {
  Live live({.heartbeat_ms = 600'000, .pace_ms = 1, .socket_bytes = 2'000});
  Listening pausing(live.server.port(), live.owner, "/api/events", Listening::Way::narrow);
  Listening quick(live.server.port(), live.owner);
  (void)quick.news();
  constexpr int passes = 70;  // of some 850 bytes: near to the 64 KB that may wait
  for (int i = 0; i < passes; ++i) {
    live.sell(20);
    EXPECT_EQ(quick.news().name, "sale");
  }
  EXPECT_EQ(pausing.news().name, "hello");
  std::int64_t sold = 0;
  while (sold < passes * 20) {
    const Event event = pausing.news();
    ASSERT_EQ(event.name, "sale") << "after " << sold;
    sold += *json::parse(event.data)->find("count")->as_integer();
  }
  EXPECT_EQ(sold, passes * 20);
}

TEST(LiveEvents, OneUserHasAFewAndTheOldestGoes) {
  Live live({.per_listener_max = 3});
  std::vector<std::unique_ptr<Listening>> streams;
  for (int i = 0; i < 5; ++i) {
    streams.push_back(std::make_unique<Listening>(live.server.port(), live.owner));
    EXPECT_EQ(streams.back()->news().name, "hello");
  }
  EXPECT_TRUE(streams[0]->ends());
  EXPECT_TRUE(streams[1]->ends());
  live.tell("catalogue");
  for (int i = 2; i < 5; ++i) EXPECT_EQ(streams[static_cast<std::size_t>(i)]->news().name, "catalogue");
  EXPECT_EQ(live.ended(events::Ended::crowded), 2u);
  EXPECT_EQ(live.server.app().streams().open, 3u);
}

TEST(LiveEvents, NoticesThatAClientLeft) {
  Live live;
  auto stream = std::make_unique<Listening>(live.server.port(), live.owner);
  (void)stream->news();
  EXPECT_EQ(live.server.app().streams().open, 1u);
  stream->close();
  Listening watching(live.server.port(), live.owner);
  EXPECT_EQ(watching.news().name, "hello");
  while (live.server.app().streams().open > 1) std::this_thread::yield();
  EXPECT_EQ(live.ended(events::Ended::left), 1u);
}

TEST(LiveEvents, SeesWhatAnotherConnectionCommits) {
  Live live;
  Listening stream(live.server.port(), live.owner);
  (void)stream.news();
  // As a command beside the server does.
  auto other = std::move(store::Store::open(live.server.folder().path(), {.readers = 1})).value();
  ASSERT_TRUE(other->writer()
                  .write([&](store::Database& db) { return store::add_event(db, live.tenant, "catalogue"); })
                  .ok());
  EXPECT_EQ(stream.news().name, "catalogue");
}

TEST(LiveEvents, ManyHearTheSame) {
  Live live({.per_listener_max = 100});
  std::vector<std::unique_ptr<Listening>> streams;
  for (int i = 0; i < 50; ++i) {
    streams.push_back(std::make_unique<Listening>(live.server.port(), live.owner));
    EXPECT_EQ(streams.back()->news().name, "hello");
  }
  const std::uint64_t before = live.server.app().streams().told;
  live.tell("catalogue");
  for (const auto& stream : streams) EXPECT_EQ(stream->news().name, "catalogue");
  EXPECT_EQ(live.server.app().streams().told - before, 50u);
  const Answer metrics = live.server.get("/metrics");
  EXPECT_NE(metrics.body.find("\nringup_streams 50\n"), std::string::npos);
}

TEST(LiveEvents, DrainingEndsThem) {
  auto live = std::make_unique<Live>();
  Listening stream(live->server.port(), live->owner);
  (void)stream.news();
  std::thread stopping([&] { live.reset(); });
  EXPECT_TRUE(stream.ends());
  stopping.join();
}

}  // namespace
}  // namespace ringup::test
