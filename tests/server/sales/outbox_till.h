#pragma once
/// A till outside the server with its storage and the outbox that real ones have, so that it sends, and sends
/// again, by itself. It does all that a cashier does, and remembers what the server's books must come to.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sale/refund.h"
#include "core/till/outbox.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {

/// SplitMix64: small, the same everywhere.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// What the books must come to.
struct Books {
  std::int64_t records = 0, sales = 0, refunds = 0, voids = 0;
  std::int64_t total = 0;   // of sales and refunds, minor units
  std::int64_t pieces = 0;  // gone from stock
  std::int64_t shifts = 0, closed = 0, cash_in = 0, cash_out = 0, customers = 0;
  Books& operator+=(const Books&);
};

class OutboxTill {
 public:
  explicit OutboxTill(TestTill till, std::uint64_t seed = 1);

  /// One piece of `product`, in cash.
  void sell(const Id& product);
  /// A sale mostly, else a refund, a void, a shift's begin or end, cash in or out, a customer or a note.
  void act(const Id& product);

  /// Posts a body and says what came back.
  using Post = std::function<Answer(const std::string& body)>;
  /// One request, where the outbox has one to send now; false where it has none. An answer must not take back
  /// what an earlier one of the same generation said.
  bool step(const Post& post);
  /// Sends until nothing is left; false where the server does not answer.
  bool sync(int port);
  /// The same through `post`.
  bool sync(const Post& post);

  std::int64_t recorded() const { return till_.seq; }
  bool delivered(std::int64_t seq) const { return outbox_.delivered(till_.epoch, seq); }
  std::size_t pending() const { return outbox_.pending(); }
  const std::vector<std::string>& texts() const { return texts_; }  // of record 1, 2, …
  const TestTill& till() const { return till_; }
  const Books& books() const { return books_; }
  const std::optional<std::string>& generation() const { return outbox_.generation(); }
  std::int64_t durable = 0;  // durable_through of the last answer
  std::int64_t acked = 0;    // acked_through of the last answer

 private:
  struct Sold {
    Id id;
    Sale sale;
    bool undone = false;  // given back or voided
  };
  journal::Record keep(journal::Kind kind, json::Value body);
  void undo(bool refund);

  TestTill till_;
  journal::Outbox outbox_;
  std::vector<std::string> texts_;
  std::vector<Sold> sold_;
  Books books_;
  Chance chance_;
  std::int64_t now_ms_ = 0;
};

/// The folder's books hold every record of the tills once, and come to the cent to what the tills remember;
/// `ringup verify` finds nothing. The product had a thousand pieces, as ShopFloor makes it.
void expect_books(const std::string& folder, const std::vector<OutboxTill>& tills);

}  // namespace ringup::test
