#pragma once
/// The cart as a draft on the device: what it takes to put it together again after a reload, with the
/// catalogue as it is then. A parked sale has the same form.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/sale/cart.h"
#include "web/till/server.h"

namespace ringup::till {

struct CartDraft {
  struct Line {
    Id product;
    UnitPrice price;
    Quantity quantity;
    Discount discount;
  };
  std::vector<Line> lines;
  Discount discount;
  std::optional<Customer> customer;
};

/// Empty where there is neither a line nor a customer.
std::string write_cart_draft(const Cart& cart, const std::optional<Customer>& customer);
Result<CartDraft> read_cart_draft(std::string_view text);

}  // namespace ringup::till
