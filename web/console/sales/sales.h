#pragma once
/// What was sold: a table of sales and refunds with filters, one beside it in full, and the way out as CSV.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_sales();

}  // namespace ringup::console
