#include "web/till/printer.h"

#include <algorithm>
#include <iterator>

#include "core/base/json.h"
#include "core/base/qr.h"

namespace ringup::till {
namespace {

using platform::PrinterAnswer;
using platform::PrinterOutcome;
using platform::PrinterPort;

constexpr std::string_view settings_key = "till/printer";
constexpr std::size_t text_bytes_max = 200;
constexpr std::string_view way_names[] = {"none", "system", "usb", "serial"};

std::string words_of(PrinterOutcome outcome) {
  switch (outcome) {
    case PrinterOutcome::done:
    case PrinterOutcome::given_up:
      return {};
    case PrinterOutcome::missing:
      return "The printer is not connected. Plug it in, switch it on, and print again.";
    case PrinterOutcome::in_use:
      return "Another program holds the printer. Close that, or choose System print in the menu under "
             "Printer.";
    case PrinterOutcome::no_paper:
      return "The printer is out of paper. Put in a new roll and print again.";
    case PrinterOutcome::silent:
      return "The printer takes nothing. Check that it is on, has paper and is closed, and print again.";
    case PrinterOutcome::no_port:
      return "That device is no receipt printer. Choose another one in the menu under Printer.";
    case PrinterOutcome::failed:
      break;
  }
  return "The printer did not print. Switch it off and on, and print again.";
}

/// Kept settings; what does not read back is as if nothing were kept.
Result<PrinterSettings> read_settings(std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  json::Reader in = TRY(json::Reader::object(value));
  PrinterSettings settings;
  const auto way =
      std::find(std::begin(way_names), std::end(way_names), TRY(in.string("way", text_bytes_max)));
  if (way == std::end(way_names)) return Error::invalid_value;
  settings.way = static_cast<PrintWay>(way - std::begin(way_names));
  settings.device = TRY(in.string("device", text_bytes_max));
  settings.name = TRY(in.string("name", text_bytes_max));
  settings.baud = static_cast<int>(TRY(in.integer("baud", 300, 1'000'000)));
  settings.width_mm = static_cast<int>(TRY(in.integer("width_mm", 58, 80)));
  settings.automatic = TRY(in.boolean("automatic"));
  settings.open_drawer = TRY(in.boolean("open_drawer"));
  return settings;
}

std::string write_settings(const PrinterSettings& settings) {
  return json::dump(json::Object{{"way", way_names[static_cast<std::size_t>(settings.way)]},
                                 {"device", settings.device},
                                 {"name", settings.name},
                                 {"baud", settings.baud},
                                 {"width_mm", settings.width_mm},
                                 {"automatic", settings.automatic},
                                 {"open_drawer", settings.open_drawer}});
}

PrinterPort port_of(PrintWay way) {
  return way == PrintWay::serial ? PrinterPort::serial : PrinterPort::usb;
}

bool is_direct(PrintWay way) {
  return way == PrintWay::usb || way == PrintWay::serial;
}

}  // namespace

platform::PaperStrip strip_of(const Receipt& receipt, std::string_view title, int width_mm) {
  platform::PaperStrip strip;
  strip.title = title;
  strip.width_mm = width_mm;
  for (const ReceiptLine& line :
       lay_out(receipt, width_mm == 58 ? receipt_columns_narrow : receipt_columns_wide)) {
    const Result<QrCode> code =
        line.kind == ReceiptRow::Kind::qr ? QrCode::of(line.text) : Result<QrCode>(Error::invalid_value);
    if (code.ok()) {
      strip.qr_path = code->svg_path();
      strip.qr_size = code->size() + 2 * qr_margin;
    } else {
      strip.lines.push_back({line.text, line.kind == ReceiptRow::Kind::total || line.row == 0});
    }
  }
  return strip;
}

Printer::Printer(platform::Bridge& bridge) : bridge_(bridge) {
  const std::optional<std::string> kept = bridge.local_get(settings_key);
  if (!kept.has_value()) return;
  if (Result<PrinterSettings> settings = read_settings(*kept); settings.ok()) settings_ = *settings;
}

void Printer::change(const PrinterSettings& settings) {
  if (settings == settings_) return;
  const bool another_way = settings.way != settings_.way;
  settings_ = settings;
  // A device of one way is none of another.
  if (another_way) settings_.device.clear(), settings_.name.clear();
  bridge_.local_set(settings_key, write_settings(settings_));
}

bool Printer::can(PrintWay way) const {
  return !is_direct(way) || bridge_.has_printer_port(port_of(way));
}

bool Printer::ready() const {
  return settings_.way == PrintWay::system || has_drawer();
}

bool Printer::has_drawer() const {
  return is_direct(settings_.way) && !settings_.device.empty();
}

std::size_t Printer::columns() const {
  return settings_.width_mm == 58 ? receipt_columns_narrow : receipt_columns_wide;
}

void Printer::choose(Done done) {
  const PrintWay way = settings_.way;
  if (!is_direct(way)) return;
  bridge_.choose_printer(port_of(way), [this, way, done = std::move(done)](PrinterAnswer answer) {
    if (answer.outcome == PrinterOutcome::done && way == settings_.way) {
      PrinterSettings settings = settings_;
      settings.device = std::move(answer.device);
      settings.name = std::move(answer.name);
      change(settings);
    }
    done(answer.outcome == PrinterOutcome::failed
             ? "The browser could not ask for a printer. Reload this page and try again."
             : words_of(answer.outcome));
  });
}

void Printer::after_booking(const Receipt& receipt, std::string_view title, bool cash, Done done) {
  const bool drawer = cash && settings_.open_drawer && has_drawer();
  if (settings_.automatic && ready())
    send(receipt, title, drawer, done);
  else if (drawer)
    open_drawer(std::move(done));
}

void Printer::open_drawer(Done done) {
  if (!has_drawer())
    return done("The drawer hangs on a receipt printer. Choose one in the menu under Printer.");
  send_bytes(escpos_part::initialise() + escpos_part::open_drawer(), done);
}

void Printer::print_test(Done done) {
  Receipt page = make_document("Ringup", "Test page\n---\nÀ É Ñ Ö ß € £ 0123456789\nЖ Ω Ł Ő\n---");
  page.rows.push_back({ReceiptRow::Kind::total, "Total", "12.34", {}});
  page.rows.push_back({ReceiptRow::Kind::footer, std::string(columns(), '='), {}, {}});
  page.rows.push_back(
      {ReceiptRow::Kind::footer, std::to_string(columns()) + " characters fit on this line above.", {}, {}});
  page.rows.push_back(
      {ReceiptRow::Kind::qr, bridge_.origin().empty() ? "Ringup" : bridge_.origin(), "QR code", {}});
  send(page, "Test page", false, done);
}

void Printer::send(const Receipt& document, std::string_view title, bool drawer, const Done& done) {
  switch (settings_.way) {
    case PrintWay::none:
      return done("This till prints nothing. Choose a printer in the menu under Printer.");
    case PrintWay::system:
      bridge_.print_strip(strip_of(document, title, settings_.width_mm));
      return done({});
    case PrintWay::usb:
    case PrintWay::serial:
      break;
  }
  if (settings_.device.empty()) return done("No printer is chosen yet. Choose it in the menu under Printer.");
  send_bytes(escpos(document, {.columns = columns(), .open_drawer = drawer}), done);
}

void Printer::send_bytes(std::string bytes, const Done& done) {
  ++jobs_;
  bridge_.send_to_printer({port_of(settings_.way), settings_.device, settings_.baud}, std::move(bytes),
                          [this, done](const PrinterAnswer& answer) {
                            --jobs_;
                            done(words_of(answer.outcome));
                          });
}

}  // namespace ringup::till
