#pragma once
/// Listens to the log for as long as it lives.
#include <mutex>
#include <string>
#include <vector>

#include "server/log/log.h"

namespace ringup::test {

class Heard {
 public:
  Heard() {
    log::to([this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      text_.append(line);
    });
  }
  ~Heard() { log::to({}); }
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;

  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  /// Without their newlines.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::string all = text();
    for (std::size_t at = 0, end; (end = all.find('\n', at)) != std::string::npos; at = end + 1)
      lines.push_back(all.substr(at, end - at));
    return lines;
  }
  /// How many lines tell of this event.
  int count(std::string_view event) const {
    int found = 0;
    for (const std::string& line : lines())
      found += line.find("\"event\":\"" + std::string(event) + "\"") != std::string::npos ? 1 : 0;
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace ringup::test
