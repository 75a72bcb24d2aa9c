#include "web/console/sales/sale_panel.h"

#include "web/ui/figures.h"
#include "web/ui/frame.h"
#include "web/ui/overlays.h"
#include "web/ui/receipt.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

void SalePanel::open(Desk& desk, const std::string& id) {
  if (id == subject_) return;
  const std::uint64_t serial = serial_ + 1;
  *this = SalePanel();
  serial_ = serial;
  subject_ = id;
  open_ = !id.empty();
  loading_ = open_;
  refresh(desk);
}

void SalePanel::refresh(Desk& desk) {
  if (subject_.empty()) return;
  desk.api().get(sale_path(subject_), [this, &desk, serial = serial_](Result<json::Value> answer) {
    if (serial != serial_) return;
    const bool first = std::exchange(loading_, false);
    if (answer.ok())
      take(desk, *answer);
    else if (first)
      problem_ = words_of(answer.failure());
  });
}

void SalePanel::take(Desk& desk, const json::Value& sale) {
  row_ = read_sale_row(sale);
  links_.clear();
  doubts_.clear();
  void_words_.clear();
  const Result<Receipt> receipt = receipt_of(desk, sale);
  if (receipt.ok()) receipt_ = *receipt;
  const auto link = [&](const json::Value& other) {
    Link made;
    made.id = text_in(other, "id");
    made.title = (text_in(other, "kind") == "refund" ? "Refund " : "Sale ") + text_in(other, "receipt");
    made.detail = desk.moment(read_time(text_in(other, "sold_at")).value_or(0));
    made.amount = desk.money(amount_in(other, "total"));
    made.faint = flag_in(other, "voided");
    if (made.faint) made.detail += ", voided";
    return made;
  };
  for (const json::Value& other : items_in(sale, "refunds")) links_.push_back(link(other));
  links_title_ = "Given back";
  if (const json::Value* other = sale.find("refunded_sale"); other != nullptr && !other->is_null()) {
    links_.push_back(link(*other));
    links_title_ = "Gives back";
  }
  if (const json::Value* undone = sale.find("void"); undone != nullptr && !undone->is_null()) {
    const std::string who = text_in(*undone, "user_name"), reason = text_in(*undone, "reason");
    void_words_ = "Voided";
    if (!who.empty()) void_words_ += " by " + who;
    if (const auto at = read_time(text_in(*undone, "at")))
      void_words_ += ", " + in_sentence(desk.moment(*at));
    if (!reason.empty()) void_words_ += ": " + reason;
  }
  for (const json::Value& flag : items_in(sale, "flag_words")) {
    Doubt doubt{text_in(flag, "title"), text_in(flag, "explanation"), {}, false};
    for (const json::Value& task : items_in(sale, "tasks")) {
      if (text_in(task, "kind") != text_in(flag, "flag")) continue;
      doubt.task = text_in(task, "id");
      doubt.done = flag_in(task, "done");
    }
    doubts_.push_back(std::move(doubt));
  }
  if (const json::Value* journal = sale.find("journal"); journal != nullptr && !journal->is_null()) {
    journal_ = "Epoch " + std::to_string(number_in(*journal, "epoch")) + ", number " +
               std::to_string(number_in(*journal, "seq"));
    hash_ = text_in(*journal, "hash").substr(0, 16);
    received_ = desk.moment(read_time(text_in(*journal, "received_at")).value_or(0));
  }
}

bool SalePanel::draw(Desk& desk, Rect around) {
  if (subject_.empty()) return true;
  bool open = open_;
  const std::string title =
      row_.receipt.empty() ? std::string("Sale") : (row_.refund ? "Refund " : "Sale ") + row_.receipt;
  const std::string detail =
      row_.receipt.empty() ? std::string() : desk.moment(row_.sold_at) + " · " + row_.till;
  if (ui::SidePanel panel(
          "sale", open, around,
          {.title = title, .detail = detail, .width = sale_panel_width, .footer = 72, .subject = serial_});
      panel) {
    draw_body(desk, panel.body());
    Rect footer = panel.footer().inset(0, space::m);
    if (ui::button("print", footer.cut_left(150, space::s), "Print receipt",
                   {.icon = icon_printer, .disabled = !receipt_.has_value(), .busy = printing_}))
      print(desk);
    if (!row_.customer.is_nil() &&
        ui::button("customer", footer.cut_left(190), "Open customer", {.icon = icon_user}))
      desk.go("customers", to_string(row_.customer));
  }
  return open;
}

void SalePanel::draw_body(Desk& desk, Rect rect) {
  if (!problem_.empty()) {
    ui::empty_state("problem", rect, icon_circle_alert, "This sale cannot be shown", problem_);
    return;
  }
  ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
  if (loading_) {
    ui::skeleton(area.next(48, space::m));
    ui::skeleton(area.next(420, space::m));
    return;
  }
  draw_doubts(desk, area);
  if (receipt_) {
    const ui::Group paper("paper", ui::Role::region, "Receipt " + row_.receipt, rect);
    ui::draw_paper(*receipt_, area);
  }
  draw_links(desk, area);
  draw_facts(desk, area);
}

void SalePanel::draw_doubts(Desk& desk, ui::ScrollArea& area) {
  const ui::TextStyle words{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 5};
  const auto note = [&](std::string_view key, ui::Icon icon, ui::Tone tone, const std::string& title,
                        const std::string& explanation, const std::string& task, bool done) {
    const ui::Scope scope(key);
    const float width = area.width() - 2 * space::m - 28;
    const float height = explanation.empty() ? 0 : ui::text_height(explanation, width, words) + space::xs;
    const Rect box = area.next(2 * space::m + 22 + height + (task.empty() ? 0 : 28), space::m);
    ui::card(box, ui::radius::field);
    Rect rest = box.inset(space::m, space::m);
    ui::icon(rest.cut_left(20, space::s).cut_top(22), icon, tone, 20);
    ui::text("title", rest.cut_top(22), title,
             {.size = ui::TextSize::small, .weight = ui::Weight::semibold, .lines = 2});
    if (!explanation.empty()) ui::text("words", rest.cut_top(height), explanation, words);
    bool pressed = false;
    if (!task.empty()) {
      ui::link("task", rest.cut_top(28), done ? "Done: open its task" : "Open its task", pressed,
               {.size = ui::TextSize::small, .tone = ui::Tone::accent, .middle = true});
    }
    if (pressed) desk.go("tasks", task);
  };
  if (!void_words_.empty())
    note("void", icon_circle_x, ui::Tone::bad, void_words_,
         "It counts in no figure, and its goods are back in stock.", {}, false);
  for (std::size_t i = 0; i < doubts_.size(); ++i) {
    const Doubt& doubt = doubts_[i];
    note("doubt" + std::to_string(i), doubt.done ? icon_circle_check : icon_triangle_alert,
         doubt.done ? ui::Tone::good : ui::Tone::warn, doubt.title, doubt.words, doubt.task, doubt.done);
  }
}

void SalePanel::draw_links(Desk& desk, ui::ScrollArea& area) {
  if (links_.empty()) return;
  ui::heading(area.next(24, space::xs), links_title_, 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const ui::Scope scope(i);
    const Link& link = links_[i];
    const bool refund = link.title.starts_with("Refund");
    if (ui::row("link", area.next(ui::row_height, space::xs),
                {.title = link.title,
                 .detail = link.detail,
                 .trailing = link.amount,
                 .icon = refund ? icon_undo_2 : icon_receipt,
                 .chevron = true}) == ui::RowPress::tap)
      desk.go("sales", link.id);
  }
  area.skip(space::m);
}

void SalePanel::draw_facts(Desk&, ui::ScrollArea& area) {
  ui::heading(area.next(24, space::xs), "Details", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) ui::fact(area.next(ui::fact_height), name, value);
  };
  fact("Cashier", row_.cashier);
  fact("Customer", row_.customer_name);
  fact("Till", row_.till);
  fact("Branch", row_.branch_name);
  fact("Paid with", tender_words(row_.tenders));
  fact("Received by the server", received_);
  fact("Journal", journal_);
  fact("Fingerprint", hash_);
}

void SalePanel::print(Desk& desk) {
  printing_ = true;
  desk.api().text(sale_path(subject_, "receipt/"), "text/plain",
                  [this, &desk, serial = serial_, number = row_.receipt](Result<std::string> answer) {
                    if (serial == serial_) printing_ = false;
                    if (answer.ok())
                      desk.bridge().print_text("Receipt " + number, *answer);
                    else
                      ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
                  });
}

}  // namespace ringup::console
