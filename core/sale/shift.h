#pragma once
/// A shift's figures: what an X report (while the shift is open) and a Z report (once it is closed) say. Till
/// and server add them up with this code from the same records, so they agree to the cent.
///
///   gross, net, tax   totals as printed, with tax, before the rounding of cash; refunds are taken off
///   refunded          the part of gross that refunds took back, ≤ 0
///   discount          all that was taken off prices, less what refunds took back of it
///   rounding          of cash, apart from gross: takings = gross + rounding = sum of the tenders' amounts
///   tenders           per kind: how many, refunds' among them, and what stayed, less change
///   voids, voided     sales that were undone, and what they had come to; they count in no other figure
///   expected          what should lie in the drawer:
///                     float + cash_sales - change - cash_refunds + cash_in - cash_out
///
/// A void belongs to the shift of the sale that it undoes. What came into a shift after its count (rung up
/// with its id by a device that had not heard of the close, or undone by another till) is `later`: it changes
/// nothing of what was printed and stands on its own below.
///
/// Pure and exact. amount_overflow where a sum leaves ±amount_max.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/sale/receipt.h"
#include "core/sale/refund.h"
#include "core/sale/sale.h"

namespace ringup {

struct ShiftTender {
  TenderKind kind = TenderKind::cash;
  std::int64_t count = 0;
  Amount amount = 0;
  bool operator==(const ShiftTender&) const = default;
};

struct ShiftFigures {
  std::int64_t sales = 0, refunds = 0, voids = 0;
  Amount gross = 0, net = 0, tax = 0, discount = 0, refunded = 0, voided = 0, rounding = 0;
  // What moved in the drawer, each ≥ 0.
  Amount cash_sales = 0;  // cash that was handed over for sales
  Amount change = 0, cash_refunds = 0, cash_in = 0, cash_out = 0;
  std::vector<RateTotal> rates;      // the lower rate first; those that come to nothing are left out
  std::vector<ShiftTender> tenders;  // in the order of TenderKind; kinds that were not used are left out

  Amount takings() const { return gross + rounding; }
  /// By how much the drawer changed since the float was put in.
  Amount cash() const { return cash_sales - change - cash_refunds + cash_in - cash_out; }
  bool operator==(const ShiftFigures&) const = default;
};

/// Cash put into the drawer or taken out of it beside sales.
struct CashMove {
  bool in = false;
  Amount amount = 0;  // ≥ 0
  std::string reason;
  std::int64_t at = 0;    // µs UTC
  std::string user_name;  // may be empty
  bool later = false;     // after the count
  bool operator==(const CashMove&) const = default;
};

struct ShiftReport {
  Id shift;
  std::string till_name, branch_name, opened_by, closed_by;  // as people call them; may be empty
  std::optional<std::int64_t> opened_at, closed_at;  // µs UTC; opened_at missing: the opening is lost
  Currency currency;
  Amount float_amount = 0;
  std::vector<CashMove> moves;  // in the order they came
  ShiftFigures figures;
  Amount expected = 0;  // added up from `figures`
  // Once closed:
  std::optional<Amount> counted;
  std::optional<Amount> stated;  // `expected` as the till printed it when the drawer was counted
  ShiftFigures later;

  bool closed() const { return closed_at.has_value(); }
  bool has_later() const { return later != ShiftFigures(); }
  /// counted - stated: below zero where money is missing. nullopt while nothing was counted.
  std::optional<Amount> difference() const;
  bool operator==(const ShiftReport&) const = default;
};

/// "exact", "short" (less than expected), "over".
std::string_view difference_word(Amount difference);

/// Adds up one shift. The order of calls does not matter, but that undo() follows the sale.
class ShiftBook {
 public:
  enum class Part : std::uint8_t { shift, later };

  /// `head`: everything but moves, figures, expected and later.
  explicit ShiftBook(ShiftReport head) : report_(std::move(head)) {}

  Result<void> add(const Id& id, const Sale&, Part part = Part::shift);
  Result<void> add(const Id& id, const Refund&, Part part = Part::shift);
  /// A void of what was added under this id; not_found where nothing was, conflict where it is undone
  /// already.
  Result<void> undo(const Id& id, Part part = Part::shift);
  Result<void> add(CashMove move);

  /// With `expected` of what was added so far.
  Result<ShiftReport> report() const;

 private:
  struct Entry {
    ShiftFigures figures;
    Part part;
    bool undone = false;
  };
  ShiftFigures& figures(Part part) { return part == Part::shift ? report_.figures : report_.later; }
  Result<void> enter(const Id& id, ShiftFigures figures, Part part);

  ShiftReport report_;
  std::map<Id, Entry> entries_;
};

/// As GET /api/shifts/{id}/report/ answers it.
json::Value to_json(const ShiftReport&);
/// For clients: the failures of json::Reader.
Result<ShiftReport> read_shift_report(const json::Value&);

struct ShiftWords {
  std::string x_report = "X report", z_report = "Z report", till = "Till", opened = "Opened",
              closed = "Closed", printed = "Printed", sales = "Sales", refunds = "Refunds", voids = "Voided",
              discounts = "Discounts", refunded = "Given back", net = "Net sales", tax_sum = "Tax",
              gross = "Gross sales", takings = "Takings", drawer = "Cash drawer", float_amount = "Float",
              cash_sales = "Cash received", cash_refunds = "Cash refunds", cash_in = "Cash in",
              cash_out = "Cash out", expected = "Expected", stated = "Expected when counted",
              counted = "Counted", difference = "Difference", exact = "exact", is_short = "short",
              over = "over", later = "After the close";
};

/// The report as a document that can be rendered, printed and shown like a receipt. Times come as text: core
/// knows no time zone. Of `setup` header, money and words are used, and `time` as the time of printing.
struct ShiftTimes {
  std::string opened, closed;
};
Receipt make_shift_receipt(const ShiftReport&, const ReceiptSetup& setup, const ShiftTimes& times,
                           const ShiftWords& words = {});

}  // namespace ringup
