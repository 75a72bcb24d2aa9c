#pragma once
/// A till played by the program itself, for the demo shop and for measuring: it chains records of any time
/// and hands them in as the journal's endpoint would, so that they are checked and booked like all others.
#include <string>
#include <vector>

#include "core/sale/refund.h"
#include "core/till/exchange.h"
#include "core/till/record.h"
#include "server/http/access.h"
#include "server/store/store.h"

namespace ringup::sales {

class PlayedTill {
 public:
  /// A till that the store has already (add_till); the store must outlive it.
  PlayedTill(store::Store& store, const http::TillPrincipal& till, std::string generation);

  /// Whose name and shift the next records bear.
  void stand_at(const Id& user, const std::optional<Id>& shift) { user_ = user, shift_ = shift; }
  /// The next receipt's number, which is then used.
  std::string next_receipt();
  /// Appends a record of `at_ms`; yields its id. What seal() refuses.
  Result<Id> add(journal::Kind kind, std::int64_t at_ms, json::Value body);
  std::size_t waiting() const { return records_.size(); }
  /// Hands in what waits. conflict where a record was not accepted; what receive_journal says.
  Result<void> send(std::int64_t now_us);

  const http::TillPrincipal& principal() const { return till_; }

 private:
  store::Store& store_;
  http::TillPrincipal till_;
  std::string generation_, prev_{journal::no_hash};
  std::int64_t seq_ = 0, receipts_ = 0;
  Id user_;
  std::optional<Id> shift_;
  std::vector<journal::Envelope> records_;
};

}  // namespace ringup::sales
