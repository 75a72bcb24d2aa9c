#pragma once
/// The audit log: who did what to what, from where. Append-only, and each entry's hash covers the one before,
/// so nothing can be changed or taken out of the middle unseen.
///
/// An entry is added in the same writer's job as the change it tells of; a refusal, which changes nothing, in
/// a job of its own. What may name a person (names, addresses, devices, details) is kept apart and can be
/// erased: the chain has only a salted hash of it.
///
/// Actions are past participles behind their object: user_changed, login_refused, password_reset …
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/store/database.h"

namespace ringup::store {

struct Audit {
  Id tenant;                     // nil: no business's, the server's own
  std::string action;            // "user_changed"
  std::optional<Id> actor;       // the user who did it; none: the system, or a stranger
  std::string object_kind = {};  // "user", "group" …; "" where there is none
  std::optional<Id> object = {};
  std::string actor_name = {};            // an address or a name, as it was
  std::string address = {}, device = {};  // where it came from; "" where from inside
  std::string details = "{}";             // a JSON object without secrets: what was changed, and to what
};

Result<void> add_audit(Database&, const Audit&, std::int64_t now_us);

}  // namespace ringup::store
