#include <algorithm>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr float line_name_height = 48, line_height = line_name_height + ui::touch_min + 4;
constexpr std::size_t typed_max = 9;

/// Appends what a keypad key means to a decimal text with at most `decimals` decimals.
void type(std::string& text, char key, int decimals) {
  if (key == 'x') return text.clear();
  if (key == '<') {
    if (!text.empty()) text.pop_back();
    return;
  }
  const std::size_t point = text.find('.');
  if (key == '.') {
    if (point == std::string::npos && decimals > 0) text += text.empty() ? "0." : ".";
    return;
  }
  if (key < '0' || key > '9' || text.size() >= typed_max) return;
  if (point != std::string::npos && text.size() - point > static_cast<std::size_t>(decimals)) return;
  if (text == "0") text.clear();
  text += key;
}

/// "12." is being typed; it means 12.
std::string_view finished(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text.empty() ? "0" : text;
}

Result<Discount> read_discount(std::string_view typed, bool percent, Currency currency) {
  if (percent) return Discount::of_rate(TRY(parse_percent(finished(typed))));
  return Discount::of_amount(TRY(parse_money(finished(typed), currency)).amount);
}

std::string words_of_discount(Model& model, const Discount& discount, Amount taken) {
  return (discount.rate.ppm > 0 ? to_percent(discount.rate) + " % off, −" : "−") + model.money(taken);
}

void show(const Result<void>& done) {
  if (!done.ok()) ui::toast(words_of(done.failure()), {}, {}, ui::Tone::bad);
}

}  // namespace

void CartPanel::remove(Model& model, const CartLine& line) {
  const std::string name = line.item.name;
  show(model.cart().remove(line.id));
  ui::toast(name + " removed", "Undo", [&model] {
    if (Result<LineId> back = model.cart().undo_remove(); !back.ok())
      ui::toast(words_of(back.failure()), {}, {}, ui::Tone::bad);
  });
}

void CartPanel::draw_line(Model& model, const CartLine& line, Rect rect) {
  const std::string quantity = to_decimal(line.quantity);
  std::string detail = quantity + " × " + model.price(line.item.unit_price);
  if (line.own_discount > 0) detail += ", " + words_of_discount(model, line.discount, line.own_discount);
  const std::string amount = model.money(line.extension - line.own_discount);
  const std::string remove_name = "Remove " + line.item.name;
  // The name has the whole width; what is changed most, the quantity, lies below it under the thumb.
  Rect below = rect;
  const Rect above = below.cut_top(line_name_height);
  const ui::RowPress press =
      ui::row("line", above, {.title = line.item.name, .trailing = amount, .remove = remove_name});
  const Rect place =
      below.cut_right(ui::stepper_width + space::m, space::s).centred(ui::stepper_width, ui::touch_min);
  ui::text("detail", below.inset(space::m, 0), detail,
           {.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 2, .middle = true});
  const ui::StepperResult step = ui::stepper("quantity", place, "Quantity of " + line.item.name, quantity);
  if (press == ui::RowPress::remove || (step.step < 0 && line.quantity.thousandths <= quantity_one))
    return remove(model, line);
  if (step.step != 0)
    show(model.cart().set_quantity(line.id, Quantity{line.quantity.thousandths + step.step * quantity_one}));
  if (step.edit || press == ui::RowPress::tap) {
    line_ = line.id;
    line_mode_ = 0;
    typed_.clear();
    line_open_ = true;
  }
}

bool CartPanel::draw(Model& model, Way& way, Rect rect) {
  Cart& cart = model.cart();
  Rect rest = rect;
  if (ui::wide()) ui::heading(rest.cut_top(40, space::s), "Cart", 2);
  const Rect button = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  Rect totals = rest.cut_bottom(36, space::s);
  ui::text(totals.cut_left(totals.w / 2), "Total", {.size = ui::TextSize::title, .middle = true});
  ui::text("total", totals, model.money(cart.total()),
           {.size = ui::TextSize::title,
            .weight = ui::Weight::semibold,
            .align = ui::Align::right,
            .middle = true});
  if (cart.discounts() > 0) {
    Rect line = rest.cut_bottom(24, space::xs);
    ui::text(line.cut_left(line.w / 2), "Discounts", {.size = ui::TextSize::small, .tone = ui::Tone::muted});
    ui::text("discounts", line, "−" + model.money(cart.discounts()),
             {.size = ui::TextSize::small, .tone = ui::Tone::good, .align = ui::Align::right});
  }
  const bool narrow = rest.w < narrow_width;
  const Rect actions = rest.cut_bottom(narrow ? 3 * ui::touch_min + 2 * space::s : ui::touch_min, space::m);
  const auto place = [&](int which) {
    return narrow ? actions.row(which, 3, space::s) : actions.column(which, 3, space::s);
  };
  const ui::Icon no_icon = nullptr;  // three words side by side leave no room for more
  ui::toast_above(actions.y - space::s);
  const std::string who = model.customer.has_value() ? model.customer->name() : std::string("Customer");
  if (ui::button("customer", place(0), who, {.icon = narrow ? icon_user : no_icon})) {
    customer_open_ = true;
    look_for_customers(model);
  }
  if (ui::button("discount", place(1), "Discount",
                 {.icon = narrow ? icon_badge_percent : no_icon, .disabled = cart.empty()})) {
    discount_open_ = true;
    typed_.clear();
  }
  const std::size_t waiting = model.counter().parked().size();
  const std::string park =
      !cart.empty() || waiting == 0 ? std::string("Park") : "Parked " + std::to_string(waiting);
  if (ui::button("park", place(2), park,
                 {.icon = narrow ? icon_clock : no_icon,
                  .disabled = (cart.empty() && waiting == 0) || model.looks_on()})) {
    if (cart.empty())
      way.place = Place::parked;
    else
      park_open_ = true;
  }
  if (cart.empty()) {
    ui::empty_state("empty", rest, icon_shopping_cart, "The cart is empty",
                    "Tap a product or scan its barcode.");
  } else {
    ui::ScrollArea area("lines", rest, {.padding = 0});
    const ui::Group list("list", ui::Role::list, "Cart", rest);
    // A line may go away while it is drawn: what it did is looked at, then the next frame shows the rest.
    const std::vector<CartLine> lines = cart.lines();
    for (const CartLine& line : lines) {
      const ui::Scope scope(static_cast<std::uint64_t>(line.id));
      draw_line(model, line, area.next(line_height, space::xs));
    }
  }
  return ui::button(
      "pay", button, "Take payment",
      {.kind = ui::Kind::primary, .icon = narrow ? nullptr : icon_hand_coins, .disabled = cart.empty()});
}

bool CartPanel::draw_sheets(Model& model) {
  draw_line_sheet(model);
  draw_discount_sheet(model);
  draw_customer_sheet(model);
  if (new_customer_.draw(model, new_customer_open_)) customer_query_.clear();
  return park_.draw(model, park_open_);
}

void CartPanel::draw_line_sheet(Model& model) {
  const CartLine* line = model.cart().find(line_);
  if (line == nullptr) line_open_ = false;
  const std::string title = line == nullptr ? std::string() : line->item.name;
  ui::Sheet sheet("line", line_open_, {.title = title, .height = 520});
  if (!sheet || line == nullptr) return;
  Rect rest = sheet_body(sheet);
  constexpr std::string_view modes[] = {"Quantity", "% off", "Amount off"};
  if (ui::segmented("mode", rest.cut_top(ui::touch_min, space::m), "What to change", modes, line_mode_))
    typed_.clear();
  const bool quantity = line_mode_ == 0;
  const std::string value = !typed_.empty() ? typed_ : quantity ? to_decimal(line->quantity) : "0";
  ui::text("typed", rest.cut_top(52, space::s), line_mode_ == 1 ? value + " %" : value,
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const Rect button = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  const int decimals = quantity ? 3 : line_mode_ == 1 ? 2 : model.currency().digits;
  if (const char key = ui::keypad("keypad", rest, {.separator = decimals > 0 ? '.' : '\0'}); key != 0)
    type(typed_, key, decimals);
  const char* words = quantity ? "Set quantity" : "Give discount";
  const bool pressed =
      ui::button("set", button, words, {.kind = ui::Kind::primary, .disabled = typed_.empty()});
  if (!pressed && !(ui::key_pressed("Enter") && !typed_.empty())) return;
  Result<void> done;
  if (quantity) {
    Result<Quantity> read = parse_quantity(finished(typed_));
    done = read.ok() ? model.cart().set_quantity(line_, *read) : Result<void>(read.failure());
  } else {
    Result<Discount> read = read_discount(typed_, line_mode_ == 1, model.currency());
    done = read.ok() ? model.cart().discount_line(line_, *read) : Result<void>(read.failure());
  }
  show(done);
  if (done.ok()) line_open_ = false;
}

void CartPanel::draw_discount_sheet(Model& model) {
  ui::Sheet sheet("discount-sheet", discount_open_, {.title = "Discount on the whole sale", .height = 560});
  if (!sheet) return;
  Rect rest = sheet_body(sheet);
  constexpr std::string_view modes[] = {"% off", "Amount off"};
  if (ui::segmented("mode", rest.cut_top(ui::touch_min, space::m), "Kind of discount", modes, cart_mode_))
    typed_.clear();
  const std::string value = typed_.empty() ? "0" : typed_;
  ui::text("typed", rest.cut_top(52, space::s), cart_mode_ == 0 ? value + " %" : value,
           {.size = ui::TextSize::amount, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  Rect buttons = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  const int decimals = cart_mode_ == 0 ? 2 : model.currency().digits;
  if (const char key = ui::keypad("keypad", rest, {.separator = decimals > 0 ? '.' : '\0'}); key != 0)
    type(typed_, key, decimals);
  const bool has_one = !model.cart().discount().is_none();
  if (has_one &&
      ui::button("none", buttons.cut_left(buttons.w / 2 - space::s / 2, space::s), "No discount")) {
    show(model.cart().discount_cart({}));
    discount_open_ = false;
  }
  if (ui::button("set", buttons, "Give discount", {.kind = ui::Kind::primary, .disabled = typed_.empty()})) {
    Result<Discount> read = read_discount(typed_, cart_mode_ == 0, model.currency());
    const Result<void> done = read.ok() ? model.cart().discount_cart(*read) : Result<void>(read.failure());
    show(done);
    if (done.ok()) discount_open_ = false;
  }
}

void CartPanel::look_for_customers(Model& model) {
  customers_busy_ = true;
  model.customers(customer_query_, [this](Result<std::vector<Customer>> found) {
    customers_busy_ = false;
    customer_error_ = found.ok() ? std::string() : words_of(found.failure());
    customers_ = found.ok() ? std::move(found).value() : std::vector<Customer>();
  });
}

void CartPanel::draw_customer_sheet(Model& model) {
  ui::Sheet sheet("customers", customer_open_, {.title = "Customer", .height = 560});
  if (!sheet) return;
  Rect rest = sheet_body(sheet);
  const ui::FieldOptions field{.label = "Search customers",
                               .hide_label = true,
                               .placeholder = "Name or e-mail",
                               .kind = ui::FieldKind::search,
                               .enter = ui::EnterHint::search,
                               .autocomplete = "off",
                               .icon = icon_search,
                               .clearable = true};
  if (ui::text_field("query", rest.cut_top(ui::field_height(field), space::m), customer_query_, field)
          .changed)
    look_for_customers(model);
  if (model.customer.has_value() &&
      ui::button("none", rest.cut_bottom(ui::touch_min), "Sell without a customer", {.icon = icon_x})) {
    model.choose_customer(std::nullopt);
    customer_open_ = false;
  }
  if (ui::button("new", rest.cut_bottom(ui::touch_min, space::s), "New customer",
                 {.icon = icon_user_plus, .disabled = model.looks_on()})) {
    new_customer_.begin(customer_query_);
    customer_open_ = false;
    new_customer_open_ = true;
  }
  if (!customer_error_.empty()) {
    ui::empty_state("error", rest, icon_cloud_off, "Customers cannot be shown", customer_error_);
    return;
  }
  if (customers_.empty()) {
    if (!customers_busy_)
      ui::empty_state("nobody", rest, icon_users, "Nobody found",
                      "Add a new customer, or look under another name.");
    return;
  }
  ui::virtual_list("list", rest,
                   {.count = customers_.size(),
                    .item_height = ui::row_height,
                    .gap = space::xs,
                    .padding = 0,
                    .name = "Customers"},
                   [&](std::size_t index, Rect place) {
                     const Customer& customer = customers_[index];
                     const std::string name = customer.name(), initials = ui::initials_of(name);
                     const bool chosen = model.customer.has_value() && model.customer->id == customer.id;
                     if (ui::row("customer", place,
                                 {.title = name,
                                  .detail = customer.email,
                                  .initials = initials,
                                  .seed = ui::seed_of(customer.id),
                                  .selected = chosen}) == ui::RowPress::tap) {
                       model.choose_customer(customer);
                       customer_open_ = false;
                     }
                   });
}

}  // namespace ringup::till
