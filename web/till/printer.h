#pragma once
/// Everything that this till puts on paper, and the cash drawer that hangs on its printer.
///
/// Printing comes after booking and never touches it: what fails here is said in words that tell what to do,
/// and can be printed again. Where and how is this device's own setting, kept on it. One per app; not
/// thread-safe; the bridge must outlive it.
#include <functional>
#include <string>
#include <string_view>

#include "core/sale/escpos.h"
#include "core/sale/receipt.h"
#include "web/platform/bridge.h"

namespace ringup::till {

enum class PrintWay : std::uint8_t {
  none,    // this till prints nothing
  system,  // the browser's print dialog
  usb,     // ESC/POS over WebUSB
  serial,  // ESC/POS over Web Serial
};

struct PrinterSettings {
  PrintWay way = PrintWay::system;
  std::string device, name;  // of the printer that was chosen for usb or serial
  int baud = 9600;
  int width_mm = 80;        // 58 or 80
  bool automatic = false;   // print after each sale
  bool open_drawer = true;  // on cash; over usb and serial
  bool operator==(const PrinterSettings&) const = default;
};
inline constexpr int baud_rates[] = {9600, 19200, 38400, 57600, 115200};

class Printer {
 public:
  /// Empty where all went well; else a sentence that says what to do.
  using Done = std::function<void(const std::string& trouble)>;

  explicit Printer(platform::Bridge& bridge);

  const PrinterSettings& settings() const { return settings_; }
  void change(const PrinterSettings& settings);
  /// Whether this browser can print in that way at all.
  bool can(PrintWay way) const;
  /// Whether a press on Print would lead somewhere; a drawer hangs on it.
  bool ready() const;
  bool has_drawer() const;
  std::size_t columns() const;

  /// Lets a person choose the printer for the way that is set; in answer to a press.
  void choose(Done done);

  /// Prints any document: a receipt, a report, make_document()'s text under a title. `title` is the name of
  /// the system's print job.
  void print(const Receipt& document, std::string_view title, Done done) {
    send(document, title, false, done);
  }
  /// What follows a sale or refund that was just booked: the receipt where it is to be printed by itself, the
  /// drawer where cash changed hands.
  void after_booking(const Receipt& receipt, std::string_view title, bool cash, Done done);
  void open_drawer(Done done);
  /// A page that shows the width, the letters and the QR code.
  void print_test(Done done);
  /// Jobs that were not answered yet.
  bool busy() const { return jobs_ > 0; }

 private:
  void send(const Receipt& document, std::string_view title, bool drawer, const Done& done);
  void send_bytes(std::string bytes, const Done& done);

  platform::Bridge& bridge_;
  PrinterSettings settings_;
  int jobs_ = 0;
};

/// A receipt as the system's printer gets it.
platform::PaperStrip strip_of(const Receipt& receipt, std::string_view title, int width_mm);

}  // namespace ringup::till
