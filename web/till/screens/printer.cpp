// Where this till prints: a sheet from the menu.
#include <array>

#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr std::array<std::string_view, 4> way_names = {"None", "System", "USB", "Serial"};
constexpr std::array<std::string_view, 5> baud_names = {"9600", "19200", "38400", "57600", "115200"};
constexpr std::array<std::string_view, 2> width_names = {"58 mm", "80 mm"};

std::string_view words_of(PrintWay way) {
  switch (way) {
    case PrintWay::none:
      return "Nothing is printed here. Receipts stay on the screen with their QR code.";
    case PrintWay::system:
      return "Through the print dialog of this device, on any printer that it knows.";
    case PrintWay::usb:
      return "Straight to a receipt printer (ESC/POS) on USB.";
    case PrintWay::serial:
      return "Straight to a receipt printer (ESC/POS) on a serial port, also one over Bluetooth.";
  }
  return {};
}

void label(ui::ScrollArea& area, std::string_view words) {
  ui::text(area.next(ui::line_of(ui::TextSize::small), space::xs), words,
           {.size = ui::TextSize::small, .tone = ui::Tone::muted});
}

}  // namespace

std::string printer_words(const Printer& printer) {
  const PrinterSettings& settings = printer.settings();
  switch (settings.way) {
    case PrintWay::none:
      return "None";
    case PrintWay::system:
      return "System print, " + std::to_string(settings.width_mm) + " mm";
    case PrintWay::usb:
    case PrintWay::serial:
      break;
  }
  return settings.device.empty() ? std::string("Not chosen yet") : settings.name;
}

void PrinterSheet::say(const std::string& trouble, std::string_view fine) {
  trouble_ = !trouble.empty();
  words_ = trouble_ ? trouble : std::string(fine);
  if (!words_.empty()) ui::announce(words_, trouble_);
}

void PrinterSheet::draw(Model& model, Way& way) {
  ui::Sheet sheet("printer", way.printer_open, {.title = "Printer", .height = 620});
  if (!sheet) {
    words_.clear();
    return;
  }
  Printer& printer = model.printer();
  PrinterSettings settings = printer.settings();
  ui::ScrollArea area("rows", sheet_body(sheet), {.padding = 0});

  label(area, "Print with");
  int chosen = static_cast<int>(settings.way);
  if (ui::segmented("way", area.next(ui::touch_min, space::s), "Print with", way_names, chosen)) {
    settings.way = static_cast<PrintWay>(chosen);
    words_.clear();
  }
  const ui::TextStyle quiet{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 4};
  const bool able = printer.can(settings.way);
  const std::string words(
      able ? words_of(settings.way)
           : "This browser cannot reach printers that way. Chrome and Edge can, over HTTPS; or use "
             "System.");
  ui::TextStyle style = quiet;
  if (!able) style.tone = ui::Tone::warn;
  ui::text("way-words", area.next(ui::text_height(words, area.width(), style), space::m), words, style);

  const bool direct = settings.way == PrintWay::usb || settings.way == PrintWay::serial;
  if (direct && able) {
    const std::string name = settings.device.empty() ? "Choose the printer…" : "Printer: " + settings.name;
    if (ui::button("choose", area.next(ui::touch_min, space::m), name,
                   {.kind = settings.device.empty() ? ui::Kind::primary : ui::Kind::secondary,
                    .icon = icon_printer,
                    .name = settings.device.empty() ? name : name + ", choose another one"}))
      printer.choose([this](const std::string& trouble) { say(trouble, {}); });
  }
  if (settings.way == PrintWay::serial && able) {
    label(area, "Speed (baud), as the printer's own test page says");
    int baud = 0;
    for (std::size_t i = 0; i < std::size(baud_rates); ++i)
      baud = baud_rates[i] == settings.baud ? static_cast<int>(i) : baud;
    if (ui::segmented("baud", area.next(ui::touch_min, space::m), "Speed", baud_names, baud))
      settings.baud = baud_rates[baud];
  }
  if (settings.way != PrintWay::none && able) {
    label(area, "Paper");
    int width = settings.width_mm == 58 ? 0 : 1;
    if (ui::segmented("width", area.next(ui::touch_min, space::s), "Paper", width_names, width))
      settings.width_mm = width == 0 ? 58 : 80;
    ui::toggle("automatic", area.next(ui::touch_min, space::s), "Print after each sale", settings.automatic);
    if (direct)
      ui::toggle("drawer", area.next(ui::touch_min, space::s), "Open the drawer on cash",
                 settings.open_drawer);
    const ui::Rect row = area.next(ui::touch_min, space::s);
    const int count = direct ? 2 : 1;
    const bool off = !printer.ready() || printer.busy();
    if (ui::button("test", row.column(0, count, space::s), printer.busy() ? "Printing…" : "Print a test page",
                   {.disabled = off}))
      printer.print_test(
          [this](const std::string& trouble) { say(trouble, "The printer took the test page."); });
    if (direct && ui::button("open", row.column(1, count, space::s), "Open the drawer", {.disabled = off}))
      printer.open_drawer(
          [this](const std::string& trouble) { say(trouble, "The printer was told to open the drawer."); });
  }
  if (!words_.empty()) {
    const ui::TextStyle said{.tone = trouble_ ? ui::Tone::bad : ui::Tone::good, .lines = 4};
    ui::text("said", area.next(ui::text_height(words_, area.width(), said), space::s), words_, said);
  }
  printer.change(settings);
}

}  // namespace ringup::till
