#pragma once
/// A record of a till's journal: one thing the till did, chained to the record before it by its hash.
///
/// Form: a JSON object with exactly these members, all required:
///   v 1 · id UUID · till UUID · epoch ≥ 1 · seq ≥ 1 · prev 64 hex · kind · at ms UTC · mono ms ≥ 0 · user
///   UUID · shift UUID or "" · price_list ≥ 0 · body object · hash 64 hex
/// Canonical bytes: RFC 8785 of the record without `hash`. Only whole numbers within ±(2^53 − 1) and never
/// -0; names ASCII; no U+0000, lone surrogate or duplicate member; nested at most 16 deep; at most 256 KiB.
/// `hash` is the lower-case hex SHA-256 of them.
///
/// What comes from storage or the network is read with read_envelope(), which always yields something: the
/// whole record, or those parts of it that can be read. A record that cannot be read is kept, never dropped.
/// The bodies stand in core/till/bodies.h and core/sale.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::journal {

inline constexpr std::int64_t record_version = 1;
inline constexpr std::size_t record_bytes_max = 256 * 1024;  // of canonical bytes
inline constexpr int record_depth_max = 16;                  // the record itself is the first level
/// `prev` of the first record of an epoch.
inline constexpr std::string_view no_hash =
    "0000000000000000000000000000000000000000000000000000000000000000";

enum class Kind : std::uint8_t {
  sale,
  refund,
  void_sale,  // "void"
  shift_open,
  shift_close,
  cash_in,
  cash_out,
  customer_new,
  note,
};
inline constexpr int kind_count = static_cast<int>(Kind::note) + 1;
/// The kind's name in a record, e.g. "shift_open", "void".
std::string_view kind_name(Kind);
std::optional<Kind> kind_of(std::string_view name);

struct Record {
  Id id;  // a sale's id, a shift's where kind is shift_open
  Id till;
  std::int64_t epoch = 1;
  std::int64_t seq = 1;
  std::string prev{no_hash};
  Kind kind = Kind::note;
  std::int64_t at = 0;    // wall clock, ms UTC
  std::int64_t mono = 0;  // ms since the till app started
  Id user;
  std::optional<Id> shift;      // none is "" in the record
  std::int64_t price_list = 0;  // version of the catalogue
  json::Value body{json::Object{}};
  std::string hash;  // as stated; see seal() and hash_of()
  /// Equal members; the order of the body's members does not count.
  bool operator==(const Record&) const;
};

/// Reads one whole record; the hash must have the form of one but is not compared: see hash_of().
/// The failures of json::parse, wrong_type, unknown_member, missing_member, out_of_range, invalid_value;
/// newer_version where v > 1; limit_exceeded above the limits.
Result<Record> read_record(std::string_view text);

/// The record with all its members, `hash` among them.
json::Value to_json(const Record&);
/// The bytes that are hashed. They are not checked against the limits here: seal() does.
std::string canonical_bytes(const Record&);
/// Hash of the canonical bytes, whatever the record states.
std::string hash_of(const Record&);

/// Chains `record` after a record with hash `prev` (no_hash for the first of an epoch): sets prev and hash.
/// What seal() lets pass, read_record() reads; invalid_value, out_of_range, limit_exceeded otherwise, and
/// then the record must not be stored.
Result<Record> seal(Record record, std::string_view prev);
/// The text of a sealed record as it is stored, sent and exported: canonical, with its hash, no line break.
std::string record_text(const Record&);

/// What could be read of something that claims to be a record.
struct Envelope {
  std::string raw;  // the bytes as received; of {"seq", "raw"} the decoded ones
  std::optional<Id> id;
  std::optional<Id> till;
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> seq;
  std::optional<std::string> prev;  // as stated
  std::optional<std::string> hash;  // as stated
  /// The whole record, where all of it can be read in version 1.
  std::optional<Record> record;
  /// Why `record` is not there.
  Failure failure;
  /// The hash of the canonical bytes of what was received is the stated one. Can be true of a record that is
  /// not understood (a newer version): then the chain is sound, only its meaning is not known here.
  bool right_hash = false;
  /// What "the same bytes" are compared by (see digest_in): the hash where it is right, else the hex SHA-256
  /// of the canonical form with its hash, or of `raw` where it has no canonical form.
  std::string digest;
  /// The seat could not be read from the bytes themselves (or was read otherwise than it was said to be), so
  /// equal bytes may well be another record: digest_in() tells them apart by till, epoch and seq.
  bool digest_needs_seat = false;
};

/// Reads whatever can be read; never fails. `seq` is the number under which the sender keeps the record,
/// where it said so ({"seq": n, "raw": …}); where the bytes say otherwise, the record counts as unreadable.
/// With it, till and epoch are left out unless the hash is right: broken bytes do not make a record another
/// till's.
Envelope read_envelope(std::string raw, std::optional<std::int64_t> seq = std::nullopt);
/// The digest under which a ledger keeps and finds this, when it comes from `till` in `epoch`.
std::string digest_in(const Envelope&, const Id& till, std::int64_t epoch);

}  // namespace ringup::journal
