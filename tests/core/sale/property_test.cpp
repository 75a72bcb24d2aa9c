/// What must hold of every sale, tried on random ones. A failure names its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/sale/replay.h"
#include "tests/core/sale/random_carts.h"

namespace ringup {
namespace {

constexpr std::uint64_t seeds = 600;

TEST(Property, SpreadingIsExactAndFair) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    std::vector<Amount> weights(static_cast<std::size_t>(dice.between(1, 30)));
    const std::int64_t weight_max = dice.one_in(2) ? 3 : amount_max / 64;
    Amount weights_sum = 0;
    for (Amount& weight : weights) weights_sum += weight = dice.between(0, weight_max);
    const Amount total = dice.between(-weights_sum, weights_sum);
    const std::vector<Amount> parts = spread(total, weights);
    Amount sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      sum += parts[i];
      EXPECT_LE(std::abs(parts[i]), weights[i]) << "seed " << seed;
      // Within one unit of the exact share: |part × sum - total × weight| < sum.
      const Int128 off = Int128{parts[i]} * weights_sum - Int128{total} * weights[i];
      EXPECT_TRUE(off == 0 || (off < weights_sum && off > -weights_sum)) << "seed " << seed;
    }
    EXPECT_EQ(sum, total) << "seed " << seed;
  }
}

TEST(Property, TotalsEqualTheSumsOfTheLines) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    const Cart cart = random_cart(dice);
    Amounts lines;
    Amount discounts = 0;
    for (const CartLine& line : cart.lines()) {
      lines = add(lines, line.amounts).value();
      discounts += line.own_discount + line.cart_discount;
      EXPECT_EQ(line.extension, extend(line.quantity, line.item.unit_price).value());
      EXPECT_EQ(line.amounts.net + line.amounts.tax, line.amounts.gross);
    }
    EXPECT_EQ(lines, cart.totals()) << "seed " << seed;
    EXPECT_EQ(discounts, cart.discounts()) << "seed " << seed;
    Amounts rates;
    for (const RateTotal& total : cart.totals_by_rate()) {
      rates = add(rates, total.amounts).value();
      if (cart.rules().mode != TaxMode::whole_order) continue;
      const bool inside = cart.rules().tax == TaxPlace::inside;
      const Taxable sum{inside ? total.amounts.gross : total.amounts.net, total.rate};
      EXPECT_EQ(tax_of(sum, cart.rules().tax).value(), total.amounts) << "seed " << seed;
    }
    EXPECT_EQ(rates, cart.totals()) << "seed " << seed;
  }
}

TEST(Property, TendersMinusChangeIsWhatIsPaid) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    const Sale sale = random_sale(dice);
    Amount handed = -sale.change;
    for (const Tender& tender : sale.tenders) handed += tender.amount;
    EXPECT_EQ(handed, payable(sale).value()) << "seed " << seed;
    EXPECT_TRUE(check_tenders(sale).ok()) << "seed " << seed;
    EXPECT_EQ(read_sale_body(write_sale_body(sale)).value(), sale) << "seed " << seed;
  }
}

/// Every amount of a sale that stands in its record, but for those that others are computed from.
std::vector<std::pair<std::string, Amount*>> amounts_of(Sale& sale) {
  std::vector<std::pair<std::string, Amount*>> amounts;
  for (SaleLine& line : sale.lines) {
    amounts.emplace_back("net", &line.amounts.net);
    amounts.emplace_back("tax", &line.amounts.tax);
    amounts.emplace_back("gross", &line.amounts.gross);
    amounts.emplace_back("line discount", &line.discount);
  }
  for (Rounding& rounding : sale.roundings) amounts.emplace_back("rounding", &rounding.amount);
  for (Tender& tender : sale.tenders) amounts.emplace_back("tender", &tender.amount);
  amounts.emplace_back("change", &sale.change);
  amounts.emplace_back("total", &sale.total);
  return amounts;
}

TEST(Property, ReplayFindsNothingOfOurOwnAndEveryChangedAmount) {
  for (std::uint64_t seed = 0; seed < seeds / 4; ++seed) {
    Dice dice(seed);
    Sale sale = random_sale(dice);
    const auto untouched = replay(sale).value();
    ASSERT_TRUE(untouched.empty()) << "seed " << seed << ": " << describe(untouched.front());
    for (const auto& [name, amount] : amounts_of(sale)) {
      for (const Amount by : {1, -1}) {
        *amount += by;
        const auto found = replay(sale);
        EXPECT_TRUE(!found.ok() || !found->empty()) << "seed " << seed << ": " << name << " " << by;
        *amount -= by;
      }
    }
  }
}

TEST(Property, RefundsOfAllPartsAddUpToExactlyTheSale) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    const Sale sale = random_sale(dice);
    const bool had_cash = std::any_of(sale.tenders.begin(), sale.tenders.end(),
                                      [](const Tender& t) { return t.kind == TenderKind::cash; });
    Refunded before;
    int refunds = 0;
    while (!all_that_is_left(sale, before).lines.empty()) {
      ASSERT_LT(++refunds, 10'000) << "seed " << seed;
      const RefundRequest request = random_request(sale, before, dice);
      const auto refund = make_refund(Id{{9}}, sale, before, request, "A1-1-000002");
      ASSERT_TRUE(refund.ok()) << "seed " << seed << ": " << describe(refund.failure());
      Amount handed = 0;
      for (const Tender& tender : refund->body.tenders) handed += tender.amount;
      EXPECT_EQ(handed, payable(refund->body).value()) << "seed " << seed;
      for (const auto& found : {replay(*refund), replay(*refund, sale, before)}) {
        ASSERT_TRUE(found.ok()) << "seed " << seed << ": " << describe(found.failure());
        EXPECT_TRUE(found->empty()) << "seed " << seed << ": " << describe(found->front());
      }
      EXPECT_EQ(read_refund_body(write_refund_body(*refund)).value(), *refund) << "seed " << seed;
      ASSERT_TRUE(add(before, *refund).ok());
    }
    ASSERT_EQ(before.lines.size(), sale.lines.size()) << "seed " << seed;
    for (std::size_t i = 0; i < sale.lines.size(); ++i) {
      EXPECT_EQ(before.lines[i].quantity, sale.lines[i].quantity) << "seed " << seed;
      EXPECT_EQ(before.lines[i].discount, sale.lines[i].discount) << "seed " << seed;
      EXPECT_EQ(before.lines[i].amounts, sale.lines[i].amounts) << "seed " << seed;
    }
    EXPECT_EQ(before.total, sale.total) << "seed " << seed;
    EXPECT_EQ(before.discount, sale.discount) << "seed " << seed;
    if (had_cash || !sale.rules.cash_rounding) {
      EXPECT_EQ(before.total + before.rounding, payable(sale).value()) << "seed " << seed;
    }
  }
}

TEST(Property, AllInCashGivesCoinsBack) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    const Cart cart = random_cart(dice);
    if (!cart.rules().cash_rounding) continue;
    const Tender paid[] = {{TenderKind::cash, cart.due({}, TenderKind::cash).value(), {}}};
    const Sale sale = cart.finish(paid, "A1-1-000001").value();
    Refunded before;
    while (!all_that_is_left(sale, before).lines.empty()) {
      RefundRequest request = random_request(sale, before, dice);
      request.rest = TenderKind::cash;
      const Refund refund = make_refund(Id{{9}}, sale, before, request, "A1-1-000002").value();
      EXPECT_EQ(payable(refund.body).value() % cart.rules().cash_rounding->unit, 0) << "seed " << seed;
      ASSERT_TRUE(add(before, refund).ok());
    }
  }
}

TEST(Property, ReplayFindsEveryChangedAmountOfARefund) {
  for (std::uint64_t seed = 0; seed < seeds / 8; ++seed) {
    Dice dice(seed);
    const Sale sale = random_sale(dice);
    Refund refund = make_refund(Id{{9}}, sale, {}, random_request(sale, {}, dice), "A1-1-000002").value();
    auto amounts = amounts_of(refund.body);
    amounts.emplace_back("discount", &refund.body.discount);
    for (const auto& [name, amount] : amounts) {
      for (const Amount by : {1, -1}) {
        *amount += by;
        const auto found = replay(refund, sale, {});
        EXPECT_TRUE(!found.ok() || !found->empty()) << "seed " << seed << ": " << name << " " << by;
        *amount -= by;
      }
    }
  }
}

TEST(Property, UnlinkedRefundsReplayToo) {
  for (std::uint64_t seed = 0; seed < seeds / 8; ++seed) {
    Dice dice(seed);
    Refund refund = make_unlinked_refund(random_sale(dice), Id{{5}});
    const auto untouched = replay(refund).value();
    ASSERT_TRUE(untouched.empty()) << "seed " << seed << ": " << describe(untouched.front());
    EXPECT_EQ(read_refund_body(write_refund_body(refund)).value(), refund) << "seed " << seed;
    for (const auto& [name, amount] : amounts_of(refund.body)) {
      for (const Amount by : {1, -1}) {
        *amount += by;
        const auto found = replay(refund);
        EXPECT_TRUE(!found.ok() || !found->empty()) << "seed " << seed << ": " << name << " " << by;
        *amount -= by;
      }
    }
  }
}

}  // namespace
}  // namespace ringup
