// A receipt on the screen: what was just booked, or one of the day looked up.
#include <algorithm>

#include "web/till/screens/screens.h"
#include "web/ui/receipt.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr float column_max = 460;
constexpr double settle_ms = 700;  // a receipt that just came up takes no press: the finger meant the payment
}  // namespace

/// Once for each booking: drawer and paper follow it.
void ReceiptScreen::follow(Model& model, const ShownReceipt& shown) {
  if (number_ != shown.number) {
    number_ = shown.number;
    trouble_.clear();
  }
  if (!shown.fresh || followed_ == shown.number) return;
  followed_ = shown.number;
  model.printer().after_booking(shown.document, "Receipt " + shown.number, shown.cash,
                                [this](const std::string& trouble) { say(trouble); });
}

void ReceiptScreen::say(const std::string& trouble) {
  trouble_ = trouble;
  if (!trouble.empty()) ui::announce(trouble, true);
}

void ReceiptScreen::print(Model& model) {
  trouble_.clear();
  model.print_receipt([this](const std::string& trouble) { say(trouble); });
}

void ReceiptScreen::draw(Model& model, Way& way) {
  ui::ground();
  if (!model.receipt().has_value()) {
    way.place = Place::sell;
    return;
  }
  const ShownReceipt& shown = *model.receipt();
  follow(model, shown);
  Rect screen = ui::screen();
  if (!shown.fresh &&
      draw_header(screen.cut_top(56), (shown.refund ? "Refund " : "Receipt ") + shown.number)) {
    way.place = Place::sales;
    return;
  }
  const float width = std::min(screen.w - 2 * space::l, column_max);
  Rect rest{screen.x + (screen.w - width) / 2, screen.y + space::l, width, screen.h - 2 * space::l};
  if (shown.fresh) {
    ui::medallion(rest.cut_top(64, space::m).centred(64, 64), icon_check, ui::Tone::good);
    const std::string title = shown.refund       ? model.money(-shown.total) + " given back"
                              : shown.change > 0 ? "Change " + model.money(shown.change)
                              : shown.credit     ? model.money(shown.total) + " on account"
                                                 : model.money(shown.total) + " paid";
    const ui::TextStyle style{.size = ui::TextSize::large,
                              .weight = ui::Weight::semibold,
                              .tone = ui::Tone::good,
                              .align = ui::Align::centre,
                              .lines = 2};
    ui::heading(rest.cut_top(ui::text_height(title, rest.w, style), space::l), title, 1, style);
  }
  const bool narrow = rest.w < narrow_width;
  const bool prints = model.printer().settings().way != PrintWay::none;
  Rect buttons = rest.cut_bottom(narrow && prints ? 56 + space::s + ui::touch_min : 56);
  rest.cut_bottom(space::l);
  const Rect print_place = !prints  ? Rect{}
                           : narrow ? buttons.cut_top(ui::touch_min, space::s)
                                    : buttons.cut_left(buttons.w * 0.38f, space::s);
  const double shown_ms = model.bridge().monotonic_ms() - shown.shown_at_ms;
  const bool settled = shown_ms > settle_ms;
  if (!settled) ui::wake_in(settle_ms - shown_ms + 1);
  const bool busy = model.printer().busy();
  if (prints && ui::button("print", print_place, busy ? "Printing…" : "Print",
                           {.icon = narrow ? nullptr : icon_printer, .disabled = !settled || busy}))
    print(model);
  if (ui::button("new", buttons, "New sale",
                 {.kind = ui::Kind::primary, .icon = narrow ? nullptr : icon_plus, .disabled = !settled}))
    way.place = Place::sell;
  if (!trouble_.empty()) {
    const ui::TextStyle style{.tone = ui::Tone::bad, .align = ui::Align::centre, .lines = 4};
    ui::text("trouble", rest.cut_bottom(ui::text_height(trouble_, rest.w, style), space::m), trouble_, style);
  }
  ui::card(rest);
  const ui::Group group("receipt", ui::Role::region, "Receipt " + shown.number, rest);
  ui::ScrollArea area("rows", rest.inset(0, space::s), {.padding = space::l, .padding_top = space::s});
  ui::draw_receipt(shown.document, area);
}

}  // namespace ringup::till
