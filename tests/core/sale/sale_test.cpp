/// Sales as journal bodies: the bytes of the protocol's vector, strict reading, replay, receipt numbers.
#include "core/sale/sale.h"

#include <gtest/gtest.h>

#include "core/sale/cart.h"
#include "core/sale/refund.h"
#include "core/sale/replay.h"

namespace ringup {
namespace {

// The body of the first record of the journal's vector, as its canonical bytes have it.
constexpr std::string_view vector_body =
    R"({"change":262,"currency":"EUR","lines":[{"gross":238,"line":1,"name":"Milch 1 L","net":222,)"
    R"("product":"0190b2f4-0000-7000-8000-000000000001","quantity":2000,"rate":70000,"sku":"MILK-1L","tax":16,)"
    R"("tax_class":"reduced","unit_price":11900}],"receipt":"A1-1-000001","rules":{"mode":"per_line",)"
    R"("tax":"inside"},"tenders":[{"amount":500,"kind":"cash"}],"total":238})";

const Currency eur = parse_currency("EUR").value();

CartItem milk() {
  return {parse_id("0190b2f4-0000-7000-8000-000000000001").value(),
          "MILK-1L",
          "Milch 1 L",
          UnitPrice{11900},
          "reduced",
          Rate{70000}};
}

Sale milk_sale() {
  Cart cart(eur, {});
  EXPECT_TRUE(cart.add(milk(), Quantity{2000}).ok());
  const Tender paid[] = {{TenderKind::cash, 500, {}}};
  return cart.finish(paid, "A1-1-000001").value();
}

TEST(SaleBody, IsTheJournalsVectorByteForByte) {
  EXPECT_EQ(json::canonical(write_sale_body(milk_sale())), vector_body);
  const Sale read = read_sale_body(json::parse(vector_body).value()).value();
  EXPECT_EQ(read, milk_sale());
  EXPECT_TRUE(replay(read).value().empty());
}

TEST(SaleBody, KeepsEveryOptionalMember) {
  Cart cart(eur, {TaxMode::whole_order, TaxPlace::on_top, CashRounding{5, Halves::down}});
  const LineId line = cart.add(milk(), Quantity{3000}).value();
  ASSERT_TRUE(cart.discount_line(line, Discount::of_rate(Rate{100'000}, "dented")).ok());
  ASSERT_TRUE(cart.discount_cart(Discount::of_amount(11, "neighbour")).ok());
  cart.choose_customer(Id{{3}});
  const Tender paid[] = {
      {TenderKind::card, 100, "T-17"}, {TenderKind::credit, 50, {}}, {TenderKind::cash, 1000, {}}};
  const Sale sale = cart.finish(paid, "A1-1-000002").value();
  const std::string bytes = json::canonical(write_sale_body(sale));
  for (const char* part : {R"("cash_rounding":{"halves":"down","unit":5})", R"("discount":11)",
                           R"("discount_reason":"dented")", R"("reference":"T-17")", R"("step":"cash")",
                           R"("customer":"03000000-0000-0000-0000-000000000000")"}) {
    EXPECT_NE(bytes.find(part), std::string::npos) << part << " in " << bytes;
  }
  EXPECT_EQ(read_sale_body(json::parse(bytes).value()).value(), sale);
}

/// Reads the vector's body with one piece of its text replaced.
Failure refusal(std::string_view from, std::string_view to) {
  std::string text(vector_body);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const json::Value value = json::parse(text).value();
  const auto read = read_sale_body(value);
  EXPECT_FALSE(read.ok()) << text;
  return read.ok() ? Failure{} : read.failure();
}

TEST(SaleBody, NamesThePlaceOfWhatItRefuses) {
  const auto where = [](const Failure& failure) {
    return std::string(error_code(failure.error)) + " " + failure.where;
  };
  EXPECT_EQ(where(refusal(R"("quantity":2000)", R"("quantity":-2000)")), "out_of_range lines[0].quantity");
  EXPECT_EQ(where(refusal(R"("quantity":2000)", R"("quantity":0)")), "out_of_range lines[0].quantity");
  EXPECT_EQ(where(refusal(R"("quantity":2000)", R"("quantity":"2")")), "wrong_type lines[0].quantity");
  EXPECT_EQ(where(refusal(R"("quantity":2000,)", "")), "missing_member lines[0].quantity");
  EXPECT_EQ(where(refusal(R"("unit_price":11900)", R"("unit_price":-1)")),
            "out_of_range lines[0].unit_price");
  EXPECT_EQ(where(refusal(R"("rate":70000)", R"("rate":10000001)")), "out_of_range lines[0].rate");
  EXPECT_EQ(where(refusal(R"("line":1)", R"("line":0)")), "out_of_range lines[0].line");
  EXPECT_EQ(where(refusal(R"("sku":)", R"("colour":"red","sku":)")), "unknown_member lines[0].colour");
  EXPECT_EQ(where(refusal(R"("currency":"EUR")", R"("currency":"DEM")")), "unknown_currency currency");
  EXPECT_EQ(where(refusal(R"("mode":"per_line")", R"("mode":"per_item")")), "invalid_value rules.mode");
  EXPECT_EQ(
      where(refusal(R"("tax":"inside"})", R"("tax":"inside","cash_rounding":{"halves":"up","unit":0}})")),
      "out_of_range rules.cash_rounding.unit");
  EXPECT_EQ(where(refusal(R"("kind":"cash")", R"("kind":"shells")")), "invalid_value tenders[0].kind");
  EXPECT_EQ(where(refusal(R"("amount":500)", R"("amount":-500)")), "out_of_range tenders[0].amount");
  EXPECT_EQ(where(refusal(R"("total":238)", R"("total":238,"tip":1)")), "unknown_member tip");
  EXPECT_EQ(where(refusal(R"("change":262,)", "")), "missing_member change");
  EXPECT_EQ(where(refusal(R"("receipt":"A1-1-000001")", R"("receipt":"")")), "invalid_value receipt");
}

TEST(SaleBody, KeepsWrongSumsAndReplayTellsThem) {
  std::string text(vector_body);
  text.replace(text.find(R"("tax":16)"), 8, R"("tax":17)");
  const Sale sale = read_sale_body(json::parse(text).value()).value();
  const std::vector<Difference> expected{{"lines[0].tax", 16, 17}};
  EXPECT_EQ(replay(sale).value(), expected);
  EXPECT_EQ(describe(expected[0]), "lines[0].tax: 16 expected, 17 found");
}

TEST(Replay, TellsWhatCannotBeRecomputed) {
  Sale sale = milk_sale();
  sale.lines[0].quantity = Quantity{quantity_max};
  sale.lines[0].unit_price = UnitPrice{unit_price_max};
  EXPECT_EQ(replay(sale).error(), Error::amount_overflow);
}

TEST(Replay, TellsABookingOfRoundingThatNoRuleAsksFor) {
  Sale sale = milk_sale();
  sale.roundings = {{"cash", 2}, {"cash", -2}};
  EXPECT_FALSE(replay(sale).value().empty());
}

TEST(Tenders, CreditNeedsACustomer) {
  Sale sale = milk_sale();
  sale.tenders = {{TenderKind::credit, 238, {}}};
  sale.change = 0;
  EXPECT_EQ(check_tenders(sale).error(), Error::precondition_failed);
  sale.customer = Id{{1}};
  EXPECT_TRUE(check_tenders(sale).ok());
}

TEST(Cart, HoldsNoMoreThanARecordCarries) {
  Cart cart(eur, {});
  CartItem item = milk();
  for (std::size_t i = 0; i < cart_lines_max; ++i) {
    item.sku = "P" + std::to_string(i);
    ASSERT_TRUE(cart.add(item).ok()) << i;
  }
  item.sku = "one more";
  EXPECT_EQ(cart.add(item).error(), Error::too_many);
  EXPECT_EQ(cart.lines().size(), cart_lines_max);

  cart.clear();
  Result<LineId> added = LineId{};
  for (int i = 0; added.ok(); ++i) {
    item.sku = "Q" + std::to_string(i);
    item.name.assign(line_name_bytes_max, '\x01');  // six bytes each in JSON
    added = cart.add(item);
  }
  EXPECT_EQ(added.error(), Error::too_many);
  cart.discount_cart(Discount::of_amount(1)).value();
  const Tender paid[] = {{TenderKind::card, cart.total(), {}}};
  EXPECT_LT(json::canonical(write_sale_body(cart.finish(paid, "A1-1-000001").value())).size(), 250'000U);
}

TEST(Cart, RefusesTextThatNoRecordMayHold) {
  Cart cart(eur, {});
  CartItem item = milk();
  item.name = "\xff";
  EXPECT_EQ(cart.add(item).error(), Error::invalid_value);
  item.name = std::string("a\0b", 3);
  EXPECT_EQ(cart.add(item).error(), Error::invalid_value);
  item.name.assign(line_name_bytes_max + 1, 'a');
  EXPECT_EQ(cart.add(item).error(), Error::limit_exceeded);
  EXPECT_TRUE(cart.empty());
}

TEST(ReceiptNumber, IsSeriesEpochCounter) {
  const auto written = [](std::int64_t counter) { return to_string(ReceiptNumber{"A1", 1, counter}); };
  EXPECT_EQ(written(1), "A1-1-000001");
  EXPECT_EQ(written(1234567), "A1-1-1234567");
  EXPECT_EQ(parse_receipt_number("K7QX-12-000345").value(), (ReceiptNumber{"K7QX", 12, 345}));
  for (const char* text :
       {"", "A1", "A1-1", "A1-1-1", "A1-1-00001", "A1-1-000000", "A1-0-000001", "a1-1-000001", "A1-01-000001",
        "A1-1-0000001", "-1-000001", "A1--000001", "A1-1-00000x", "A1-1-000001 ", "A1-1-2-000001"}) {
    EXPECT_EQ(parse_receipt_number(text).error(), Error::invalid_value) << text;
  }
}

}  // namespace
}  // namespace ringup
