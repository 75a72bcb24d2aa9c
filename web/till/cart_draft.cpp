#include "web/till/cart_draft.h"

#include "core/base/json.h"

namespace ringup::till {
namespace {

json::Value to_json(const Discount& discount) {
  return json::Object{{"amount", discount.amount}, {"rate", discount.rate.ppm}};
}

Result<Discount> read_discount(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  const Amount amount = TRY(in.integer("amount", 0, json::integer_max));
  const std::int64_t rate = TRY(in.integer("rate", 0, rate_one));
  return rate > 0 ? Discount::of_rate(Rate{rate}) : Discount::of_amount(amount);
}

}  // namespace

std::string write_cart_draft(const Cart& cart, const std::optional<Customer>& customer) {
  if (cart.empty()) return {};
  json::Array lines;
  for (const CartLine& line : cart.lines()) {
    lines.push_back(json::Object{{"product", line.item.product},
                                 {"price", line.item.unit_price.value},
                                 {"quantity", line.quantity.thousandths},
                                 {"discount", to_json(line.discount)}});
  }
  json::Object members{{"lines", std::move(lines)}, {"discount", to_json(cart.discount())}};
  if (customer.has_value()) {
    members.push_back({"customer", json::Object{{"id", customer->id},
                                                {"first_name", customer->first_name},
                                                {"last_name", customer->last_name},
                                                {"email", customer->email}}});
  }
  return json::dump(members);
}

Result<CartDraft> read_cart_draft(std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  json::Reader in = TRY(json::Reader::object(value));
  CartDraft draft;
  for (const json::Value& item : *TRY(in.array("lines", cart_lines_max))) {
    json::Reader line = TRY(json::Reader::object(item));
    CartDraft::Line read;
    read.product = TRY(line.id("product"));
    read.price = UnitPrice{TRY(line.integer("price", 0, unit_price_max))};
    read.quantity = Quantity{TRY(line.integer("quantity", 1, quantity_max))};
    read.discount = TRY(read_discount(*TRY(line.any("discount"))));
    draft.lines.push_back(read);
  }
  draft.discount = TRY(read_discount(*TRY(in.any("discount"))));
  if (const json::Value* who = in.find("customer")) draft.customer = TRY(read_customer(*who));
  return draft;
}

}  // namespace ringup::till
