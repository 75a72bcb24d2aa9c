#pragma once
/// What the shop floor talks to: enrolment of tills, their journal, sales with receipts, customers, tasks.
///
/// Handlers run on many threads at once; what they share is the store and the counter of wrong guesses.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "server/log/exposition.h"
#include "server/sales/enrol.h"
#include "server/sales/token.h"
#include "server/store/durable.h"

namespace ringup::sales {

inline constexpr std::int64_t tills_told_max = 200;

/// When each till last spoke to us, since the program began. Thread-safe; forgets nothing, tills are few.
class Contacts {
 public:
  void note(const Id& till, std::int64_t now_us);
  std::optional<std::int64_t> last(const Id& till) const;

 private:
  mutable std::mutex mutex_;
  std::map<Id, std::int64_t> at_;
};

class Sales {
 public:
  /// Reads or makes the folder's generation; tries quarantined records again where the program is another
  /// version than the one that wrote last. The store must outlive it.
  static Result<std::unique_ptr<Sales>> make(store::Store& store,
                                             std::function<std::int64_t()> now_us = store::unix_us_now);

  /// The till behind `Authorization: Till <token>`: unauthenticated, invalid_token.
  Result<http::TillPrincipal> till_of(const http::Request& request) const;

  /// Adds the routes of this capability. `access` is copied.
  void add_routes(http::Router& router, const http::Access& access);

  /// Who knows what the kept backups hold; before serving begins. Without: nobody keeps any.
  void set_durable(store::DurableSource durable) { durable_ = std::move(durable); }
  /// Who knows where people come to a business (http::public_origin); before serving begins. Without:
  /// receipts have no address.
  using Origin = std::function<Result<std::string>(store::Database&, const http::Request&, const Id& tenant)>;
  void set_origin(Origin origin) { origin_ = std::move(origin); }
  /// Metrics: how long ago each till was heard of, for at most `tills_told_max` of those in use.
  void tell_metrics(log::Exposition& out) const;

  const TillTokens& tokens() const { return tokens_; }
  const std::string& generation() const { return generation_; }

 private:
  Sales(store::Store& store, std::function<std::int64_t()> now_us, std::string generation);
  Result<json::Value> till_json(store::Database& db, const store::Till& till) const;
  Result<http::Response> enrol(const http::Request& request);
  Result<http::Response> journal(const http::Request& request) const;
  void add_till_routes(http::Router& router, const http::Access& access);
  void add_sale_routes(http::Router& router, const http::Access& access);
  void add_shift_routes(http::Router& router, const http::Access& access);
  void add_receipt_routes(http::Router& router, const http::Access& access);
  Result<http::Response> receipt(const http::Request& request, const http::Access& access) const;
  Result<http::Response> receipt_page(const http::Request& request);
  Result<std::string> origin_of(store::Database& db, const http::Request& request, const Id& tenant) const {
    return origin_ ? origin_(db, request, tenant) : Result<std::string>(std::string());
  }
  void add_task_routes(http::Router& router, const http::Access& access);
  void add_customer_routes(http::Router& router, const http::Access& access);

  store::Store& store_;
  std::function<std::int64_t()> now_us_;
  std::string generation_;
  TillTokens tokens_;
  store::DurableSource durable_;
  Origin origin_;
  GuessLimit guesses_, receipt_guesses_;
  mutable Contacts contacts_;
};

}  // namespace ringup::sales
