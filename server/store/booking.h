#pragma once
/// Booking: what a journal record changes in the business. As printed; nothing is recomputed or refused, what
/// does not agree becomes flags and tasks.
///
/// Reading and replaying a body needs no database and is done before the writer's job: read_body().
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "core/sale/refund.h"
#include "core/sale/sale.h"
#include "core/till/bodies.h"
#include "core/till/exchange.h"
#include "core/till/record.h"
#include "server/store/database.h"
#include "server/store/stock.h"
#include "server/store/tills.h"

namespace ringup::store {

/// A record's body as its kind has it, or why it is not understood.
struct ReadBody {
  std::variant<std::monostate, Sale, Refund, journal::VoidBody, journal::ShiftOpenBody,
               journal::ShiftCloseBody, journal::CashBody, journal::CustomerBody, journal::NoteBody>
      body;
  Failure failure;          // where there is no body
  std::string differences;  // of a sale or refund: what replay found; empty: it agrees
};
ReadBody read_body(const journal::Record& record);

/// Books records of one till in one writer's job. Refers to its arguments for its life.
class Booker {
 public:
  Booker(Database& db, const Till& till, std::string_view currency, std::int64_t now_us)
      : db_(db), till_(till), currency_(currency), now_us_(now_us) {}

  /// `flags` so far (fork, revoked_till, clock_off); yields them and those of business. Adds tasks that are
  /// not about the record itself. The body's own failure where it is not understood.
  Result<journal::Flags> book(const journal::Record& record, const ReadBody& body, journal::Flags flags);
  /// More about the flags of the record just booked, for its tasks.
  const std::string& detail() const { return detail_; }

 private:
  Result<void> book(const journal::Record& record, const Sale& sale, std::string_view differences);
  Result<void> book(const journal::Record& record, const Refund& refund, std::string_view differences);
  Result<void> book(const journal::Record& record, const journal::VoidBody& body);
  Result<void> book(const journal::Record& record, const journal::ShiftOpenBody& body);
  Result<void> book(const journal::Record& record, const journal::ShiftCloseBody& body);
  Result<void> book(const journal::Record& record, const journal::CashBody& body);
  Result<void> book(const journal::Record& record, const journal::CustomerBody& body);

  Result<void> insert_sale(const journal::Record& record, const Sale& sale,
                           const std::optional<Id>& refund_of);
  Result<void> book_line(const journal::Record& record, const SaleLine& line, bool is_refund);
  Result<void> move_stock(const Id& product, const Id& branch, std::int64_t quantity, MovementKind kind,
                          const Id& reference, std::int64_t at);
  Result<void> apply_early_void(const Id& sale);
  Result<void> take_back(const Id& sale, const Id& record, std::int64_t at);
  Result<void> check_user(const Id& user);
  Result<void> check_shift(const std::optional<Id>& shift);
  Result<void> check_price(const SaleLine& line, bool& known);
  void note(journal::Flag flag, std::string_view words);

  Database& db_;
  const Till& till_;
  std::string_view currency_;
  std::int64_t now_us_;
  journal::Flags flags_;
  std::string detail_;
  // Looked up once per request.
  std::map<Id, bool> users_;
  std::map<std::string, std::int64_t, std::less<>> rates_;
  bool rates_read_ = false;
};

}  // namespace ringup::store
