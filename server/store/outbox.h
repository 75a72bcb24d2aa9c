#pragma once
/// The outbox: events written in the same transaction as the change they tell of, read by their sequence.
///
/// Whoever changes something that people look at elsewhere adds an event beside the change. Kinds:
///
///     sale refund void          booking; reports are made of these (rollup.h), so they stay for ever
///     shift_open shift_close cash_in cash_out   booking
///     catalogue                 products, categories, tax classes, rules, stock levels set by people
///     task                      a task was made, ended or opened again
///     business                  facts, branches, tills, users, tax classes
///     customer                  a customer was made or changed
///     sync                      tills must send what they have and ask for acknowledgement
///
/// Sequences grow in the order of commits and are never given out twice, so a follower who knows one knows
/// all before it. A folder that was restored forgets sequences which followers may have seen: note_restored()
/// leaps over them, and restored_through() tells which ones mean nothing any more.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/database.h"
#include "server/store/store.h"

namespace ringup::store {

/// Appends an event; `payload` is JSON. storage, busy.
Result<void> add_event(Database& db, const Id& tenant, std::string_view kind, std::string_view payload,
                       std::int64_t now_us);
/// The same where there is nothing to say but the kind. Its time, which only forget_events() asks for, is
/// the wall clock's.
Result<void> add_event(Database& db, const Id& tenant, std::string_view kind);
/// The sale that an event of kind sale, refund or void is about; nullopt for a payload that names none.
std::optional<Id> event_subject(std::string_view payload);

struct Event {
  std::int64_t sequence = 0;
  Id tenant;
  std::string kind, payload;
};
/// At most `limit` events behind `after`, in their order.
Result<std::vector<Event>> events_after(Database& db, std::int64_t after, std::int64_t limit);
/// A number that differs when anything was committed by another connection, of this process or another one,
/// since this connection last asked. Costs next to nothing.
Result<std::int64_t> commits_seen(Database& db);
/// The highest sequence that was given out; 0: none yet.
Result<std::int64_t> newest_sequence(Database& db);

/// To be called once in the writing transaction that makes a restored copy a new generation. Tells every
/// business's tills to sync, by events whose sequences lie above all that the lost future can have used: as
/// high as microseconds since 1970, which nobody books as fast as they pass.
Result<void> note_restored(Database& db, std::int64_t now_us = unix_us_now());
/// Sequences up to here are of a time before the last restore, and may have meant something else; 0: never
/// restored.
Result<std::int64_t> restored_through(Database& db);

inline constexpr std::int64_t events_kept_min = 10'000;
inline constexpr std::int64_t events_kept_us = 7LL * 86'400 * 1'000'000;
/// Deletes a few (at most `limit`) events that nobody asks for any more: older than a week, not among the
/// newest `events_kept_min`, and of no kind that reports are made of. Looks behind `after`; yields where the
/// next call goes on, or nullopt where nothing is left. Reads on a reader, then one short writer's job.
Result<std::optional<std::int64_t>> forget_events(Store& store, std::int64_t after, std::int64_t now_us,
                                                  std::int64_t limit);

}  // namespace ringup::store
