#include <algorithm>

#include "web/till/screens/counter.h"
#include "web/ui/receipt.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr float column_max = 520;
constexpr float button_height = 56;

Rect column_of(Rect screen) {
  const float width = std::min(screen.w - 2 * space::l, column_max);
  return {screen.x + (screen.w - width) / 2, screen.y + space::m, width, screen.h - space::m - space::l};
}

void paragraph(std::string_view key, Rect& rest, const std::string& words, ui::Tone tone = ui::Tone::muted) {
  const ui::TextStyle style{.tone = tone, .lines = 4};
  ui::text(key, rest.cut_top(ui::text_height(words, rest.w, style), space::m), words, style);
}

}  // namespace

void draw_shift_banner(Model& model, Way& way, Rect& rest) {
  Counter& counter = model.counter();
  const bool late = counter.left_open();
  if (!late && !counter.offers_shift()) return;
  const Rect line = rest.cut_top(ui::banner_height);
  const float keep = late ? 0 : ui::touch_min - space::s;
  const std::string words =
      late ? "A shift is open since " + model.day_words(counter.shift()->opened_at) : "No shift is open";
  if (ui::banner("shift", line, late ? ui::Tone::warn : ui::Tone::accent, icon_wallet, words,
                 late ? "Close it" : "Open one", keep))
    way.place = Place::shift;
  Rect cross = line;
  if (!late &&
      ui::icon_button("no-shift", cross.cut_right(ui::touch_min), icon_x, "Sell without a shift today"))
    counter.sell_without_shift();
}

void ShiftScreen::begin() {
  step_ = Step::overview;
  drawer_.begin();
  report_.reset();
  error_.clear();
}

void ShiftScreen::say(const Failure& failure) {
  busy_ = false;
  error_ = words_of(failure);
  ui::announce(error_, true);
}

void ShiftScreen::draw_error(Rect& rest) {
  if (error_.empty()) return;
  const ui::TextStyle style{.tone = ui::Tone::bad, .align = ui::Align::centre, .lines = 3};
  ui::text("error", rest.cut_bottom(ui::text_height(error_, rest.w, style), space::s), error_, style);
}

void ShiftScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  const bool open = model.counter().shift().has_value();
  std::string title = "Shift";
  if (step_ == Step::report)
    title = report_ && report_->closed() ? "Z report" : "X report";
  else if (!open)
    title = "Open a shift";
  else if (step_ != Step::overview)
    title = "Close the shift";
  if (draw_header(screen.cut_top(56), title) && !model.saving()) {
    const bool back_to_overview = step_ != Step::overview && open;
    begin();
    if (!back_to_overview) way.place = Place::sell;
    return;
  }
  draw_looks_on(model, screen);
  const Rect rest = column_of(screen);
  if (step_ == Step::report && report_) return draw_report(model, way, rest);
  if (!open) return draw_open(model, rest);
  switch (step_) {
    case Step::count:
      return draw_count(model, rest);
    case Step::difference:
      if (report_) return draw_difference(model, rest);
      [[fallthrough]];
    case Step::overview:
    case Step::report:
      return draw_overview(model, way, rest);
  }
}

void ShiftScreen::draw_open(Model& model, Rect rest) {
  const Rect button = rest.cut_bottom(button_height);
  rest.cut_bottom(space::m);
  if (const auto last = model.counter().last_z()) {
    if (ui::button("last", rest.cut_bottom(ui::touch_min, space::s), "Last Z report",
                   {.kind = ui::Kind::quiet, .icon = icon_receipt_text})) {
      report_ = last;
      step_ = Step::report;
    }
  }
  draw_error(rest);
  paragraph("words", rest, "How much cash is in the drawer before the first sale?");
  drawer_.draw(model, rest);
  const std::string label =
      model.saving() ? std::string("Saving…") : "Open with " + model.money(drawer_.total());
  if (!ui::button(
          "open", button, label,
          {.kind = ui::Kind::primary, .icon = icon_wallet, .disabled = model.saving() || model.looks_on()}))
    return;
  model.counter().open_shift(drawer_.total(), [this](const Result<void>& done) {
    if (!done.ok()) return say(done.failure());
    begin();
    ui::toast("The shift is open");
  });
}

void ShiftScreen::ask_report(Model& model, Step next) {
  if (busy_) return;
  busy_ = true;
  error_.clear();
  model.counter().x_report([this, next](Result<ShiftReport> report) {
    if (!report.ok()) return say(report.failure());
    busy_ = false;
    report_ = std::move(report).value();
    step_ = next;
  });
}

void ShiftScreen::draw_overview(Model& model, Way& way, Rect rest) {
  const OpenShift& shift = *model.counter().shift();
  const bool late = model.counter().left_open();
  const std::string since = "Open since " + (late ? model.day_words(shift.opened_at) + ", " : std::string()) +
                            model.clock_time(shift.opened_at) + ", with " + model.money(shift.float_amount) +
                            " in the drawer.";
  paragraph("since", rest, since, ui::Tone::text);
  if (late) {
    paragraph(
        "late", rest,
        "This shift was left open on an earlier day. Count the drawer and close it, then open a new one.",
        ui::Tone::warn);
  }
  Rect line = rest.cut_top(button_height, space::m);
  if (ui::button("in", line.column(0, 2, space::m), "Cash in", {.icon = icon_arrow_down}))
    way.cash_in = true, way.place = Place::cash;
  if (ui::button("out", line.column(1, 2, space::m), "Cash out", {.icon = icon_arrow_up}))
    way.cash_in = false, way.place = Place::cash;
  if (ui::button("x", rest.cut_top(button_height, space::m), "X report",
                 {.icon = icon_receipt_text, .busy = busy_}))
    ask_report(model, Step::report);
  if (ui::button("close", rest.cut_top(button_height, space::m), "Count and close",
                 {.kind = ui::Kind::primary, .icon = icon_calculator, .disabled = model.looks_on()})) {
    drawer_.begin();
    error_.clear();
    step_ = Step::count;
  }
  draw_error(rest);
}

/// Blind: what should be there is shown after the count, so that nobody counts until it fits.
void ShiftScreen::draw_count(Model& model, Rect rest) {
  const Rect button = rest.cut_bottom(button_height);
  rest.cut_bottom(space::m);
  draw_error(rest);
  paragraph("words", rest, "Count all cash in the drawer, the float too.");
  drawer_.draw(model, rest);
  if (ui::button(
          "done", button, "Compare",
          {.kind = ui::Kind::primary, .icon = icon_check, .disabled = !drawer_.entered(), .busy = busy_}))
    ask_report(model, Step::difference);
}

void ShiftScreen::draw_difference(Model& model, Rect rest) {
  const Amount counted = drawer_.total(), difference = counted - report_->expected;
  const Rect button = rest.cut_bottom(button_height);
  rest.cut_bottom(space::m);
  const bool again = ui::button("again", rest.cut_bottom(ui::touch_min, space::s), "Count again",
                                {.icon = icon_rotate_ccw, .disabled = model.saving()});
  ui::toast_above(rest.bottom());
  draw_error(rest);
  const ui::Tone tone = difference == 0 ? ui::Tone::good : difference < 0 ? ui::Tone::bad : ui::Tone::warn;
  ui::medallion(rest.cut_top(64, space::m).centred(64, 64),
                difference == 0 ? icon_check : icon_triangle_alert, tone);
  const std::string verdict = difference == 0 ? std::string("Exactly right")
                                              : model.money(difference < 0 ? -difference : difference) + " " +
                                                    std::string(difference_word(difference));
  const ui::TextStyle style{.size = ui::TextSize::large,
                            .weight = ui::Weight::semibold,
                            .tone = tone,
                            .align = ui::Align::centre,
                            .lines = 2};
  ui::heading(rest.cut_top(ui::text_height(verdict, rest.w, style), space::l), verdict, 2, style);
  const auto fact = [&](std::string_view key, std::string_view name, Amount amount) {
    Rect line = rest.cut_top(36, space::xs);
    ui::text(line.cut_left(line.w / 2), name, {.tone = ui::Tone::muted, .middle = true});
    ui::text(key, line, model.money(amount),
             {.weight = ui::Weight::semibold, .align = ui::Align::right, .middle = true});
  };
  fact("counted", "Counted", counted);
  fact("expected", "Should be there", report_->expected);
  if (again) {
    step_ = Step::count;
    return;
  }
  if (!ui::button("close", button, model.saving() ? "Saving…" : "Close the shift",
                  {.kind = ui::Kind::primary, .icon = icon_check, .disabled = model.saving()}))
    return;
  model.counter().close_shift(counted, [this](Result<ShiftReport> z) {
    if (!z.ok()) return say(z.failure());
    report_ = std::move(z).value();
    step_ = Step::report;
  });
}

void ShiftScreen::draw_report(Model& model, Way& way, Rect rest) {
  Rect buttons = rest.cut_bottom(button_height);
  ui::toast_above(buttons.y - space::s);
  rest.cut_bottom(space::l);
  if (ui::button("print", buttons.cut_left(buttons.w * 0.38f, space::s), "Print", {.icon = icon_printer}))
    model.counter().print(*report_, [](const std::string& trouble) {
      if (!trouble.empty()) ui::toast(trouble);
    });
  if (ui::button("done", buttons, "Done", {.kind = ui::Kind::primary, .icon = icon_check})) {
    const bool closed = report_->closed();
    begin();
    if (closed) way.place = Place::sell;
    return;
  }
  ui::card(rest);
  const ui::Group group("report", ui::Role::region, report_->closed() ? "Z report" : "X report", rest);
  ui::ScrollArea area("rows", rest.inset(0, space::s), {.padding = space::l, .padding_top = space::s});
  ui::draw_receipt(model.counter().document(*report_), area);
}

}  // namespace ringup::till
