#pragma once
/// Tells a keyboard-wedge scanner from a person typing, by timing alone.
///
/// A scanner types its code as keystrokes a few milliseconds apart and ends with Enter or Tab. A burst of at
/// least `scan_length_min` characters whose keystrokes are on average less than `scan_gap_ms_max` apart,
/// ended so, is a scan; anything slower is typing and stays typing. No clock here: times come with the keys.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringup::platform {

inline constexpr int scan_length_min = 4;
inline constexpr double scan_gap_ms_max = 35;
inline constexpr double scan_pause_ms_max = 90;  // a longer pause begins a new burst
inline constexpr std::size_t scan_length_max = 128;

class Scanner {
 public:
  /// A printable character (UTF-8, one code point) at `time_ms`. True if it begins a new burst.
  bool character(std::string_view text, double time_ms);
  /// Enter or Tab: the scanned text if the burst was a scan. Ends the burst in any case.
  std::optional<std::string> end(double time_ms);
  /// Any other key, or a change of focus: ends the burst.
  void reset();
  /// Characters of the burst so far.
  const std::string& pending() const { return text_; }
  /// True while the burst may still become a scan at `time_ms`.
  bool undecided(double time_ms) const;

 private:
  std::string text_;
  int count_ = 0;
  double first_ms_ = 0, last_ms_ = 0;
};

}  // namespace ringup::platform
