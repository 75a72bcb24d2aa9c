/// Refunds as journal bodies, and what make_refund refuses. How parts add up is in the data cases
/// (tests/core/cases/refunds.txt) and in property_test.cpp.
#include "core/sale/refund.h"

#include <gtest/gtest.h>

#include "core/sale/cart.h"
#include "core/sale/replay.h"

namespace ringup {
namespace {

const Id sale_id = parse_id("0190b2f4-8c3a-7d21-9f10-2b3c4d5e6f70").value();

Sale two_milks() {
  Cart cart(parse_currency("EUR").value(), {});
  const CartItem milk{parse_id("0190b2f4-0000-7000-8000-000000000001").value(),
                      "MILK-1L",
                      "Milch 1 L",
                      UnitPrice{11900},
                      "reduced",
                      Rate{70000}};
  EXPECT_TRUE(cart.add(milk, Quantity{2000}).ok());
  const Tender paid[] = {{TenderKind::cash, 500, {}}};
  return cart.finish(paid, "A1-1-000001").value();
}

RefundRequest one_milk() {
  return {{{1, Quantity{1000}}}, {}, TenderKind::cash};
}

// Half of the journal vector's sale, given back in cash.
constexpr std::string_view linked_body =
    R"({"change":0,"currency":"EUR","lines":[{"gross":-119,"line":1,"name":"Milch 1 L","net":-111,)"
    R"("product":"0190b2f4-0000-7000-8000-000000000001","quantity":-1000,"rate":70000,"sku":"MILK-1L","tax":-8,)"
    R"("tax_class":"reduced","unit_price":11900}],"receipt":"A1-1-000002","rules":{"mode":"per_line",)"
    R"("tax":"inside"},"sale":"0190b2f4-8c3a-7d21-9f10-2b3c4d5e6f70",)"
    R"("tenders":[{"amount":-119,"kind":"cash"}],"total":-119})";

TEST(RefundBody, HoldsTheExactNegatives) {
  const Refund refund = make_refund(sale_id, two_milks(), {}, one_milk(), "A1-1-000002").value();
  EXPECT_EQ(json::canonical(write_refund_body(refund)), linked_body);
  EXPECT_EQ(read_refund_body(json::parse(linked_body).value()).value(), refund);
}

TEST(RefundBody, SaysWhoAllowedOneWithoutASale) {
  const Refund refund = make_unlinked_refund(two_milks(), Id{{5}});
  const json::Value body = write_refund_body(refund);
  EXPECT_EQ(*body.find("sale"), json::Value(""));
  EXPECT_EQ(*body.find("unlinked"), json::Value(true));
  EXPECT_EQ(*body.find("allowed_by"), json::Value(Id{{5}}));
  EXPECT_EQ(refund.body.total, -238);
  EXPECT_EQ(refund.body.change, 0);
  EXPECT_EQ(refund.body.tenders, (std::vector<Tender>{{TenderKind::cash, -238, {}}}));
  EXPECT_EQ(read_refund_body(body).value(), refund);
  EXPECT_TRUE(replay(refund).value().empty());
}

std::string refusal(std::string_view from, std::string_view to) {
  std::string text(linked_body);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const json::Value value = json::parse(text).value();
  const auto read = read_refund_body(value, "body");
  if (read.ok()) return "accepted";
  return std::string(error_code(read.error())) + " " + read.failure().where;
}

TEST(RefundBody, NamesThePlaceOfWhatItRefuses) {
  EXPECT_EQ(refusal(R"("quantity":-1000)", R"("quantity":1000)"), "out_of_range body.lines[0].quantity");
  EXPECT_EQ(refusal(R"("amount":-119)", R"("amount":119)"), "out_of_range body.tenders[0].amount");
  EXPECT_EQ(refusal(R"("unit_price":11900)", R"("unit_price":-11900)"),
            "out_of_range body.lines[0].unit_price");
  const std::string linked = R"("sale":"0190b2f4-8c3a-7d21-9f10-2b3c4d5e6f70")";
  EXPECT_EQ(refusal(linked + ",", ""), "missing_member body.sale");
  EXPECT_EQ(refusal(linked, R"("sale":"")"), "missing_member body.unlinked");
  EXPECT_EQ(refusal(linked, R"("sale":"","unlinked":true)"), "missing_member body.allowed_by");
  EXPECT_EQ(refusal(linked, linked + R"(,"unlinked":true)"), "unknown_member body.unlinked");
  EXPECT_EQ(
      refusal(linked, R"("sale":"","unlinked":false,"allowed_by":"0190b2f4-8c3a-7d21-9f10-2b3c4d5e6f70")"),
      "invalid_value body.unlinked");
}

TEST(Refund, FixedPartsComeFirstAndTheRestFollows) {
  RefundRequest request = one_milk();
  request.tenders = {{TenderKind::card, 100, "T-1"}};
  const Refund refund = make_refund(sale_id, two_milks(), {}, request, "A1-1-000002").value();
  const std::vector<Tender> expected{{TenderKind::card, -100, "T-1"}, {TenderKind::cash, -19, {}}};
  EXPECT_EQ(refund.body.tenders, expected);
  EXPECT_TRUE(replay(refund, two_milks(), {}).value().empty());
}

TEST(Refund, RefusesWhatCannotBeGivenBack) {
  const auto error_of = [](const RefundRequest& request) {
    const auto refund = make_refund(sale_id, two_milks(), {}, request, "A1-1-000002");
    return refund.ok() ? Error::internal : refund.error();
  };
  EXPECT_EQ(error_of({}), Error::invalid_value);
  EXPECT_EQ(error_of({{{1, Quantity{1000}}, {1, Quantity{1000}}}, {}, TenderKind::cash}),
            Error::invalid_value);
  EXPECT_EQ(error_of({{{2, Quantity{1000}}}, {}, TenderKind::cash}), Error::not_found);
  EXPECT_EQ(error_of({{{1, Quantity{-1000}}}, {}, TenderKind::cash}), Error::out_of_range);
  EXPECT_EQ(error_of({{{1, Quantity{2001}}}, {}, TenderKind::cash}), Error::already_refunded);
  EXPECT_EQ(error_of({{{1, Quantity{1000}}}, {{TenderKind::card, 120, {}}}, TenderKind::cash}),
            Error::out_of_range);
  EXPECT_EQ(error_of({{{1, Quantity{1000}}}, {{TenderKind::cash, 10, {}}}, TenderKind::cash}),
            Error::invalid_value);
  EXPECT_EQ(error_of({{{1, Quantity{1000}}}, {}, TenderKind::credit}), Error::precondition_failed);
}

TEST(Refund, ReplayTellsWhatIsMoreThanIsLeft) {
  const Refund first = make_refund(sale_id, two_milks(), {}, one_milk(), "A1-1-000002").value();
  const Refunded all = refunded_by(std::vector<Refund>{first, first}).value();
  EXPECT_EQ(all.quantity_of(1), Quantity{2000});
  EXPECT_TRUE(all_that_is_left(two_milks(), all).lines.empty());
  const std::vector<Difference> expected{{"lines[0].quantity", 0, -1000}};
  EXPECT_EQ(replay(first, two_milks(), all).value(), expected);
}

TEST(Refund, ReplayKnowsTheLiteralMirrorOfASale) {
  const Refund mirror{sale_id, {}, negate(two_milks())};  // 5.00 back and 2.62 change the other way
  EXPECT_TRUE(replay(mirror).value().empty());
  EXPECT_TRUE(replay(mirror, two_milks(), {}).value().empty());
}

TEST(Refund, ReplayTellsAnotherPriceThanWasPaid) {
  Refund refund = make_refund(sale_id, two_milks(), {}, one_milk(), "A1-1-000002").value();
  refund.body.lines[0].unit_price = UnitPrice{12900};
  const std::vector<Difference> expected{{"lines[0].unit_price", 11900, 12900}};
  EXPECT_EQ(replay(refund, two_milks(), {}).value(), expected);
}

}  // namespace
}  // namespace ringup
