#include "server/http/audited.h"

#include "server/store/users.h"

namespace ringup::http {

Result<void> tell_deed(store::Database& db, const Request& request, const Principal& who, Deed deed,
                       std::int64_t now_us) {
  const auto user = TRY(store::find_user(db, who.tenant, who.user));
  const Whence whence = whence_of(request);
  store::Audit audit;
  audit.tenant = who.tenant;
  audit.action = std::move(deed.action);
  audit.actor = who.user;
  audit.object_kind = std::move(deed.kind);
  audit.object = deed.object;
  if (user.has_value()) audit.actor_name = user->email;
  audit.address = whence.address;
  audit.device = whence.device;
  audit.details = json::dump(std::move(deed.details));
  return store::add_audit(db, audit, now_us);
}

json::Array members_of(const json::Value& body) {
  json::Array names;
  if (body.as_object() != nullptr) {
    for (const json::Member& member : *body.as_object()) names.push_back(member.name);
  }
  return names;
}

}  // namespace ringup::http
