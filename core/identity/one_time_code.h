#pragma once
/// Codes that people read in one place and type in another: one-time codes (six digits, sent by mail or SMS)
/// and recovery codes (ten letters and digits, kept on paper). Forms only; chance comes in as an argument.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

inline constexpr std::size_t one_time_code_digits = 6;
inline constexpr std::size_t recovery_code_letters = 10;  // 50 bits
inline constexpr int recovery_codes_made = 10;

/// Six digits, each of the million equally likely; nullopt once in some thousand times: ask again with other
/// bytes.
std::optional<std::string> make_one_time_code(std::span<const std::uint8_t, 4> random);

/// The digits of what somebody typed or pasted: spaces and hyphens are dropped. invalid_value unless six
/// digits are left.
Result<std::string> read_one_time_code(std::string_view text);

/// "K7QMX-2N94T": letters and digits that are not mistaken for one another (Crockford's).
std::string make_recovery_code(std::span<const std::uint8_t, recovery_code_letters> random);

/// The form that is compared: capital letters without hyphen or spaces; O is read as 0, I and L as 1.
/// invalid_value.
Result<std::string> read_recovery_code(std::string_view text);

}  // namespace ringup
