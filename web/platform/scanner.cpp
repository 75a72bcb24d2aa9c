#include "web/platform/scanner.h"

namespace ringup::platform {

bool Scanner::character(std::string_view text, double time_ms) {
  const bool fresh = count_ == 0 || time_ms - last_ms_ > scan_pause_ms_max || text_.size() >= scan_length_max;
  if (fresh) {
    text_.clear();
    count_ = 0;
    first_ms_ = time_ms;
  }
  text_ += text;
  ++count_;
  last_ms_ = time_ms;
  return fresh;
}

std::optional<std::string> Scanner::end(double time_ms) {
  const bool in_time = time_ms - last_ms_ <= scan_pause_ms_max;
  // The end key counts: a fast code followed by a person's Enter is typing.
  const bool fast = count_ > 0 && (time_ms - first_ms_) / count_ < scan_gap_ms_max;
  std::optional<std::string> scanned;
  if (count_ >= scan_length_min && in_time && fast) scanned = text_;
  reset();
  return scanned;
}

void Scanner::reset() {
  text_.clear();
  count_ = 0;
}

bool Scanner::undecided(double time_ms) const {
  return count_ > 0 && time_ms - last_ms_ <= scan_pause_ms_max;
}

}  // namespace ringup::platform
