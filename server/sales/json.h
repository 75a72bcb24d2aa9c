#pragma once
/// The REST shapes of this room: Money objects, decimal strings, RFC 3339 times, lists by cursor.
#include <optional>
#include <string>
#include <utility>

#include "core/base/json.h"
#include "core/money/money.h"
#include "server/http/http.h"

namespace ringup::sales {

inline constexpr std::int64_t list_limit_default = 50;
inline constexpr std::int64_t list_limit_max = 200;

/// `?limit=`: 1 to list_limit_max. out_of_range, invalid_value.
Result<std::int64_t> read_limit(const http::Request& request);
/// A query parameter that is an id; invalid_value.
Result<std::optional<Id>> query_id(const http::Request& request, std::string_view name);
/// A query parameter that is a time, "2026-03-01" or "2026-03-01T09:30:00Z" (with fractions and offsets), in
/// microseconds. invalid_value.
Result<std::optional<std::int64_t>> query_time(const http::Request& request, std::string_view name);

/// Cursors of lists ordered by a time and an id.
std::string write_cursor(std::int64_t at, const Id& id);
Result<std::optional<std::pair<std::int64_t, Id>>> query_cursor(const http::Request& request);

/// {"items": […], "next": "…"|null}
http::Response list_response(json::Array items, std::optional<std::string> next);

inline json::Value or_null(const std::optional<Id>& id) {
  return id ? json::Value(*id) : json::Value();
}
json::Value time_or_null(const std::optional<std::int64_t>& us);

}  // namespace ringup::sales
