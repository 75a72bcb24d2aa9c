// Looking for sales and customers as an owner does: filters, order, export, detail, figures.
#include <set>

#include "core/sale/cart.h"
#include "core/sale/refund.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Kind;

/// A shop with sales of all sorts at one till, a minute apart; the times begin at start_us.
struct Busy : ShopFloor {
  TestTill till = enrol();
  Id ada;

  Busy() {
    const http::Response made =
        call("POST", "/api/customers/",
             R"({"email":"ada@example.com","first_name":"Ada","last_name":"Lovelace"})");
    ada = *parse_id(*json(made).find("id")->as_string());
  }
  /// Rings up pieces at 1.19 and yields the sale's id.
  std::string sell(const Id& product, std::int64_t pieces, TenderKind tender = TenderKind::cash,
                   std::optional<Id> customer = {}, std::int64_t price = 11900) {
    Cart cart(*parse_currency("EUR"), Rules{});
    const bool is_milk = product == milk;
    EXPECT_TRUE(cart.add({product, is_milk ? "MILK-1L" : "BREAD", "Milch 1 L", UnitPrice{price}, "reduced",
                          Rate{70000}},
                         Quantity{pieces * quantity_one})
                    .ok());
    cart.choose_customer(customer);
    const Tender paid{tender, cart.total(), ""};
    Result<Sale> sale = cart.finish({&paid, 1}, till.next_receipt());
    EXPECT_TRUE(sale.ok()) << describe(sale.failure());
    till.at_ms += 60'000;
    return to_string(*send(till, {till.text(Kind::sale, write_sale_body(*sale))}).results[0].sale);
  }
  void void_sale(const std::string& sale) {
    till.at_ms += 60'000;
    send(till, {till.text(Kind::void_sale, json::Object{{"sale", sale}, {"reason", "mistake"}})});
  }
  std::vector<std::string> ids(const std::string& query) {
    std::vector<std::string> found;
    const http::Response response = call("GET", "/api/sales/?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    const json::Value list = json(response);
    if (list.find("items") == nullptr) return found;
    for (const json::Value& item : *list.find("items")->as_array())
      found.push_back(*item.find("id")->as_string());
    return found;
  }
  json::Value json(const http::Response& response) { return ShopFloor::json(response); }
};

using Ids = std::vector<std::string>;

TEST(LookForSales, EachFilterFindsItsOwn) {
  Busy shop;
  const std::string one = shop.sell(shop.milk, 1), card = shop.sell(shop.bread, 2, TenderKind::card);
  const std::string credit = shop.sell(shop.milk, 10, TenderKind::credit, shop.ada);
  const std::string dear = shop.sell(shop.bread, 1, TenderKind::cash, {}, 20000);  // at another price
  const std::string wrong = shop.sell(shop.milk, 3);
  shop.void_sale(wrong);

  EXPECT_EQ(shop.ids("sort=-sold_at"), (Ids{wrong, dear, credit, card, one}));
  EXPECT_EQ(shop.ids("sort=sold_at"), (Ids{one, card, credit, dear, wrong}));
  EXPECT_EQ(shop.ids("sort=-total"), (Ids{credit, wrong, card, dear, one}));
  EXPECT_EQ(shop.ids("tender=card"), Ids{card});
  EXPECT_EQ(shop.ids("customer=" + to_string(shop.ada)), Ids{credit});
  EXPECT_EQ(shop.ids("flagged=true"), Ids{dear});
  EXPECT_EQ(shop.ids("flagged=price_differs"), Ids{dear});
  EXPECT_EQ(shop.ids("flagged=clock_off"), Ids{});
  EXPECT_EQ(shop.ids("kind=voided"), Ids{wrong});
  EXPECT_EQ(shop.ids("kind=refund"), Ids{});
  EXPECT_EQ(shop.ids("product=" + to_string(shop.bread)), (Ids{dear, card}));
  EXPECT_EQ(shop.ids("product=" + to_string(shop.bread) + "&sort=sold_at&tender=card"), Ids{card});
  EXPECT_EQ(shop.ids("min_total=2.00&max_total=2.38"), (Ids{dear, card}));
  EXPECT_EQ(shop.ids("receipt=a1-1-0000"), (Ids{wrong, dear, credit, card, one}));
  EXPECT_EQ(shop.ids("receipt=A1-1-000002"), Ids{card});
  EXPECT_EQ(shop.ids("receipt=%25"), Ids{});
  EXPECT_EQ(shop.ids("from=2026-02-25T06:14:30Z"), (Ids{wrong, dear, credit, card}));
  EXPECT_EQ(shop.ids("user=" + to_string(shop.cashier)).size(), 5u);
  EXPECT_EQ(shop.ids("branch=" + to_string(shop.milk)), Ids{});
  for (const char* bad :
       {"kind=x", "tender=x", "flagged=x", "sort=x", "min_total=x", "product=x", "receipt="})
    EXPECT_EQ(shop.call("GET", std::string("/api/sales/?") + bad).status, 400) << bad;
}

TEST(LookForSales, PagesMeetWithoutAGapInEveryOrder) {
  Busy shop;
  for (int i = 0; i < 7; ++i) shop.sell(i % 2 == 0 ? shop.milk : shop.bread, 1 + i % 3);
  for (const char* query :
       {"sort=-sold_at", "sort=sold_at", "sort=-total", "receipt=A1", "sort=-total&receipt=A1"}) {
    const Ids all = shop.ids(query);
    ASSERT_EQ(all.size(), 7u);
    Ids paged;
    std::string cursor;
    do {
      const json::Value page = shop.json(shop.call(
          "GET", std::string("/api/sales/?limit=2&") + query + (cursor.empty() ? "" : "&cursor=" + cursor)));
      for (const json::Value& item : *page.find("items")->as_array())
        paged.push_back(*item.find("id")->as_string());
      cursor = page.find("next")->is_null() ? "" : *page.find("next")->as_string();
      shop.sell(shop.milk, 1);  // what is sold meanwhile is new and moves nothing
      if (paged.size() > 20) break;
    } while (!cursor.empty());
    EXPECT_EQ(std::set<std::string>(paged.begin(), paged.end()).size(), paged.size()) << query;
    for (const std::string& id : all) EXPECT_EQ(std::count(paged.begin(), paged.end(), id), 1) << query;
    shop.run("DELETE FROM sale WHERE id NOT IN (SELECT id FROM sale ORDER BY sold_at, id LIMIT 7)");
  }
}

TEST(LookForSales, DaysAreThoseOfTheBusiness) {
  Busy shop;
  shop.till.at_ms = 1'772'061'000'000;  // 2026-02-25 23:10 UTC
  const std::string late = shop.sell(shop.milk, 1);
  EXPECT_EQ(shop.ids("from=2026-02-26"), Ids{});
  shop.run("UPDATE tenant SET time_zone = 'Europe/Berlin'");  // there it is ten past midnight
  EXPECT_EQ(shop.ids("from=2026-02-26"), Ids{late});
  EXPECT_EQ(shop.ids("to=2026-02-26"), Ids{});
  const http::Response receipt = shop.call("GET", "/api/sales/" + late + "/receipt/");
  EXPECT_NE(receipt.body.find("2026-02-26 00:11"), std::string::npos) << receipt.body;
}

TEST(LookForSales, CsvHoldsAllThatMatches) {
  Busy shop;
  shop.sell(shop.milk, 2, TenderKind::credit, shop.ada);
  shop.sell(shop.bread, 1, TenderKind::cash, {}, 20000);
  const http::Response csv =
      shop.call("GET", "/api/sales/?limit=1&sort=sold_at", "", {{"accept", "text/csv"}});
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  const std::string first = csv.body.substr(0, csv.body.find('\n'));
  EXPECT_EQ(
      first,
      "receipt,kind,sold_at,branch,till,cashier,customer,paid_with,net,tax,total,currency,voided,flags,id");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 3);
  EXPECT_NE(csv.body.find("A1-1-000001,sale,2026-02-25 06:14:20,Main Street,A1,cashier@example.com,Ada "
                          "Lovelace,credit,2.22,0.16,2.38,EUR,no,,"),
            std::string::npos)
      << csv.body;
  EXPECT_NE(csv.body.find(",no,price_differs,"), std::string::npos) << csv.body;
}

TEST(LookForSales, CsvRunsNothingInASpreadsheet) {
  Busy shop;
  shop.sell(shop.milk, 1, TenderKind::credit, shop.ada);
  shop.run("UPDATE customer SET first_name = '=1+1'");
  const http::Response csv = shop.call("GET", "/api/sales/", "", {{"accept", "text/csv"}});
  EXPECT_NE(csv.body.find(",'=1+1 Lovelace,"), std::string::npos) << csv.body;
}

TEST(SaleDetail, SaysWhoWhatAndWhatFollowed) {
  Busy shop;
  const std::string sold = shop.sell(shop.milk, 3, TenderKind::credit, shop.ada, 20000);
  const json::Value body = shop.json(shop.call("GET", "/api/sales/" + sold + "/"));
  EXPECT_EQ(*body.find("customer_name")->as_string(), "Ada Lovelace");
  EXPECT_EQ(*body.find("till_name")->as_string(), "A1");
  EXPECT_EQ(*body.find("branch_name")->as_string(), "Main Street");
  EXPECT_EQ(*body.find("user_name")->as_string(), "cashier@example.com");
  EXPECT_EQ(*body.find("journal")->find("seq")->as_integer(), 1);
  EXPECT_EQ(body.find("journal")->find("hash")->as_string()->size(), 64u);
  EXPECT_EQ(*body.find("flag_words")->as_array()->front().find("flag")->as_string(), "price_differs");
  EXPECT_EQ(*body.find("tasks")->as_array()->front().find("kind")->as_string(), "price_differs");
  EXPECT_TRUE(body.find("void")->is_null());
  // The receipt names who owes.
  EXPECT_NE(shop.call("GET", "/api/sales/" + sold + "/receipt/").body.find("Customer: Ada Lovelace"),
            std::string::npos);

  // A refund and its sale know each other.
  const Id id = *parse_id(sold);
  const auto stored = shop.json(shop.call("GET", "/api/till/sales/?receipt=A1-1-000001", "",
                                          {{"authorization", "Till " + shop.till.token}}));
  const Sale sale = *read_sale_body(*stored.find("items")->as_array()->front().find("sale"));
  RefundRequest request;
  request.lines = {{1, Quantity{quantity_one}}};
  const Result<Refund> refund = make_refund(id, sale, {}, request, shop.till.next_receipt());
  ASSERT_TRUE(refund.ok());
  const std::string back = to_string(
      *shop.send(shop.till, {shop.till.text(Kind::refund, write_refund_body(*refund))}).results[0].sale);
  const json::Value after = shop.json(shop.call("GET", "/api/sales/" + sold + "/"));
  EXPECT_EQ(*after.find("refunds")->as_array()->front().find("id")->as_string(), back);
  const json::Value given = shop.json(shop.call("GET", "/api/sales/" + back + "/"));
  EXPECT_EQ(*given.find("refunded_sale")->find("id")->as_string(), sold);
  EXPECT_EQ(shop.ids("kind=refund"), Ids{back});

  const std::string other = shop.sell(shop.milk, 1);
  shop.void_sale(other);
  const json::Value gone = shop.json(shop.call("GET", "/api/sales/" + other + "/"));
  EXPECT_EQ(*gone.find("void")->find("reason")->as_string(), "mistake");
  EXPECT_EQ(*gone.find("void")->find("user_name")->as_string(), "cashier@example.com");
}

TEST(LookForCustomers, ByWordsWithoutAccentsAndByNumber) {
  ShopFloor shop;
  const auto add = [&](const char* body) {
    EXPECT_EQ(shop.call("POST", "/api/customers/", body).status, 201) << body;
  };
  add(R"({"email":"amelie@mail.example","first_name":"Amélie","last_name":"du Bois","phone_number":"+33199000101"})");
  add(R"({"first_name":"Ελένη","last_name":"Παπαδάκη"})");
  add(R"({"first_name":"Anna-Lena","last_name":"Zander"})");
  const auto found = [&](const std::string& query) {
    std::string names;
    const json::Value list = shop.json(shop.call("GET", "/api/customers/?" + query));
    for (const json::Value& item : *list.find("items")->as_array())
      names += (names.empty() ? "" : ",") + *item.find("last_name")->as_string();
    return names;
  };
  EXPECT_EQ(found("q=amel"), "du Bois");
  EXPECT_EQ(found("q=bois ame"), "du Bois");
  EXPECT_EQ(found("q=ελενη"), "Παπαδάκη");
  EXPECT_EQ(found("q=lena"), "Zander");
  EXPECT_EQ(found("q=annal"), "Zander");
  EXPECT_EQ(found("q=900010"), "du Bois");
  EXPECT_EQ(found("q=mail.ex"), "du Bois");
  EXPECT_EQ(found("q=ois"), "");
  EXPECT_EQ(found("q=%"), "");
  EXPECT_EQ(found("sort=name"), "Zander,du Bois,Παπαδάκη");
  EXPECT_EQ(shop.call("GET", "/api/customers/?sort=x").status, 400);
}

TEST(Customers, AreChangedMemberByMember) {
  ShopFloor shop;
  const auto made = shop.json(shop.call("POST", "/api/customers/",
                                        R"({"email":"ada@example.com","first_name":"Ada",)"
                                        R"("last_name":"L","consent":{"email":true}})"));
  shop.call("POST", "/api/customers/", R"({"email":"bob@example.com","first_name":"Bob","last_name":"B"})");
  const std::string path = "/api/customers/" + *made.find("id")->as_string() + "/";
  const http::Response changed = shop.call(
      "PATCH", path, R"({"last_name":"Lovelace","phone_number":"+44 1234567","consent":{"sms":true}})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  const json::Value now = shop.json(shop.call("GET", path));
  EXPECT_EQ(*now.find("first_name")->as_string(), "Ada");
  EXPECT_EQ(*now.find("last_name")->as_string(), "Lovelace");
  EXPECT_EQ(*now.find("phone_number")->as_string(), "+441234567");
  EXPECT_TRUE(*now.find("consent")->find("email")->as_bool());
  EXPECT_TRUE(*now.find("consent")->find("sms")->as_bool());
  EXPECT_EQ(shop.call("PATCH", path, R"({"email":"bob@example.com"})").status, 409);
  EXPECT_EQ(shop.call("PATCH", path, R"({"email":"bob"})").status, 400);
  EXPECT_EQ(shop.call("PATCH", path, R"({"surprise":1})").status, 400);
  EXPECT_EQ(shop.call("PATCH", path, R"({"last_name":""})").status, 400);
  EXPECT_EQ(shop.call("PATCH", path, R"({"email":null})").status, 200);
  EXPECT_TRUE(shop.json(shop.call("GET", path)).find("email")->is_null());
  shop.tenant = store::new_id();
  EXPECT_EQ(shop.call("PATCH", path, "{}").status, 404);
}

TEST(Customers, FiguresLeaveOutWhatWasVoided) {
  Busy shop;
  shop.sell(shop.milk, 1, TenderKind::cash, shop.ada);
  shop.sell(shop.milk, 2, TenderKind::credit, shop.ada);
  shop.void_sale(shop.sell(shop.milk, 5, TenderKind::credit, shop.ada));
  const json::Value ada = shop.json(shop.call("GET", "/api/customers/" + to_string(shop.ada) + "/"));
  const json::Value& figures = *ada.find("figures");
  EXPECT_EQ(*figures.find("sales")->as_integer(), 2);
  EXPECT_EQ(*figures.find("spent")->find("amount")->as_integer(), 357);
  EXPECT_EQ(*figures.find("open_credit")->find("amount")->as_integer(), 238);
  EXPECT_EQ(*figures.find("last_visit")->as_string(), "2026-02-25T06:15:20.000Z");
}

}  // namespace
}  // namespace ringup::test
