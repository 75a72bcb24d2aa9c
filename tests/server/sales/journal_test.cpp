// The journal endpoint: every row of the protocol's table, over the real store and router.
#include <thread>

#include "core/base/base64.h"
#include "server/store/stock.h"
#include "server/store/verify.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Flag;
using journal::Kind;
using journal::Outcome;

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

json::Value note(std::string_view text) {
  return json::Object{{"text", text}};
}

/// What verify finds wrong; empty where all agrees.
std::vector<std::string> problems(ShopFloor& shop) {
  auto db = store::Database::open(shop.folder.path() + "/ringup.db", store::Database::Mode::read_only);
  EXPECT_TRUE(db.ok());
  const Result<store::VerifyReport> report = store::verify_journals(**db);
  EXPECT_TRUE(report.ok()) << describe(report.failure());
  return report.ok() ? report->problems : std::vector<std::string>{"verify failed"};
}

TEST(Journal, ASaleIsOnTheDisk) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string sale = till.sale(shop.milk, 2);
  const journal::Answer answer = shop.send(till, {sale});
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[0].flags.empty());
  EXPECT_EQ(answer.acked_through, 1);
  ASSERT_TRUE(answer.results[0].sale.has_value());

  shop.restart();
  EXPECT_EQ(shop.count("SELECT total FROM sale"), 238);
  EXPECT_EQ(shop.count("SELECT tax FROM sale_line"), 16);
  EXPECT_EQ(shop.count("SELECT quantity FROM stock_level WHERE quantity <> 1000000"), 998'000);
  EXPECT_EQ(shop.text("SELECT raw FROM journal_record"), sale);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE kind = 'sale'"), 1);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row1ADuplicateIsToldWhatItWasToldFirst) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.run("UPDATE product SET unit_price = 9900");
  const std::string sale = till.sale(shop.milk);
  const journal::Answer first = shop.send(till, {sale});
  EXPECT_TRUE(first.results[0].flags.has(Flag::price_differs));
  const journal::Answer again = shop.send(till, {sale});
  ASSERT_EQ(again.results.size(), 1u);
  EXPECT_EQ(again.results[0].result, Outcome::duplicate);
  EXPECT_EQ(again.results[0].first, Outcome::accepted);
  EXPECT_EQ(again.results[0].flags, first.results[0].flags);
  EXPECT_EQ(again.results[0].sale, first.results[0].sale);
  EXPECT_EQ(again.acked_through, 1);
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(shop.count("SELECT count(*) FROM journal_record"), 1);
}

TEST(Journal, Row2AnotherTillsRecordIsKeptApart) {
  ShopFloor shop;
  TestTill till = shop.enrol(), other = shop.enrol();
  const std::string foreign = other.sale(shop.milk);
  journal::Answer answer = shop.send(till, {foreign});
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.results[0].result, Outcome::quarantined);
  EXPECT_TRUE(answer.results[0].flags.has(Flag::wrong_till));
  EXPECT_EQ(answer.acked_through, 0);
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 0);
  // Its own till still books it.
  answer = shop.send(other, {foreign});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row3ARecordComesHomeIntoAGapAndIntoItsBrokenSeat) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string one = till.sale(shop.milk), two = till.sale(shop.milk), three = till.sale(shop.milk);
  journal::Answer answer = shop.send(till, {three}, ",\"have_from\":3");
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(answer.acked_through, 3);
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{"gap"});
  answer = shop.send(till, {two});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT last FROM journal_gap"), 1);
  answer = shop.send(till, {one});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT count(*) FROM journal_gap"), 0);

  const std::string four = till.sale(shop.milk);
  answer = shop.send(till, {with(four, "Milch", "Molch")});
  EXPECT_EQ(answer.results[0].result, Outcome::quarantined);
  EXPECT_EQ(answer.acked_through, 4);
  answer = shop.send(till, {four});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 4);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row4AHoleStopsTheRequestAndSaysFromWhere) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string one = till.sale(shop.milk), two = till.sale(shop.milk), three = till.sale(shop.milk);
  journal::Answer answer = shop.send(till, {one, three});
  EXPECT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.need_from, 2);
  EXPECT_EQ(answer.acked_through, 1);
  answer = shop.send(till, {two, three});
  EXPECT_EQ(answer.acked_through, 3);
  EXPECT_FALSE(answer.need_from.has_value());
}

TEST(Journal, Row5TheSameIdWithAnotherHashIsAConflict) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  journal::Record first = till.record(Kind::note, note("one"));
  shop.send(till, {journal::record_text(first)});
  journal::Record second = till.record(Kind::note, note("two"));
  second.id = first.id;
  second = *journal::seal(second, first.hash);
  till.prev = second.hash;
  const journal::Answer answer =
      shop.send(till, {journal::record_text(second), till.text(Kind::note, note("three"))});
  ASSERT_EQ(answer.results.size(), 2u);
  EXPECT_EQ(answer.results[0].result, Outcome::conflict);
  EXPECT_EQ(answer.results[1].result, Outcome::accepted);
  EXPECT_EQ(answer.acked_through, 3);
  EXPECT_EQ(shop.count("SELECT count(*) FROM journal_record"), 3);
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{"conflict"});
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row6WhatIsNotUnderstoodIsKeptAndTheChainGoesOn) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string wrong_body = till.text(Kind::note, json::Object{{"txt", "?"}});
  const std::string after = till.sale(shop.milk);
  const std::string wrong_hash = with(till.sale(shop.milk), "Milch", "Molch");
  const std::string raw = "{\"seq\":4,\"raw\":\"" + base64_encode("\xff{broken") + "\"}";
  ++till.seq;
  const std::string last = till.sale(shop.milk);  // any prev fits behind the unreadable one
  const journal::Answer answer = shop.send(till, {wrong_body, after, wrong_hash, raw, last});
  ASSERT_EQ(answer.results.size(), 5u);
  EXPECT_EQ(answer.results[0].result, Outcome::quarantined);
  EXPECT_EQ(answer.results[1].result, Outcome::accepted);
  EXPECT_EQ(answer.results[2].result, Outcome::quarantined);
  EXPECT_EQ(answer.results[3].result, Outcome::quarantined);
  EXPECT_EQ(answer.results[4].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[4].flags.empty());
  EXPECT_EQ(answer.acked_through, 5);
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 2);
  EXPECT_EQ(shop.tasks(), (std::vector<std::string>{"quarantined", "quarantined", "quarantined"}));
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row6OnlyTheBookingThatFailsIsRolledBack) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const Id ada = store::new_id();
  const auto customer = [&](std::string_view email) {
    return json::Object{{"customer", ada},
                        {"email", email},
                        {"first_name", "Ada"},
                        {"last_name", "Lovelace"},
                        {"consent", json::Object{{"email", true}, {"sms", false}}}};
  };
  const std::string one = till.text(Kind::customer_new, customer("ada@example.com"));
  const std::string taken = till.text(Kind::customer_new, customer("again@example.com"));
  const std::string sale = till.sale(shop.milk);
  const journal::Answer answer = shop.send(till, {one, taken, sale});
  ASSERT_EQ(answer.results.size(), 3u);
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(answer.results[1].result, Outcome::quarantined);
  EXPECT_EQ(answer.results[2].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT count(*) FROM customer"), 1);

  // After an upgrade it is tried again; the id is free by then.
  shop.run("DELETE FROM customer");
  shop.run("UPDATE fact SET value = 'older' WHERE name = 'program_version'");
  shop.restart();
  EXPECT_EQ(shop.count("SELECT count(*) FROM customer"), 1);
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{});
  const journal::Answer again = shop.send(till, {taken});
  EXPECT_EQ(again.results[0].result, Outcome::duplicate);
  EXPECT_EQ(again.results[0].first, Outcome::quarantined);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, Row7AForkIsBookedAndLeadsToANewEpoch) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk)});
  TestTill clone = till;
  shop.send(till, {till.sale(shop.milk)});
  const std::string other = clone.sale(shop.milk);
  journal::Answer answer = shop.send(clone, {other});
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[0].flags.has(Flag::fork));
  EXPECT_EQ(answer.next_epoch, 2);
  answer = shop.send(clone, {clone.sale(shop.milk)});  // the fork's own line goes on
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_FALSE(answer.results[0].flags.has(Flag::fork));
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 4);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});

  const http::Response enrolled =
      shop.call("POST", "/api/till/enrol/", "{}", {{"authorization", "Till " + clone.token}});
  EXPECT_EQ(enrolled.status, 200) << enrolled.body;
  EXPECT_EQ(*shop.json(enrolled).find("epoch")->as_integer(), 2);
  clone.token = *shop.json(enrolled).find("token")->as_string();
  EXPECT_EQ(shop.send(clone, {clone.sale(shop.milk)}).results[0].result, Outcome::accepted)
      << "an older epoch";
  clone.epoch = 2, clone.seq = 0, clone.prev = journal::no_hash;
  EXPECT_EQ(shop.send(clone, {clone.sale(shop.milk)}).acked_through, 1);
  till.epoch = 2;
  EXPECT_EQ(shop.post_journal(till, shop.request(till, {})).status, 403) << "an epoch later than the token's";
}

TEST(Journal, FlagsTellWhereBusinessDisagreesAndNothingIsRefused) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const auto flags = [&](const std::string& text, std::string_view more = {}) {
    const journal::Answer answer = shop.send(till, {text}, more);
    EXPECT_EQ(answer.results.size(), 1u);
    EXPECT_EQ(answer.results.at(0).result, Outcome::accepted);
    return answer.results.at(0).flags;
  };
  const auto only = [](Flag flag) {
    journal::Flags expected;
    expected.add(flag);
    return expected;
  };
  EXPECT_EQ(flags(till.sale(store::new_id())), only(Flag::product_unknown));
  EXPECT_EQ(flags(till.sale(shop.milk, 1001)), only(Flag::stock_below_zero));
  const Result<void> counted = shop.store().writer().write([&](store::Database& db) -> Result<void> {
    TRY(store::book_movement(
        db,
        {shop.tenant, shop.branch, shop.milk, 1'001'000, store::MovementKind::correction, {}, shop.now_us}));
    return {};
  });
  EXPECT_TRUE(counted.ok());
  EXPECT_EQ(flags(till.sale(shop.milk), ",\"sent_at\":" + std::to_string(start_us / 1000 - 3'600'000)),
            only(Flag::clock_off));
  EXPECT_EQ(flags(till.sale(shop.milk), ",\"sent_at\":" + std::to_string(start_us / 1000)), journal::Flags());
  {
    journal::Record sale = *journal::read_record(till.sale(shop.milk));
    for (json::Member& member : *sale.body.as_object())
      if (member.name == "total") member.value = std::int64_t{1};
    --till.seq;
    till.prev = sale.prev;
    EXPECT_EQ(flags(till.text(Kind::sale, sale.body)), only(Flag::totals_differ));
    EXPECT_EQ(shop.count("SELECT count(*) FROM sale WHERE total = 1"), 1) << "as printed";
  }
  const journal::Record open =
      till.record(Kind::shift_open, json::Object{{"float", 10000}, {"currency", "EUR"}});
  EXPECT_EQ(flags(journal::record_text(open)), journal::Flags());
  till.shift = open.id;
  EXPECT_EQ(flags(till.sale(shop.milk)), journal::Flags());
  EXPECT_EQ(flags(till.text(Kind::shift_close,
                            json::Object{{"counted", 10119}, {"expected", 10119}, {"currency", "EUR"}})),
            journal::Flags());
  EXPECT_EQ(flags(till.sale(shop.milk)), only(Flag::shift_closed));
  till.shift.reset();
  shop.run("UPDATE user SET is_active = 0");
  EXPECT_EQ(flags(till.sale(shop.milk)), only(Flag::user_deactivated));
  shop.run("UPDATE user SET is_active = 1");
  // Nor may somebody active whose role no longer sells, unless a group gives the right.
  shop.run("UPDATE user SET designation = role, role = 'auditor'");
  EXPECT_EQ(flags(till.sale(shop.milk)), only(Flag::user_deactivated));
  shop.run(
      "INSERT INTO user_group (id, tenant, name, is_employee, created_at)"
      " SELECT x'01900000000070008000000000000001', tenant, 'Helpers', 0, 0 FROM user LIMIT 1");
  shop.run("INSERT INTO group_right (user_group, name) VALUES (x'01900000000070008000000000000001', 'sell')");
  shop.run(
      "INSERT INTO group_member (user_group, user) SELECT x'01900000000070008000000000000001', id FROM user");
  EXPECT_EQ(flags(till.sale(shop.milk)), journal::Flags());
  shop.run("UPDATE user SET role = designation");
  EXPECT_EQ(shop.call("POST", "/api/tills/" + to_string(till.id) + "/revoke/").status, 200);
  EXPECT_EQ(flags(till.sale(shop.milk)), only(Flag::revoked_till));
  EXPECT_EQ(shop.tasks(), (std::vector<std::string>{"clock_off", "product_unknown", "revoked_till",
                                                    "shift_closed", "stock_below_zero", "totals_differ",
                                                    "user_deactivated", "user_deactivated"}));
  EXPECT_EQ(shop.call("POST", "/api/till/enrol/", "{}", {{"authorization", "Till " + till.token}}).status,
            403);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, DurableThroughFollowsTheServersOwnMonth) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
  shop.send(till, {till.sale(shop.milk)});
  shop.now_us += 10 * day_us;
  EXPECT_EQ(shop.send(till, {till.sale(shop.milk)}).durable_through, 0);
  shop.now_us += 20 * day_us;
  EXPECT_EQ(shop.send(till, {}).durable_through, 0);
  shop.now_us += day_us;
  EXPECT_EQ(shop.send(till, {}).durable_through, 1);
  shop.now_us += 10 * day_us;
  EXPECT_EQ(shop.send(till, {}).durable_through, 2);
}

TEST(Journal, BadRequestsBookNothing) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string sale = till.sale(shop.milk);
  const std::string good = shop.request(till, {sale});
  const auto status = [&](std::string body) { return shop.post_journal(till, std::move(body)).status; };
  for (std::size_t cut = 1; cut < good.size(); cut += 37) EXPECT_EQ(status(good.substr(0, cut)), 400) << cut;
  EXPECT_EQ(status(""), 400);
  EXPECT_EQ(status("[]"), 400);
  EXPECT_EQ(status(with(good, "\"epoch\":1", "\"epoch\":\"1\"")), 400);
  EXPECT_EQ(status(with(good, "\"epoch\":1", "\"epoch\":1e999")), 400);
  EXPECT_EQ(status(with(good, "\"epoch\":1", "\"epoch\":18446744073709551616")), 400);
  EXPECT_EQ(status(with(good, "\"epoch\":1", "\"epoch\":1,\"epoch\":1")), 400);
  EXPECT_EQ(status(with(good, "\"epoch\":1", "\"epoch\":1,\"surprise\":1")), 400);
  EXPECT_EQ(status(std::string(100'000, '[')), 400);
  EXPECT_EQ(status(std::string((1 << 20) + 1, ' ')), 413);
  EXPECT_EQ(status(shop.request(till, std::vector<std::string>(201, sale))), 413);
  EXPECT_EQ(shop.call("POST", "/api/till/journal/", good, {{"authorization", "Till nonsense"}}).status, 401);
  EXPECT_EQ(shop.call("POST", "/api/till/journal/", good, {{"authorization", "Bearer x"}}).status, 401);
  std::string forged = till.token;
  forged[forged.size() - 3] = forged[forged.size() - 3] == 'A' ? 'B' : 'A';
  EXPECT_EQ(shop.call("POST", "/api/till/journal/", good, {{"authorization", "Till " + forged}}).status, 401);
  EXPECT_EQ(shop.count("SELECT count(*) FROM journal_record"), 0);
  EXPECT_EQ(status(good), 200);
}

TEST(Journal, BadRecordsAreKeptAndHarmNoOther) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string good = till.sale(shop.milk);
  const std::string base = till.text(Kind::note, note("x"));
  std::vector<std::string> bad;
  bad.push_back(with(base, "\"v\":1", "\"v\":1,\"surprise\":2"));
  bad.push_back(with(base, "\"mono\":0", "\"mono\":0,\"mono\":0"));
  bad.push_back(with(base, "\"mono\":0", "\"mono\":99999999999999999999"));
  bad.push_back(with(base, "\"mono\":0", "\"mono\":0.5"));
  bad.push_back(with(base, "{\"text\":\"x\"}", "{\"text\":\"\\u0000\"}"));
  bad.push_back(with(base, "{\"text\":\"x\"}", "{\"text\":\"\\ud800\"}"));
  bad.push_back(with(base, "{\"text\":\"x\"}", std::string(40, '[') + std::string(40, ']')));
  const journal::Answer first = shop.send(till, {good});
  EXPECT_EQ(first.results[0].result, Outcome::accepted);
  for (const std::string& record : bad) {
    const journal::Answer answer = shop.send(till, {record});
    ASSERT_EQ(answer.results.size(), 1u) << record;
    EXPECT_NE(answer.results[0].result, Outcome::accepted) << record;
  }
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

TEST(Journal, EightTillsAtOnce) {
  ShopFloor shop;
  constexpr int tills = 8, each = 25;
  std::vector<TestTill> all;
  for (int i = 0; i < tills; ++i) all.push_back(shop.enrol());
  std::vector<std::thread> threads;
  for (TestTill& till : all) {
    threads.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        const journal::Answer answer = shop.send(till, {till.sale(shop.milk)});
        EXPECT_EQ(answer.acked_through, i + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), tills * each);
  EXPECT_EQ(shop.count("SELECT min(quantity) FROM stock_level"), 1'000'000 - tills * each * 1000);
  EXPECT_EQ(shop.count("SELECT count(DISTINCT series) FROM till"), tills);
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
}

}  // namespace
}  // namespace ringup::test
