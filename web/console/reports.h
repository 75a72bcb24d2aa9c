#pragma once
/// Reports: what was sold in a range of days, by day, product, cashier …; as figures beside the range before,
/// a chart, a table, and a file.
///
/// The place holds what is shown: by, period or from and to, branch, sort ("-gross").
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_reports();

}  // namespace ringup::console
