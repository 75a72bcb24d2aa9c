// Enrolment, sales, receipts, refunds, customers: over the real store and router.
#include "core/sale/refund.h"
#include "core/till/bodies.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Flag;
using journal::Kind;
using journal::Outcome;

http::Response enrol_with(ShopFloor& shop, const std::string& code) {
  return shop.call("POST", "/api/till/enrol/", "{\"pairing_code\":\"" + code + "\"}");
}

TEST(Enrolment, ACodeWorksOnceWithinFifteenMinutesAndOnlyItsHashIsKept) {
  ShopFloor shop;
  std::string code = shop.pair();
  EXPECT_EQ(code.size(), 11u);
  EXPECT_EQ(
      shop.count("SELECT count(*) FROM pairing_code WHERE instr(CAST(hash AS TEXT), '" + code + "') > 0"), 0);
  shop.now_us += 15 * 60 * 1'000'000LL;
  EXPECT_EQ(enrol_with(shop, code).status, 401);

  code = shop.pair();
  std::string typed;  // as people type it
  for (const char c : code) typed += c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  const http::Response first = enrol_with(shop, typed);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(*shop.json(first).find("tenant")->as_string(), "shop");
  EXPECT_EQ(*shop.json(first).find("settings")->find("currency")->as_string(), "EUR");
  EXPECT_EQ(enrol_with(shop, code).status, 401);
}

TEST(Enrolment, AWipedTillGetsTheNextEpochOfItsSeries) {
  ShopFloor shop;
  const TestTill first = shop.enrol(), other = shop.enrol();
  EXPECT_NE(first.series, other.series);
  const TestTill again = shop.enrol(first.id);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.series, first.series);
  EXPECT_EQ(again.epoch, 2);
}

TEST(Enrolment, GuessesAreLimitedPerAddress) {
  ShopFloor shop;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(enrol_with(shop, "AAAAA-AAAAA").status, 401);
  EXPECT_EQ(enrol_with(shop, shop.pair()).status, 429);
  shop.now_us += 61'000'000;
  EXPECT_EQ(enrol_with(shop, shop.pair()).status, 200);
}

TEST(Enrolment, OnlyThoseWhoManageTillsMakeCodes) {
  ShopFloor shop;
  shop.role = Role::cashier;
  EXPECT_EQ(shop.call("POST", "/api/till/pairing-codes/", "{}").status, 403);
  EXPECT_EQ(shop.call("GET", "/api/tills/").status, 403);
  shop.role = Role::manager;
  EXPECT_EQ(shop.call("POST", "/api/till/pairing-codes/", "{}").status, 201);
  EXPECT_EQ(
      shop.call("POST", "/api/till/pairing-codes/", "{\"till\":\"" + to_string(shop.milk) + "\"}").status,
      404);
  EXPECT_EQ(shop.call("POST", "/api/till/pairing-codes/", "{\"surprise\":1}").status, 400);
}

TEST(Enrolment, ATillFromBeforeARestoreIsTakenAtItsTokensWord) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.run("DELETE FROM till");
  const journal::Answer answer = shop.send(till, {till.sale(shop.milk)});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_EQ(shop.count("SELECT count(*) FROM till"), 1);
}

TEST(Sales, AreListedReadAndPrinted) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  std::vector<std::string> records;
  for (int i = 0; i < 5; ++i) {
    till.at_ms += 60'000;
    records.push_back(till.sale(shop.milk, i + 1));
  }
  const journal::Answer answer = shop.send(till, records);
  const std::string newest = to_string(*answer.results[4].sale);

  std::string cursor;
  int seen = 0;
  for (int page = 0; page < 3; ++page) {
    const json::Value list =
        shop.json(shop.call("GET", "/api/sales/?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor)));
    for (const json::Value& item : *list.find("items")->as_array()) {
      EXPECT_EQ(*item.find("receipt")->as_string(), "A1-1-00000" + std::to_string(5 - seen));
      ++seen;
    }
    cursor = list.find("next")->is_null() ? "" : *list.find("next")->as_string();
  }
  EXPECT_EQ(seen, 5);
  EXPECT_EQ(cursor, "");
  const auto found = [&](const std::string& query) {
    const http::Response response = shop.call("GET", "/api/sales/?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    return shop.json(response).find("items")->as_array()->size();
  };
  EXPECT_EQ(found("receipt=A1-1-000003"), 1u);
  EXPECT_EQ(found("kind=refund"), 0u);
  EXPECT_EQ(found("till=" + to_string(till.id)), 5u);
  EXPECT_EQ(found("till=" + to_string(shop.milk)), 0u);
  EXPECT_EQ(found("from=2026-02-25&to=2026-02-26"), 5u);
  EXPECT_EQ(found("from=2026-02-26"), 0u);
  EXPECT_EQ(shop.call("GET", "/api/sales/?from=yesterday").status, 400);
  EXPECT_EQ(shop.call("GET", "/api/sales/?surprise=1").status, 400);
  EXPECT_EQ(shop.call("GET", "/api/sales/?limit=0").status, 400);

  const json::Value sale = shop.json(shop.call("GET", "/api/sales/" + newest + "/"));
  EXPECT_EQ(*sale.find("total")->find("amount")->as_integer(), 595);
  const json::Value& line = sale.find("lines")->as_array()->front();
  EXPECT_EQ(*line.find("quantity")->as_string(), "5");
  EXPECT_EQ(*line.find("unit_price")->as_string(), "1.19");
  EXPECT_EQ(shop.call("GET", "/api/sales/" + to_string(shop.milk) + "/").status, 404);

  const auto receipt = [&](const std::string& accept) {
    return shop.call("GET", "/api/sales/" + newest + "/receipt/", "", {{"accept", accept}});
  };
  EXPECT_NE(receipt("text/plain").body.find("A1-1-000005"), std::string::npos);
  EXPECT_NE(receipt("*/*").body.find("Corner Shop"), std::string::npos);
  const http::Response html = receipt("text/html,application/xhtml+xml");
  EXPECT_TRUE(html.content_type.starts_with("text/html"));
  EXPECT_NE(html.body.find("5,95"), std::string::npos) << html.body;
  EXPECT_EQ(receipt("image/png").status, 406);
}

TEST(Sales, AnotherBusinessSeesNothing) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string sale = to_string(*shop.send(till, {till.sale(shop.milk)}).results[0].sale);
  shop.tenant = store::new_id();  // the user behind requests is another business's now
  EXPECT_EQ(shop.call("GET", "/api/sales/" + sale + "/").status, 404);
  EXPECT_EQ(shop.call("GET", "/api/sales/" + sale + "/receipt/").status, 404);
  EXPECT_EQ(shop.json(shop.call("GET", "/api/sales/")).find("items")->as_array()->size(), 0u);
  EXPECT_EQ(shop.call("POST", "/api/tills/" + to_string(till.id) + "/revoke/").status, 404);
}

TEST(Refunds, GiveBackStockAndTellWhatIsTooMuch) {
  ShopFloor shop;
  TestTill till = shop.enrol(), other = shop.enrol();
  const journal::Record record = *journal::read_record(till.sale(shop.milk, 3));
  shop.send(till, {journal::record_text(record)});
  const Sale sale = *read_sale_body(record.body);
  const auto level = [&] { return shop.count("SELECT min(quantity) FROM stock_level"); };
  EXPECT_EQ(level(), 997'000);

  // Another till of the branch finds the sale by its receipt.
  const http::Response found = shop.call("GET", "/api/till/sales/?receipt=" + sale.receipt, "",
                                         {{"authorization", "Till " + other.token}});
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_EQ(*shop.json(found).find("items")->as_array()->front().find("id")->as_string(),
            to_string(record.id));

  Refunded before;
  const auto refund = [&](std::int64_t pieces) {
    RefundRequest request;
    request.lines = {{1, Quantity{pieces * quantity_one}}};
    const Result<Refund> made = make_refund(record.id, sale, before, request, other.next_receipt());
    EXPECT_TRUE(made.ok());
    return *made;
  };
  const Refund first = refund(2);
  journal::Answer answer = shop.send(other, {other.text(Kind::refund, write_refund_body(first))});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[0].flags.empty());
  EXPECT_EQ(level(), 999'000);
  EXPECT_EQ(shop.count("SELECT total FROM sale WHERE kind = 'refund'"), -238);

  // Two more of three: the money left the till already, so it is booked and told.
  const Refund second = refund(2);
  answer = shop.send(other, {other.text(Kind::refund, write_refund_body(second))});
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[0].flags.has(Flag::totals_differ));
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{"totals_differ"});
}

TEST(Voids, ReverseTheStockOnce) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const Id sale = *shop.send(till, {till.sale(shop.milk, 4)}).results[0].sale;
  const auto void_it = [&] {
    return shop.send(till, {till.text(Kind::void_sale, json::Object{{"sale", sale}, {"reason", "mistake"}})})
        .results[0]
        .flags;
  };
  EXPECT_TRUE(void_it().empty());
  EXPECT_EQ(shop.count("SELECT min(quantity) FROM stock_level"), 1'000'000);
  EXPECT_TRUE(void_it().has(Flag::totals_differ));
  EXPECT_EQ(shop.count("SELECT max(quantity) FROM stock_level"), 1'000'000);
}

TEST(Customers, OfATillSayWhereTheyComeFromAndTakeNobodysAddress) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  EXPECT_EQ(shop.call("POST", "/api/customers/",
                      R"({"email":"ada@example.com","first_name":"Ada","last_name":"L"})")
                .status,
            201);
  const auto made = [&](const Id& id, std::string email) {
    const journal::CustomerBody body{id, email, "Ada", "Byron", std::nullopt, {true, false}};
    EXPECT_EQ(shop.send(till, {till.text(Kind::customer_new, journal::to_json(body))}).results[0].result,
              Outcome::accepted);
    return shop.json(shop.call("GET", "/api/customers/" + to_string(id) + "/"));
  };
  const json::Value fresh = made(store::new_id(), "byron@example.com");
  EXPECT_EQ(*fresh.find("email"), json::Value("byron@example.com"));
  EXPECT_EQ(*fresh.find("till_name"), json::Value("A1"));
  EXPECT_EQ(*fresh.find("made_by_name"), json::Value("cashier@example.com"));
  // The till was offline and could not know: booked, and the address stays with whom it belongs to.
  const json::Value second = made(store::new_id(), "ada@example.com");
  EXPECT_TRUE(second.find("email")->is_null());
  EXPECT_EQ(*second.find("consent")->find("email"), json::Value(false));
  EXPECT_EQ(*second.find("last_name"), json::Value("Byron"));
}

TEST(Customers, AreMadeOnceAndFoundByTheirBeginning) {
  ShopFloor shop;
  const std::string ada =
      R"({"email":"Ada@Example.com","first_name":"Ada","last_name":"Lovelace","phone_number":"+441234567"})";
  EXPECT_EQ(shop.call("POST", "/api/customers/", ada).status, 201);
  EXPECT_EQ(shop.call("POST", "/api/customers/", ada).status, 409);
  EXPECT_EQ(shop.call("POST", "/api/customers/", R"({"first_name":"A","last_name":"B","x":1})").status, 400);
  EXPECT_EQ(shop.call("POST", "/api/customers/", R"({"first_name":"A"})").status, 400);
  EXPECT_EQ(shop.call("POST", "/api/customers/", R"({"first_name":"A","last_name":"B","phone_number":"12"})")
                .status,
            400);
  EXPECT_EQ(shop.call("POST", "/api/customers/", R"({"first_name":"Bob","last_name":"100%"})").status, 201);
  const TestTill till = shop.enrol();
  const auto found = [&](const std::string& query) {
    return shop
        .json(shop.call("GET", "/api/till/customers/?q=" + query, "",
                        {{"authorization", "Till " + till.token}}))
        .find("items")
        ->as_array()
        ->size();
  };
  EXPECT_EQ(found("love"), 1u);
  EXPECT_EQ(found("ada@"), 1u);
  EXPECT_EQ(found("zoe"), 0u);
  EXPECT_EQ(found("%"), 0u);
  EXPECT_EQ(shop.json(shop.call("GET", "/api/customers/?limit=1")).find("next")->is_null(), false);
}

}  // namespace
}  // namespace ringup::test
