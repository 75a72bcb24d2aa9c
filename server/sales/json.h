#pragma once
/// What the REST answers and queries of this room share.
#include <optional>
#include <string>
#include <utility>

#include "core/base/json.h"
#include "core/base/zone.h"
#include "core/money/money.h"
#include "server/http/page.h"

namespace ringup::sales {

/// A query parameter that is an id; invalid_value.
Result<std::optional<Id>> query_id(const http::Request& request, std::string_view name);
/// A query parameter that is a time, "2026-03-01" (the beginning of that day in `zone`) or
/// "2026-03-01T09:30:00Z" (with fractions and offsets), in microseconds. invalid_value.
Result<std::optional<std::int64_t>> query_time(const http::Request& request, std::string_view name,
                                               const Zone& zone);
/// "2026-03-01 10:30:00" by the wall's clock in `zone`.
std::string local_text(std::int64_t us, const Zone& zone);

/// Cursors of lists ordered by a time and an id.
std::string write_cursor(std::int64_t at, const Id& id);
Result<std::optional<std::pair<std::int64_t, Id>>> read_cursor(const http::Page& page);

inline json::Value or_null(const std::optional<Id>& id) {
  return id ? json::Value(*id) : json::Value();
}
json::Value time_or_null(const std::optional<std::int64_t>& us);

}  // namespace ringup::sales
