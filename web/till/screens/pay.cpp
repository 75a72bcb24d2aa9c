#include <algorithm>
#include <optional>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr Amount typed_max = 100'000'000'00;
constexpr float column_max = 460;
constexpr float low_height = 600, beside_width = 600;  // below this height, from this width on: two columns
constexpr float keypad_height_min = 4 * ui::touch_min + 3 * space::s;
constexpr float quick_width = 80;  // of a quick amount, at least

/// More change than anyone gives: a barcode typed as an amount, a slip on the keypad.
Amount change_max(Currency currency) {
  Amount unit = currency.digits == 0 ? 100 : 1;
  for (int i = 0; i < currency.digits; ++i) unit *= 10;
  return 1000 * unit;
}

/// Notes and coins that a customer may hand over for this amount: the next round sums above it.
std::vector<Amount> quick_amounts(Amount due, Currency currency) {
  Amount unit = 1;
  for (int i = 0; i < currency.digits; ++i) unit *= 10;
  std::vector<Amount> amounts;
  for (const Amount step : {5 * unit, 10 * unit, 20 * unit, 50 * unit, 100 * unit}) {
    const Amount up = (due + step - 1) / step * step;
    if (up > due && (amounts.empty() || amounts.back() < up)) amounts.push_back(up);
  }
  if (amounts.size() > 3) amounts.resize(3);
  return amounts;
}

}  // namespace

void PayScreen::begin() {
  tenders_.clear();
  kind_ = 0;
  typed_ = 0;
  typing_ = false;
  error_.clear();
  ui::dismiss_toast();  // of the cart: its undo is of no use here
}

void PayScreen::press(char key) {
  typing_ = true;
  error_.clear();
  if (key == '<')
    typed_ /= 10;
  else if (key == 'x')
    typed_ = 0;
  else if (key == '#')
    typed_ = typed_ < typed_max / 100 ? typed_ * 100 : typed_;
  else if (key >= '0' && key <= '9' && typed_ < typed_max / 10)
    typed_ = typed_ * 10 + (key - '0');
}

/// One part that was paid; true when it is taken away again.
bool PayScreen::draw_tender(Model& model, const Tender& tender, Rect line) {
  const std::string_view name = tender_names[static_cast<std::size_t>(tender.kind)];
  const std::string amount = model.money(tender.amount);
  const std::string remove = "Remove " + std::string(name) + " " + amount;
  const bool removed = ui::icon_button("remove", line.cut_right(ui::touch_min), icon_x, remove);
  ui::text(line.cut_left(line.w / 2), name, {.middle = true});
  ui::text(line, amount, {.weight = ui::Weight::semibold, .align = ui::Align::right, .middle = true});
  return removed;
}

void PayScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), "Payment") && !model.saving()) {
    way.place = Place::sell;
    return;
  }
  // Where there is little height, a phone on its side, the keypad stands beside the amounts instead of below
  // them.
  const bool beside = screen.h < low_height && screen.w >= beside_width;
  const float width = std::min(screen.w - 2 * space::l, beside ? 2 * column_max : column_max);
  Rect rest{screen.x + (screen.w - width) / 2, screen.y, width, screen.h - space::l};
  Cart& cart = model.cart();
  const TenderKind kind = tender_kinds[static_cast<std::size_t>(kind_)];

  // What is to be paid now: all that is left, rounded where cash is rounded.
  const Result<Amount> due = cart.due(tenders_, kind);
  const Amount open = due.ok() ? *due : 0;
  const Amount now = typing_ ? typed_ : open;
  std::vector<Tender> with = tenders_;
  with.push_back({kind, now, {}});
  const Result<Settlement> settled = cart.settle(with);
  const bool complete = settled.ok() && settled->left == 0;
  const bool plausible = !settled.ok() || settled->change <= change_max(model.currency());

  const Rect button = rest.cut_bottom(56);
  ui::toast_above(button.y - space::s);
  rest.cut_bottom(space::m);
  Rect keys = beside ? rest.cut_right(rest.w * 0.5f, space::l) : Rect{};
  std::optional<ui::ScrollArea> area;
  area.emplace("payment", rest, ui::ScrollOptions{.padding = 0, .padding_bottom = 0});
  float left = rest.h;
  const auto strip = [&](float height, float gap) {
    left -= height + gap;
    return area->next(height, gap);
  };

  strip(space::m, 0);
  ui::text(strip(ui::line_of(ui::TextSize::body), 0), tenders_.empty() ? "To pay" : "Still to pay",
           {.tone = ui::Tone::muted, .align = ui::Align::centre});
  ui::text("due", strip(54, 0), model.money(open),
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const Rect change_place = strip(ui::line_of(ui::TextSize::title), space::s);
  if (settled.ok() && settled->change > 0) {
    ui::text("change", change_place, "Change " + model.money(settled->change),
             {.size = ui::TextSize::title,
              .weight = ui::Weight::semibold,
              .tone = plausible ? ui::Tone::good : ui::Tone::bad,
              .align = ui::Align::centre});
  } else if (typing_) {
    ui::text("typed", change_place, model.money(now),
             {.size = ui::TextSize::title, .align = ui::Align::centre});
  }

  if (choose_tender(strip(ui::touch_min, space::m), "Paid with", kind_)) {
    typing_ = false;
    error_.clear();
  }
  for (std::size_t i = 0; i < tenders_.size(); ++i) {
    const ui::Scope scope(i);
    if (draw_tender(model, tenders_[i], strip(ui::touch_min, space::s))) {
      tenders_.erase(tenders_.begin() + static_cast<std::ptrdiff_t>(i));
      typing_ = false;
      break;
    }
  }
  if (kind == TenderKind::cash) {
    const Rect row = strip(ui::touch_min, space::m);
    std::vector<Amount> quick = quick_amounts(open, model.currency());
    quick.resize(std::min(quick.size(), static_cast<std::size_t>(std::max(row.w / quick_width - 1, 1.0f))));
    const int count = static_cast<int>(quick.size()) + 1;
    if (ui::button("exact", row.column(0, count, space::s), "Exact", {.pressed = !typing_})) typing_ = false;
    for (std::size_t i = 0; i < quick.size(); ++i) {
      const ui::Scope scope(i);
      if (ui::button("quick", row.column(static_cast<int>(i) + 1, count, space::s),
                     model.whole_money(quick[i]), {.pressed = typing_ && typed_ == quick[i]}))
        typed_ = quick[i], typing_ = true, error_.clear();
    }
  } else if (kind == TenderKind::credit) {
    const std::string who = model.customer.has_value() ? "On the account of " + model.customer->name()
                                                       : "Credit needs a customer: choose one in the cart.";
    ui::text("credit", strip(ui::line_of(ui::TextSize::body) * 2, space::m), who,
             {.tone = model.customer.has_value() ? ui::Tone::muted : ui::Tone::warn,
              .align = ui::Align::centre,
              .lines = 2});
  }
  const std::string problem = plausible ? error_ : "That is a lot of change. Check the amount.";
  if (!problem.empty()) {
    const ui::TextStyle style{.tone = ui::Tone::bad, .align = ui::Align::centre, .lines = 4};
    ui::text("error", strip(ui::text_height(problem, rest.w, style), space::s), problem, style);
  }
  if (!beside) keys = strip(std::max(left, keypad_height_min), 0);
  if (beside) area.reset();
  const char key = ui::keypad("keypad", keys, {.double_zero = true});
  if (key != 0 && !model.saving()) press(key);
  area.reset();

  const bool possible = (now > 0 || complete) && plausible;
  const bool allowed = possible && (kind != TenderKind::credit || model.customer.has_value());
  const std::string label =
      model.saving() ? std::string("Saving…")
      : complete || !possible
          ? std::string("Take payment")
          : "Add " + model.money(now) + " " + std::string(tender_names[static_cast<std::size_t>(kind_)]);
  const bool pressed = ui::button("take", button, label,
                                  {.kind = ui::Kind::primary,
                                   .icon = button.w < narrow_width ? nullptr : icon_check,
                                   .disabled = !allowed || model.saving()});
  if (model.saving() || (!pressed && !(allowed && ui::key_pressed("Enter")))) return;
  if (!settled.ok()) {
    error_ = words_of(settled.failure());
    ui::announce(error_, true);
    return;
  }
  if (!complete) {
    tenders_ = with;
    typing_ = false;
    return;
  }
  error_.clear();
  model.take_payment(with, [this, &way](const Result<void>& taken) {
    if (!taken.ok()) {
      error_ = words_of(taken.failure());
      ui::announce(error_, true);
      return;
    }
    begin();
    way.place = Place::receipt;
  });
}

}  // namespace ringup::till
