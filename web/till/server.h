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

class Server {
 public:
  explicit Server(platform::Bridge& bridge) : bridge_(bridge) {}

  /// With a pairing code, or (empty code) with the till's own token after a fork.
  void enrol(std::string pairing_code, std::string token, std::function<void(Result<Enrolment>)> done);
  void sign_in(std::string tenant, std::string email, std::string password,
               std::function<void(Result<Cashier>)> done);
  void sign_out(std::function<void()> done);

  /// One page of the catalogue after a cursor (empty: from the start), as text and read.
  struct Page {
    std::string text;
    CatalogueDelta delta;
  };
  void catalogue(const std::string& token, const std::string& cursor, std::function<void(Result<Page>)> done);
  /// What stands on receipts. not_found from a server that does not tell it again.
  void settings(const std::string& token, std::function<void(Result<Settings>)> done);
  /// A new product, in the name of whoever is signed in; `once` makes a repeated call the same product.
  /// forbidden where they may not; invalid_credentials where they have to sign in again.
  void add_product(const json::Value& product, std::string once,
                   std::function<void(Result<json::Value>)> done);
  void customers(const std::string& token, const std::string& query,
                 std::function<void(Result<std::vector<Customer>>)> done);
  /// not_found where no sale of this branch has that receipt number.
  void sale_by_receipt(const std::string& token, const std::string& receipt,
                       std::function<void(Result<FoundSale>)> done);

 private:
  /// A new access token by the browser's cookie; one ends with its page, the session does not.
  void refresh(std::function<void(Result<void>)> done);
  void call(std::string method, std::string url, const std::string& token, const json::Value* body,
            std::function<void(platform::FetchResponse)> done, const std::string& once = {});
  platform::Bridge& bridge_;
  std::string access_;  // of the signed-in person, in memory only
};

}  // namespace ringup::till
