#include <algorithm>

#include "web/till/screens/counter.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr Amount typed_max = 100'000'000'00;
constexpr std::int64_t pieces_max = 100'000;
constexpr float kind_height = 56;
constexpr float keypad_height = 4 * ui::touch_min + 3 * space::s;

/// Notes and coins of a currency, the largest first, in minor units.
std::vector<Amount> kinds_of(Currency currency) {
  if (currency.code() == "JPY") return {10'000, 5'000, 1'000, 500, 100, 50, 10, 5, 1};
  if (currency.code() == "USD") return {10'000, 5'000, 2'000, 1'000, 500, 100, 25, 10, 5, 1};
  if (currency.code() == "GBP") return {5'000, 2'000, 1'000, 500, 200, 100, 50, 20, 10, 5, 2, 1};
  if (currency.code() == "EUR")
    return {20'000, 10'000, 5'000, 2'000, 1'000, 500, 200, 100, 50, 20, 10, 5, 2, 1};
  Amount unit = 1;
  for (int i = 0; i < currency.digits; ++i) unit *= 10;
  std::vector<Amount> kinds;
  for (Amount step = 100 * unit; step >= 1; step /= 10) {
    kinds.push_back(step * 5), kinds.push_back(step * 2), kinds.push_back(step);
  }
  return kinds;
}

}  // namespace

void TypedAmount::press(char key) {
  typing_ = true;
  if (key == '<')
    value_ /= 10;
  else if (key == 'x')
    clear();
  else if (key == '#')
    value_ = value_ < typed_max / 100 ? value_ * 100 : value_;
  else if (key >= '0' && key <= '9' && value_ < typed_max / 10)
    value_ = value_ * 10 + (key - '0');
}

void DrawerCount::begin() {
  sum_.clear();
  std::fill(pieces_.begin(), pieces_.end(), 0);
  chosen_ = 0;
  fresh_ = true;
}

Amount DrawerCount::total() const {
  if (mode_ == 0) return sum_.value();
  Amount total = 0;
  for (std::size_t i = 0; i < kinds_.size(); ++i) total += kinds_[i] * pieces_[i];
  return total;
}

bool DrawerCount::entered() const {
  return mode_ == 0 ? !sum_.empty()
                    : std::any_of(pieces_.begin(), pieces_.end(), [](std::int64_t n) { return n > 0; });
}

void DrawerCount::draw(Model& model, Rect rest) {
  if (kinds_.empty()) {
    kinds_ = kinds_of(model.currency());
    pieces_.assign(kinds_.size(), 0);
  }
  constexpr std::string_view modes[] = {"Enter the sum", "Count notes and coins"};
  ui::segmented("mode", rest.cut_top(ui::touch_min, space::s), "How to count", modes, mode_);
  ui::text("total", rest.cut_top(54, space::s), model.money(total()),
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const Rect keys = rest.cut_bottom(std::min(keypad_height, rest.h));
  ui::toast_above(keys.y - space::s);
  if (mode_ == 1) {
    rest.cut_bottom(space::s);
    draw_pieces(model, rest);
  }
  const char key = ui::keypad("keypad", keys, {.double_zero = mode_ == 0});
  if (key == 0) return;
  if (mode_ == 0) return sum_.press(key);
  std::int64_t& pieces = pieces_[chosen_];
  if (key == '<') {
    pieces /= 10;
  } else if (key == 'x') {
    pieces = 0;
  } else if (key >= '0' && key <= '9') {
    const std::int64_t next = (fresh_ ? 0 : pieces * 10) + (key - '0');
    if (next <= pieces_max) pieces = next;
  }
  fresh_ = false;
}

/// One row for each kind of note and coin; the keypad types into the chosen one.
void DrawerCount::draw_pieces(Model& model, Rect rect) {
  ui::ScrollArea area("pieces", rect, {.padding = 0});
  const ui::Group list("list", ui::Role::list, "Notes and coins", rect);
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const ui::Scope scope(i);
    const Rect place = area.next(kind_height, space::xs);
    const std::string kind = model.money(kinds_[i]), pieces = std::to_string(pieces_[i]);
    const std::string sum = pieces_[i] == 0 ? std::string() : model.money(kinds_[i] * pieces_[i]);
    const std::string name = kind + ", " + pieces + " pieces";
    if (ui::row("kind", place,
                {.title = kind,
                 .detail = sum,
                 .selected = i == chosen_,
                 .name = name,
                 .keep_right = ui::stepper_width + space::s}) == ui::RowPress::tap)
      chosen_ = i, fresh_ = true;
    const Rect steps{place.right() - ui::stepper_width - space::s, place.y + (place.h - ui::touch_min) / 2,
                     ui::stepper_width, ui::touch_min};
    const ui::StepperResult step =
        ui::stepper("number", steps, "Number of " + kind, pieces, pieces_[i] > 0, pieces_[i] < pieces_max);
    if (step.edit || step.step != 0) chosen_ = i, fresh_ = true;
    pieces_[i] += step.step;
  }
}

}  // namespace ringup::till
