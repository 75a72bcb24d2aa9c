#pragma once
/// What can be said about a data folder's database from outside, without changing it, while a server may be
/// running on it.
#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace ringup::store {

struct Checkup {
  std::int64_t schema = 0;  // 0: an empty file
  std::int64_t businesses = 0;
  std::int64_t newest_us = 0;  // the youngest time that this machine's clock wrote; 0: none yet
  std::int64_t bytes = 0, wal_bytes = 0;
  std::int64_t written_back_us = 0;  // when ringup.db itself was last written: the last checkpoint
  enum class Sound { yes, no, not_known } sound = Sound::not_known;
  std::string damage;  // SQLite's words, where sound is `no`
};

/// Reads at most `quick_check_ms` long through all pages (0: not at all); what takes longer is `not_known`.
/// not_found where there is no database, storage, damaged where it does not even open.
Result<Checkup> check_up(const std::string& folder, int quick_check_ms);

}  // namespace ringup::store
