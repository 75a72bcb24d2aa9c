#pragma once
/// Currencies of ISO 4217: the active ones that money can be paid in, with their minor digits (0, 2 or 3).
/// Metals, test codes, funds and units of account (XAU, XTS, CHE, CLF, XDR …) are no currencies here.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

/// A value of four bytes; copy it. The default one is "XXX", no currency, which parse_currency refuses.
struct Currency {
  std::array<char, 3> letters{'X', 'X', 'X'};
  std::uint8_t digits = 0;  // decimals of the major unit: 2 for EUR, 0 for JPY, 3 for KWD

  std::string_view code() const { return {letters.data(), letters.size()}; }
  bool operator==(const Currency&) const = default;
};

/// By its three capital letters: "EUR". unknown_currency.
Result<Currency> parse_currency(std::string_view code);
/// All of them, by code.
std::span<const Currency> all_currencies();

}  // namespace ringup
