#pragma once
/// Customers: a table with what each bought, one beside it to change.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_customers();

}  // namespace ringup::console
