#pragma once
/// The backup file. Version 1:
///
///     file   = head newline sum newline 1*chunk
///     head   = one line of JSON, never encrypted, so that files can be told apart without a passphrase:
///              {"ringup_backup": 1, "at": us UTC, "program": "0.1.0 (abc)", "schema": 3, "generation": id,
///               "shop": 32 hex, "lock": null | {"argon2id": {"memory_kib", "passes", "lanes", "salt": hex},
///               "check": hex}, "ends": [[till, epoch, branch, seq, hash there, whole through], …]}
///     sum    = SHA-256 of head as hex: a damaged head is no wrong passphrase
///     chunk  = length bytes tag              see chunks.h; sealed together with the SHA-256 of head
///
/// What the chunks hold, put together and unpacked, is
///
///     parts  = 1*part end
///     part   = {"part": name, "bytes": n} newline n*byte {"sha256": hex} newline
///     end    = {"end": number of parts} newline
///
/// with the parts `secret.key`, `ringup.env` and `tls/…` where the folder has them, and last `ringup.db`.
/// Names are paths inside the folder; a reader refuses any other.
///
/// `shop` names the folder and all that were restored from its backups: it is derived from the folder's
/// secret, and tells nothing of it. `ends` (store::ChainEnd) is what durable_through is made of.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "server/store/snapshot.h"

namespace ringup::backup {

inline constexpr int format_version = 1;
inline constexpr std::size_t head_bytes_max = 16 << 20;
inline constexpr std::size_t salt_bytes = 16;
inline constexpr std::size_t key_bytes = 32;

/// How a passphrase becomes a key: Argon2id. Twice what RFC 9106 recommends for little memory, because
/// whoever has the file can try for years.
struct Lock {
  std::uint32_t memory_kib = 128 * 1024, passes = 3, lanes = 1;
  std::string salt;   // bytes
  std::string check;  // bytes: tells a wrong passphrase from a damaged file
  bool operator==(const Lock&) const = default;
};
/// A lock with a fresh salt, and the key that it opens to; busy where there is no memory for it.
Result<std::pair<Lock, std::string>> make_lock(std::string_view passphrase);
/// invalid_credentials for a wrong passphrase; busy where there is no memory for it.
Result<std::string> open_lock(const Lock& lock, std::string_view passphrase);

struct Head {
  std::int64_t at_us = 0;
  std::string program;
  std::int64_t schema = 0;
  std::string generation, shop;
  std::optional<Lock> lock;
  std::vector<store::ChainEnd> ends;
  bool operator==(const Head&) const = default;
};

/// The name of a folder's lineage, from its secret.
std::string shop_of(std::string_view secret);

/// Both lines.
std::string write_head(const Head& head);
/// invalid_value where this is no backup of ours, damaged where it was one, newer_version where a later
/// format wrote it. `line` is the first line, `sum` the second, both without their ends.
Result<Head> read_head(std::string_view line, std::string_view sum);

}  // namespace ringup::backup
