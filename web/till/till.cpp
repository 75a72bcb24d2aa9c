#include "web/till/till.h"

#include "web/ui/controls.h"
#include "web/ui/overlays.h"

namespace ringup::till {

void Till::draw() {
  ui::ground();
  ui::Rect rest = ui::screen().inset(ui::space::l);
  ui::heading(rest.cut_top(40, ui::space::l), "Till");
  if (ui::button("sell", rest.cut_bottom(56, ui::space::l), "Sell", {.kind = ui::Kind::primary})) {
    ++sold_;
    ui::toast("Sold");
  }
  ui::text("count", rest, sold_ == 1 ? "1 sale" : std::to_string(sold_) + " sales");
}

}  // namespace ringup::till
