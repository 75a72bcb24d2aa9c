#pragma once
/// The till's conversations with the server: enrolling, signing in, the catalogue, the journal, looking
/// things up.
///
/// All calls return at once; answers come as events. Not thread-safe; one per app.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/catalogue.h"
#include "core/sale/refund.h"
#include "web/till/memory.h"

namespace ringup::till {

/// Someone who can buy on credit.
struct Customer {
  Id id;
  std::string first_name, last_name, email;
  std::string name() const;
};

/// Lenient: members that a newer server adds are passed over.
Result<Customer> read_customer(const json::Value&);

/// How far a sign-in has come.
struct SignInStep {
  std::optional<Cashier> cashier;    // it is done
  std::string challenge;             // else: what opens the next gate
  std::vector<std::string> methods;  // of the second factor: "totp", "sms", "email", "recovery"
  bool password_expired = false;     // another one must be set
};

/// A sale as the server has it, with what was given back so far.
struct FoundSale {
  Id id;
  Sale sale;
  std::vector<Refund> refunds;
};

/// What every failure says to the person at the till.
std::string words_of(const Failure& failure);
/// A failure in the server's own words, or that no answer came.
Failure failure_of(const platform::FetchResponse& response);
Result<json::Value> body_of(const platform::FetchResponse& response);

class Server {
 public:
  explicit Server(platform::Bridge& bridge) : bridge_(bridge) {}

  /// With a pairing code, or (empty code) with the till's own token after a fork.
  void enrol(std::string pairing_code, std::string token, std::function<void(Result<Enrolment>)> done);

  // server_sign_in.cpp
  using StepDone = std::function<void(Result<SignInStep>)>;
  using Done = std::function<void(Result<void>)>;
  void sign_in(std::string tenant, std::string email, std::string password, StepDone done);
  /// Sends a code by "sms" or "email" for the second factor.
  void send_factor_code(const std::string& method, const std::string& challenge, Done done);
  void show_factor(const std::string& method, const std::string& challenge, std::string code, StepDone done);
  /// Another password in place of the expired one.
  void replace_password(const std::string& challenge, std::string new_password, StepDone done);
  /// Sends a code that is a sign-in by itself, to an e-mail address or a phone number.
  void send_code(const std::string& tenant, const std::string& address, Done done);
  void sign_in_by_code(const std::string& tenant, const std::string& address, std::string code,
                       StepDone done);
  /// Ends the session in this browser, whoever's it is. `done` with whether the server has heard it.
  void sign_out(std::function<void(bool heard)> done);
  /// The PIN of whoever is signed in. proof_required where they have to show their password once more.
  void set_pin(const Id& user, std::string pin, std::string password, Done done);

  /// Who may sell here by PIN: {key, items, sellers}.
  void permits(const std::string& token, std::function<void(const platform::FetchResponse&)> done);

  /// One page of the catalogue after a cursor (empty: from the start), as text and read.
  struct Page {
    std::string text;
    CatalogueDelta delta;
  };
  void catalogue(const std::string& token, const std::string& cursor, std::function<void(Result<Page>)> done);
  /// What stands on receipts. not_found from a server that does not tell it again.
  void settings(const std::string& token, std::function<void(Result<Settings>)> done);
  /// A new product, in the name of the cashier; `once` makes a repeated call the same product.
  /// forbidden where they may not; invalid_credentials where they have to sign in again.
  void add_product(const Id& user, const json::Value& product, std::string once,
                   std::function<void(Result<json::Value>)> done);
  void customers(const std::string& token, const std::string& query,
                 std::function<void(Result<std::vector<Customer>>)> done);
  /// not_found where no sale of this branch has that receipt number.
  void sale_by_receipt(const std::string& token, const std::string& receipt,
                       std::function<void(Result<FoundSale>)> done);

 private:
  /// A new access token by the browser's cookie; one ends with its page, the session does not.
  /// invalid_credentials where the session is another person's than `user`: whoever changed places by PIN
  /// must not act in the name of the one before.
  void refresh(const Id& user, Done done);
  /// Calls in the name of `user`, once more with a new token where that one has expired.
  void call_as(const Id& user, std::string method, std::string url, json::Value body, std::string once,
               std::function<void(platform::FetchResponse)> done);
  Result<SignInStep> read_step(const platform::FetchResponse& response);
  void call(std::string method, std::string url, const std::string& token, const json::Value* body,
            std::function<void(platform::FetchResponse)> done, const std::string& once = {});
  platform::Bridge& bridge_;
  std::string authorization_;    // of the signed-in person, in memory only: "Bearer …" or "Token …"
  std::optional<Id> access_of_;  // whose that is
};

}  // namespace ringup::till
