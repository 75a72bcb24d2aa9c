#include <cstdio>

#include "server/commands/commands.h"
#include "server/store/audit.h"
#include "server/store/store.h"
#include "server/store/tenants.h"
#include "server/store/verify.h"

namespace ringup::commands {
namespace {

struct Audited {
  std::int64_t entries = 0;
  std::vector<std::string> problems;
};

/// The audit log of every business, and the server's own.
Result<Audited> verify_audits(store::Database& db) {
  Audited all;
  for (const Id& tenant : TRY(store::list_audited(db))) {
    const store::AuditReport report = TRY(store::verify_audit(db, tenant));
    all.entries += report.entries;
    if (!report.broken_at.has_value()) continue;
    const auto business = TRY(store::find_tenant(db, tenant));
    all.problems.push_back("audit log of " +
                           (business.has_value() ? business->slug : std::string("the server")) + ", entry " +
                           std::to_string(*report.broken_at) + ": " + report.words);
  }
  return all;
}

}  // namespace

int run_verify(const Arguments& arguments) {
  const std::string folder = arguments.get("--data");
  auto store = store::Store::open(folder, {.readers = 1});
  if (!store.ok()) return report(store.failure());
  // A connection of its own: the store's readers have a deadline.
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  if (!db.ok()) return report(db.failure());
  const Result<store::VerifyReport> verified = store::verify_journals(**db);
  if (!verified.ok()) return report(verified.failure());
  const Result<Audited> audited = verify_audits(**db);
  if (!audited.ok()) return report(audited.failure());
  for (const std::string& note : verified->notes) std::printf("note: %s\n", note.c_str());
  for (const std::string& problem : verified->problems) std::printf("CHANGED: %s\n", problem.c_str());
  for (const std::string& problem : audited->problems) std::printf("CHANGED: %s\n", problem.c_str());
  std::printf("%lld records of %lld tills, %lld sales, %lld entries of the audit log: ",
              static_cast<long long>(verified->records), static_cast<long long>(verified->tills),
              static_cast<long long>(verified->sales), static_cast<long long>(audited->entries));
  const std::size_t problems = verified->problems.size() + audited->problems.size();
  if (problems == 0) {
    std::printf("every hash and every total agrees.\n");
    return done;
  }
  std::printf("%zu do not agree.\n", problems);
  return failed;
}

}  // namespace ringup::commands
