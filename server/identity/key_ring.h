#pragma once
/// The keys of access tokens, and how they change.
///
/// One key signs: what JWT_SECRET_KEY says, else one that was made for this folder. It has a name (`kid`)
/// that is computed from it, and one algorithm. When another takes its place (the setting changed, or `ringup
/// keys rotate`), it still verifies what it signed, until that has expired; then it is forgotten. A token
/// that names no key of ours is refused, whatever else its header says.
///
/// Keys are kept in the database, sealed by the folder's secret. Where the database cannot be written (a full
/// disk) the server starts all the same, with the key of the setting or of the folder.
/// Thread-safe.
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "server/identity/token.h"
#include "server/identity/world.h"
#include "server/store/vault.h"

namespace ringup::identity {

class KeyRing {
 public:
  /// `setting`: JWT_SECRET_KEY, or "". The store must outlive it. Writes where the setting says something
  /// new.
  KeyRing(store::Store& store, std::string setting, World world);

  /// The newest first: it signs. Never empty.
  std::shared_ptr<const std::vector<AccessKey>> keys() const;
  /// Reads them again where that is a second ago: another process may have put a new one in front. Not inside
  /// a writer's job.
  void look();
  /// Makes a key and puts it in front. `forget_old`: what the others signed is worth nothing from now on.
  /// precondition_failed where a setting says which key is used.
  Result<AccessKey> rotate(bool forget_old);
  /// Inside a writer's job. `token_us`: how long a token lives.
  Result<void> forget_retired(store::Database&, std::int64_t token_us) const;

 private:
  Result<void> read();
  Result<void> put(store::Database&, const AccessKey& key, bool from_setting) const;
  store::Store& store_;
  const World world_;
  const store::Vault vault_;
  const bool set_;
  const AccessKey base_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const std::vector<AccessKey>> keys_;
  std::int64_t read_at_us_ = 0;
};

}  // namespace ringup::identity
