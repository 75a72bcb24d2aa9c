#include <algorithm>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr float column_max = 640;

Rect column_of(Rect screen) {
  const float width = std::min(screen.w - 2 * space::l, column_max);
  return {screen.x + (screen.w - width) / 2, screen.y + space::m, width, screen.h - space::m - space::l};
}
}  // namespace

void SalesScreen::find(Model& model, Way& way) {
  std::string number;
  for (const char c : number_) {
    if (c != ' ') number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (number.empty() || busy_) return;
  busy_ = true;
  error_.clear();
  model.find_receipt(number, [this, &way](Result<RefundDraft> found) {
    busy_ = false;
    if (found.ok()) {
      way.refund = std::move(found).value();
      way.place = Place::refund;
      number_.clear();
    } else {
      error_ = words_of(found.failure());
      ui::announce(error_, true);
    }
  });
}

void SalesScreen::show(Model& model, Way& way, const Entry& entry) {
  model.show_receipt(entry.id, [this, &way](const Result<void>& shown) {
    if (shown.ok())
      way.place = Place::receipt;
    else
      ui::announce(error_ = words_of(shown.failure()), true);
  });
}

void SalesScreen::open(Model& model, Way& way, const Entry& entry) {
  if (busy_) return;
  busy_ = true;
  model.refund_of(entry.id, [this, &model, &way, receipt = entry.receipt](Result<RefundDraft> draft) {
    busy_ = false;
    if (draft.ok()) {
      way.refund = std::move(draft).value();
      way.place = Place::refund;
      return;
    }
    number_ = receipt;  // not on this device any more; the server has it
    find(model, way);
  });
}

void SalesScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), "Sales of the day")) {
    way.place = Place::sell;
    return;
  }
  draw_looks_on(model, screen);
  Rect rest = column_of(screen);
  const ui::FieldOptions field{.label = "Receipt number",
                               .placeholder = "A1-1-000001",
                               .enter = ui::EnterHint::search,
                               .autocomplete = "off",
                               .error = error_,
                               .hint = "Finds a sale of any till and day, to give goods back.",
                               .icon = icon_receipt_text,
                               .clearable = true,
                               .length_max = 40};
  const ui::FieldResult typed =
      ui::text_field("receipt", rest.cut_top(ui::field_height(field), space::m), number_, field);
  if (typed.changed) error_.clear();
  if (typed.submitted) find(model, way);

  const std::vector<Entry> entries = model.today();
  if (entries.empty()) {
    ui::empty_state("none", rest, icon_receipt, "No sales yet today", "What this till sells appears here.");
    return;
  }
  Amount sum = 0;
  for (const Entry& entry : entries) sum += entry.voided ? 0 : entry.total;
  Rect line = rest.cut_top(32, space::s);
  ui::text(line.cut_left(line.w / 2),
           std::to_string(entries.size()) + (entries.size() == 1 ? " receipt" : " receipts"),
           {.tone = ui::Tone::muted, .middle = true});
  ui::text("sum", line, model.money(sum),
           {.weight = ui::Weight::semibold, .align = ui::Align::right, .middle = true});
  ui::virtual_list(
      "list", rest,
      {.count = entries.size(),
       .item_height = ui::row_height,
       .gap = space::xs,
       .padding = 0,
       .name = "Sales"},
      [&](std::size_t index, Rect place) {
        const Entry& entry = entries[index];
        const std::string title = (entry.refund ? "Refund " : "Sale ") + entry.receipt;
        const std::string detail = model.clock_time(entry.at) + (entry.voided ? ", voided" : "") +
                                   (entry.delivered ? "" : ", waiting to be sent");
        const std::string amount = model.money(entry.total);
        const ui::RowPress press = ui::row("sale", place,
                                           {.title = title,
                                            .detail = detail,
                                            .trailing = amount,
                                            .icon = entry.voided   ? icon_circle_x
                                                    : entry.refund ? icon_undo_2
                                                                   : icon_receipt,
                                            .chevron = true,
                                            .trailing_tone = entry.refund ? ui::Tone::bad : ui::Tone::text});
        if (press != ui::RowPress::tap) return;
        if (entry.refund || entry.voided)
          show(model, way, entry);
        else
          open(model, way, entry);
      });
}

void RefundScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (!way.refund.has_value() ||
      (draw_header(screen.cut_top(56), "Receipt " + way.refund->sale.receipt) && !model.saving())) {
    way.place = Place::sales;
    error_.clear();
    return;
  }
  RefundDraft& draft = *way.refund;
  if (sale_ != draft.sale_id) {
    // As it was paid, so it goes back, unless the cashier says otherwise.
    sale_ = draft.sale_id;
    const auto largest =
        std::max_element(draft.sale.tenders.begin(), draft.sale.tenders.end(),
                         [](const Tender& a, const Tender& b) { return a.amount < b.amount; });
    kind_ = largest == draft.sale.tenders.end() ? 0 : static_cast<int>(largest->kind);
  }
  Rect rest = column_of(screen);
  const bool nothing_left = all_that_is_left(draft.sale, draft.before).lines.empty();
  std::size_t chosen = 0;
  for (const Quantity& quantity : draft.chosen) chosen += quantity.thousandths > 0 ? 1 : 0;

  const Rect button = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  const TenderKind kind = tender_kinds[static_cast<std::size_t>(kind_)];
  const Result<Amount> total = chosen == 0 ? Result<Amount>(Amount{0}) : model.refund_total(draft, kind);
  const Rect kinds = rest.cut_bottom(ui::touch_min, space::m);
  Rect line = rest.cut_bottom(36, space::s);
  ui::text(line.cut_left(line.w / 2), "To give back", {.size = ui::TextSize::title, .middle = true});
  ui::text("back", line, total.ok() ? model.money(*total) : std::string("–"),
           {.size = ui::TextSize::title,
            .weight = ui::Weight::semibold,
            .align = ui::Align::right,
            .middle = true});
  if (!error_.empty() || !total.ok()) {
    const std::string problem = error_.empty() ? words_of(total.failure()) : error_;
    const ui::TextStyle style{.tone = ui::Tone::bad, .lines = 4};
    ui::text("error", rest.cut_bottom(ui::text_height(problem, rest.w, style), space::s), problem, style);
  }
  choose_tender(kinds, "Given back by", kind_);
  if (chosen == 0 && !model.looks_on() && model.counter().may_void(draft.sale_id).ok() &&
      ui::button("void", rest.cut_bottom(ui::touch_min, space::m), "Void the whole sale",
                 {.kind = ui::Kind::quiet, .icon = icon_circle_x})) {
    void_.begin();
    void_open_ = true;
  }

  Rect tools = rest.cut_top(ui::touch_min, space::s);
  ui::text(tools.cut_left(tools.w * 0.55f),
           nothing_left ? "All of it was given back already." : "What comes back?",
           {.tone = ui::Tone::muted, .lines = 2, .middle = true});
  if (ui::button("all", tools, chosen == 0 ? "Choose all" : "Choose none", {.disabled = nothing_left})) {
    for (std::size_t i = 0; i < draft.chosen.size(); ++i) {
      const SaleLine& sold = draft.sale.lines[i];
      const std::int64_t left = sold.quantity.thousandths - draft.before.quantity_of(sold.line).thousandths;
      draft.chosen[i] = Quantity{chosen == 0 ? std::max<std::int64_t>(left, 0) : 0};
    }
  }
  {
    ui::ScrollArea area("lines", rest, {.padding = 0});
    const ui::Group list("list", ui::Role::list, "Lines", rest);
    for (std::size_t i = 0; i < draft.sale.lines.size(); ++i) {
      const ui::Scope scope(i);
      const SaleLine& sold = draft.sale.lines[i];
      const std::int64_t left = sold.quantity.thousandths - draft.before.quantity_of(sold.line).thousandths;
      const std::int64_t back = draft.chosen[i].thousandths;
      const std::string detail =
          "Sold " + to_decimal(sold.quantity) + " for " + model.money(sold.amounts.gross) +
          (left < sold.quantity.thousandths ? ", " + to_decimal(Quantity{left}) + " left" : "");
      const Rect place = area.next(84, space::xs);
      const ui::RowPress press = ui::row("line", place,
                                         {.title = sold.name,
                                          .detail = detail,
                                          .pressable = left > 0,
                                          .selected = back > 0,
                                          .keep_right = ui::stepper_width + space::s});
      const Rect steps{place.right() - ui::stepper_width - space::s, place.y + (place.h - ui::touch_min) / 2,
                       ui::stepper_width, ui::touch_min};
      const ui::StepperResult step = ui::stepper("back", steps, "Give back " + sold.name,
                                                 to_decimal(Quantity{back}), back > 0, back < left);
      std::int64_t next = back;
      if (press == ui::RowPress::tap || step.edit)
        next = back > 0 ? 0 : left;
      else if (step.step > 0)
        next = std::min(back + quantity_one, left);
      else if (step.step < 0)
        next = std::max<std::int64_t>(back - quantity_one, 0);
      if (next != back) draft.chosen[i] = Quantity{next}, error_.clear();
    }
  }
  const std::string label = model.saving()               ? std::string("Saving…")
                            : chosen == 0 || !total.ok() ? std::string("Give back")
                                                         : "Give back " + model.money(*total);
  const bool possible = chosen > 0 && total.ok() && !model.saving() && !model.looks_on();
  const bool give = ui::button("give", button, label,
                               {.kind = ui::Kind::danger, .icon = icon_undo_2, .disabled = !possible});
  const Result<Amount> paid = payable(draft.sale);
  if (void_.draw(model, void_open_, draft.sale_id, paid.ok() ? *paid : draft.sale.total)) {
    ui::toast("The sale is voided");
    model.show_receipt(draft.sale_id, [&way](const Result<void>& shown) {
      way.refund.reset();
      way.place = shown.ok() ? Place::receipt : Place::sales;
    });
    return;
  }
  if (!give) return;
  error_.clear();
  model.give_back(draft, kind, [this, &way](const Result<void>& given) {
    if (!given.ok()) {
      error_ = words_of(given.failure());
      ui::announce(error_, true);
      return;
    }
    error_.clear();
    way.refund.reset();
    way.place = Place::receipt;
  });
}

}  // namespace ringup::till
