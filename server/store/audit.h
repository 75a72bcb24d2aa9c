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
#include <vector>

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

struct AuditEntry : Audit {
  std::int64_t sequence = 0, at = 0;
  bool erased = false;  // what may name a person is gone; only the chain is left
};

struct AuditFilter {
  std::string q = {};  // in the action, who, where from, and the details; or the id of an actor or object
  std::string action = {};
  std::optional<Id> actor = {};
  std::optional<std::int64_t> from_us = {}, to_us = {};  // from on, and before
  std::optional<std::int64_t> before = {};               // a sequence: older ones only
};
/// Newest first, at most `limit`.
Result<std::vector<AuditEntry>> list_audit(Database&, const Id& tenant, const AuditFilter&,
                                           std::int64_t limit);

struct AuditReport {
  std::int64_t entries = 0, erased = 0;
  std::optional<std::int64_t> broken_at;  // the first sequence that does not fit
  std::string words;                      // what is wrong with it
};
/// Hashes every entry again from its fields and walks the chain; stops at the first that does not fit. What
/// it cannot see is an end that was cut off.
Result<AuditReport> verify_audit(Database&, const Id& tenant);
/// Everybody who has a chain, the nil tenant among them.
Result<std::vector<Id>> list_audited(Database&);

/// Erases what may name this user in entries by or about them: names, addresses, devices, details. The chain
/// stays, and says itself that this was done (`audit_person_erased`, by `by`). Yields how many entries.
Result<std::int64_t> erase_audit_person(Database&, const Id& user, const Audit& by, std::int64_t now_us);

}  // namespace ringup::store
