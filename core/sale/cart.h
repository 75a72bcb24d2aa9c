#pragma once
/// A sale being rung up. One cashier, one till; not thread-safe; owns its lines.
///
/// Totals are computed anew after each change and always equal the sums of the lines; that is asserted.
/// A change that fails leaves the cart as it was. Amounts are minor units of the cart's currency.
/// Discounts of a fixed amount that exceed what they are taken off take off all of it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/sale/sale.h"

namespace ringup {

inline constexpr std::size_t cart_lines_max = 500;
inline constexpr std::size_t cart_bytes_max = 200'000;  // of its lines as written, so that it fits a record
inline constexpr std::size_t cart_undo_max = 20;        // removals that can be taken back

/// A line's name within its cart; never used twice in it.
enum class LineId : std::uint32_t {};

/// What can be put into a cart: a product as the catalogue has it now, or an open price.
struct CartItem {
  Id product;
  std::string sku;
  std::string name;
  UnitPrice unit_price;  // 0 … unit_price_max
  std::string tax_class;
  Rate rate;  // 0 … rate_max
  bool operator==(const CartItem&) const = default;
};

/// Off a line or off the whole: a fixed amount, or a rate of what it is taken off.
struct Discount {
  Amount amount = 0;  // either this …
  Rate rate{0};       // … or this, at most 100 %
  std::string reason;
  static Discount of_amount(Amount amount, std::string reason = {}) {
    return {amount, Rate{0}, std::move(reason)};
  }
  static Discount of_rate(Rate rate, std::string reason = {}) { return {0, rate, std::move(reason)}; }
  bool is_none() const { return amount == 0 && rate.ppm == 0; }
  bool operator==(const Discount&) const = default;
};

struct CartLine {
  LineId id{};
  CartItem item;
  Quantity quantity;
  Discount discount;  // this line's own

  // Computed by the cart:
  Amount extension = 0;      // quantity × unit price, rounded
  Amount own_discount = 0;   // what `discount` takes off
  Amount cart_discount = 0;  // this line's part of the cart's discount
  Amounts amounts;           // of extension - own_discount - cart_discount
};

class Cart {
 public:
  /// `rules` and `currency` stay for the life of the cart.
  Cart(Currency currency, Rules rules) : currency_(currency), rules_(rules) {}

  /// Adds `quantity` of an item, merging with an equal line that has no discount of its own.
  /// out_of_range (quantity ≤ 0 or above quantity_max, price, rate), limit_exceeded (a text too long),
  /// invalid_value (a text that is not UTF-8 or holds U+0000), too_many above cart_lines_max or
  /// cart_bytes_max, amount_overflow.
  Result<LineId> add(const CartItem&, Quantity = {});
  /// not_found; out_of_range for a quantity ≤ 0 (remove the line instead); amount_overflow.
  Result<void> set_quantity(LineId, Quantity);
  /// not_found.
  Result<void> remove(LineId);
  /// Puts the last removed line back where it was. not_found where nothing can be taken back; too_many.
  Result<LineId> undo_remove();
  bool can_undo_remove() const { return !removed_.empty(); }

  /// Replaces the line's own discount; one that is_none() takes it away.
  /// not_found, out_of_range (negative, above 100 %, an amount above the line's), limit_exceeded (reason).
  Result<void> discount_line(LineId, Discount);
  /// The same for the whole cart; spread over the lines by largest remainder.
  Result<void> discount_cart(Discount);
  void choose_customer(std::optional<Id> customer) { customer_ = customer; }
  /// Back to an empty cart, with the same currency and rules; nothing can be taken back.
  void clear();

  const std::vector<CartLine>& lines() const { return lines_; }
  const CartLine* find(LineId) const;
  bool empty() const { return lines_.empty(); }
  Currency currency() const { return currency_; }
  const Rules& rules() const { return rules_; }
  const std::optional<Id>& customer() const { return customer_; }
  const Discount& discount() const { return discount_; }

  /// Sums of the lines; gross is the total.
  const Amounts& totals() const { return totals_; }
  Amount total() const { return totals_.gross; }
  /// What the cart's discount takes off, in minor units as priced.
  Amount cart_discount() const { return cart_discount_; }
  /// All discounts, the lines' own and the cart's.
  Amount discounts() const;
  std::vector<RateTotal> totals_by_rate() const;

  /// See core/sale/tender.h.
  Result<Settlement> settle(std::span<const Tender> tenders) const;
  Result<Amount> due(std::span<const Tender> so_far, TenderKind kind) const;

  /// The cart as a sale, paid with these tenders; the cart stays as it is. precondition_failed for an empty
  /// cart and for credit without a customer; not_enough_tendered; out_of_range; too_many; amount_overflow.
  Result<Sale> finish(std::span<const Tender> tenders, std::string_view receipt) const;

 private:
  struct Removed {
    std::size_t at;
    CartLine line;
  };
  /// Computes the lines' amounts and the totals anew, or fails and leaves all as it is.
  Result<void> take(std::vector<CartLine> lines, Discount discount);
  Result<std::size_t> index_of(LineId) const;
  void check() const;

  Currency currency_;
  Rules rules_;
  std::vector<CartLine> lines_;
  std::vector<Removed> removed_;
  Discount discount_;
  Amount cart_discount_ = 0;
  Amounts totals_;
  std::optional<Id> customer_;
  std::uint32_t next_line_ = 1;
};

}  // namespace ringup
