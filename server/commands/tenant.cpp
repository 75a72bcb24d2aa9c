#include <cstdio>
#include <iostream>

#include "server/commands/commands.h"
#include "server/identity/business.h"
#include "server/identity/password.h"

namespace ringup::commands {

int run_tenant_create(const Arguments& arguments) {
  const identity::World world;
  identity::NewBusiness wish;
  wish.slug = arguments.get("--slug");
  wish.name = arguments.get("--name");
  wish.owner_email = arguments.get("--owner-email");
  wish.country = arguments.get("--country", wish.country);
  wish.currency = arguments.get("--currency", wish.currency);
  if (arguments.has("--host")) wish.host = arguments.get("--host");
  const bool given = arguments.has("--password-stdin");
  if (given) {
    std::getline(std::cin, wish.password);
    if (wish.password.ends_with('\r')) wish.password.pop_back();
    if (wish.password.empty())
      return report(fail(Error::missing_member, "--password-stdin", "No password came on standard input."));
  } else {
    wish.password = identity::make_password(world);
  }
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1, .make_if_missing = true});
  if (!store.ok()) return report(store.failure());
  const auto made = identity::make_business(**store, wish, world);
  if (!made.ok()) return report(made.failure());
  std::printf("Made the business %s (%s), owner %s.\n", made->tenant.slug.c_str(), made->tenant.name.c_str(),
              made->owner.email.c_str());
  if (!given) std::printf("Password, shown only this once: %s\n", wish.password.c_str());
  return done;
}

}  // namespace ringup::commands
