#include "server/identity/key_ring.h"

#include "server/store/access_keys.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t looked_us_max = 1'000'000;
constexpr std::string_view algorithm = "HS256";

}  // namespace

KeyRing::KeyRing(store::Store& store, std::string setting, World world)
    : store_(store),
      world_(std::move(world)),
      vault_(store.secret(), "ringup access key"),
      set_(!setting.empty()),
      base_(make_access_key(set_ ? std::move(setting)
                                 : store::derive_key(store.secret(), "ringup access token"))),
      keys_(std::make_shared<const std::vector<AccessKey>>(1, base_)) {
  // Where it fails, the base key does: read() tries again.
  (void)store_.writer().write([&](store::Database& db) -> Result<void> {
    const auto rows = TRY(store::list_access_keys(db));
    const bool none = rows.empty() || rows.front().retired_at.has_value() ||
                      !vault_.open(rows.front().sealed, rows.front().kid).ok();
    const bool fits = !none && (set_ ? rows.front().kid == base_.kid : !rows.front().from_setting);
    return fits ? Result<void>() : put(db, base_, set_);
  });
  (void)read();
}

std::shared_ptr<const std::vector<AccessKey>> KeyRing::keys() const {
  const std::shared_lock lock(mutex_);
  return keys_;
}

void KeyRing::look() {
  const std::int64_t now = world_.now_us();
  {
    const std::shared_lock lock(mutex_);
    if (now >= read_at_us_ && now - read_at_us_ < looked_us_max) return;
  }
  // Where it fails, those that are known do for another second.
  (void)read();
}

Result<void> KeyRing::read() {
  const std::int64_t now = world_.now_us();
  const auto rows = store_.read([](store::Database& db) { return store::list_access_keys(db); });
  auto found = std::make_shared<std::vector<AccessKey>>();
  if (rows.ok()) {
    for (const store::AccessKeyRow& row : *rows) {
      // What another folder's secret has sealed came with a restored backup; and a key is for one algorithm.
      const Result<std::string> secret = vault_.open(row.sealed, row.kid);
      if (secret.ok() && row.algorithm == algorithm) found->push_back(make_access_key(*secret));
    }
  }
  const std::unique_lock lock(mutex_);
  read_at_us_ = now;
  if (!rows.ok()) return rows.failure();
  if (found->empty()) found->push_back(base_);
  keys_ = std::move(found);
  return {};
}

Result<void> KeyRing::put(store::Database& db, const AccessKey& key, bool from_setting) const {
  store::AccessKeyRow row;
  row.kid = key.kid;
  row.algorithm = algorithm;
  row.sealed = vault_.seal(key.secret, key.kid);
  row.from_setting = from_setting;
  return store::put_access_key(db, row, world_.now_us());
}

Result<AccessKey> KeyRing::rotate(bool forget_old) {
  if (set_) {
    return fail(Error::precondition_failed, "JWT_SECRET_KEY",
                "This setting says which key is used. Change it and start the server again: what the old one "
                "signed stays good until it expires.");
  }
  std::uint8_t random[32];
  world_.random(random);
  const AccessKey key = make_access_key({reinterpret_cast<const char*>(random), sizeof random});
  TRY(store_.writer().write([&](store::Database& db) -> Result<void> {
    TRY(put(db, key, false));
    if (forget_old) TRY(store::forget_access_keys(db, world_.now_us() + 1));
    return {};
  }));
  TRY(read());
  return key;
}

Result<void> KeyRing::forget_retired(store::Database& db, std::int64_t token_us) const {
  // A day more: the setting that says how long tokens live may have been larger.
  return store::forget_access_keys(db, world_.now_us() - token_us - 24LL * 3600 * 1'000'000);
}

}  // namespace ringup::identity
