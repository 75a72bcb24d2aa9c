#include "web/console/customers/customer_panel.h"

#include "web/ui/figures.h"
#include "web/ui/frame.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {
constexpr int sales_shown = 8;

json::Value or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}
}  // namespace

std::string CustomerRow::name() const {
  return first_name.empty() || last_name.empty() ? first_name + last_name : first_name + " " + last_name;
}

CustomerRow read_customer_row(const json::Value& value) {
  CustomerRow row;
  row.id = id_in(value, "id");
  row.first_name = text_in(value, "first_name");
  row.last_name = text_in(value, "last_name");
  row.email = text_in(value, "email");
  row.phone_number = text_in(value, "phone_number");
  row.till = text_in(value, "till_name");
  row.made_by = text_in(value, "made_by_name");
  row.created_at = read_time(text_in(value, "created_at")).value_or(0);
  if (const json::Value* consent = value.find("consent")) {
    row.consent_email = flag_in(*consent, "email");
    row.consent_sms = flag_in(*consent, "sms");
  }
  if (const json::Value* figures = value.find("figures")) {
    row.sales = number_in(*figures, "sales");
    row.refunds = number_in(*figures, "refunds");
    row.spent = amount_in(*figures, "spent");
    row.open_credit = amount_in(*figures, "open_credit");
    row.last_visit = read_time(text_in(*figures, "last_visit")).value_or(0);
  }
  return row;
}

void CustomerPanel::open(Desk& desk, const std::string& id) {
  if (id == subject_) return;
  CustomerPanel fresh;
  fresh.serial_ = serial_ + 1;
  fresh.on_saved = std::move(on_saved);
  fresh.subject_ = id;
  fresh.open_ = !id.empty();
  *this = std::move(fresh);
  if (!open_ || is_new()) return;
  loading_ = true;
  desk.api().get("/api/customers/" + url_encoded(id) + "/",
                 [this, serial = serial_](Result<json::Value> answer) {
                   if (serial != serial_) return;
                   loading_ = false;
                   if (answer.ok())
                     take(*answer);
                   else
                     problem_ = words_of(answer.failure());
                 });
  desk.api().get("/api/sales/?customer=" + url_encoded(id) + "&limit=" + std::to_string(sales_shown),
                 [this, serial = serial_](Result<json::Value> answer) {
                   if (serial != serial_ || !answer.ok()) return;
                   for (const json::Value& item : items_in(*answer)) sales_.push_back(read_sale_row(item));
                   more_sales_ = !text_in(*answer, "next").empty();
                 });
}

std::string CustomerPanel::title() const {
  if (is_new()) return "Add a customer";
  return row_.name().empty() ? "Customer" : row_.name();
}

void CustomerPanel::take(const json::Value& value) {
  row_ = read_customer_row(value);
  saved_ = {row_.first_name,   row_.last_name,     row_.email,
            row_.phone_number, row_.consent_email, row_.consent_sms};
  texts_ = saved_;
}

json::Object CustomerPanel::body(const Texts& texts) const {
  json::Object body{{"first_name", texts.first_name}, {"last_name", texts.last_name}};
  if (!is_new() || !texts.email.empty()) body.push_back({"email", or_null(texts.email)});
  if (!is_new() || !texts.phone_number.empty()) body.push_back({"phone_number", or_null(texts.phone_number)});
  body.push_back({"consent", json::Object{{"email", texts.consent_email}, {"sms", texts.consent_sms}}});
  return body;
}

void CustomerPanel::save(Desk& desk) {
  if (saving_) return;
  saving_ = true;
  errors_.clear();
  problem_.clear();
  const bool added = is_new();
  const std::string path = "/api/customers/" + (added ? std::string() : url_encoded(subject_) + "/");
  desk.api().send(added ? "POST" : "PATCH", path, body(texts_),
                  [this, &desk, added, serial = serial_, before = saved_](Result<json::Value> answer) {
                    if (serial != serial_) return;
                    saving_ = false;
                    if (!answer.ok()) {
                      const Failure& failure = answer.failure();
                      const bool at_field = failure.where == "email" || failure.where == "phone_number" ||
                                            failure.where == "first_name" || failure.where == "last_name";
                      if (at_field)
                        errors_[failure.where] = words_of(failure);
                      else
                        problem_ = words_of(failure);
                      ui::announce(words_of(failure), true);
                      return;
                    }
                    take(*answer);
                    const std::string id = to_string(row_.id);
                    if (on_saved) on_saved(row_, added);
                    if (added) {
                      ui::toast(row_.name() + " was added");
                      desk.replace(Place{"customers", id, desk.place().query});
                    } else {
                      ui::toast("Saved", "Undo", [this, &desk, before, id] { put_back(desk, before, id); });
                    }
                  });
}

void CustomerPanel::put_back(Desk& desk, const Texts& before, const std::string& id) {
  desk.api().send("PATCH", "/api/customers/" + url_encoded(id) + "/", body(before),
                  [this, id](Result<json::Value> answer) {
                    if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
                    if (on_saved) on_saved(read_customer_row(*answer), false);
                    if (subject_ == id) take(*answer);
                    ui::toast("Put back as it was");
                  });
}

std::string_view CustomerPanel::error(std::string_view field) const {
  const auto found = errors_.find(field);
  return found == errors_.end() ? std::string_view() : std::string_view(found->second);
}

bool CustomerPanel::draw(Desk& desk, Rect around) {
  if (subject_.empty()) return true;
  bool open = open_;
  const std::string name = title();
  const std::string detail = is_new() || row_.created_at == 0
                                 ? std::string()
                                 : "Customer since " + in_sentence(desk.day(row_.created_at));
  const bool may = desk.may(Right::customers_write);
  const bool with_footer = may && !loading_ && (is_new() || dirty());
  if (ui::SidePanel panel("customer", open, around,
                          {.title = name,
                           .detail = detail,
                           .width = customer_panel_width,
                           .footer = with_footer ? 72.0f : 0.0f,
                           .subject = serial_});
      panel) {
    draw_body(desk, panel.body());
    if (with_footer) {
      Rect footer = panel.footer().inset(0, space::m);
      if (ui::button("save", footer.cut_left(150, space::s), is_new() ? "Add customer" : "Save changes",
                     {.kind = ui::Kind::primary, .disabled = texts_.last_name.empty(), .busy = saving_}))
        save(desk);
      if (ui::button("discard", footer.cut_left(110), is_new() ? "Cancel" : "Discard")) {
        texts_ = saved_;
        errors_.clear();
        if (is_new()) open = false;
      }
    }
  }
  return open;
}

void CustomerPanel::draw_body(Desk& desk, Rect rect) {
  if (!problem_.empty() && row_.id.is_nil() && !is_new()) {
    ui::empty_state("problem", rect, icon_circle_alert, "This customer cannot be shown", problem_);
    return;
  }
  ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
  if (loading_) {
    for (int i = 0; i < 5; ++i) ui::skeleton(area.next(48, space::m));
    return;
  }
  if (!problem_.empty()) {
    const ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::bad, .lines = 4};
    ui::text("problem", area.next(ui::text_height(problem_, area.width(), style), space::m), problem_, style);
  }
  const bool locked = !desk.may(Right::customers_write);
  bool submitted = false;
  const auto field = [&](const char* key, std::string& value, ui::FieldOptions options, Rect box) {
    options.error = error(key);
    options.disabled = locked;
    options.compact = true;
    const ui::FieldResult typed = ui::text_field(key, box, value, options);
    if (typed.changed) errors_.erase(key);
    submitted |= typed.submitted;
  };
  const ui::FieldOptions first{.label = "First name", .focus_now = is_new()};
  const ui::FieldOptions last{.label = "Last name"};
  const float height = ui::field_height({.label = "Last name", .error = error("last_name"), .compact = true});
  const Rect names = area.next(height, space::m);
  field("first_name", texts_.first_name, first, names.column(0, 2, space::m));
  field("last_name", texts_.last_name, last, names.column(1, 2, space::m));
  const auto one = [&](const char* key, std::string& value, ui::FieldOptions options) {
    options.error = error(key);
    options.compact = true;
    field(key, value, options, area.next(ui::field_height(options), space::m));
  };
  one("email", texts_.email, {.label = "E-mail address", .kind = ui::FieldKind::email});
  one("phone_number", texts_.phone_number,
      {.label = "Phone number", .placeholder = "+49 30 1234567", .kind = ui::FieldKind::phone});
  if (submitted && dirty() && !texts_.last_name.empty()) save(desk);

  ui::heading(area.next(24, space::xs), "May be written to", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  if (ui::toggle("consent_email", area.next(44), "By e-mail", texts_.consent_email) && locked)
    texts_.consent_email = saved_.consent_email;
  if (ui::toggle("consent_sms", area.next(44, space::m), "By text message", texts_.consent_sms) && locked)
    texts_.consent_sms = saved_.consent_sms;
  if (!is_new()) draw_sales(desk, area);
}

void CustomerPanel::draw_sales(Desk& desk, ui::ScrollArea& area) {
  ui::heading(area.next(24, space::xs), "Bought", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  ui::fact(area.next(ui::fact_height), "Sales", std::to_string(row_.sales));
  if (row_.refunds > 0) ui::fact(area.next(ui::fact_height), "Refunds", std::to_string(row_.refunds));
  ui::fact(area.next(ui::fact_height), "Spent", desk.money(row_.spent));
  ui::fact(area.next(ui::fact_height), "Open credit", desk.money(row_.open_credit),
           row_.open_credit > 0 ? ui::Tone::warn : ui::Tone::text);
  ui::fact(area.next(ui::fact_height, space::m), "Last visit",
           row_.last_visit == 0 ? "Never" : desk.moment(row_.last_visit));
  std::string origin = desk.moment(row_.created_at);
  if (!row_.till.empty()) origin += " at till " + row_.till;
  if (!row_.made_by.empty()) origin += " by " + row_.made_by;
  ui::fact(area.next(ui::fact_height, space::m), "Added", origin);
  for (std::size_t i = 0; i < sales_.size(); ++i) {
    const ui::Scope scope(i);
    const SaleRow& sale = sales_[i];
    const std::string when = desk.moment(sale.sold_at) + (sale.voided ? ", voided" : ""),
                      total = desk.money(sale.total);
    const std::string title = (sale.refund ? "Refund " : "Sale ") + sale.receipt;
    if (ui::row("sale", area.next(ui::row_height, space::xs),
                {.title = title,
                 .detail = when,
                 .trailing = total,
                 .icon = sale.refund ? icon_undo_2 : icon_receipt,
                 .chevron = true,
                 .trailing_tone = sale.voided ? ui::Tone::muted : ui::Tone::text}) == ui::RowPress::tap)
      desk.go("sales", to_string(sale.id));
  }
  if (more_sales_ && ui::button("all", area.next(40, space::s), "Show all their sales"))
    desk.go(Place{"sales", {}, {{"customer", subject_}}});
}

}  // namespace ringup::console
