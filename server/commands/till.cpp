#include <cstdio>

#include "server/commands/commands.h"
#include "server/sales/enrol.h"

namespace ringup::commands {

int run_till_pair(const Arguments& arguments) {
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1});
  if (!store.ok()) return report(store.failure());
  auto code = (*store)->writer().write_for<std::string>([&](store::Database& db) -> Result<std::string> {
    store::Pairing pairing;
    pairing.tenant = TRY(store::tenant_by_slug(db, arguments.get("--tenant")));
    if (arguments.has("--branch") || !arguments.has("--till"))
      pairing.branch = TRY(store::find_branch(db, pairing.tenant, arguments.get("--branch")));
    if (arguments.has("--till")) {
      const Result<Id> id = parse_id(arguments.get("--till"));
      const auto till = id.ok() ? TRY(store::find_till(db, *id)) : std::nullopt;
      if (!till || till->tenant != pairing.tenant)
        return fail(Error::not_found, "--till", "This business has no such till.");
      if (arguments.has("--branch") && pairing.branch != till->branch)
        return fail(Error::conflict, "--branch", "This till stands at another branch.");
      pairing.branch = till->branch;
      pairing.till = till->id;
    }
    return sales::make_pairing_code(db, pairing, store::unix_us_now());
  });
  if (!code.ok()) return report(code.failure());
  std::printf("%s\n", code->c_str());
  return done;
}

}  // namespace ringup::commands
