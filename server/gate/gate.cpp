#include "server/gate/gate.h"

#include <algorithm>

namespace ringup::gate {
namespace {

std::string_view session_cookie(const http::Request& request) {
  const std::string_view over_https = request.cookie("__Host-ringup_session");
  return over_https.empty() ? request.cookie("ringup_session") : over_https;
}

}  // namespace

Gate::Gate(store::Store& store, const http::Router& router, const http::Access& access, Options options,
           std::function<std::int64_t()> now_us)
    : router_(router),
      access_(access),
      options_(std::move(options)),
      now_us_(std::move(now_us)),
      address_lists_(store, now_us_) {}

http::Response too_many(std::int64_t wait_us) {
  const std::string seconds = std::to_string(http::retry_after_s(wait_us));
  http::Response response = http::problem(fail(Error::too_many_requests, {},
                                               "Too many requests of this kind. Try again in " + seconds +
                                                   (seconds == "1" ? " second." : " seconds.")));
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
  return std::move(response.with("Retry-After", seconds));
}

std::optional<http::Response> Gate::count(Class one, std::string_view name) {
  const std::int64_t wait_us =
      rates_.take(static_cast<std::uint8_t>(one), name, options_.limits.of(one), now_us_());
  if (wait_us == 0) return std::nullopt;
  return too_many(wait_us);
}

std::string Gate::methods_at(const http::Request& request) const {
  return router_.match("OPTIONS", request.path).allow;
}

Result<void> Gate::check_address(const http::Request& request) {
  const std::string_view by = request.header("authorization");
  const std::string_view page = session_cookie(request);
  if ((by.empty() && page.empty()) || !address_lists_.any()) return {};
  if (by.empty()) {
    // A page's cookie holds what an app would send in the header.
    http::Request bearer;
    bearer.headers.emplace_back("authorization", "Bearer " + std::string(page));
    const Result<Principal> who = access_.user(bearer);
    if (!who.ok()) return {};
    return address_lists_.check(who->tenant, caller_of(who->role), request.remote_address);
  }
  if (by.starts_with("Till ")) {
    const Result<http::TillPrincipal> till = access_.till(request);
    return till.ok() ? address_lists_.check(till->tenant, Caller::till, request.remote_address)
                     : Result<void>();
  }
  const Result<Principal> who = access_.user(request);
  if (!who.ok()) return {};
  return address_lists_.check(who->tenant, caller_of(who->role), request.remote_address);
}

std::optional<http::Response> Gate::look(const http::Request& request, std::string_view route) {
  const bool asks_first = request.method == "OPTIONS";
  if (auto other = options_.origins.look(request, asks_first ? methods_at(request) : std::string());
      other.has_value())
    return other;
  if (Result<void> let_in = check_address(request); !let_in.ok()) return http::problem(let_in.failure());
  const std::optional<Class> one = class_of(request.method, route);
  if (!one.has_value()) return std::nullopt;
  if (*one != Class::sensitive) return count(*one, http::counted_address(request.remote_address));
  // Who may not come in at all is the route's to say.
  const Result<Principal> who = access_.user(request);
  if (!who.ok()) return std::nullopt;
  return count(*one, {reinterpret_cast<const char*>(who->user.bytes.data()), who->user.bytes.size()});
}

}  // namespace ringup::gate
