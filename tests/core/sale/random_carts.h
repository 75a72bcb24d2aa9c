#pragma once
/// Random carts, sales and refunds for property tests: the same seed makes the same ones in every build.
#include <cstdint>
#include <string>
#include <vector>

#include "core/sale/cart.h"
#include "core/sale/refund.h"

namespace ringup {

/// SplitMix64: small, and the same everywhere, unlike the distributions of the standard library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// low … high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  std::uint64_t state_;
};

inline Rules random_rules(Dice& dice) {
  Rules rules;
  rules.mode = dice.one_in(2) ? TaxMode::per_line : TaxMode::whole_order;
  rules.tax = dice.one_in(2) ? TaxPlace::inside : TaxPlace::on_top;
  if (dice.one_in(2)) {
    const Amount units[] = {1, 5, 10, 50};
    rules.cash_rounding = CashRounding{units[dice.between(0, 3)], static_cast<Halves>(dice.between(0, 2))};
  }
  return rules;
}

inline Discount random_discount(Dice& dice, Amount from) {
  if (dice.one_in(2)) return Discount::of_rate(Rate{dice.between(0, 100) * 10'000}, "why not");
  return Discount::of_amount(dice.between(0, from));
}

/// One change such as a cashier makes; some are refused.
inline void change(Cart& cart, Dice& dice) {
  const std::int64_t rates[] = {0, 50'000, 55'000, 70'000, 190'000, 210'000};
  const auto some_line = [&] {
    return cart.lines()[static_cast<std::size_t>(dice.between(0, std::ssize(cart.lines()) - 1))];
  };
  if (cart.empty() || dice.one_in(2)) {
    CartItem item;
    item.sku = "P" + std::to_string(dice.between(1, 12));
    item.name = "Product " + item.sku;
    item.unit_price = UnitPrice{dice.one_in(10) ? dice.between(0, 500) : dice.between(0, 5000) * 100};
    item.rate = Rate{rates[dice.between(0, 5)]};
    const bool weighed = dice.one_in(4);
    (void)cart.add(item, Quantity{weighed ? dice.between(1, 3000) : dice.between(1, 9) * 1000}).ok();
    return;
  }
  const CartLine line = some_line();
  switch (dice.between(0, 5)) {
    case 0:
      (void)cart.set_quantity(line.id, Quantity{dice.between(0, 5) * 1000}).ok();
      break;
    case 1:
      (void)cart.remove(line.id).ok();
      break;
    case 2:
      (void)cart.undo_remove().ok();
      break;
    case 3:
      (void)cart.discount_line(line.id, random_discount(dice, line.extension)).ok();
      break;
    case 4:
      (void)cart.discount_cart(random_discount(dice, cart.total())).ok();
      break;
    default:
      cart.choose_customer(Id{{1}});
      break;
  }
}

inline Cart random_cart(Dice& dice) {
  Cart cart(parse_currency("EUR").value(), random_rules(dice));
  const std::int64_t changes = dice.between(1, 20);
  for (std::int64_t i = 0; i < changes || cart.empty(); ++i) change(cart, dice);
  return cart;
}

/// Tenders that settle the cart: cards and the like first, then perhaps cash.
inline std::vector<Tender> random_tenders(const Cart& cart, Dice& dice) {
  std::vector<Tender> tenders;
  Amount left = cart.total();
  const bool cash = dice.one_in(2);
  while (left > 0 && dice.one_in(2)) {
    const auto kind = static_cast<TenderKind>(dice.between(1, cart.customer() ? 3 : 2));
    const Amount amount = dice.between(1, left);
    tenders.push_back({kind, amount, dice.one_in(3) ? "ref" : ""});
    left -= amount;
  }
  if (cash) {
    const Amount due = cart.due(tenders, TenderKind::cash).value();
    tenders.push_back({TenderKind::cash, due + (dice.one_in(2) ? dice.between(0, 5000) : 0), {}});
  } else if (left > 0) {
    tenders.push_back({TenderKind::card, left, {}});
  }
  return tenders;
}

inline Sale random_sale(Dice& dice) {
  const Cart cart = random_cart(dice);
  return cart.finish(random_tenders(cart, dice), "A1-1-000001").value();
}

/// A request for a part of what is left, at least something; all of it once in a while.
inline RefundRequest random_request(const Sale& sale, const Refunded& before, Dice& dice) {
  RefundRequest request = all_that_is_left(sale, before);
  if (!dice.one_in(4)) {
    std::vector<RefundRequest::Line> some;
    for (RefundRequest::Line line : request.lines) {
      if (dice.one_in(2)) continue;
      const std::int64_t left = line.quantity.thousandths;
      line.quantity.thousandths = dice.one_in(2) ? left : dice.between(1, left);
      some.push_back(line);
    }
    if (!some.empty()) request.lines = some;
  }
  request.rest = static_cast<TenderKind>(dice.between(0, sale.customer ? 3 : 2));
  return request;
}

}  // namespace ringup
