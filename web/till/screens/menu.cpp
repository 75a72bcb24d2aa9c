#include <cstdlib>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr std::string_view scheme_key = "till/scheme", scale_key = "till/scale";
constexpr std::string_view scale_names[] = {"100 %", "125 %", "150 %", "200 %"};
constexpr float scales[] = {1, 1.25f, 1.5f, 2};

/// A choice kept as one digit.
int kept(platform::Bridge& bridge, std::string_view key, int count) {
  const std::optional<std::string> text = bridge.local_get(key);
  const int choice = text.has_value() && text->size() == 1 ? (*text)[0] - '0' : 0;
  return choice >= 0 && choice < count ? choice : 0;
}
}  // namespace

Menu::Menu(platform::Platform& platform) : platform_(platform) {
  scheme_ = kept(platform.bridge(), scheme_key, 3);
  scale_ = kept(platform.bridge(), scale_key, 4);
  platform.set_scheme(scheme_);
  platform.set_scale(scales[scale_]);
}

void Menu::draw(Model& model, Way& way) {
  if (way.menu_open && !open_) platform_.bridge().keep(platform::KeepAct::look);
  open_ = way.menu_open;
  ui::Sheet sheet("menu", way.menu_open, {.title = "Menu", .height = 520});
  if (!sheet) return;
  ui::ScrollArea area("rows", sheet_body(sheet), {.padding = 0});
  const Cashier cashier = model.cashier().value_or(Cashier{});
  const std::string name = cashier.name(), initials = ui::initials_of(name);
  ui::row("who", area.next(ui::row_height, space::s),
          {.title = name, .detail = cashier.role, .initials = initials, .pressable = false});

  if (ui::row("sales", area.next(ui::row_height, space::s),
              {.title = "Sales of the day",
               .detail = "Receipts and refunds",
               .icon = icon_receipt_text,
               .chevron = true}) == ui::RowPress::tap) {
    way.menu_open = false;
    way.place = Place::sales;
  }

  const auto entry = [&](std::string_view key, std::string_view title, const std::string& detail,
                         ui::Icon icon, Place place) {
    if (ui::row(key, area.next(ui::row_height, space::s),
                {.title = title, .detail = detail, .icon = icon, .chevron = true}) != ui::RowPress::tap)
      return;
    way.menu_open = false;
    way.place = place;
  };
  const auto& shift = model.counter().shift();
  entry("shift", "Shift",
        shift ? "Open since " + model.clock_time(shift->opened_at) + ": cash in and out, reports, closing"
              : std::string("None is open"),
        icon_wallet, Place::shift);
  const std::size_t parked = model.counter().parked().size();
  entry("parked", "Parked sales", parked == 0 ? std::string("None") : std::to_string(parked) + " waiting",
        icon_clock, Place::parked);
  if (ui::row("printer", area.next(ui::row_height, space::s),
              {.title = "Printer",
               .detail = printer_words(model.printer()),
               .icon = icon_printer,
               .chevron = true}) == ui::RowPress::tap) {
    way.menu_open = false;
    way.printer_open = true;
  }

  if (!model.permits().people().empty() && !model.looks_on())
    entry("cashiers", "Switch cashier", "By PIN, also without a network", icon_users, Place::cashiers);
  if (model.cashier().has_value() && !model.cashier()->by_pin && model.permits().possible() &&
      ui::row("pin", area.next(ui::row_height, space::s),
              {.title = "My PIN",
               .detail = "To change places at the till",
               .icon = icon_key_round,
               .chevron = true}) == ui::RowPress::tap) {
    way.menu_open = false;
    way.pin_open = true;
  }

  std::string state;
  switch (model.sync().connection()) {
    case Connection::online:
      state = "Everything has reached the server.";
      break;
    case Connection::sending:
      state = "Receipts are being sent.";
      break;
    case Connection::reconnecting:
      state = "The server has not been heard for a moment. You can go on selling.";
      break;
    case Connection::offline:
      state = "No answer from the server. You can go on selling; receipts are kept here.";
      break;
    case Connection::refused:
      state = model.sync().problem();
      break;
  }
  const Rect connection = area.next(88, space::s);
  ui::card(connection);
  Rect inside = connection.inset(space::m, space::s);
  draw_connection(model, inside.cut_top(28));
  ui::text("state", inside, state, {.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 2});

  if (const std::size_t waiting = model.sync().waiting(); waiting > 0 && !model.looks_on()) {
    const std::string detail =
        std::to_string(waiting) + (waiting == 1 ? " record waits" : " records wait") + " to be sent";
    if (ui::row("save", area.next(ui::row_height, space::s),
                {.title = "Save unsent records to a file", .detail = detail, .icon = icon_download}) ==
        ui::RowPress::tap)
      model.save_unsent();
  }

  draw_device(platform_.bridge(), area);

  ui::text(area.next(ui::line_of(ui::TextSize::small), space::xs), "Appearance",
           {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  constexpr std::string_view schemes[] = {"System", "Light", "Dark"};
  if (ui::segmented("scheme", area.next(ui::touch_min, space::m), "Appearance", schemes, scheme_)) {
    platform_.set_scheme(scheme_);
    platform_.bridge().local_set(scheme_key, std::to_string(scheme_));
  }
  ui::text(area.next(ui::line_of(ui::TextSize::small), space::xs), "Size",
           {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  if (ui::segmented("scale", area.next(ui::touch_min, space::l), "Size", scale_names, scale_)) {
    platform_.set_scale(scales[scale_]);
    platform_.bridge().local_set(scale_key, std::to_string(scale_));
  }
  if (ui::button("out", area.next(ui::touch_min), "Sign out", {.icon = icon_log_out})) {
    way.menu_open = false;
    model.sign_out();
  }
}

}  // namespace ringup::till
