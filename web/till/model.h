#pragma once
/// The till itself, without a picture: what a cashier can do, and what is true after it. Screens draw it and
/// call it.
///
/// Owns memory, server and sync. Not thread-safe; lives as long as the app. What fails answers a Failure in
/// words that can be shown as they are, and changes nothing.
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sale/cart.h"
#include "core/sale/receipt.h"
#include "web/till/memory.h"
#include "web/till/server.h"
#include "web/till/sync.h"

namespace ringup::till {

/// A sale or refund of the day, as this till recorded it.
struct Entry {
  Id id;
  std::int64_t at = 0;  // ms UTC
  bool refund = false;
  std::string receipt;
  Amount total = 0;  // negative for a refund
  bool delivered = false;
};

/// What is on the receipt screen.
struct ShownReceipt {
  Receipt document;
  std::string number;
  Amount total = 0;
  Amount change = 0;
  bool refund = false;
  bool credit = false;  // some of it is still to be paid
  bool fresh = false;   // just made, not looked up
  double shown_at_ms = 0;
};

/// A sale that is being given back, with what was given back before.
struct RefundDraft {
  Id sale_id;
  Sale sale;
  Refunded before;
  std::vector<Quantity> chosen;  // per line of the sale; 0: stays sold
};

class Model {
 public:
  explicit Model(platform::Bridge& bridge);

  // --- who and where ---
  bool enrolled() const { return memory_.enrolment().has_value(); }
  const Settings& settings() const { return memory_.enrolment()->settings; }
  const std::optional<Cashier>& cashier() const { return memory_.cashier(); }
  void enrol(std::string pairing_code, std::function<void(Result<void>)> done);
  void sign_in(std::string email, std::string password, std::function<void(Result<void>)> done);
  void sign_out();

  // --- the catalogue ---
  const Catalogue& catalogue() const { return sync_.shelf().catalogue(); }
  Sync& sync() { return sync_; }
  platform::Bridge& bridge() { return bridge_; }

  // --- the sale ---
  Cart& cart() { return cart_; }
  /// Puts a product into the cart; for `price` instead of its own where given.
  Result<LineId> add(const Product& product, Quantity quantity = {}, std::optional<UnitPrice> price = {});
  /// What a scanner read. Answers the name of what was added.
  Result<std::string> scan(std::string_view code);
  std::optional<Customer> customer;  // of the cart
  void choose_customer(std::optional<Customer> chosen);
  void customers(const std::string& query, std::function<void(Result<std::vector<Customer>>)> done);

  /// Books the cart as a sale: on the disk of this device first, then the receipt, then to the server.
  Result<void> take_payment(std::span<const Tender> tenders);

  /// Keeps the cart on the device, so that it survives a reload; cheap when nothing changed.
  void keep_cart();

  // --- after the sale ---
  const std::optional<ShownReceipt>& receipt() const { return receipt_; }
  void show_receipt(const Id& id);
  void print_receipt();
  /// Today's sales and refunds of this till, newest first.
  std::vector<Entry> today() const;
  /// A sale of this till, or by its receipt number from the server.
  std::optional<RefundDraft> refund_of(const Id& sale) const;
  void find_receipt(const std::string& number, std::function<void(Result<RefundDraft>)> done);
  /// What giving back the chosen lines comes to, positive.
  Result<Amount> refund_total(const RefundDraft& draft, TenderKind kind) const;
  Result<void> give_back(const RefundDraft& draft, TenderKind kind);

  // --- words ---
  std::string money(Amount amount) const;
  /// Of an amount without cents: "€50".
  std::string whole_money(Amount amount) const;
  std::string price(UnitPrice price) const;
  std::string clock_time(std::int64_t unix_ms) const;  // "18:55"
  Currency currency() const;

 private:
  std::string local_time(std::int64_t unix_ms) const;
  void follow_rules();
  Result<journal::Record> record(journal::Kind kind, json::Value body);
  ReceiptSetup setup_at(std::int64_t unix_ms, const std::string& cashier) const;
  Result<void> show(const journal::Record& record, bool fresh);
  void restore_cart();
  Result<Refund> refund_from(const RefundDraft& draft, TenderKind kind, std::string_view number) const;

  platform::Bridge& bridge_;
  Memory memory_;
  Server server_;
  Sync sync_;
  Cart cart_{Currency{}, Rules{}};  // stays in its place: screens hold references to it within a frame
  std::optional<ShownReceipt> receipt_;
  std::map<Id, std::string> customer_names_;  // of those chosen since the start, for their receipts
  std::string kept_cart_;                     // as it lies on the device
  bool cart_restored_ = false;
};

}  // namespace ringup::till
