#include "server/log/log.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <shared_mutex>

#include "core/base/time.h"

namespace ringup::log {
namespace {

std::shared_mutex mutex;
Sink listener;
std::atomic<bool> listened{false};

/// Not through stderr: its lock would make the threads wait for each other's system call.
void write_to_stderr(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written <= 0 && errno != EINTR) return;  // a log that nobody takes stops no sale
    rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

}  // namespace

const char* name_of(Level level) {
  static constexpr const char* names[] = {"info", "warning", "error"};
  return names[static_cast<std::size_t>(level)];
}

void to(Sink sink) {
  const std::lock_guard lock(mutex);
  listener = std::move(sink);
  listened = static_cast<bool>(listener);
}

void to_stderr() {
  to(write_to_stderr);
}

bool on() {
  return listened.load(std::memory_order_relaxed);
}

std::string begin(Level level, std::string_view event, std::int64_t now_us) {
  std::string text = "{\"at\":\"" + to_rfc3339(now_us) + "\",\"level\":\"" + name_of(level) + "\",\"event\":";
  json::append_quoted(text, event);
  return text;
}

void line(std::string_view text) {
  const std::shared_lock lock(mutex);
  if (listener) listener(text);
}

void event(Level level, std::string_view event, std::string_view words, json::Object more) {
  if (!on()) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string text = begin(level, event, std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  if (!words.empty()) {
    text += ",\"words\":";
    json::append_quoted(text, words);
  }
  const std::string members = json::dump(std::move(more));
  if (members.size() > 2) text.append(",").append(members, 1, members.size() - 2);
  line(text + "}\n");
}

}  // namespace ringup::log
