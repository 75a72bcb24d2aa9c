#pragma once
/// What a cashier does besides sale and refund: shifts with their reports, cash in and out, voids, new
/// customers, notes, and sales that are parked. Owned by Model; not thread-safe.
///
/// All but parking is a record of the journal and works without network. Who asks is answered when the record
/// is on the disk of this device, or with words that can be shown as they are; then nothing has changed.
///
/// Reports are added up from the records of the shift by core/sale/shift, as the server does it. Parked sales
/// are drafts of this device ("parked/…"); they are never booked and move nothing.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sale/receipt.h"
#include "core/sale/shift.h"
#include "core/till/bodies.h"
#include "web/till/memory.h"
#include "web/till/printer.h"
#include "web/till/server.h"

namespace ringup::till {

class Model;

inline constexpr std::size_t reason_length_max = 120;
inline constexpr std::size_t parked_max = 200;

/// A sale that waits.
struct Parked {
  std::string key;         // its draft's name
  std::string name;        // "Table 4"
  std::int64_t at = 0;     // ms UTC, when it was parked
  std::size_t pieces = 0;  // lines
  Amount total = 0;        // as it was then
};

class Counter {
 public:
  using Done = std::function<void(Result<void>)>;
  using ReportDone = std::function<void(Result<ShiftReport>)>;
  explicit Counter(Model& model) : model_(model) {}

  // --- the shift ---
  const std::optional<OpenShift>& shift() const;
  /// It was opened on an earlier day of this device's calendar.
  bool left_open() const;
  /// No shift is open, and nobody said today that it shall stay so.
  bool offers_shift() const;
  void sell_without_shift();  // for today
  /// conflict where one is open.
  void open_shift(Amount float_amount, Done done);
  /// The figures so far. precondition_failed where none is open; busy while records are still being read.
  void x_report(ReportDone done);
  /// Closes with what was counted; answers the Z report.
  void close_shift(Amount counted, ReportDone done);
  /// Of the shift that was closed last on this device.
  std::optional<ShiftReport> last_z() const;
  Receipt document(const ShiftReport& report) const;
  void print(const ShiftReport& report, Printer::Done done) const;

  // --- the drawer ---
  /// out_of_range for nothing; missing_member without a reason.
  void move_cash(bool in, Amount amount, std::string reason, Done done);

  // --- voids ---
  bool voided(const Id& sale) const;
  /// Why a whole sale cannot be undone here: not_found for one of another till, conflict where it was undone
  /// or given back before, precondition_failed for one of another shift.
  Result<void> may_void(const Id& sale) const;
  void void_sale(const Id& sale, std::string reason, Done done);

  // --- customers, notes ---
  /// Checked by core's check_new_customer; the one in the cart from then on.
  void add_customer(journal::CustomerBody typed, Done done);
  /// Those made here who answer to a query: for when the server does not.
  std::vector<Customer> made_here(std::string_view query) const;
  void note(std::string text, Done done);

  // --- parked sales ---
  std::vector<Parked> parked() const;  // the oldest first
  /// The cart under a name (empty: by its number); the cart is empty then. precondition_failed for an empty
  /// cart, too_many.
  Result<void> park(std::string name);
  /// Into the cart; answers how many of its lines could not be put there because their products are gone.
  /// conflict where the cart is not empty: park that first.
  Result<std::size_t> resume(const std::string& key);
  void forget_parked(const std::string& key);

 private:
  struct Adding;
  Result<ShiftReport> head_of(const OpenShift& shift) const;
  void add_next(const std::shared_ptr<Adding>& adding);
  Result<void> take(Adding& adding, const journal::Record& record) const;
  std::string local_day(std::int64_t unix_ms) const;
  std::string local_minute(std::int64_t unix_us) const;
  void book(journal::Kind kind, json::Value body, Done done);

  Model& model_;
  std::vector<Customer> made_;  // since the start
};

}  // namespace ringup::till
