#include <algorithm>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr Amount typed_max = 100'000'000'00;
constexpr float column_max = 460;

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

void PayScreen::press(char key, const Currency&) {
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

void PayScreen::draw_tenders(Model& model, ui::ScrollArea& area) {
  for (std::size_t i = 0; i < tenders_.size(); ++i) {
    const ui::Scope scope(i);
    const auto index = static_cast<std::size_t>(tenders_[i].kind);
    const std::string amount = model.money(tenders_[i].amount);
    const std::string remove = "Remove " + std::string(tender_names[index]) + " " + amount;
    Rect line = area.next(ui::touch_min, space::s);
    if (ui::icon_button("remove", line.cut_right(ui::touch_min), icon_x, remove)) {
      tenders_.erase(tenders_.begin() + static_cast<std::ptrdiff_t>(i));
      typing_ = false;
      return;
    }
    ui::text(line.cut_left(line.w / 2), tender_names[index], {.middle = true});
    ui::text(line, amount, {.weight = ui::Weight::semibold, .align = ui::Align::right, .middle = true});
  }
}

void PayScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), "Payment")) {
    way.place = Place::sell;
    return;
  }
  const float width = std::min(screen.w - 2 * space::l, column_max);
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

  rest.cut_top(space::m);
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body)), tenders_.empty() ? "To pay" : "Still to pay",
           {.tone = ui::Tone::muted, .align = ui::Align::centre});
  ui::text("due", rest.cut_top(54), model.money(open),
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const Rect change_place = rest.cut_top(ui::line_of(ui::TextSize::title), space::s);
  if (settled.ok() && settled->change > 0) {
    ui::text("change", change_place, "Change " + model.money(settled->change),
             {.size = ui::TextSize::title,
              .weight = ui::Weight::semibold,
              .tone = ui::Tone::good,
              .align = ui::Align::centre});
  } else if (typing_) {
    ui::text("typed", change_place, model.money(now),
             {.size = ui::TextSize::title, .align = ui::Align::centre});
  }

  if (ui::segmented("kind", rest.cut_top(ui::touch_min, space::m), "Paid with", tender_names, kind_)) {
    typing_ = false;
    error_.clear();
  }
  const Rect button = rest.cut_bottom(56);
  ui::toast_above(button.y - space::s);
  rest.cut_bottom(space::m);
  if (!tenders_.empty()) {
    const float height = std::min(static_cast<float>(tenders_.size()), 3.0f) * (ui::touch_min + space::s);
    ui::ScrollArea area("tenders", rest.cut_top(height, space::s), {.padding = 0, .padding_bottom = 0});
    draw_tenders(model, area);
  }
  if (kind == TenderKind::cash) {
    const Rect row = rest.cut_top(ui::touch_min, space::m);
    const std::vector<Amount> quick = quick_amounts(open, model.currency());
    const int count = static_cast<int>(quick.size()) + 1;
    if (ui::button("exact", row.column(0, count, space::s), "Exact", {.pressed = !typing_})) typing_ = false;
    for (std::size_t i = 0; i < quick.size(); ++i) {
      const ui::Scope scope(i);
      if (ui::button("quick", row.column(static_cast<int>(i) + 1, count, space::s), model.money(quick[i]),
                     {.pressed = typing_ && typed_ == quick[i]}))
        typed_ = quick[i], typing_ = true, error_.clear();
    }
  } else if (kind == TenderKind::credit) {
    const std::string who = model.customer.has_value() ? "On the account of " + model.customer->name()
                                                       : "Credit needs a customer: choose one in the cart.";
    ui::text("credit", rest.cut_top(ui::line_of(ui::TextSize::body) * 2, space::m), who,
             {.tone = model.customer.has_value() ? ui::Tone::muted : ui::Tone::warn,
              .align = ui::Align::centre,
              .lines = 2});
  }
  if (!error_.empty())
    ui::text("error", rest.cut_top(ui::line_of(ui::TextSize::body) * 2, space::s), error_,
             {.tone = ui::Tone::bad, .align = ui::Align::centre, .lines = 2});
  if (const char key = ui::keypad("keypad", rest, {.double_zero = true}); key != 0)
    press(key, model.currency());

  const bool possible = now > 0 || complete;
  const bool allowed = possible && (kind != TenderKind::credit || model.customer.has_value());
  const std::string label =
      complete || !possible
          ? std::string("Take payment")
          : "Add " + model.money(now) + " " + std::string(tender_names[static_cast<std::size_t>(kind_)]);
  const bool pressed = ui::button("take", button, label,
                                  {.kind = ui::Kind::primary, .icon = icon_check, .disabled = !allowed});
  if (!pressed && !(allowed && ui::key_pressed("Enter"))) return;
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
  const Result<void> taken = model.take_payment(with);
  if (!taken.ok()) {
    error_ = words_of(taken.failure());
    ui::announce(error_, true);
    return;
  }
  begin();
  way.place = Place::receipt;
}

void ReceiptScreen::draw(Model& model, Way& way) {
  ui::ground();
  if (!model.receipt().has_value()) {
    way.place = Place::sell;
    return;
  }
  const ShownReceipt& shown = *model.receipt();
  Rect screen = ui::screen();
  const float width = std::min(screen.w - 2 * space::l, column_max);
  Rect rest{screen.x + (screen.w - width) / 2, screen.y + space::l, width, screen.h - 2 * space::l};
  ui::medallion(rest.cut_top(64, space::m).centred(64, 64), icon_check, ui::Tone::good);
  const std::string title = shown.refund       ? model.money(-shown.total) + " given back"
                            : shown.change > 0 ? "Change " + model.money(shown.change)
                                               : model.money(shown.total) + " paid";
  ui::heading(rest.cut_top(ui::line_of(ui::TextSize::large), space::l), title, 1,
              {.size = ui::TextSize::large,
               .weight = ui::Weight::semibold,
               .tone = ui::Tone::good,
               .align = ui::Align::centre});
  Rect buttons = rest.cut_bottom(56);
  rest.cut_bottom(space::l);
  if (ui::button("print", buttons.cut_left(buttons.w * 0.38f, space::s), "Print", {.icon = icon_printer}))
    model.print_receipt();
  if (ui::button("new", buttons, "New sale", {.kind = ui::Kind::primary, .icon = icon_plus}))
    way.place = Place::sell;
  ui::card(rest);
  const ui::Group group("receipt", ui::Role::region, "Receipt " + shown.number, rest);
  ui::ScrollArea area("rows", rest.inset(0, space::s), {.padding = space::l, .padding_top = space::s});
  draw_receipt(shown.document, area);
}

}  // namespace ringup::till
