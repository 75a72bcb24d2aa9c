#include <csignal>
#include <cstdio>

#include "core/base/time.h"
#include "server/backup/restore.h"
#include "server/commands/commands.h"
#include "server/config.h"
#include "server/store/store.h"

namespace ringup::commands {

int run_restore(const Arguments& arguments) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is a full disk like any other
  backup::RestoreOptions options;
  options.from = arguments.get("--from");
  options.to = arguments.get("--data");
  options.passphrase = Config::process_environment("BACKUP_PASSPHRASE").value_or("");
  options.now_us = store::unix_us_now();
  const Result<backup::Restored> restored = backup::restore_backup(options);
  if (!restored.ok()) return report(restored.failure());
  std::printf("Restored into %s, as it was at %s:\n", options.to.c_str(),
              to_rfc3339(restored->head.at_us).c_str());
  for (const store::Contents::Business& business : restored->contents.businesses) {
    std::printf("  %s (%s): %lld sales and refunds\n", business.name.c_str(), business.slug.c_str(),
                static_cast<long long>(business.sales));
  }
  if (restored->contents.newest_record_at != 0) {
    std::printf("The newest of %lld records had come from a till at %s.\n",
                static_cast<long long>(restored->contents.records),
                to_rfc3339(restored->contents.newest_record_at).c_str());
  }
  std::printf(
      "Next: ringup serve --data %s\n"
      "What the tills sent after that they send again by themselves, as soon as they reach this server. "
      "Everybody "
      "signs in anew; what was changed at the console since is gone.\n",
      options.to.c_str());
  return done;
}

}  // namespace ringup::commands
