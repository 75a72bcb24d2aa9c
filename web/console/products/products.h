#pragma once
/// The products: a table of all of them with search, filters, sorting and changes in bulk; one of them, or
/// the categories, in a panel beside it.
///
///     #/products?q=&category=&tax=&stock=&lacking=&from=&to=&sort=      the table
///     #/products/ID   #/products/new   #/products/categories            with its panel
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_products();

}  // namespace ringup::console
