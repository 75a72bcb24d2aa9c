#include "web/console/tasks/task_panel.h"

#include "web/console/shifts/shift_row.h"
#include "web/ui/figures.h"
#include "web/ui/frame.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using journal::TaskAction;
using ui::Rect;

void TaskPanel::open(Desk& desk, const std::string& id) {
  if (id == subject_) return;
  ++serial_;
  subject_ = id;
  problem_.clear(), note_.clear(), counted_.clear(), count_error_.clear();
  task_.reset();
  counting_ = false;
  open_ = !id.empty();
  if (open_) refresh(desk);
}

void TaskPanel::refresh(Desk& desk) {
  if (subject_.empty()) return;
  loading_ = true;
  desk.api().get("/api/tasks/" + url_encoded(subject_) + "/",
                 [this, serial = serial_](Result<json::Value> answer) {
                   if (serial != serial_) return;
                   loading_ = false;
                   problem_ = answer.ok() ? std::string() : words_of(answer.failure());
                   if (answer.ok()) task_ = read_task_row(*answer);
                 });
}

bool TaskPanel::draw(Desk& desk, Rect around) {
  if (subject_.empty()) return true;
  bool open = open_;
  const std::string title = this->title();
  const std::string detail = task_ ? (task_->done ? "Done " + in_sentence(desk.moment(task_->done_at))
                                                  : "Reported " + in_sentence(desk.moment(task_->created_at)))
                                   : std::string();
  const bool with_footer = task_.has_value() && desk.may(Right::tasks_settle);
  const float footer = !with_footer ? 0.0f : task_->done ? 72.0f : 124.0f;
  if (ui::SidePanel panel("task", open, around,
                          {.title = title,
                           .detail = detail,
                           .width = task_panel_width,
                           .footer = footer,
                           .subject = serial_});
      panel) {
    draw_body(desk, panel.body());
    if (with_footer) draw_footer(desk, panel.footer());
  }
  return open;
}

void TaskPanel::draw_body(Desk& desk, Rect rect) {
  if (!problem_.empty()) {
    ui::empty_state("problem", rect, icon_circle_alert, "This task cannot be shown", problem_);
    return;
  }
  ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
  if (!task_) {
    for (int i = 0; i < 4; ++i) ui::skeleton(area.next(64, space::m));
    return;
  }
  const TaskRow& task = *task_;
  const auto paragraph = [&](std::string_view key, const std::string& words, ui::Tone tone, float gap) {
    if (words.empty()) return;
    const ui::TextStyle style{.size = ui::TextSize::small, .tone = tone, .lines = 8};
    ui::text(key, area.next(ui::text_height(words, area.width(), style), gap), words, style);
  };
  const auto heading = [&](std::string_view words) {
    ui::heading(area.next(24, space::xs), words, 3,
                {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  };
  if (task.done) {
    const std::string who =
        "Marked as done" + (task.done_by.empty() ? std::string(" by the server") : " by " + task.done_by);
    ui::status_word("state", area.next(28, space::xs), ui::Tone::good, who);
    paragraph("note", task.note, ui::Tone::text, space::m);
  }
  paragraph("explanation", task.explanation, ui::Tone::text, space::l);
  draw_products(desk, area);
  if (task.sale) {
    heading(task.kind == "stock_below_zero" ? "Last sale of it" : "The sale");
    const std::string title = (task.sale->refund ? "Refund " : "Sale ") + task.sale->receipt;
    const std::string detail = desk.moment(task.sale->sold_at) + " · " + task.sale->cashier;
    const std::string total = desk.money(task.sale->total);
    if (ui::row("sale", area.next(ui::row_height, space::l),
                {.title = title,
                 .detail = detail,
                 .trailing = total,
                 .icon = task.sale->refund ? icon_undo_2 : icon_receipt,
                 .chevron = true}) == ui::RowPress::tap)
      desk.go("sales", to_string(task.sale->id));
  }
  draw_shift(desk, area);
  draw_lines(desk, area);
  heading("What one can do");
  paragraph("advice", task.advice, ui::Tone::text, space::l);
  draw_ways(desk, area);
  draw_facts(desk, area);
}

/// Of what came into a closed shift: what it was, and how that shift's drawer was counted.
void TaskPanel::draw_shift(Desk& desk, ui::ScrollArea& area) {
  const TaskRow& task = *task_;
  if (task.amount) {
    const std::string amount = desk.money(task.record_kind == "cash_in" ? *task.amount : -*task.amount);
    (void)ui::row("cash", area.next(ui::row_height, space::l),
                  {.title = about(task),
                   .detail = task.reason,
                   .trailing = amount,
                   .icon = icon_banknote,
                   .pressable = false});
  }
  if (task.shift.empty()) return;
  ui::heading(area.next(24, space::xs), "The shift", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  std::string counted;
  if (task.shift_difference) counted = difference_words(desk, *task.shift_difference);
  const std::string when = task.shift_closed_at == 0
                               ? std::string("Still open")
                               : "Closed " + in_sentence(desk.moment(task.shift_closed_at));
  if (ui::row("shift", area.next(ui::row_height, space::l),
              {.title = when,
               .detail = task.shift_closed_by.empty() ? std::string() : "by " + task.shift_closed_by,
               .trailing = counted,
               .icon = icon_wallet,
               .chevron = true,
               .trailing_tone = difference_tone(task.shift_difference.value_or(0))}) == ui::RowPress::tap)
    desk.go("shifts", task.shift);
}

/// Of a till that exists twice: how far each of the two went.
void TaskPanel::draw_lines(Desk& desk, ui::ScrollArea& area) {
  for (std::size_t i = 0; i < task_->lines.size(); ++i) {
    const TaskRow::Line& line = task_->lines[i];
    const ui::Scope scope(i);
    (void)ui::row("line", area.next(ui::row_height, i + 1 == task_->lines.size() ? space::l : space::xs),
                  {.title = line.branch == 0          ? std::string("The till itself")
                            : task_->lines.size() > 2 ? "Second device, line " + std::to_string(line.branch)
                                                      : std::string("Second device"),
                   .detail = "Records " + std::to_string(line.first) + " to " + std::to_string(line.last) +
                             ", the last received " + in_sentence(desk.moment(line.received_at)),
                   .icon = icon_monitor,
                   .pressable = false});
  }
}

/// Where a person must look next: the till, whoever rang it up.
void TaskPanel::draw_ways(Desk& desk, ui::ScrollArea& area) {
  const TaskRow& task = *task_;
  if (!desk.may(Right::business_manage)) return;
  if (task.offers(TaskAction::open_till) && !task.till.empty() &&
      ui::row("till", area.next(ui::row_height, space::xs),
              {.title = "Till " + task.till,
               .detail = "Enrol it again, or revoke it",
               .icon = icon_monitor,
               .chevron = true}) == ui::RowPress::tap)
    desk.go("business", "tills");
  if (task.offers(TaskAction::open_user) && !task.recorded_by.empty() &&
      ui::row("user", area.next(ui::row_height, space::xs),
              {.title = task.recorded_by,
               .detail = "Activate them again, or ask them",
               .icon = icon_user,
               .chevron = true}) == ui::RowPress::tap)
    desk.go("business", "users");
  area.skip(space::m);
}

void TaskPanel::draw_products(Desk& desk, ui::ScrollArea& area) {
  for (std::size_t i = 0; i < task_->products.size(); ++i) {
    const ui::Scope scope(i);
    const TaskProduct& product = task_->products[i];
    const std::string name = product.name.empty() ? product.sku : product.name;
    const bool known = product.known && !product.id.empty();
    if (ui::row("product", area.next(ui::row_height, space::xs),
                {.title = name,
                 .detail = product.sku,
                 .trailing = known ? std::string_view() : std::string_view("Not in the catalogue"),
                 .icon = icon_package,
                 .pressable = known,
                 .chevron = known,
                 .trailing_tone = ui::Tone::warn}) == ui::RowPress::tap)
      desk.go("products", product.id);
    const auto fact = [&](std::string_view label, const std::string& value, ui::Tone tone = ui::Tone::text) {
      ui::fact(area.next(ui::fact_height), label, value, tone);
    };
    if (!product.sold_price.empty()) {
      const bool differs = known && product.sold_price != product.price;
      fact("Sold", product.sold_quantity + " at " + price_words_of(desk, product.sold_price),
           differs ? ui::Tone::warn : ui::Tone::text);
      if (known && product.sold_tax_class != product.tax_class)
        fact("Taxed as", product.sold_tax_class, ui::Tone::warn);
    }
    if (known) {
      fact("Price now",
           price_words_of(desk, product.price) +
               (product.price_since == 0 ? std::string()
                                         : ", since " + in_sentence(desk.moment(product.price_since))));
      if (!product.sold_tax_class.empty() && product.sold_tax_class != product.tax_class)
        fact("Tax class now", product.tax_class);
      fact("In stock now", product.stock, product.stock.starts_with('-') ? ui::Tone::bad : ui::Tone::text);
    }
    area.skip(space::s);
    if (known && task_->offers(TaskAction::correct_stock) && desk.may(Right::catalogue_write))
      draw_count(desk, area, product);
  }
}

void TaskPanel::draw_count(Desk& desk, ui::ScrollArea& area, const TaskProduct& product) {
  const ui::FieldOptions field{.label = "Counted on the shelf",
                               .placeholder = "0",
                               .kind = ui::FieldKind::decimal,
                               .error = count_error_,
                               .length_max = 12,
                               .compact = true};
  const float height = ui::field_height(field);
  Rect line = area.next(height, space::l);
  const Rect button = line.cut_right(150, space::s);
  const ui::FieldResult typed = ui::text_field("counted", line, counted_, field);
  if (typed.changed) count_error_.clear();
  const float top = ui::line_of(ui::TextSize::small) + space::xs;
  if ((ui::button("correct", {button.x, button.y + top, button.w, 40}, "Correct stock",
                  {.disabled = counted_.empty(), .busy = counting_}) ||
       (typed.submitted && !counted_.empty())) &&
      !counting_)
    correct(desk, product);
}

void TaskPanel::correct(Desk& desk, const TaskProduct& product) {
  std::string counted = counted_;
  for (char& c : counted) c = c == ',' ? '.' : c;
  if (!parse_quantity(counted).ok()) {
    count_error_ = "Write a number like 12 or 0.5.";
    ui::announce(count_error_, true);
    return;
  }
  counting_ = true;
  json::Object body{{"counted", counted}, {"note", "Counted for a task"}};
  if (task_->sale) body.push_back({"branch", task_->sale->branch});
  desk.api().send("POST", "/api/catalogue/products/" + url_encoded(product.id) + "/stock/",
                  json::Value(std::move(body)), [this, &desk, serial = serial_](Result<json::Value> answer) {
                    if (serial != serial_) return;
                    counting_ = false;
                    if (!answer.ok()) {
                      count_error_ = words_of(answer.failure());
                      ui::announce(count_error_, true);
                      return;
                    }
                    counted_.clear();
                    ui::toast("Stock corrected");
                    desk.refresh_catalogue();
                    refresh(desk);
                  });
}

void TaskPanel::draw_facts(Desk& desk, ui::ScrollArea& area) {
  const TaskRow& task = *task_;
  ui::heading(area.next(24, space::xs), "Details", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) ui::fact(area.next(ui::fact_height), name, value);
  };
  fact("Till", task.till + (task.branch_name.empty() ? std::string() : ", " + task.branch_name));
  fact("Rung up by", task.recorded_by);
  if (task.recorded_at != 0) fact("By the till's clock", desk.moment(task.recorded_at));
  if (task.received_at != 0) fact("Received by the server", desk.moment(task.received_at));
  if (task.shift_closed_at != 0) {
    fact("Shift closed", desk.moment(task.shift_closed_at) +
                             (task.shift_closed_by.empty() ? std::string() : " by " + task.shift_closed_by));
  }
  if (task.epoch > 0 && task.seq > 0)
    fact("Record", "Epoch " + std::to_string(task.epoch) + ", number " + std::to_string(task.seq));
  if (!task.found.empty()) {
    const ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 6};
    ui::text("found", area.next(ui::text_height(task.found, area.width(), style) + space::xs, space::s),
             task.found, style);
  }
}

void TaskPanel::draw_footer(Desk&, Rect rect) {
  Rect rest = rect.inset(0, space::m);
  if (task_->done) {
    if (ui::button("reopen", rest.cut_left(150), "Open again", {.icon = icon_rotate_ccw}) && on_reopen)
      on_reopen(*task_);
    return;
  }
  const ui::FieldOptions field{
      .label = "Note", .hide_label = true, .placeholder = "Add a note (optional)", .compact = true};
  const ui::FieldResult typed = ui::text_field("note", rest.cut_top(40, space::s), note_, field);
  if ((ui::button("done", rest.cut_left(170), "Mark as done",
                  {.kind = ui::Kind::primary, .icon = icon_check}) ||
       typed.submitted) &&
      on_done)
    on_done(TaskRow(*task_), std::string(note_));
}

}  // namespace ringup::console
