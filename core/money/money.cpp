#include "core/money/money.h"

namespace ringup {

Result<Money> add(Money a, Money b) {
  if (a.currency != b.currency) return Error::currency_mismatch;
  return Money{TRY(add(a.amount, b.amount)), a.currency};
}

Result<Money> subtract(Money a, Money b) {
  return add(a, negate(b));
}

Money negate(Money money) {
  return {-money.amount, money.currency};
}

Result<Amount> extend(Quantity quantity, UnitPrice price) {
  return amount_of(
      divide_half_away(Int128{quantity.thousandths} * price.value, Int128{quantity_one} * unit_price_scale));
}

Result<Amount> part_of(Amount amount, Rate rate) {
  return amount_of(divide_half_away(Int128{amount} * rate.ppm, rate_one));
}

Result<UnitPrice> unit_price_of(Amount amount) {
  const Int128 value = Int128{amount} * unit_price_scale;
  if (value > unit_price_max || value < -unit_price_max) return Error::amount_overflow;
  return UnitPrice{static_cast<std::int64_t>(value)};
}

json::Value to_json(Money money) {
  return json::Object{{"amount", money.amount}, {"currency", money.currency.code()}};
}

Result<Money> read_money(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  const Amount amount = TRY(in.integer("amount", -amount_max, amount_max));
  const std::string_view code = TRY(in.string("currency", 3));
  auto currency = parse_currency(code);
  if (!currency) return fail(currency.error(), in.path_of("currency"));
  TRY(in.done());
  return Money{amount, *currency};
}

}  // namespace ringup
