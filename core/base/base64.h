#pragma once
/// Base64 (RFC 4648 section 4): the standard alphabet with padding, nothing else.
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

std::string base64_encode(std::string_view bytes);
/// invalid_value for another alphabet, white space, missing or misplaced padding, or bits left over, so that
/// each sequence of bytes has exactly one form.
Result<std::string> base64_decode(std::string_view text);

}  // namespace ringup
