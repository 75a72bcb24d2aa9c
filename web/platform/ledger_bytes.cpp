#include "web/platform/ledger_bytes.h"

namespace ringup::platform {
namespace {

void append(std::string& out, std::string_view part) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(part.size() >> shift & 0xff);
  out += part;
}

std::string take(std::string_view& all) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length |= std::size_t{static_cast<unsigned char>(all[i])} << 8 * i;
  std::string part(all.substr(4, length));
  all.remove_prefix(4 + length);
  return part;
}

}  // namespace

std::string pack(const std::vector<LedgerWrite>& writes) {
  std::string out;
  for (const LedgerWrite& write : writes) {
    out += static_cast<char>(write.verb);
    append(out, write.key);
    append(out, write.bytes);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> unpack(std::string_view all) {
  std::vector<std::pair<std::string, std::string>> entries;
  while (!all.empty()) {
    std::string key = take(all);
    std::string bytes = take(all);
    entries.emplace_back(std::move(key), std::move(bytes));
  }
  return entries;
}

}  // namespace ringup::platform
