#pragma once
/// Importing products from a file: choose it, say what its columns are, mend what is wrong, put it in.
/// Reached from the products as #/import.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_import();

}  // namespace ringup::console
