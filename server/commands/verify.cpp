#include <cstdio>

#include "server/commands/commands.h"
#include "server/store/store.h"
#include "server/store/verify.h"

namespace ringup::commands {

int run_verify(const Arguments& arguments) {
  const std::string folder = arguments.get("--data");
  auto store = store::Store::open(folder, {.readers = 1});
  if (!store.ok()) return report(store.failure());
  // A connection of its own: the store's readers have a deadline.
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  if (!db.ok()) return report(db.failure());
  const Result<store::VerifyReport> verified = store::verify_journals(**db);
  if (!verified.ok()) return report(verified.failure());
  for (const std::string& note : verified->notes) std::printf("note: %s\n", note.c_str());
  for (const std::string& problem : verified->problems) std::printf("CHANGED: %s\n", problem.c_str());
  std::printf("%lld records of %lld tills, %lld sales: ", static_cast<long long>(verified->records),
              static_cast<long long>(verified->tills), static_cast<long long>(verified->sales));
  if (verified->problems.empty()) {
    std::printf("every hash and every total agrees.\n");
    return done;
  }
  std::printf("%zu do not agree.\n", verified->problems.size());
  return failed;
}

}  // namespace ringup::commands
