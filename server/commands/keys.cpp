#include <cstdio>

#include "server/commands/commands.h"
#include "server/config.h"
#include "server/identity/key_ring.h"

namespace ringup::commands {

int run_keys_rotate(const Arguments& arguments) {
  const std::string folder = arguments.get("--data");
  const auto config = Config::load(folder, "");
  if (!config.ok()) return report(config.failure());
  const auto store = store::Store::open(folder, {.readers = 1});
  if (!store.ok()) return report(store.failure());
  identity::KeyRing ring(**store, config->text("JWT_SECRET_KEY"), {});
  const bool at_once = arguments.has("--at-once");
  const auto key = ring.rotate(at_once);
  if (!key.ok()) return report(key.failure());
  std::printf("Access tokens are signed by the new key %s from now on. %s\n", key->kid.c_str(),
              at_once ? "What older keys signed is refused within a second; clients get new tokens by their "
                        "refresh token."
                      : "What older keys signed stays good until it expires.");
  return done;
}

}  // namespace ringup::commands
