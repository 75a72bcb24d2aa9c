#include "tests/gallery/gallery.h"

#include <algorithm>
#include <array>

namespace ringup::gallery {

using namespace ui;

namespace {

constexpr std::array<const char*, 8> names{"Whole milk 1 l",
                                           "Sourdough bread, dark crust, 750 g",
                                           "Crème fraîche 30 %",
                                           "Αγουράκι bio",
                                           "Молоко топлёное 3,2 % 930 мл",
                                           "Bananas, loose",
                                           "Mineral water, still, six bottles of 1.5 l, deposit included",
                                           "Äpfel Elstar"};
const std::vector<std::string> categories{"All",    "Dairy",     "Bakery", "Fruit and veg",
                                          "Drinks", "Household", "Frozen"};
constexpr std::array<std::string_view, 7> pages{"Controls", "Grid", "Cart",   "Forms",
                                                "Table",    "Desk", "Figures"};

std::string price(std::size_t i) {
  const std::size_t cents = 99 + (i * 137) % 2400;
  std::string tail = std::to_string(cents % 100);
  if (tail.size() < 2) tail.insert(0, "0");
  return "€" + std::to_string(cents / 100) + "." + tail;
}

}  // namespace

void Gallery::event(const platform::Event& event) {
  if (event.kind == platform::EventKind::scan) event_ = "Scanned " + event.text;
  if (event.kind == platform::EventKind::offline) event_ = "Offline";
  if (event.kind == platform::EventKind::online) event_ = "Online";
  if (event.kind == platform::EventKind::restored) event_ = "Restored";
  if (event.kind == platform::EventKind::dropped)
    event_ = "Dropped " + event.file.name + ", " + std::to_string(event.file.bytes.size()) + " bytes";
}

void Gallery::draw() {
  ground();
  Rect rest = screen();
  Rect top = rest.cut_top(64);
  bar({window().x, 0, window().w, top.bottom()}, Edge::bottom);
  Rect head = top.inset(space::l, 0);
  heading(head.cut_left(120), "Gallery", 1,
          {TextSize::title, Weight::semibold, Tone::text, Align::left, 1, true});
  status_word("state", head.cut_right(80), event_ == "Offline" ? Tone::warn : Tone::good,
              event_ == "Offline" ? "Offline" : "Online");
  tabs("pages", rest.cut_top(52).inset(space::s, 0), "Pages", pages, page_);
  text("event", rest.cut_top(28).inset(space::l, 4), event_, {TextSize::small, Weight::regular, Tone::muted});
  switch (page_) {
    case 0:
      draw_controls(rest);
      break;
    case 1:
      draw_grid(rest);
      break;
    case 2:
      draw_cart(rest);
      break;
    case 3:
      draw_forms(rest);
      break;
    case 5:
      draw_desk(rest);
      break;
    case 6:
      draw_figures(rest);
      break;
    default:
      draw_table(rest);
      break;
  }
  draw_overlays();
}

void Gallery::draw_controls(Rect rest) {
  const Scope scope("controls");
  ScrollArea area("area", rest, {.padding = space::l, .padding_top = space::s});
  banner("banner", area.next(banner_height, space::l), Tone::warn, icon_wifi_off,
         "No connection. Sales are kept here.", "Retry");
  heading(area.next(32, space::s), "Buttons", 2);
  if (button("primary", area.next(52, space::s), "Take payment", {.kind = Kind::primary})) ++pressed_;
  Rect pair = area.next(52, space::s);
  if (button("secondary", pair.column(0, 2, space::s), "Park sale", {.icon = icon_clock})) ++pressed_;
  button("quiet", pair.column(1, 2, space::s), "Discount", {.kind = Kind::quiet, .icon = icon_percent});
  pair = area.next(52, space::s);
  if (button("danger", pair.column(0, 2, space::s), "Void sale", {.kind = Kind::danger})) question_ = true;
  button("disabled", pair.column(1, 2, space::s), "Refund", {.disabled = true});
  pair = area.next(60, space::s);
  button("cash", pair.column(0, 2, space::s), "Cash", {.icon = icon_banknote, .detail = "exact"});
  button("card", pair.column(1, 2, space::s), "Card", {.icon = icon_credit_card, .pressed = true});
  Rect row = area.next(48, space::l);
  icon_button("scan", row.cut_left(48, space::s), icon_scan_barcode, "Scan with the camera");
  icon_button("menu", row.cut_left(48, space::s), icon_menu, "Menu");
  badge(row.cut_left(90, space::s), "3 waiting", Tone::warn);
  badge(row.cut_left(60, space::s), "Paid", Tone::good);
  text("pressed", area.next(24, space::l), std::to_string(pressed_) + " pressed");
  heading(area.next(32, space::s), "Choices", 2);
  constexpr std::array<std::string_view, 3> sides{"Amount", "Percent", "Free"};
  segmented("segment", area.next(48, space::m), "Kind of discount", sides, segment_);
  toggle("switch", area.next(48, space::s), "Print every receipt", switch_);
  checkbox("box", area.next(48, space::s), "Ask for a customer", box_);
  Rect steps = area.next(48, space::l);
  const StepperResult step = stepper("steps", steps.cut_left(stepper_width), "Bananas", std::to_string(cart_),
                                     cart_ > 0, true, cart_ == 1);
  cart_ = std::max(0, cart_ + step.step);
  if (step.edit) said_ = "Edit quantity";
  text("said", steps.inset(space::m, 12), said_, {TextSize::small, Weight::regular, Tone::muted});
  heading(area.next(32, space::s), "Waiting", 2);
  progress("load", area.next(24, space::m), "Loading the catalogue", 0.62f);
  skeleton(area.next(20, space::s));
  skeleton(area.next(20, space::l));
  pair = area.next(52, space::s);
  if (button("sheet", pair.column(0, 2, space::s), "Open sheet", {.expanded = sheet_})) sheet_ = true;
  if (button("toast", pair.column(1, 2, space::s), "Show toast")) {
    toast("Milk removed", "Undo", [this] { said_ = "Undone"; });
  }
  if (button("plain", area.next(52, space::s), "Say saved")) toast("Saved");
  if (button("scheme", area.next(52, space::s), "Dark scheme")) platform().set_scheme(2);
  if (button("larger", area.next(52, space::s), "Larger")) platform().set_scale(1.5f);
  heading(area.next(32, space::s), "Bridge", 2);
  if (button("fetch", area.next(52, space::s), "Fetch")) {
    bridge().fetch(
        {.method = "POST", .url = "/echo", .headers = {{"Content-Type", "text/plain"}}, .body = "Größe"},
        [this](platform::FetchResponse response) {
          bridged_ = "Answer " + std::to_string(response.status) + " " + response.body;
        });
    bridged_ = "Asked";
  }
  if (button("keep", area.next(52, space::s), "Keep")) {
    bridge().local_set("gallery", "small");
    bridge().blob_put("gallery", std::string("a\0b", 3),
                      [this](bool stored) { bridged_ = stored ? "Kept" : "Not kept"; });
  }
  if (button("recall", area.next(52, space::s), "Recall")) {
    bridge().blob_get("gallery", [this](std::optional<std::string> bytes) {
      bridged_ = "Recalled " + bridge().local_get("gallery").value_or("none") + ", " +
                 (bytes ? std::to_string(bytes->size()) + " bytes" : "no bytes");
    });
  }
  if (button("pick", area.next(52, space::s), "Choose a file")) {
    bridge().pick_file(".csv,text/csv", [this](std::optional<platform::File> file) {
      bridged_ =
          file ? "Chosen " + file->name + ", " + std::to_string(file->bytes.size()) + " bytes" : "Given up";
    });
  }
  if (button("save", area.next(52, space::s), "Save a file"))
    bridge().save_file("products.csv", "text/csv", "name;price\nTee;1,20\n");
  if (button("send", area.next(52, space::s), "Send with progress")) {
    std::string bytes;
    for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
    sent_ = 0;
    bridge().fetch(
        {.method = "POST",
         .url = "/echo",
         .headers = {{"Content-Type", "application/octet-stream"}},
         .body = bytes,
         .progress = [this](std::uint64_t sent, std::uint64_t) { sent_ = sent; }},
        [this, bytes](platform::FetchResponse response) {
          bridged_ = std::string(response.body == bytes ? "All came back" : "Something is missing") + ", " +
                     std::to_string(sent_) + " told, " + std::string(response.header("content-type"));
        });
  }
  text("bridged", area.next(28, space::s), bridged_);
  text_field("low", area.next(field_height({.label = "At the end"}), 0), name_, {.label = "At the end"});
}

void Gallery::draw_grid(Rect rest) {
  const Scope scope("grid");
  Rect search = rest.cut_top(52 + space::s).inset(space::l, 0);
  text_field("search", {search.x, search.y, search.w, 52}, search_,
             {.label = "Search products",
              .hide_label = true,
              .placeholder = "Search 100,000 products",
              .kind = FieldKind::search,
              .enter = EnterHint::search,
              .icon = icon_search,
              .clearable = true});
  chips("chips", rest.cut_top(chips_height, space::xs), "Categories", categories, chip_);
  Rect bar_place = rest;
  const Rect cart = bar_place.cut_bottom(action_bar_height + space::m).inset(space::m, 0);
  const int columns = std::max(2, static_cast<int>(rest.w / 190));
  virtual_list(
      "products", rest,
      {.count = 100'000,
       .columns = columns,
       .item_height = tile_height,
       .gap = space::m,
       .padding = space::l,
       .padding_bottom = action_bar_height + space::xl,
       .name = "Products"},
      [&](std::size_t i, Rect box) {
        const std::string title =
            std::string(names[i % names.size()]) + (i >= names.size() ? " " + std::to_string(i) : "");
        const std::string initials(title.substr(0, static_cast<unsigned char>(title[0]) >= 0x80 ? 2 : 1));
        const std::string cost = price(i);
        const std::string picture = "/pictures/" + std::to_string(i) + "-320.webp";
        const Tile tile_content{.title = title,
                                .price = cost,
                                .initials = initials,
                                .seed = static_cast<std::uint32_t>(i % 8),
                                .picture = i % 3 == 0 ? std::string_view(picture) : std::string_view(),
                                .stock = i % 5 == 0 ? "2 left" : "24",
                                .stock_tone = i % 5 == 0 ? Tone::warn : Tone::good,
                                .badge = i == 1 ? "2" : ""};
        const Press press = tile("tile", box, tile_content);
        if (press == Press::tap) ++cart_;
        if (press == Press::long_press) sheet_ = true;
      });
  const std::string count = std::to_string(cart_);
  const std::string total = "€" + std::to_string(cart_) + ".50";
  toast_above(cart.y);
  const ActionBarPress press = action_bar("cart", {cart.x, cart.y, cart.w, action_bar_height},
                                          {.count = count,
                                           .title = total,
                                           .detail = count + " items",
                                           .action = "Pay",
                                           .name = "Cart, " + count + " items, " + total,
                                           .action_name = "Pay " + total,
                                           .disabled = cart_ == 0});
  if (press == ActionBarPress::open) sheet_ = true;
  if (press == ActionBarPress::action) toast("Paid");
}

void Gallery::draw_cart(Rect rest) {
  const Scope scope("cart");
  Rect pad = rest.cut_bottom(300).inset(space::l, space::s);
  if (rest.h < 200) pad = {};
  {
    const Group list("lines", Role::list, "Cart", rest);
    if (lines_.empty()) {
      if (empty_state("none", rest, icon_shopping_cart, "Nothing in the cart",
                      "Tap a product or scan its barcode.", "Fill again")) {
        lines_ = {1, 2, 3};
      }
    } else {
      ScrollArea area("area", rest, {.padding = space::s});
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        const auto line = static_cast<std::size_t>(lines_[i]);
        const Scope line_scope(static_cast<std::uint64_t>(line));
        const std::string title = names[line], unit = price(line);
        const std::string removal = "Remove " + title;
        const Rect box = area.next(row_height_tall);
        const Group item("item", Role::listitem, {}, box);
        const RowPress press = row("line", box,
                                   {.title = title,
                                    .detail = unit,
                                    .trailing = price(line * 3),
                                    .remove = removal,
                                    .title_lines = 2,
                                    .keep_right = stepper_width + space::s});
        Rect right = box;
        const StepperResult step =
            stepper("quantity", right.cut_right(stepper_width), title, std::to_string(quantities_[line]),
                    true, true, quantities_[line] == 1);
        quantities_[line] = std::max(1, quantities_[line] + step.step);
        if (press == RowPress::tap) sheet_ = true;
        if (press == RowPress::remove) {
          toast(title + " removed", "Undo", [this, line] { lines_.push_back(static_cast<int>(line)); });
          lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(i));
          break;
        }
        divider({box.x, box.bottom() - 1, box.w, 1});
      }
    }
  }
  if (pad.empty()) return;
  text("amount", pad.cut_top(56), "€" + amount_,
       {TextSize::amount, Weight::semibold, Tone::text, Align::right, 1, true});
  const char key = keypad("pad", pad, {.double_zero = true});
  if (key == '<')
    amount_.pop_back();
  else if (key == 'x')
    amount_.clear();
  else if (key == '#')
    amount_ += "00";
  else if (key != 0)
    amount_ += key;
  if (amount_.empty()) amount_ = "0";
  if (amount_.size() > 1 && amount_[0] == '0') amount_.erase(0, 1);
}

void Gallery::draw_forms(Rect rest) {
  const Scope scope("forms");
  ScrollArea area("area", rest, {.padding = space::xl, .padding_top = space::l});
  const Rect first = area.next(0);
  const Group form("sign-in", Role::form, "Sign in", {first.x, first.y, area.width(), 400});
  heading(area.next(40, space::xs), "Sign in", 2, {TextSize::large, Weight::semibold});
  text(area.next(48, space::l), "Use the address and password that the owner gave you.",
       {TextSize::body, Weight::regular, Tone::muted, Align::left, 2});
  const FieldOptions email{.label = "E-mail address",
                           .kind = FieldKind::email,
                           .enter = EnterHint::next,
                           .autocomplete = "username",
                           .error = email_ == "wrong" ? "This is no e-mail address." : ""};
  text_field("email", area.next(field_height(email), space::l), email_, email);
  const FieldOptions password{.label = "Password", .kind = FieldKind::password, .enter = EnterHint::go};
  const FieldResult result =
      text_field("password", area.next(field_height(password), space::xl), password_, password);
  if (button("sign-in", area.next(52, space::l), "Sign in", {.kind = Kind::primary}) || result.submitted) {
    said_ = "Signed in as " + email_;
  }
  text("said", area.next(28), said_);
  const FieldOptions named{.label = "Shop name", .hint = "As it stands on receipts."};
  text_field("name", area.next(field_height(named), space::m), name_, named);
  text("copy", area.next(28), "Shop: " + name_);
  const FieldOptions off{.label = "Till number", .disabled = true};
  std::string fixed = "Till 3";
  text_field("off", area.next(field_height(off)), fixed, off);
}

void Gallery::draw_table(Rect rest) {
  const Scope scope("table");
  const std::array<Column, 3> columns{Column{"Time", 90, Align::left}, Column{"Receipt", 0, Align::left},
                                      Column{"Total", 100, Align::right}};
  const int row = table("sales", rest.inset(space::s, 0), "Sales of the day", columns, 1'000,
                        [](std::size_t r, std::size_t c) {
                          if (c == 0) return "1" + std::to_string(r % 10) + ":0" + std::to_string(r % 7);
                          return c == 1 ? "R-" + std::to_string(1000 + r) : price(r);
                        });
  if (row >= 0) toast("Receipt R-" + std::to_string(1000 + row));
}

void Gallery::draw_overlays() {
  if (Sheet sheet("cart", sheet_, {.title = "Current sale", .height = 420}); sheet) {
    Rect rest = sheet.body().inset(space::l, 0);
    const Rect foot = rest.cut_bottom(52 + space::l).inset(0, 0);
    if (button("pay", {foot.x, foot.y, foot.w, 52}, "Take payment", {.kind = Kind::primary})) {
      sheet_ = false;
      toast("Paid");
    }
    ScrollArea area("area", rest);
    for (std::size_t i = 0; i < 8; ++i) {
      const Scope scope(static_cast<std::uint64_t>(i));
      row("line", area.next(row_height),
          {.title = names[i],
           .detail = "1 × " + price(i),
           .trailing = price(i),
           .initials = "A",
           .seed = static_cast<std::uint32_t>(i),
           .chevron = i == 2});
    }
  }
  const int answer = ask("void", question_,
                         {.title = "Void this sale?",
                          .words = "All lines are removed. The journal keeps a note of it.",
                          .action = "Void sale",
                          .danger = true});
  if (answer >= 0) {
    ++answers_;
    event_ = answer == 1 ? "Voided" : "Kept";
  }
}

}  // namespace ringup::gallery
