/// Receipts: in three forms by the API, and as the page behind the QR code.
#include <gtest/gtest.h>

#include "core/sale/escpos.h"
#include "core/till/enrolment.h"
#include "server/http/accept.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup {
namespace {

using test::Answer;
using test::RunningServer;
using test::TestTill;

TEST(BestType, GoesByQualityThenByPlace) {
  const auto best = [](std::string_view accept) {
    return http::best_type(accept, {"text/plain", "text/html", "application/vnd.escpos"});
  };
  EXPECT_EQ(best(""), "text/plain");
  EXPECT_EQ(best("*/*"), "text/plain");
  EXPECT_EQ(best("text/html"), "text/html");
  EXPECT_EQ(best("text/html, text/plain"), "text/html");
  EXPECT_EQ(best("text/html;q=0.4, text/plain;q=0.5"), "text/plain");
  EXPECT_EQ(best("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "text/html");
  EXPECT_EQ(best("Application/Vnd.EscPos ; q=1.0 , */*;q=0.1"), "application/vnd.escpos");
  EXPECT_EQ(best("text/*;q=0.5, application/*"), "application/vnd.escpos");
  EXPECT_EQ(best("*/*, text/plain;q=0"), "text/html");
  EXPECT_EQ(best("image/png, text/html;q=0"), "");
}

/// A server with a product-less shop, and a till that writes journals to it.
struct Shop {
  explicit Shop(AppOptions options = {}, std::optional<std::string> host = std::nullopt)
      : server(std::move(options), std::move(host)) {
    const std::string code =
        server.post("/api/till/pairing-codes/", json::Object{}, server.owner()).text("pairing_code");
    enrolled = server.post("/api/till/enrol/", json::Object{{"pairing_code", code}});
    till.token = enrolled.text("token");
    till.id = parse_id(enrolled.text("till")).value();
    till.series = enrolled.text("series");
    till.user = parse_id(server.get("/api/accounts/me/", server.owner()).text("id")).value();
  }
  /// Posts it to the journal; yields its id.
  std::string send(const std::string& text) const {
    const std::string body = "{\"generation\":null,\"epoch\":1,\"records\":[" + text + "]}";
    const Answer answer = test::send(server.port(), "POST", "/api/till/journal/", body,
                                     {{"Authorization", "Till " + till.token}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json::Value value = answer.json();
    const json::Value& result = value.find("results")->as_array()->front();
    EXPECT_EQ(*result.find("result")->as_string(), "accepted") << answer.body;
    return *result.find("id")->as_string();
  }
  Answer receipt(const std::string& id, std::string accept, std::string query = {}) const {
    test::Headers headers = server.owner();
    headers.emplace_back("Accept", std::move(accept));
    return server.get("/api/sales/" + id + "/receipt/" + query, headers);
  }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(server.port()); }

  RunningServer server;
  Answer enrolled;
  TestTill till;
};

TEST(Receipts, ComeAsTextHtmlAndEscpos) {
  Shop shop;
  const std::string id = shop.send(shop.till.sale(Id{}, 5));
  const Answer text = shop.receipt(id, "text/plain");
  EXPECT_EQ(text.header("vary"), "Accept");
  EXPECT_NE(text.body.find("This receipt online"), std::string::npos) << text.body;
  const Answer html = shop.receipt(id, "text/plain;q=0.5, text/html");
  EXPECT_EQ(html.header("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(html.body.find("<svg class=\"qr\""), std::string::npos);
  EXPECT_NE(html.body.find(shop.origin() + "/r/" + id), std::string::npos);

  const Answer paper = shop.receipt(id, "application/vnd.escpos");
  EXPECT_EQ(paper.header("content-type"), "application/vnd.escpos");
  EXPECT_TRUE(paper.body.starts_with("\x1b@\x1bt\x10"));
  EXPECT_NE(paper.body.find("1P0" + shop.origin() + "/r/" + id), std::string::npos);
  EXPECT_TRUE(
      paper.body.ends_with("\x1b"
                           "d\x05\x1dV\x01"));
  EXPECT_EQ(paper.body.find("\x1bp"), std::string::npos) << "the server opens no drawer";
  EXPECT_NE(paper.body.find(std::string(receipt_columns_wide, '-') + "\n"), std::string::npos);

  const Answer narrow = shop.receipt(id, "application/vnd.escpos", "?columns=32");
  EXPECT_EQ(narrow.body.find(std::string(receipt_columns_narrow + 1, '-')), std::string::npos);
  EXPECT_NE(narrow.body.find(std::string(receipt_columns_narrow, '-') + "\n"), std::string::npos);
  EXPECT_EQ(shop.receipt(id, "text/plain", "?columns=33").status, 400);
  EXPECT_EQ(shop.receipt(id, "text/plain", "?paper=1").status, 400);
  EXPECT_EQ(shop.receipt(id, "image/png").status, 406);
}

TEST(Receipts, HaveAPageThatNamesNobodyInFull) {
  Shop shop;
  const std::string id = shop.send(shop.till.sale(Id{}, 5));
  const Answer page = shop.server.get("/r/" + id);
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("x-robots-tag"), "noindex, nofollow");
  EXPECT_EQ(page.header("cache-control"), "private, no-store");
  EXPECT_NE(page.body.find("5,95"), std::string::npos) << page.body;
  const Answer me = shop.server.get("/api/accounts/me/", shop.server.owner());
  const std::string first = me.text("first_name"), last = me.text("last_name");
  if (!last.empty()) {
    EXPECT_EQ(page.body.find(last), std::string::npos);
  }
  EXPECT_EQ(page.body.find(test::owner_email), std::string::npos);
  EXPECT_EQ(page.body.find("Cancelled"), std::string::npos);
}

TEST(Receipts, SayWhatHappenedToThemSince) {
  Shop shop;
  const journal::Record sold = journal::read_record(shop.till.sale(Id{}, 5)).value();
  const std::string id = shop.send(journal::record_text(sold));
  const Sale sale = read_sale_body(sold.body).value();
  const RefundRequest two{{{1, Quantity{2000}}}, {}, TenderKind::cash};
  const Refund refund = make_refund(sold.id, sale, {}, two, shop.till.next_receipt()).value();
  const std::string back = shop.send(shop.till.text(journal::Kind::refund, write_refund_body(refund)));
  const std::string after = shop.server.get("/r/" + id).body;
  EXPECT_NE(after.find("2,38\u00a0€ given back"), std::string::npos) << after;
  EXPECT_NE(after.find("/r/" + back), std::string::npos);
  EXPECT_NE(shop.server.get("/r/" + back).body.find("/r/" + id), std::string::npos);

  const std::string other = shop.send(shop.till.sale(Id{}, 1));
  shop.send(shop.till.text(journal::Kind::void_sale, json::Object{{"sale", other}, {"reason", "Twice"}}));
  const std::string voided = shop.server.get("/r/" + other).body;
  EXPECT_NE(voided.find("Cancelled"), std::string::npos);
  EXPECT_EQ(voided.find("Twice"), std::string::npos) << "the reason is the shop's own";
}

TEST(Receipts, ThatAreNotHereYetLookLikeThoseThatNeverWere) {
  Shop shop;
  const std::string waiting = shop.till.sale(Id{}, 1);
  const Id id = journal::read_record(waiting).value().id;
  const Answer early = shop.server.get("/r/" + to_string(id));
  EXPECT_EQ(early.status, 404);
  EXPECT_NE(early.body.find("has not reached the shop’s server yet"), std::string::npos);
  for (const char* other : {"/r/019aa5a2-7c00-7abc-8def-0123456789ab", "/r/x", "/r/%3Cb%3E"}) {
    const Answer never = shop.server.get(other);
    EXPECT_EQ(never.status, 404);
    EXPECT_EQ(never.body, early.body);
    EXPECT_EQ(never.header("x-robots-tag"), early.header("x-robots-tag"));
  }
  EXPECT_EQ(shop.send(waiting), to_string(id));
  EXPECT_EQ(shop.server.get("/r/" + to_string(id)).status, 200);
}

TEST(Receipts, AreNotToBeGuessed) {
  Shop shop;
  int refused = 0;
  for (int i = 0; i < 25; ++i) refused += shop.server.get("/r/" + to_string(store::new_id())).status == 429;
  EXPECT_EQ(refused, 5);
}

TEST(Receipts, LeadToWhereTheShopIs) {
  const auto link = [](const Shop& shop) {
    const Result<json::Value> answer = json::parse(shop.enrolled.body);
    return till::read_enrolment(answer.value()).value().settings.public_url;
  };
  {
    const Shop shop;  // nobody said where: as this till came
    EXPECT_EQ(link(shop), shop.origin());
  }
  AppOptions options;
  options.https.public_url = "https://till.example";
  options.https.public_https = true;
  EXPECT_EQ(link(Shop(options)), "https://till.example");
}

TEST(Receipts, AreFoundAtTheirOwnHostOnly) {
  http::Request request;
  request.headers = {{"host", "SHOP.example:8443"}};
  http::HttpsPolicy policy;
  EXPECT_EQ(http::public_origin(request, policy, ""), "http://shop.example:8443");
  EXPECT_EQ(http::public_origin(request, policy, "shop.example"), "http://shop.example:8443");
  EXPECT_EQ(http::public_origin(request, policy, "other.example"), "http://other.example");
  request.secure = true;
  policy.public_url = "https://all.example";
  EXPECT_EQ(http::public_origin(request, policy, ""), "https://all.example");
  EXPECT_EQ(http::public_origin(request, policy, "other.example"), "https://other.example");
  request.headers = {};
  policy.public_url.clear();
  EXPECT_EQ(http::public_origin(request, policy, ""), "");
}

}  // namespace
}  // namespace ringup
