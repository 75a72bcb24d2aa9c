#pragma once
/// How writes and entries of the ledger cross between the module and shell/ledger.js, as one run of bytes.
/// A length is 32 bits, low byte first.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/platform/bridge.h"

namespace ringup::platform {

/// Of each write the verb as a byte, then key and bytes, each behind its length.
std::string pack(const std::vector<LedgerWrite>& writes);
/// Keys and bytes in turn, each behind its length; `all` is what ledger.js made.
std::vector<std::pair<std::string, std::string>> unpack(std::string_view all);

}  // namespace ringup::platform
