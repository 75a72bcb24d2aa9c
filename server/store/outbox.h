#pragma once
/// The outbox: events written in the same transaction as the change they tell of, read by their sequence.
#include <optional>
#include <string_view>

#include "server/store/database.h"

namespace ringup::store {

/// Appends an event; `payload` is JSON. storage, busy.
Result<void> add_event(Database& db, const Id& tenant, std::string_view kind, std::string_view payload,
                       std::int64_t now_us);
/// The sale that an event of kind sale, refund or void is about; nullopt for a payload that names none.
std::optional<Id> event_subject(std::string_view payload);

}  // namespace ringup::store
