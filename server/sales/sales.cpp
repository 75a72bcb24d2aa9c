#include "server/sales/sales.h"

#include <algorithm>

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

void Sales::tell_metrics(log::Exposition& out) const {
  const auto tills =
      store_.read([](store::Database& db) { return store::list_watched_tills(db, tills_told_max); });
  if (!tills.ok()) return;
  const std::int64_t now = now_us_();
  out.family("ringup_till_last_seen_seconds", "gauge",
             "Since a till was last heard of, by tenant and series; tills that never sent anything are not "
             "told.");
  for (const store::WatchedTill& till : *tills) {
    const std::optional<std::int64_t> seen = contacts_.last(till.id);
    if (!seen.has_value() && !till.last_record_at.has_value()) continue;
    const std::int64_t at = std::max(seen.value_or(0), till.last_record_at.value_or(0));
    // A clock that was set back makes no till come from the future.
    const std::int64_t gone = std::max<std::int64_t>(now - at, 0);
    out.seconds_row({{"tenant", till.tenant_slug}, {"till", till.series}}, static_cast<std::uint64_t>(gone),
                    1'000'000);
  }
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
  add_shift_routes(router, access);
  add_receipt_routes(router, access);
  add_task_routes(router, access);
  add_customer_routes(router, access);
}

}  // namespace ringup::sales
