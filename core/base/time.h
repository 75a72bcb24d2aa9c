#pragma once
/// Times as people and machines write them. Inside, a time is a count of microseconds since 1970, UTC.
#include <cstdint>
#include <string>

namespace ringup {

/// RFC 3339 in UTC with milliseconds: "2026-03-01T09:30:00.000Z". For the years 0 to 9999; others are
/// clamped.
std::string to_rfc3339(std::int64_t unix_us);

}  // namespace ringup
