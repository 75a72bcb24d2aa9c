#include <charconv>

#include "server/events/events.h"
#include "server/store/tills.h"

namespace ringup::events {
namespace {

/// The header, else the query's word; none where it is empty.
Result<std::optional<std::int64_t>> read_seen(const http::Request& request) {
  const char* where = "Last-Event-ID";
  std::string_view text = request.header("last-event-id");
  if (text.empty()) where = "last_event_id", text = request.query_value("last_event_id").value_or("");
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t seen = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seen);
  if (error != std::errc() || end != text.data() + text.size() || seen < 0)
    return fail(Error::invalid_value, where, "This is no id of an event: send the last one you were given.");
  return std::optional(seen);
}

Result<Listener> listener_of(const http::Request& request, store::Store& store, const http::Access& access) {
  Listener listener;
  if (!request.header("authorization").starts_with("Till ")) {
    const Principal user = TRY(access.user(request));
    listener.tenant = user.tenant;
    listener.who = user.user;
    listener.session = user.session;
    listener.rights = user.rights();
    listener.audience = audience_of(user.rights());
    if (access.user_until_us) listener.ends_us = TRY(access.user_until_us(request));
    return listener;
  }
  const http::TillPrincipal principal = TRY(access.till(request));
  const auto till =
      TRY(store.read([&](store::Database& db) { return store::find_till(db, principal.till); }));
  if (!till || till->tenant != principal.tenant || till->revoked_at) return Error::forbidden;
  listener.tenant = principal.tenant;
  listener.who = principal.till;
  listener.audience = audience_of_tills();
  return listener;
}

}  // namespace

void add_routes(http::Router& router, store::Store& store, const http::Access& access, Streams& streams) {
  router.add("GET", "/api/events/",
             [&store, access, &streams](const http::Request& request) -> Result<http::Response> {
               TRY(request.allow_query({"last_event_id"}));
               Listener listener = TRY(listener_of(request, store, access));
               listener.seen = TRY(read_seen(request));
               http::Response response;
               response.content_type = "text/event-stream";
               response.with("Cache-Control", "no-store");
               response.with("X-Accel-Buffering", "no");  // proxies must not wait for more
               response.stream = [&streams, listener](std::unique_ptr<http::OpenStream> stream) {
                 streams.add(listener, std::move(stream));
               };
               return response;
             });
}

}  // namespace ringup::events
