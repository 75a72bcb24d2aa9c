#include "tests/web/till_fixture.h"

namespace ringup::till {
namespace {

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
  model->print_receipt([](const std::string& trouble) { EXPECT_EQ(trouble, ""); });
  ASSERT_EQ(bridge.strips.size(), 1u);
  EXPECT_EQ(bridge.strips[0].title, "Receipt A1-1-000001");
  EXPECT_EQ(bridge.strips[0].width_mm, 80);
}

}  // namespace
}  // namespace ringup::till
