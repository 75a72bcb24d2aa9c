#pragma once
/// What till and server say to each other at POST /api/till/journal/, both directions, both ends.
///
/// Request: {"generation": "…"|null, "epoch": 1, "sent_at"?: ms, "have_from"?: n, "records": [ … ]}
///   records: at most 200, each a record or {"seq": n, "raw": base64}; the whole at most 1 MiB.
/// Answer: {"generation": "…", "epoch": 1, "acked_through": 118, "durable_through": 97, "need_from": null|n,
///   "next_epoch": null|n, "results": [{"id", "seq", "result", "first"?, "flags": [...], "sale"?: id}]}
/// `id` and `seq` of a result are null where they cannot be read in the record.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/till/record.h"

namespace ringup::journal {

inline constexpr std::size_t request_records_max = 200;
inline constexpr std::size_t request_bytes_max = 1 << 20;
inline constexpr std::size_t generation_bytes_max = 128;

enum class Outcome : std::uint8_t { accepted, duplicate, quarantined, conflict };
inline constexpr int outcome_count = static_cast<int>(Outcome::conflict) + 1;
std::string_view outcome_name(Outcome);
std::optional<Outcome> outcome_of(std::string_view name);

enum class Flag : std::uint8_t {
  price_differs,
  product_unknown,
  shift_closed,
  user_deactivated,
  stock_below_zero,
  clock_off,
  totals_differ,
  fork,
  revoked_till,
  wrong_till,
};
inline constexpr int flag_count = static_cast<int>(Flag::wrong_till) + 1;
std::string_view flag_name(Flag);
std::optional<Flag> flag_of(std::string_view name);

/// A set of flags. bits() is stable and may be stored.
class Flags {
 public:
  Flags() = default;
  explicit Flags(std::uint32_t bits) : bits_(bits & ((1u << flag_count) - 1)) {}
  void add(Flag flag) { bits_ |= 1u << static_cast<unsigned>(flag); }
  void add(Flags other) { bits_ |= other.bits_; }
  bool has(Flag flag) const { return (bits_ >> static_cast<unsigned>(flag) & 1u) != 0; }
  bool empty() const { return bits_ == 0; }
  std::uint32_t bits() const { return bits_; }
  bool operator==(const Flags&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

struct Request {
  std::optional<std::string> generation;
  std::int64_t epoch = 1;
  std::optional<std::int64_t> sent_at;    // ms UTC by the till's clock
  std::optional<std::int64_t> have_from;  // lower numbers are gone at the till
  std::vector<Envelope> records;          // in the order sent, bad ones among them
};

/// Reads a request. One bad record does not spoil it: each is cut out of the text and read on its own.
/// invalid_json, unknown_member, missing_member, … : 400. payload_too_large above a limit: 413.
Result<Request> read_request(std::string_view text);

/// What a till puts into "records": the stored text of a record, or the same as bytes that may be broken.
struct Outgoing {
  std::int64_t seq = 1;
  std::string_view text;
  bool as_raw = false;  // travel as {"seq", "raw"}; required where the text is not JSON
};
/// One of them, as it stands in "records" and as a line of an exported file.
std::string write_outgoing(const Outgoing&);
/// The other way round; always yields something. {"seq", "raw"} becomes the bytes it carries.
Envelope read_outgoing(std::string_view text);
/// Writes a request. The texts go in as they are.
std::string write_request(const std::optional<std::string>& generation, std::int64_t epoch,
                          std::optional<std::int64_t> sent_at, std::optional<std::int64_t> have_from,
                          std::span<const Outgoing> records);

struct RecordResult {
  std::optional<Id> id;
  std::optional<std::int64_t> seq;
  Outcome result = Outcome::accepted;
  std::optional<Outcome> first;  // of a duplicate: what it was told the first time
  Flags flags;
  std::optional<Id> sale;
  bool operator==(const RecordResult&) const = default;
};

struct Answer {
  std::string generation;
  std::int64_t epoch = 1;
  std::int64_t acked_through = 0;
  std::int64_t durable_through = 0;
  std::optional<std::int64_t> need_from;
  std::optional<std::int64_t> next_epoch;
  std::vector<RecordResult> results;
  bool operator==(const Answer&) const = default;
};

std::string write_answer(const Answer&);
/// Members and flags that a later server may add are passed over; a result of an unknown kind is left out, so
/// its record counts as not delivered.
Result<Answer> read_answer(std::string_view text);

/// A till's clock is called off (flag clock_off) when it was this far away from the server's as it sent.
inline constexpr std::int64_t clock_off_ms = 5 * 60 * 1000;
/// False where the till did not say what time it had.
bool clock_is_off(std::optional<std::int64_t> sent_at, std::int64_t now_ms);
/// A record from before 2020, when there was no till of ours, is no late delivery: the clock was off as it
/// was written (the same flag), even if it has been set right since. Any later `at` says nothing: a record
/// may wait for years on a till or in an exported file.
inline constexpr std::int64_t first_record_ms = 1'577'836'800'000;
inline bool clock_was_off(const Record& record) {
  return record.at < first_record_ms;
}

/// First line of an exported journal file; the records follow, one a line, as write_outgoing() has them.
/// {"ringup_journal": 1, "till", "epoch", "token"}
/// Where records of another epoch follow, they stand behind such a line of their own.
struct ExportHeader {
  Id till;
  std::int64_t epoch = 1;
  std::string token;
  bool operator==(const ExportHeader&) const = default;
};
std::string write_export_header(const ExportHeader&);
Result<ExportHeader> read_export_header(std::string_view line);

}  // namespace ringup::journal
