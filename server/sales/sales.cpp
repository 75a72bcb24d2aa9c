#include "server/sales/sales.h"

#include "generated/version.h"
#include "server/sales/exchange.h"

namespace ringup::sales {

Sales::Sales(store::Store& store, std::function<std::int64_t()> now_us, std::string generation)
    : store_(store),
      now_us_(std::move(now_us)),
      generation_(std::move(generation)),
      tokens_(store.secret()) {}

Result<std::unique_ptr<Sales>> Sales::make(store::Store& store, std::function<std::int64_t()> now_us) {
  const std::string generation = TRY(store.writer().write_for<std::string>(store::read_or_make_generation));
  const bool upgraded = TRY(store.writer().write_for<bool>(
      [](store::Database& db) { return store::note_version(db, std::string(version) + ' ' + commit); }));
  if (upgraded) (void)TRY(retry_quarantined(store, now_us()));
  return std::unique_ptr<Sales>(new Sales(store, std::move(now_us), generation));
}

Result<http::TillPrincipal> Sales::till_of(const http::Request& request) const {
  constexpr std::string_view scheme = "Till ";
  const std::string_view header = request.header("authorization");
  if (!header.starts_with(scheme))
    return fail(Error::unauthenticated, {}, "Send the till's token as 'Authorization: Till …'.");
  http::TillPrincipal till = TRY(tokens_.verify(header.substr(scheme.size())));
  contacts_.note(till.till, now_us_());
  return till;
}

void Contacts::note(const Id& till, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  at_[till] = now_us;
}

std::optional<std::int64_t> Contacts::last(const Id& till) const {
  const std::lock_guard lock(mutex_);
  const auto found = at_.find(till);
  return found == at_.end() ? std::nullopt : std::optional(found->second);
}

void Sales::add_routes(http::Router& router, const http::Access& access) {
  add_till_routes(router, access);
  add_sale_routes(router, access);
  add_task_routes(router, access);
  add_customer_routes(router, access);
}

}  // namespace ringup::sales
