#pragma once
/// The till itself, without a picture: what a cashier can do, and what is true after it. Screens draw it and
/// call it.
///
/// Owns memory, server and sync. Not thread-safe; lives as long as the app. What fails answers a Failure in
/// words that can be shown as they are, and changes nothing.
///
/// What is booked is asked for and done later: `done` comes when the record is on the disk of this device, or
/// with the reason why it is not. One at a time; while saving() nothing else is booked. `done` may come
/// before the call returns where nothing had to be written.
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sale/cart.h"
#include "core/sale/receipt.h"
#include "web/till/cart_draft.h"
#include "web/till/counter.h"
#include "web/till/memory.h"
#include "web/till/permits.h"
#include "web/till/printer.h"
#include "web/till/refunds.h"
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
  bool voided = false;
};

/// What is on the receipt screen.
struct ShownReceipt {
  Receipt document;
  std::string number;
  Amount total = 0;
  Amount change = 0;
  bool refund = false;
  bool credit = false;  // some of it is still to be paid
  bool cash = false;    // some of it changed hands as cash
  bool fresh = false;   // just made, not looked up
  double shown_at_ms = 0;
};

class Model {
 public:
  using Done = std::function<void(Result<void>)>;
  explicit Model(platform::Bridge& bridge);

  // --- this device ---
  /// What it holds is not read yet: nothing can be said about the till.
  bool opening() const { return memory_.opening(); }
  /// Another tab is the till: nothing may be booked here.
  bool looks_on() const { return memory_.looks_on(); }
  /// A record is on its way to the disk: buttons are disabled and say "Saving…".
  bool saving() const { return saving_; }
  Memory& memory() { return memory_; }
  const Memory& memory() const { return memory_; }
  /// Shifts, cash in and out, voids, new customers, parked sales.
  Counter& counter() { return counter_; }
  /// Called with words that the cashier should read now.
  std::function<void(const std::string& words)> on_notice;
  /// What is wrong with this device as long as it is; empty: nothing.
  const std::string& warning() const { return warning_; }
  /// What another tab of this till said.
  void told(std::string_view words);
  /// The page is in front again, or the network is back.
  void wake();

  // --- who and where ---
  bool enrolled() const { return memory_.enrolment().has_value(); }
  const Settings& settings() const { return memory_.enrolment()->settings; }
  const std::optional<Cashier>& cashier() const { return memory_.cashier(); }
  void enrol(std::string pairing_code, Done done);
  /// With a password. Done without a cashier, another gate stands before the till: see step().
  void sign_in(std::string email, std::string password, Done done);
  /// The gate that a sign-in has come to; empty where none has begun.
  const std::optional<SignInStep>& step() const { return step_; }
  void send_factor_code(const std::string& method, Done done);
  void show_factor(const std::string& method, std::string code, Done done);
  void replace_password(std::string new_password, Done done);
  void give_up_step() { step_.reset(); }
  /// With a one-time code, sent to an e-mail address or a phone number.
  void send_code(const std::string& address, Done done);
  void sign_in_by_code(const std::string& address, std::string code, Done done);
  /// Who may sell here by PIN.
  const Permits& permits() const { return permits_; }
  /// Another cashier by PIN; the cart stays. A session with a password that somebody else had here ends, so
  /// that nobody acts in their name.
  void switch_to(const Id& user, std::string pin, Done done);
  /// Another PIN for the cashier. proof_required where `password` has to be shown.
  void set_pin(std::string pin, std::string password, Done done);
  void sign_out();
  /// Nothing is open: whoever may not sell here any more leaves now.
  void at_rest() { look_at_cashier(); }

  // --- the catalogue ---
  const Catalogue& catalogue() const { return sync_.shelf().catalogue(); }
  Sync& sync() { return sync_; }
  platform::Bridge& bridge() { return bridge_; }
  Server& server() { return server_; }

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
  void take_payment(std::span<const Tender> tenders, Done done);
  /// Appends a record of any kind.
  void book(journal::Kind kind, json::Value body, Memory::RecordDone done);

  /// Empties the cart, for the next one.
  void clear_cart();
  /// Puts lines, discounts and customer of a draft into the cart; answers how many lines were left out
  /// because their products are gone.
  Result<std::size_t> put_into_cart(const CartDraft& draft);
  /// Keeps the cart on the device, so that it survives a reload; cheap when nothing changed.
  void keep_cart();

  // --- after the sale ---
  const std::optional<ShownReceipt>& receipt() const { return receipt_; }
  void show_receipt(const Id& id, Done done);
  void print_receipt(Printer::Done done);
  Printer& printer() { return printer_; }
  /// Offers a file with all that has not reached the server.
  void save_unsent();
  /// Today's sales and refunds of this till, newest first.
  std::vector<Entry> today() const;
  /// A sale of this till, or by its receipt number from the server.
  void refund_of(const Id& sale, Refunds::DraftDone done);
  void find_receipt(const std::string& number, Refunds::DraftDone done);
  /// What giving back the chosen lines comes to, positive.
  Result<Amount> refund_total(const RefundDraft& draft, TenderKind kind) const {
    return Refunds::total(draft, kind);
  }
  void give_back(const RefundDraft& draft, TenderKind kind, Done done);

  // --- words ---
  std::string money(Amount amount) const;
  /// Of an amount without cents: "€50".
  std::string whole_money(Amount amount) const;
  std::string price(UnitPrice price) const;
  std::string clock_time(std::int64_t unix_ms) const;  // "18:55"
  std::string day_words(std::int64_t unix_ms) const;   // "today", "yesterday", "2026-03-01"
  /// What stands above and below on paper, and how money is written.
  ReceiptSetup setup_at(std::int64_t unix_ms, const std::string& cashier) const;
  Currency currency() const;

 private:
  std::string local_time(std::int64_t unix_ms) const;
  Server::StepDone step_taken(Done done);
  void leave_session();
  void people_known();
  void look_at_cashier();
  void follow_rules();
  void ledger_is(platform::LedgerState state);
  void known();
  void look_again();
  void write_again();
  void append(journal::Kind kind, json::Value body, std::vector<std::pair<std::string, std::string>> drafts,
              Memory::RecordDone done);
  Result<void> show(const journal::Record& record, bool fresh);
  void restore_cart();

  platform::Bridge& bridge_;
  Printer printer_;
  Memory memory_;
  Server server_;
  Permits permits_;
  Sync sync_;
  Refunds refunds_;
  Counter counter_{*this};
  Cart cart_{Currency{}, Rules{}};  // stays in its place: screens hold references to it within a frame
  std::string warning_;
  std::optional<SignInStep> step_;
  std::optional<ShownReceipt> receipt_;
  std::map<Id, std::string> customer_names_;  // of those chosen since the start, for their receipts
  bool cart_restored_ = false, saving_ = false;
};

}  // namespace ringup::till
