#pragma once
/// A till with its server and its disk in a test's hands: paired, signed in, two products in the catalogue.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/till/exchange.h"
#include "tests/web/fake_bridge.h"
#include "web/till/model.h"

namespace ringup::till {
using test::FakeBridge;

inline const Id milk_id = *parse_id("0190b2f4-0000-7000-8000-000000000001");
inline const Id bread_id = *parse_id("0190b2f4-0000-7000-8000-000000000002");
inline const Id user_id = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
inline constexpr std::string_view first_key = "journal/0000000001/000000000001";
inline const Id till_id = *parse_id("0190b2f4-0000-7000-8000-00000000000a");

/// The server as far as a till sees it: books each record once, and forgets nothing.
struct FakeServer {
  std::map<std::int64_t, std::string> booked;  // seq → id
  int duplicates = 0;
  std::string generation = "g1";
  bool reachable = true;
  bool lose_replies = false;
  bool add_members = false;  // as a newer server would
  std::int64_t poison = 0;   // a number that makes it refuse the whole request
  int tries = 0;
  Settings settings{"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
  std::map<std::string, int> asked;  // how often, by path without its query
  std::string permits;               // what it answers to a till that asks for them; empty: an older server
  int permits_status = 200;

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
    tries += request.url == "/api/till/journal/" ? 1 : 0;
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
      const Cashier cashier{user_id, "kim@example.com", "Kim", "Lee", "cashier", rights_of(Role::cashier)};
      return {200, json::dump(json::Object{{"access", "token"}, {"user", to_json(cashier)}})};
    }
    if (request.url == "/api/till/permits/" && !permits.empty()) return {permits_status, permits};
    if (request.url == "/api/accounts/logout/") return {204, {}};
    if (request.url == "/api/till/settings/") return {200, json::dump(to_json(settings))};
    if (request.url.starts_with("/api/till/catalogue/")) {
      return {200, to_json(catalogue_since(request.url))};
    }
    if (request.url == "/api/till/journal/") {
      const Result<journal::Request> read = journal::read_request(request.body);
      EXPECT_TRUE(read.ok());
      journal::Answer answer;
      answer.generation = generation;
      const bool raw = request.body.find("\"raw\"") != std::string::npos;
      for (const journal::Envelope& envelope : read->records) {
        if (poison > 0 && envelope.seq == poison && !raw) return {400, R"({"code":"invalid_json"})"};
      }
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
      std::string text = journal::write_answer(answer);
      if (add_members) {
        text.insert(1, R"("mood":"sunny","more":{"a":[1]},)");
        if (const auto at = text.find("\"flags\":[]"); at != std::string::npos)
          text.replace(at, 10, R"("flags":["of_tomorrow"],"hint":1)");
      }
      return {200, text};
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
    bridge.compute();
    for (int i = 0; i < 100 && !bridge.asked.empty(); ++i) {
      FakeBridge::Asked asked = std::move(bridge.asked.front());
      bridge.asked.pop_front();
      asked.done(server.answer(asked.request));
      bridge.ledger.run();
      bridge.compute();
    }
    bridge.ledger.run();
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

}  // namespace ringup::till
