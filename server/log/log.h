#pragma once
/// What the server says of itself: one JSON object a line, to standard error under `serve`, to nowhere in
/// commands and tests until someone says where.
///
///     {"at":"2026-03-01T09:30:00.000Z","level":"warning","event":"read_only","words":"The disk is full …"}
///
/// `at`, `level` and `event` (stable, snake_case) are always there; `words` is a sentence for people. Nothing
/// personal and no secret goes in: no names, addresses, tokens, queries or bodies.
///
/// Thread-safe. One place for the whole process: a thread deep in the store has as much to say as `serve`.
#include <functional>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace ringup::log {

enum class Level : std::uint8_t {
  info,     // as it should be
  warning,  // somebody should look soon; service goes on
  error,    // service is limited until somebody acts or it mends itself
};
const char* name_of(Level level);

/// Takes whole lines, each with its newline; several threads may call it at once.
using Sink = std::function<void(std::string_view line)>;
/// From now on lines go there; an empty sink: nowhere. Returns when no thread is in the sink before.
void to(Sink sink);
/// To standard error, one system call a line, so that lines of several threads do not mix.
void to_stderr();

/// Whether anyone listens: for callers whose line costs something to make.
bool on();
/// The beginning of a line, `{"at":…,"level":…,"event":…`, without a closing brace, for a wall-clock time.
std::string begin(Level level, std::string_view event, std::int64_t now_us);
/// A whole line with its newline, as it is.
void line(std::string_view text);
/// An event: `words`, where not empty, then `more`, in its order.
void event(Level level, std::string_view event, std::string_view words, json::Object more = {});

}  // namespace ringup::log
