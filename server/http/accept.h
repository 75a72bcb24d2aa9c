#pragma once
/// Content negotiation (RFC 9110, 12.5.1).
#include <initializer_list>
#include <string_view>

namespace ringup::http {

/// Which of our types an Accept header likes best: by quality, then by its place in the header, then by our
/// order. A type's quality is that of the most specific range it falls under. Empty where it takes none of
/// them; the first one where there is no header. `ours` in lower case, without parameters.
std::string_view best_type(std::string_view accept, std::initializer_list<std::string_view> ours);

}  // namespace ringup::http
