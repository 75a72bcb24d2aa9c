#include <algorithm>
#include <optional>

#include "web/till/screens/counter.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr float column_max = 520;
constexpr float keypad_height = 4 * ui::touch_min + 3 * space::s;
const std::vector<std::string> reasons_in = {"Change from the bank", "Float added", "Paid back"};
const std::vector<std::string> reasons_out = {"To the bank", "Purchase", "Wages", "Tip"};
}  // namespace

void CashScreen::begin() {
  amount_.clear();
  reason_.clear();
  error_.clear();
}

void CashScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), way.cash_in ? "Cash in" : "Cash out") && !model.saving()) {
    way.place = Place::shift;
    return;
  }
  draw_looks_on(model, screen);
  const float width = std::min(screen.w - 2 * space::l, column_max);
  Rect rest{screen.x + (screen.w - width) / 2, screen.y + space::m, width, screen.h - space::m - space::l};
  const Rect button = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  const Rect keys = rest.cut_bottom(std::min(keypad_height, rest.h * 0.5f), space::m);
  // What was said about the movement before must not lie on the keys of the next one.
  ui::toast_above(keys.y - space::s);
  std::optional<ui::ScrollArea> area;
  area.emplace("form", rest.inset(-space::l, 0), ui::ScrollOptions{.padding = space::l});
  ui::text("amount", area->next(54, space::m), model.money(amount_.value()),
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const std::vector<std::string>& reasons = way.cash_in ? reasons_in : reasons_out;
  int chosen = -1;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (reasons[i] == reason_) chosen = static_cast<int>(i);
  }
  // The row of chips has a margin of its own.
  const Rect chips = area->next(ui::chips_height, space::s).inset(-space::l, 0);
  if (ui::chips("reasons", chips, "Common reasons", reasons, chosen))
    reason_ = reasons[static_cast<std::size_t>(chosen)], error_.clear();
  const ui::FieldOptions field{.label = "Reason",
                               .placeholder = way.cash_in ? "Where it comes from" : "What it is for",
                               .autocomplete = "off",
                               .error = error_,
                               .length_max = static_cast<int>(reason_length_max)};
  if (ui::text_field("reason", area->next(ui::field_height(field), space::m), reason_, field).changed)
    error_.clear();
  area.reset();  // what lies outside of it would be clipped
  if (const char key = ui::keypad("keypad", keys, {.double_zero = true}); key != 0 && !model.saving())
    amount_.press(key), error_.clear();
  const std::string label = model.saving() ? std::string("Saving…")
                            : way.cash_in  ? "Put in " + model.money(amount_.value())
                                           : "Take out " + model.money(amount_.value());
  if (!ui::button("book", button, label,
                  {.kind = ui::Kind::primary,
                   .icon = icon_check,
                   .disabled = amount_.value() == 0 || model.saving() || model.looks_on()}))
    return;
  model.counter().move_cash(
      way.cash_in, amount_.value(), reason_, [this, &model, &way](const Result<void>& done) {
        if (!done.ok()) {
          error_ = words_of(done.failure());
          ui::announce(error_, true);
          return;
        }
        ui::toast(model.money(amount_.value()) + (way.cash_in ? " put in" : " taken out"));
        begin();
        way.place = Place::shift;
      });
}

}  // namespace ringup::till
