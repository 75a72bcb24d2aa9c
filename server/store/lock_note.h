#pragma once
/// What stands in DIR/serve.lock, for other processes: who holds the folder, and where it listens.
#include <string>

namespace ringup::store {

struct LockNote {
  bool held = false;  // by whoever wrote the note; else the note is of the last one
  std::string text;
};

/// By the holder of the lock. Nobody minds where the disk is full.
void write_lock_note(const std::string& folder, const std::string& text);
/// Looks without keeping: a server that starts in this very moment tries again.
LockNote read_lock_note(const std::string& folder);

}  // namespace ringup::store
