#pragma once
/// Giving goods back: which sale, what of it is still with the customer, and what that comes to.
///
/// Reads and computes only; booking a refund is Model's. One per app; not thread-safe.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sale/refund.h"
#include "web/till/memory.h"
#include "web/till/server.h"

namespace ringup::till {

/// A sale that is being given back, with what was given back before.
struct RefundDraft {
  Id sale_id;
  Sale sale;
  Refunded before;
  std::vector<Quantity> chosen;  // per line of the sale; 0: stays sold
};

class Refunds {
 public:
  using DraftDone = std::function<void(Result<RefundDraft>)>;
  Refunds(Memory& memory, Server& server) : memory_(memory), server_(server) {}

  /// Of a sale that this till made. not_found where its record is not on the device any more.
  void of(const Id& sale, DraftDone done);
  /// By the number on the receipt: of any till, from the server; of this till where `offline`.
  void find(const std::string& number, bool offline, DraftDone done);

  /// What the chosen lines come to, as a refund with this receipt number.
  static Result<Refund> make(const RefundDraft& draft, TenderKind kind, std::string_view number);
  /// The same as an amount, positive.
  static Result<Amount> total(const RefundDraft& draft, TenderKind kind);

 private:
  struct Gathering;
  void add_own(RefundDraft draft, bool undelivered_only, DraftDone done);
  void gather(std::shared_ptr<Gathering> gathering);
  void ask_server(const std::string& number, DraftDone done);
  Memory& memory_;
  Server& server_;
};

}  // namespace ringup::till
