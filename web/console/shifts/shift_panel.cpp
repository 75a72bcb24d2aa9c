#include "web/console/shifts/shift_panel.h"

#include "web/console/sales/sale_row.h"
#include "web/console/shifts/shift_row.h"
#include "web/ui/frame.h"
#include "web/ui/overlays.h"
#include "web/ui/receipt.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

void ShiftPanel::open(Desk& desk, const std::string& id) {
  if (id == subject_) return;
  const std::uint64_t serial = serial_ + 1;
  *this = ShiftPanel();
  serial_ = serial;
  subject_ = id;
  open_ = !id.empty();
  loading_ = open_;
  refresh(desk);
}

void ShiftPanel::refresh(Desk& desk) {
  if (subject_.empty()) return;
  desk.api().get(shift_path(subject_, "report/"), [this, serial = serial_](Result<json::Value> answer) {
    if (serial != serial_) return;
    const bool first = std::exchange(loading_, false);
    Result<ShiftReport> report =
        answer.ok() ? read_shift_report(*answer) : Result<ShiftReport>(answer.failure());
    if (report.ok())
      report_ = std::move(report).value();
    else if (first)
      problem_ = words_of(report.failure());
  });
}

bool ShiftPanel::draw(Desk& desk, Rect around) {
  if (subject_.empty()) return true;
  bool open = open_;
  std::string detail;
  if (report_ && report_->opened_at) {
    detail = desk.moment(*report_->opened_at);
    if (report_->closed_at) detail += " – " + desk.clock(*report_->closed_at);
    if (!report_->opened_by.empty()) detail += " · " + report_->opened_by;
  }
  if (ui::SidePanel panel("shift", open, around,
                          {.title = report_ ? "Shift at " + report_->till_name : std::string("Shift"),
                           .detail = detail,
                           .width = shift_panel_width,
                           .footer = 72,
                           .subject = serial_});
      panel) {
    draw_body(desk, panel.body());
    Rect footer = panel.footer().inset(0, space::m);
    if (ui::button("print", footer.cut_left(150, space::s), "Print report",
                   {.icon = icon_printer, .disabled = !report_.has_value(), .busy = printing_}))
      print(desk);
    if (ui::button("sales", footer.cut_left(170), "Show its sales", {.icon = icon_receipt}))
      desk.go(Place{"sales", {}, {{"shift", subject_}}});
  }
  return open;
}

Receipt ShiftPanel::document(Desk& desk) const {
  ReceiptSetup setup;
  setup.money.symbol_gap = "";
  if (report_->currency.code() == "EUR") setup.money.symbol = "€";
  if (report_->currency.code() == "GBP") setup.money.symbol = "£";
  if (report_->currency.code() == "USD") setup.money.symbol = "$";
  if (report_->currency.code() == "JPY") setup.money.symbol = "¥";
  const auto words = [&](const std::optional<std::int64_t>& at) {
    return at ? desk.date(*at) + " " + desk.clock(*at) : std::string();
  };
  return make_shift_receipt(*report_, setup, {words(report_->opened_at), words(report_->closed_at)});
}

void ShiftPanel::draw_body(Desk& desk, Rect rect) {
  if (!problem_.empty()) {
    ui::empty_state("problem", rect, icon_circle_alert, "This shift cannot be shown", problem_);
    return;
  }
  ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
  if (!report_) {
    ui::skeleton(area.next(64, space::m));
    ui::skeleton(area.next(420, space::m));
    return;
  }
  draw_verdict(desk, area);
  {
    const ui::Group paper("paper", ui::Role::region, report_->closed() ? "Z report" : "X report", rect);
    ui::draw_paper(document(desk), area);
  }
  draw_moves(desk, area);
}

/// What the owner looks for first, in a sentence.
void ShiftPanel::draw_verdict(Desk& desk, ui::ScrollArea& area) {
  const ShiftReport& report = *report_;
  std::string title, words;
  ui::Icon icon = icon_clock;
  ui::Tone tone = ui::Tone::accent;
  if (!report.closed()) {
    title = "Still open";
    words = "By the records that have arrived, " + desk.money(report.expected) + " should be in the drawer.";
  } else if (const std::optional<Amount> difference = report.difference()) {
    tone = difference_tone(*difference);
    icon = *difference == 0 ? icon_circle_check : icon_triangle_alert;
    title =
        *difference == 0 ? "The drawer was right" : "The drawer was " + difference_words(desk, *difference);
    words = desk.money(*report.counted) + " was counted, " +
            desk.money(report.stated.value_or(report.expected)) + " should have been there.";
    if (report.stated && *report.stated != report.expected)
      words += " Added up from what has arrived here it is " + desk.money(report.expected) +
               ": records of this till are missing, or came late.";
  }
  if (report.has_later()) {
    words += " After the count " + desk.money(report.later.takings()) + " more was booked into this shift, " +
             desk.money(report.later.cash()) + " of it in cash.";
  }
  const ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 6};
  const float width = area.width() - 2 * space::m - 28;
  const float height = ui::text_height(words, width, style);
  const Rect box = area.next(2 * space::m + 24 + height, space::m);
  ui::card(box, ui::radius::field);
  Rect rest = box.inset(space::m, space::m);
  ui::icon(rest.cut_left(20, space::s).cut_top(22), icon, tone, 20);
  ui::text("verdict", rest.cut_top(24), title, {.weight = ui::Weight::semibold, .tone = tone});
  ui::text("words", rest, words, style);
}

void ShiftPanel::draw_moves(Desk& desk, ui::ScrollArea& area) {
  if (report_->moves.empty()) return;
  ui::heading(area.next(24, space::xs), "Cash in and out", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  for (std::size_t i = 0; i < report_->moves.size(); ++i) {
    const ui::Scope scope(i);
    const CashMove& move = report_->moves[i];
    std::string detail = desk.moment(move.at);
    if (!move.user_name.empty()) detail += " · " + move.user_name;
    if (move.later) detail += " · after the close";
    (void)ui::row("move", area.next(ui::row_height, space::xs),
                  {.title = move.reason.empty() ? (move.in ? "Cash in" : "Cash out") : move.reason,
                   .detail = detail,
                   .trailing = desk.money(move.in ? move.amount : -move.amount),
                   .icon = move.in ? icon_arrow_down : icon_arrow_up,
                   .pressable = false});
  }
  area.skip(space::m);
}

void ShiftPanel::print(Desk& desk) {
  printing_ = true;
  desk.api().text(shift_path(subject_, "report/"), "text/plain",
                  [this, &desk, serial = serial_, closed = report_->closed()](Result<std::string> answer) {
                    if (serial == serial_) printing_ = false;
                    if (answer.ok())
                      desk.bridge().print_text(closed ? "Z report" : "X report", *answer);
                    else
                      ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
                  });
}

}  // namespace ringup::console
