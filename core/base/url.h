#pragma once
/// Addresses.
#include <string>
#include <string_view>

namespace ringup {

/// Percent-encodes everything but RFC 3986's unreserved characters: for values in paths and queries.
std::string url_encoded(std::string_view text);

}  // namespace ringup
