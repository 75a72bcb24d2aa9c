#pragma once
/// What the JSON of sales and of refunds share: the members of a sale, with one sign or the other. Only
/// sale_json.cpp and refund_json.cpp include this.
#include "core/base/json.h"
#include "core/sale/sale.h"

namespace ringup {

enum class Sign : std::uint8_t { positive, negative };

/// Appends the members of a sale.
void write_body_members(const Sale&, json::Object& out);
/// Reads them; the caller asks for its own members and calls done().
Result<Sale> read_body_members(json::Reader& in, Sign sign);

}  // namespace ringup
