#include "web/till/model.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "core/till/exchange.h"
#include "tests/web/fake_bridge.h"

namespace ringup::till {
namespace {

using test::FakeBridge;

const Id milk_id = *parse_id("0190b2f4-0000-7000-8000-000000000001");
const Id bread_id = *parse_id("0190b2f4-0000-7000-8000-000000000002");
const Id user_id = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
constexpr std::string_view first_key = "journal/0000000001/000000000001";
const Id till_id = *parse_id("0190b2f4-0000-7000-8000-00000000000a");

/// The server as far as a till sees it: books each record once, and forgets nothing.
struct FakeServer {
  std::map<std::int64_t, std::string> booked;  // seq → id
  int duplicates = 0;
  std::string generation = "g1";
  bool reachable = true;
  bool lose_replies = false;
  Settings settings{"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
  std::map<std::string, int> asked;  // how often, by path without its query

  int milk_sold = 0;  // elsewhere; a cursor is "7", or "7~n" when n of them are known

  CatalogueDelta catalogue_since(const std::string& url) const {
    CatalogueDelta delta;
    delta.currency = *parse_currency("EUR");
    delta.cursor = milk_sold == 0 ? "7" : "7~" + std::to_string(milk_sold);
    delta.version = 7;
    delta.reset = url.find("since") == std::string::npos;
    const Product milk{milk_id, "MILK",    "Milk 1 l",          {}, {*parse_gtin("4006381333931")},
                       {11900}, "reduced", {-1000 * milk_sold}, 1};
    if (!delta.reset) {
      if (!url.ends_with("since=" + delta.cursor)) delta.products = {milk};
      return delta;
    }
    delta.products = {milk, {bread_id, "BREAD", "Bread", {}, {}, {34900}, "reduced", {}, 2}};
    delta.tax_classes = {{"reduced", Rate{70000}}};
    delta.rules = write_rules(Rules{});
    return delta;
  }

  platform::FetchResponse answer(const platform::FetchRequest& request) {
    if (!reachable) return {};
    ++asked[request.url.substr(0, request.url.find('?'))];
    if (request.url == "/api/till/enrol/") {
      Enrolment enrolment;
      enrolment.till = till_id;
      enrolment.series = "A1";
      enrolment.token = "till-token";
      enrolment.tenant = "corner";
      enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
      enrolment.settings = settings;
      return {200, json::dump(to_json(enrolment))};
    }
    if (request.url == "/api/accounts/login/") {
      if (request.body.find("right password") == std::string::npos)
        return {401,
                R"({"code":"invalid_credentials","detail":"The e-mail address or the password is wrong."})"};
      const Cashier cashier{user_id, "kim@example.com", "Kim", "Lee", "cashier"};
      return {200, json::dump(json::Object{{"access", "token"}, {"user", to_json(cashier)}})};
    }
    if (request.url == "/api/till/settings/") return {200, json::dump(to_json(settings))};
    if (request.url.starts_with("/api/till/catalogue/")) {
      return {200, to_json(catalogue_since(request.url))};
    }
    if (request.url == "/api/till/journal/") {
      const Result<journal::Request> read = journal::read_request(request.body);
      EXPECT_TRUE(read.ok());
      journal::Answer answer;
      answer.generation = generation;
      for (const journal::Envelope& envelope : read->records) {
        EXPECT_TRUE(envelope.right_hash);
        const bool known = booked.contains(*envelope.seq);
        duplicates += known ? 1 : 0;
        booked[*envelope.seq] = to_string(*envelope.id);
        journal::RecordResult result;
        result.id = envelope.id;
        result.seq = envelope.seq;
        result.result = known ? journal::Outcome::duplicate : journal::Outcome::accepted;
        if (known) result.first = journal::Outcome::accepted;
        answer.results.push_back(result);
      }
      answer.acked_through = booked.empty() ? 0 : booked.rbegin()->first;
      if (lose_replies) return {};
      return {200, journal::write_answer(answer)};
    }
    return {404, "{}"};
  }
};

class TillModel : public ::testing::Test {
 protected:
  void SetUp() override {
    model = std::make_unique<Model>(bridge);
    EXPECT_TRUE(model->opening());
    bridge.ledger.run();
    ASSERT_FALSE(model->opening());
    bool enrolled = false;
    model->enrol("CODE", [&](Result<void> done) { enrolled = done.ok(); });
    settle();
    ASSERT_TRUE(enrolled);
    model->sign_in("kim@example.com", "right password", [](Result<void> done) { EXPECT_TRUE(done.ok()); });
    settle();
    ASSERT_EQ(model->catalogue().size(), 2u);
  }
  /// Answers whatever the till asks of disk and server until it asks no more.
  void settle() {
    bridge.ledger.run();
    for (int i = 0; i < 100 && !bridge.asked.empty(); ++i) {
      FakeBridge::Asked asked = std::move(bridge.asked.front());
      bridge.asked.pop_front();
      asked.done(server.answer(asked.request));
      bridge.ledger.run();
    }
  }
  /// The page is killed and loaded anew: what was on the disk is all there is.
  void reload() {
    bridge.kill();
    model = nullptr;
    model = std::make_unique<Model>(bridge);
    bridge.ledger.run();
  }
  void put_in(const Id& id) { ASSERT_TRUE(model->add(*model->catalogue().find(id)).ok()); }
  /// Nothing until the disk has answered.
  std::shared_ptr<std::optional<Result<void>>> begin_to_pay(Amount cash) {
    auto result = std::make_shared<std::optional<Result<void>>>();
    const Tender tenders[] = {{TenderKind::cash, cash, {}}};
    model->take_payment(tenders, [result](Result<void> done) { *result = std::move(done); });
    return result;
  }
  Result<void> pay(Amount cash) {
    const auto result = begin_to_pay(cash);
    bridge.ledger.run();
    return result->value_or(fail(Error::internal));
  }
  RefundDraft draft_of(const Id& sale) {
    std::optional<RefundDraft> found;
    model->refund_of(sale, [&](Result<RefundDraft> draft) {
      EXPECT_TRUE(draft.ok());
      if (draft.ok()) found = std::move(draft).value();
    });
    bridge.ledger.run();
    return found.value();
  }
  Result<void> give_back(const RefundDraft& draft, TenderKind kind) {
    std::optional<Result<void>> result;
    model->give_back(draft, kind, [&](Result<void> done) { result = std::move(done); });
    bridge.ledger.run();
    return result.value_or(fail(Error::internal));
  }

  void tell(std::string kind, std::string data = "{}") {
    bridge.followed->on_event({std::move(kind), std::move(data)});
  }
  void go_live(const std::string& generation = "g1") {
    tell("hello", R"({"generation":")" + generation + R"(","heartbeat_seconds":15})");
    bridge.followed->on_state(platform::Stream::live);
    bridge.pass(2'000);
    settle();
    server.asked.clear();
  }

  FakeBridge bridge;
  FakeServer server;
  std::unique_ptr<Model> model;
};

TEST_F(TillModel, FollowsTheServerWithItsOwnToken) {
  ASSERT_TRUE(bridge.followed.has_value());
  EXPECT_EQ(bridge.followed->path, "/api/events");
  std::string header;
  bridge.followed->authorize(true, [&](std::string given) { header = given; });
  EXPECT_EQ(header, "Till till-token");
}

TEST_F(TillModel, FetchesTheCatalogueWithinTwoSecondsOfTheNews) {
  go_live();
  ++server.milk_sold;
  for (int i = 0; i < 20; ++i) tell("catalogue");
  bridge.pass(2'000);
  settle();
  EXPECT_EQ(model->catalogue().find(milk_id)->stock.thousandths, -1000);
  EXPECT_EQ(server.asked["/api/till/catalogue/"], 1);
}

TEST_F(TillModel, WhatIsToldWhileAPageIsOnItsWayIsFetchedToo) {
  go_live();
  tell("catalogue");
  bridge.pass(2'000);
  ASSERT_EQ(bridge.asked.size(), 1u);
  const platform::FetchResponse before = server.answer(bridge.asked.front().request);
  ++server.milk_sold;
  tell("catalogue");
  const FakeBridge::Asked asked = std::move(bridge.asked.front());
  bridge.asked.pop_front();
  asked.done(before);
  bridge.pass(2'000);
  settle();
  EXPECT_EQ(model->catalogue().find(milk_id)->stock.thousandths, -1000);
}

TEST_F(TillModel, AsksRarelyWhileTheServerTellsAndEveryMinuteWhenItStops) {
  go_live();
  const auto minutes = [&](int count) {
    server.asked.clear();
    for (int i = 0; i < count; ++i) {
      bridge.pass(60'000);
      settle();
    }
    return server.asked["/api/till/catalogue/"];
  };
  (void)minutes(1);  // the timer of before
  EXPECT_EQ(minutes(8), 4);
  bridge.followed->on_state(platform::Stream::waiting);
  EXPECT_GE(minutes(8), 7);
}

TEST_F(TillModel, SendsWhatItHasWhenTheServerAsksForIt) {
  go_live();
  server.reachable = false;
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  settle();
  ASSERT_EQ(model->sync().waiting(), 1u);
  server.reachable = true;
  tell("sync");
  settle();
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, ARestoredServerGetsEverythingAgain) {
  go_live();
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  settle();
  server.booked.clear();
  server.generation = "g2";
  go_live("g2");
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, WhatStandsOnReceiptsFollowsTheBusiness) {
  go_live();
  server.settings.footer = {"See you soon"};
  tell("business");
  settle();
  EXPECT_EQ(model->settings().footer, std::vector<std::string>{"See you soon"});
  const Settings before = model->settings();
  reload();
  EXPECT_EQ(model->settings(), before) << "and is kept";
  settle();
  // Another currency would make nonsense of the cart and of what is in the journal.
  server.settings.currency = "CHF";
  tell("business");
  settle();
  EXPECT_EQ(model->settings().currency, "EUR");
}

TEST_F(TillModel, SaysThatItReconnectsAfterTenSecondsWithoutTheStream) {
  go_live();
  EXPECT_EQ(model->sync().connection(), Connection::online);
  bridge.followed->on_state(platform::Stream::waiting);
  bridge.pass(9'000);
  EXPECT_EQ(model->sync().connection(), Connection::online);
  bridge.pass(1'000);
  EXPECT_EQ(model->sync().connection(), Connection::reconnecting);
  bridge.followed->on_state(platform::Stream::live);
  EXPECT_EQ(model->sync().connection(), Connection::online);
  bridge.followed->on_state(platform::Stream::refused);
  bridge.pass(20'000);
  settle();
  EXPECT_EQ(model->sync().connection(), Connection::online) << "an old server tells nothing";
}

TEST_F(TillModel, FollowsStockThatOthersMoveAndKeepsLittleOfIt) {
  for (int minute = 1; minute <= 60; ++minute) {
    ++server.milk_sold;
    bridge.pass(60'000);
    settle();
    ASSERT_EQ(model->catalogue().find(milk_id)->stock.thousandths, -1000 * minute);
    ASSERT_LE(bridge.blobs.size(), 23u);
  }
  // Started again without network: the last known levels, from few pages.
  server.reachable = false;
  reload();
  settle();
  EXPECT_EQ(model->catalogue().size(), 2u);
  EXPECT_EQ(model->catalogue().find(milk_id)->stock.thousandths, -60'000);
  EXPECT_EQ(model->catalogue().cursor(), "7~60");
}

TEST_F(TillModel, SellsForCashWithChange) {
  put_in(milk_id);
  put_in(milk_id);
  ASSERT_TRUE(pay(500).ok());
  ASSERT_TRUE(model->receipt().has_value());
  EXPECT_EQ(model->receipt()->number, "A1-1-000001");
  EXPECT_EQ(model->receipt()->total, 238);
  EXPECT_EQ(model->receipt()->change, 262);
  EXPECT_TRUE(model->cart().empty());
  settle();
  EXPECT_EQ(server.booked.size(), 1u);
  EXPECT_EQ(model->sync().connection(), Connection::online);
}

TEST_F(TillModel, TheRecordIsOnTheDeviceBeforeAnythingIsSent) {
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  EXPECT_TRUE(server.booked.empty());
  EXPECT_TRUE(bridge.ledger.kept.find(first_key) != bridge.ledger.kept.end());
}

TEST_F(TillModel, TheReceiptIsShownOnlyAfterTheRecordIsOnTheDisk) {
  put_in(milk_id);
  const auto paid = begin_to_pay(119);
  EXPECT_FALSE(paid->has_value());
  EXPECT_TRUE(model->saving());
  EXPECT_FALSE(model->receipt().has_value());
  EXPECT_TRUE(bridge.asked.empty()) << "nor is anything sent";
  // Nothing else is booked or put into the cart meanwhile.
  EXPECT_EQ(model->add(*model->catalogue().find(bread_id)).error(), Error::conflict);
  EXPECT_EQ((*begin_to_pay(119))->error(), Error::conflict);
  bridge.ledger.run();
  ASSERT_TRUE(paid->has_value() && (*paid)->ok());
  EXPECT_FALSE(model->saving());
  EXPECT_EQ(model->receipt()->number, "A1-1-000001");
}

TEST_F(TillModel, KilledBeforeTheTransactionIsCompleteNothingWasSold) {
  put_in(milk_id);
  model->keep_cart();
  bridge.ledger.run();
  (void)begin_to_pay(119);
  reload();
  settle();
  EXPECT_TRUE(model->today().empty());
  EXPECT_EQ(model->cart().lines().size(), 1u) << "the cart is still there to be paid";
  ASSERT_TRUE(pay(119).ok());
  settle();
  EXPECT_EQ(model->receipt()->number, "A1-1-000001");
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, KilledRightAfterTheTransactionTheSaleIsThereAndTheCartIsNot) {
  put_in(milk_id);
  model->keep_cart();
  bridge.ledger.run();
  (void)begin_to_pay(119);
  ASSERT_TRUE(bridge.ledger.step());  // on the disk, and then the power fails
  reload();
  settle();
  EXPECT_EQ(model->today().size(), 1u);
  EXPECT_TRUE(model->cart().empty());
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, AConnectionThatBreaksAfterItStoredNeitherLosesNorDoublesTheSale) {
  put_in(milk_id);
  bridge.ledger.outcomes = {platform::LedgerOutcome::failed};
  bridge.ledger.lies = true;
  ASSERT_TRUE(pay(119).ok());
  bridge.ledger.lies = false;
  settle();
  EXPECT_EQ(model->today().size(), 1u);
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, AWriteThatFailsIsTriedOnceMoreThenRefused) {
  put_in(milk_id);
  bridge.ledger.outcomes = {platform::LedgerOutcome::failed};
  ASSERT_TRUE(pay(119).ok());
  put_in(milk_id);
  bridge.ledger.outcomes = {platform::LedgerOutcome::failed, platform::LedgerOutcome::failed};
  EXPECT_EQ(pay(119).error(), Error::storage);
  EXPECT_FALSE(model->saving());
  EXPECT_EQ(model->cart().lines().size(), 1u);
  ASSERT_TRUE(pay(119).ok());
  EXPECT_EQ(model->receipt()->number, "A1-1-000002");
}

TEST_F(TillModel, WhatNobodyKnowsToBeStoredIsNotPaidTwiceUnseen) {
  put_in(milk_id);
  bridge.ledger.outcomes = {platform::LedgerOutcome::failed};
  bridge.ledger.lies = true;
  bridge.ledger.readable = false;
  EXPECT_EQ(pay(119).error(), Error::storage);
  bridge.ledger.lies = false;
  bridge.ledger.readable = true;
  const Result<void> again = pay(119);
  EXPECT_EQ(again.error(), Error::conflict);
  EXPECT_NE(words_of(again.failure()).find("saved after all"), std::string::npos);
  settle();
  EXPECT_EQ(model->today().size(), 1u);
  EXPECT_EQ(server.booked.size(), 1u);
}

TEST_F(TillModel, ALostReplyNeitherLosesNorDoublesASale) {
  server.lose_replies = true;
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  settle();
  EXPECT_EQ(model->sync().waiting(), 1u);
  EXPECT_EQ(model->sync().connection(), Connection::offline);
  server.lose_replies = false;
  bridge.pass(400'000);
  settle();
  EXPECT_EQ(model->sync().waiting(), 0u);
  EXPECT_EQ(server.booked.size(), 1u);
  EXPECT_GE(server.duplicates, 1);
}

TEST_F(TillModel, SellsOnWhileTheServerIsAwayAndCatchesUpAfterARestart) {
  server.reachable = false;
  for (int i = 0; i < 3; ++i) {
    put_in(bread_id);
    ASSERT_TRUE(pay(349).ok());
    settle();
  }
  EXPECT_EQ(model->sync().waiting(), 3u);
  reload();
  EXPECT_EQ(model->sync().waiting(), 3u);
  EXPECT_EQ(model->today().size(), 3u);
  ASSERT_TRUE(model->cashier().has_value());
  server.reachable = true;
  settle();
  EXPECT_EQ(server.booked.size(), 3u);
  EXPECT_EQ(model->catalogue().size(), 2u);
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  EXPECT_EQ(model->receipt()->number, "A1-1-000004");
}

TEST_F(TillModel, SendsAgainAfterARestoreEvenIfItWasReloadedInBetween) {
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  settle();
  ASSERT_EQ(server.booked.size(), 1u);
  server.booked.clear();  // an older backup was restored
  server.generation = "g2";
  put_in(bread_id);
  ASSERT_TRUE(pay(349).ok());
  FakeBridge::Asked asked = std::move(bridge.asked.front());
  bridge.asked.clear();
  asked.done(server.answer(asked.request));  // the till hears of it, then the page is closed
  bridge.ledger.run();
  reload();
  settle();
  EXPECT_EQ(server.booked.size(), 2u);
}

TEST_F(TillModel, NeverWritesOverARecordOfAnotherTab) {
  // Where the browser has no locks, two tabs can hold the same till.
  put_in(milk_id);
  const auto kept = bridge.ledger.kept;
  ASSERT_TRUE(pay(119).ok());
  const auto after = bridge.ledger.kept;
  bridge.ledger.kept = kept;
  reload();
  settle();
  ASSERT_TRUE(model->today().empty()) << "this tab was opened before the other one sold";
  bridge.ledger.kept = after;
  put_in(bread_id);
  const Result<void> done = pay(349);
  EXPECT_EQ(done.error(), Error::conflict);
  EXPECT_EQ(model->cart().lines().size(), 1u);
  EXPECT_FALSE(model->receipt().has_value());
  EXPECT_EQ(bridge.ledger.kept.find(first_key)->second, after.find(first_key)->second);
  // It has read what the other one wrote, and goes on after it.
  ASSERT_TRUE(pay(349).ok());
  EXPECT_EQ(model->receipt()->number, "A1-1-000002");
  settle();
  EXPECT_EQ(server.booked.size(), 2u);
  EXPECT_EQ(model->today().size(), 2u);
}

TEST_F(TillModel, TheCartSurvivesAReload) {
  put_in(milk_id);
  put_in(bread_id);
  ASSERT_TRUE(model->cart().discount_cart(Discount::of_rate(Rate{100'000})).ok());
  model->choose_customer(Customer{user_id, "Ada", "Lovelace", ""});
  const Amount total = model->cart().total();
  model->keep_cart();
  bridge.ledger.run();
  reload();
  settle();
  EXPECT_EQ(model->cart().lines().size(), 2u);
  EXPECT_EQ(model->cart().total(), total);
  EXPECT_EQ(model->customer->name(), "Ada Lovelace");
  ASSERT_TRUE(pay(1000).ok());
  model->keep_cart();
  bridge.ledger.run();
  reload();
  settle();
  EXPECT_TRUE(model->cart().empty());
}

TEST_F(TillModel, AFullDeviceRefusesTheSaleAndKeepsTheCart) {
  server.reachable = false;
  put_in(milk_id);
  bridge.ledger.room = 0;
  const Result<void> done = pay(119);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error(), Error::storage);
  EXPECT_EQ(model->cart().lines().size(), 1u);
  EXPECT_FALSE(model->receipt().has_value());
}

TEST_F(TillModel, AScannedCodeAddsItsProductAndAWrongOneSaysWhy) {
  EXPECT_EQ(*model->scan("4006381333931"), "Milk 1 l");
  EXPECT_EQ(model->scan("4006381333932").error(), Error::invalid_barcode);
  EXPECT_EQ(model->scan("NOTHING").error(), Error::unknown_sku);
  EXPECT_EQ(model->cart().lines().size(), 1u);
}

TEST_F(TillModel, GivesBackOneLineAndThenOnlyWhatIsLeft) {
  put_in(milk_id);
  put_in(bread_id);
  const Tender split[] = {{TenderKind::card, 300, {}}, {TenderKind::cash, 168, {}}};
  model->take_payment(split, [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
  bridge.ledger.run();
  const Id sale = model->today().at(0).id;

  RefundDraft draft = draft_of(sale);
  draft.chosen[0] = Quantity{1000};
  EXPECT_EQ(*model->refund_total(draft, TenderKind::cash), 119);
  ASSERT_TRUE(give_back(draft, TenderKind::cash).ok());
  EXPECT_EQ(model->receipt()->total, -119);
  EXPECT_EQ(model->today().size(), 2u);

  settle();  // delivered: its text is on the disk only
  draft = draft_of(sale);
  draft.chosen[0] = Quantity{1000};
  EXPECT_EQ(give_back(draft, TenderKind::cash).error(), Error::already_refunded);
  draft.chosen = {Quantity{0}, Quantity{1000}};
  ASSERT_TRUE(give_back(draft, TenderKind::card).ok());
  Amount sum = 0;
  for (const Entry& entry : model->today()) sum += entry.total;
  EXPECT_EQ(sum, 0);
}

TEST_F(TillModel, AWrongPasswordIsSaidInTheServersWords) {
  model->sign_out();
  settle();
  std::string words;
  model->sign_in("kim@example.com", "wrong", [&](Result<void> done) { words = words_of(done.failure()); });
  settle();
  EXPECT_EQ(words, "The e-mail address or the password is wrong.");
  EXPECT_FALSE(model->cashier().has_value());
}

TEST_F(TillModel, PrintsTheReceiptThatIsShown) {
  put_in(milk_id);
  ASSERT_TRUE(pay(119).ok());
  model->print_receipt();
  ASSERT_EQ(bridge.printed.size(), 1u);
  EXPECT_NE(bridge.printed[0].find("A1-1-000001"), std::string::npos);
  EXPECT_NE(bridge.printed[0].find("Milk 1 l"), std::string::npos);
}

}  // namespace
}  // namespace ringup::till
