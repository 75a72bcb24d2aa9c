#pragma once
/// A receipt on the screen, row by row as it is printed.
#include "core/sale/receipt.h"
#include "web/ui/lists.h"

namespace ringup::ui {

void draw_receipt(const Receipt& receipt, ScrollArea& area);
/// The same on a sheet of paper that stands in the area.
void draw_paper(const Receipt& receipt, ScrollArea& area);

}  // namespace ringup::ui
