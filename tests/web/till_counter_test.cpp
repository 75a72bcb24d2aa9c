// What a cashier does besides sale and refund, without a network from the first act on.
#include "web/till/counter.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "tests/web/fake_bridge.h"
#include "web/till/model.h"

namespace ringup::till {
namespace {

using journal::Kind;
using test::FakeBridge;

const Id milk_id = *parse_id("0190b2f4-0000-7000-8000-000000000001");
const Id bread_id = *parse_id("0190b2f4-0000-7000-8000-000000000002");

class TillCounter : public ::testing::Test {
 protected:
  void SetUp() override {
    model = std::make_unique<Model>(bridge);
    bridge.ledger.run();
    model->enrol("CODE", [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
    settle();
    model->sign_in("kim@example.com", "password", [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
    settle();
    ASSERT_EQ(model->catalogue().size(), 2u);
    reachable = false;
    settle();
  }
  void settle() {
    bridge.ledger.run();
    for (int i = 0; i < 100 && !bridge.asked.empty(); ++i) {
      FakeBridge::Asked asked = std::move(bridge.asked.front());
      bridge.asked.pop_front();
      asked.done(reachable ? answer(asked.request) : platform::FetchResponse{});
      bridge.ledger.run();
    }
  }
  static platform::FetchResponse answer(const platform::FetchRequest& request) {
    if (request.url == "/api/till/enrol/") {
      Enrolment enrolment;
      enrolment.till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
      enrolment.series = "A1";
      enrolment.token = "till-token";
      enrolment.tenant = "corner";
      enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
      enrolment.settings = {"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
      return {200, json::dump(to_json(enrolment))};
    }
    if (request.url == "/api/accounts/login/") {
      const Cashier cashier{*parse_id("0190b2f4-0000-7000-8000-0000000000c1"),
                            "kim@example.com",
                            "Kim",
                            "Lee",
                            "cashier",
                            rights_of(Role::cashier)};
      return {200, json::dump(json::Object{{"access", "token"}, {"user", to_json(cashier)}})};
    }
    if (request.url.starts_with("/api/till/catalogue/")) {
      CatalogueDelta delta;
      delta.currency = *parse_currency("EUR");
      delta.cursor = "7";
      delta.version = 7;
      delta.reset = true;
      delta.products = {{milk_id, "MILK", "Milk 1 l", {}, {}, {11900}, "reduced", {}, 1},
                        {bread_id, "BREAD", "Bread", {}, {}, {34900}, "reduced", {}, 2}};
      delta.tax_classes = {{"reduced", Rate{70000}}};
      delta.rules = write_rules({TaxMode::per_line, TaxPlace::inside, CashRounding{5, Halves::away}});
      return {200, to_json(delta)};
    }
    return {};
  }
  /// The page is killed and loaded anew: what was on the disk is all there is.
  void reload() {
    bridge.kill();
    model = nullptr;
    model = std::make_unique<Model>(bridge);
    settle();
  }

  Counter& counter() { return model->counter(); }
  /// Calls an act whose last parameter is its `done`, and lets the disk answer.
  template <class Act>
  Result<void> run(Act&& act) {
    std::optional<Result<void>> result;
    act([&](const Result<void>& done) { result = done; });
    bridge.ledger.run();
    return result.value_or(fail(Error::internal, {}, "No answer came."));
  }
  Result<void> open(Amount float_amount) {
    return run([&](auto done) { counter().open_shift(float_amount, done); });
  }
  Result<void> move(bool in, Amount amount, const std::string& reason) {
    return run([&](auto done) { counter().move_cash(in, amount, reason, done); });
  }
  Result<void> undo(const Id& sale, const std::string& reason = "Rung up twice") {
    return run([&](auto done) { counter().void_sale(sale, reason, done); });
  }
  Result<ShiftReport> x() {
    std::optional<Result<ShiftReport>> result;
    counter().x_report([&](Result<ShiftReport> report) { result = std::move(report); });
    bridge.ledger.run();
    return result.value_or(fail(Error::internal));
  }
  Result<ShiftReport> close(Amount counted) {
    std::optional<Result<ShiftReport>> result;
    counter().close_shift(counted, [&](Result<ShiftReport> report) { result = std::move(report); });
    bridge.ledger.run();
    return result.value_or(fail(Error::internal));
  }
  void put_in(const Id& id) { ASSERT_TRUE(model->add(*model->catalogue().find(id)).ok()); }
  Id sell(const Id& product, Tender tender) {
    put_in(product);
    const Result<void> paid = run([&](auto done) { model->take_payment({&tender, 1}, done); });
    EXPECT_TRUE(paid.ok()) << describe(paid.failure());
    return model->memory().kept().back().id;
  }
  Result<void> give_all_back(const Id& sale) {
    std::optional<RefundDraft> found;
    model->refund_of(sale, [&](Result<RefundDraft> draft) { found = std::move(draft).value(); });
    bridge.ledger.run();
    for (std::size_t i = 0; i < found->chosen.size(); ++i) found->chosen[i] = found->sale.lines[i].quantity;
    return run([&](auto done) { model->give_back(*found, TenderKind::cash, done); });
  }

  FakeBridge bridge;
  bool reachable = true;
  std::unique_ptr<Model> model;
};

TEST_F(TillCounter, AWholeDayAddsUpOnTheDevice) {
  ASSERT_TRUE(open(10'000).ok());
  ASSERT_TRUE(counter().shift().has_value());
  const Id shift = counter().shift()->id;
  sell(bread_id, {TenderKind::cash, 500, {}});                  // 3.49, rounded to 3.50
  sell(milk_id, {TenderKind::card, 119, "T-1"});                // 1.19
  const Id twice = sell(milk_id, {TenderKind::cash, 120, {}});  // voided
  const Id back = sell(bread_id, {TenderKind::cash, 350, {}});  // given back: -3.50
  ASSERT_TRUE(undo(twice).ok());
  ASSERT_TRUE(give_all_back(back).ok());
  ASSERT_TRUE(move(true, 2'000, "Change from the bank").ok());
  ASSERT_TRUE(move(false, 350, " Window cleaner ").ok());
  const ShiftReport report = x().value();
  EXPECT_EQ(report.figures.sales, 3);
  EXPECT_EQ(report.figures.refunds, 1);
  EXPECT_EQ(report.figures.voids, 1);
  EXPECT_EQ(report.figures.gross, 349 + 119);
  EXPECT_EQ(report.figures.rounding, 1);
  EXPECT_EQ(report.figures.takings(), 350 + 119);
  EXPECT_EQ(report.expected, 10'000 + 350 + 2'000 - 350);
  EXPECT_EQ(report.moves.back().reason, "Window cleaner");
  for (const Kept& kept : model->memory().kept()) {
    if (kept.kind == Kind::shift_open) continue;
    EXPECT_EQ(kept.shift, shift);
  }

  reload();
  EXPECT_EQ(x().value().figures, report.figures);
  const ShiftReport z = close(11'950).value();
  EXPECT_EQ(z.figures, report.figures);
  EXPECT_EQ(z.stated, report.expected);
  EXPECT_EQ(z.difference(), -50);
  EXPECT_FALSE(counter().shift().has_value());
  EXPECT_EQ(x().error(), Error::precondition_failed);
  // On the printer of this till, as receipts are.
  PrinterSettings usb;
  usb.way = PrintWay::usb;
  model->printer().change(usb);
  model->printer().choose([](const std::string&) {});
  bridge.chosen.front().second({platform::PrinterOutcome::done, "1208:514:", "Acme T1"});
  counter().print(z, [](const std::string& trouble) { EXPECT_EQ(trouble, ""); });
  ASSERT_EQ(bridge.print_jobs.size(), 1u);
  EXPECT_NE(bridge.print_jobs.back().bytes.find("Difference (short)"), std::string::npos);
  reload();
  EXPECT_EQ(counter().last_z(), z);
}

TEST_F(TillCounter, AShiftIsOpenedOnceAndTold) {
  EXPECT_TRUE(counter().offers_shift());
  counter().sell_without_shift();
  EXPECT_FALSE(counter().offers_shift());
  bridge.clock += 24 * 3'600'000;
  EXPECT_TRUE(counter().offers_shift());
  ASSERT_TRUE(open(5'000).ok());
  EXPECT_FALSE(counter().offers_shift());
  EXPECT_EQ(open(5'000).error(), Error::conflict);
  EXPECT_FALSE(counter().left_open());
  bridge.clock += 24 * 3'600'000;
  EXPECT_TRUE(counter().left_open());
  reload();
  EXPECT_TRUE(counter().left_open());
}

TEST_F(TillCounter, OnlyAWholeSaleOfThisShiftIsVoided) {
  const Id before = sell(milk_id, {TenderKind::cash, 120, {}});
  EXPECT_TRUE(counter().may_void(before).ok()) << "no shift then, none now";
  ASSERT_TRUE(open(0).ok());
  EXPECT_EQ(counter().may_void(before).error(), Error::precondition_failed);
  const Id sale = sell(milk_id, {TenderKind::cash, 120, {}});
  const std::size_t records = model->memory().kept().size();
  EXPECT_EQ(undo(sale, "  ").error(), Error::missing_member);
  EXPECT_EQ(undo(milk_id).error(), Error::not_found);
  EXPECT_EQ(model->memory().kept().size(), records);
  ASSERT_TRUE(undo(sale).ok());
  EXPECT_TRUE(counter().voided(sale));
  EXPECT_EQ(undo(sale).error(), Error::conflict);
  EXPECT_TRUE(model->today().front().voided);
  ASSERT_TRUE(run([&](auto done) { model->show_receipt(sale, done); }).ok());
  EXPECT_EQ(model->receipt()->document.rows.front().left, "VOID");

  const Id back = sell(bread_id, {TenderKind::cash, 350, {}});
  ASSERT_TRUE(give_all_back(back).ok());
  EXPECT_EQ(counter().may_void(back).error(), Error::conflict);
  const Id counted = sell(bread_id, {TenderKind::cash, 350, {}});
  ASSERT_TRUE(close(0).ok());
  EXPECT_EQ(counter().may_void(counted).error(), Error::precondition_failed);
}

TEST_F(TillCounter, CashHasAnAmountAndAReason) {
  ASSERT_TRUE(open(0).ok());
  EXPECT_EQ(move(true, 0, "Nothing").error(), Error::out_of_range);
  EXPECT_EQ(move(false, 100, "").error(), Error::missing_member);
  EXPECT_EQ(model->memory().kept().size(), 1u);
}

TEST_F(TillCounter, ANewCustomerIsInTheCartAndFoundWithoutANetwork) {
  const auto add = [&](journal::CustomerBody typed) {
    return run([&](auto done) { counter().add_customer(typed, done); });
  };
  EXPECT_EQ(add({Id{}, "ada", "Ada", "Lovelace", {}, {}}).failure().where, "email");
  EXPECT_TRUE(model->memory().kept().empty());
  ASSERT_TRUE(add({Id{}, "Ada@Example.com", "Ada", "Lovelace", "", {true, false}}).ok());
  ASSERT_TRUE(model->customer.has_value());
  EXPECT_EQ(model->customer->name(), "Ada Lovelace");
  const Id ada = model->customer->id;
  const Id sale = sell(milk_id, {TenderKind::credit, 119, {}});
  std::optional<journal::Record> record;
  model->memory().read(sale, [&](Result<journal::Record> read) { record = std::move(read).value(); });
  bridge.ledger.run();
  EXPECT_EQ(read_sale_body(record->body).value().customer, ada);
  std::vector<Customer> found;
  model->customers("lovel",
                   [&](Result<std::vector<Customer>> customers) { found = std::move(customers).value(); });
  settle();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().id, ada);
}

TEST_F(TillCounter, ParkedSalesSurviveAndAreNeverBooked) {
  EXPECT_EQ(counter().park("Nothing").error(), Error::precondition_failed);
  put_in(milk_id);
  put_in(bread_id);
  ASSERT_TRUE(model->cart().discount_cart(Discount::of_rate(Rate{100'000})).ok());
  const Amount total = model->cart().total();
  ASSERT_TRUE(counter().park("Table 4").ok());
  EXPECT_TRUE(model->cart().empty());
  put_in(bread_id);
  ASSERT_TRUE(counter().park("").ok());
  bridge.ledger.run();

  reload();
  EXPECT_TRUE(model->cart().empty());
  ASSERT_EQ(counter().parked().size(), 2u);
  const Parked first = counter().parked()[0], second = counter().parked()[1];
  EXPECT_EQ(first.name, "Table 4");
  EXPECT_EQ(first.pieces, 2u);
  EXPECT_EQ(first.total, total);
  EXPECT_EQ(second.name, "Sale 1");
  EXPECT_EQ(counter().resume(first.key).value(), 0u);
  EXPECT_EQ(model->cart().total(), total);
  EXPECT_EQ(counter().resume(second.key).error(), Error::conflict);
  bridge.ledger.run();

  reload();
  EXPECT_EQ(model->cart().total(), total) << "the cart again, not parked twice";
  ASSERT_EQ(counter().parked().size(), 1u);
  counter().forget_parked(second.key);
  bridge.ledger.run();
  reload();
  EXPECT_TRUE(counter().parked().empty());
  EXPECT_TRUE(model->memory().kept().empty());
}

TEST_F(TillCounter, NothingIsSaidBeforeItIsOnTheDisk) {
  bool answered = false;
  counter().open_shift(100, [&](const Result<void>& done) { answered = done.ok(); });
  EXPECT_FALSE(answered);
  EXPECT_TRUE(model->saving());
  EXPECT_FALSE(counter().shift().has_value());
  std::optional<Result<void>> second;
  counter().note("Two at once", [&](const Result<void>& done) { second = done; });
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->error(), Error::conflict);
  bridge.ledger.run();
  EXPECT_TRUE(answered);
  EXPECT_EQ(model->memory().kept().size(), 1u);
}

}  // namespace
}  // namespace ringup::till
