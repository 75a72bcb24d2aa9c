#pragma once
/// What a list of sales is asked for, as query parameters have it.
#include "server/http/page.h"
#include "server/store/sales.h"

namespace ringup::sales {

/// Reads and checks the filters, the order and the page. `page` yields limit and cursor; the filter asks for
/// one sale more. unknown_member, invalid_value, out_of_range, each naming its parameter.
Result<store::SaleFilter> read_sale_filter(const http::Request& request, store::Database& db,
                                           const Id& tenant, http::Page& page);

}  // namespace ringup::sales
