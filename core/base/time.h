#pragma once
/// Times as people and machines write them. Inside, a time is a count of microseconds since 1970, UTC.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

/// RFC 3339 in UTC with milliseconds: "2026-03-01T09:30:00.000Z". For the years 0 to 9999; others are
/// clamped.
std::string to_rfc3339(std::int64_t unix_us);
/// Reads such a time, with any number of decimals or none. invalid_value for anything else, other zones than
/// "Z" among it.
Result<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace ringup
