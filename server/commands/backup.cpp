#include <csignal>
#include <cstdio>

#include "generated/version.h"
#include "server/backup/make.h"
#include "server/commands/commands.h"
#include "server/config.h"
#include "server/store/store.h"

namespace ringup::commands {

int run_backup(const Arguments& arguments) {
  const std::string folder = arguments.get("--data");
  const auto config = Config::load(folder, "");
  if (!config.ok()) return report(config.failure());
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is a full disk like any other
  backup::BackupOptions options;
  options.folder = folder;
  options.to = arguments.get("--to");
  options.passphrase = config->text("BACKUP_PASSPHRASE");
  options.program = std::string(version) + " (" + commit + ")";
  options.now_us = store::unix_us_now();
  const Result<backup::BackupMade> made = backup::write_backup(options);
  if (!made.ok()) return report(made.failure());
  std::printf("%s: %.1f MB, %s; the database has %.1f MB. Written, read back and verified in %.1f s.\n",
              options.to.c_str(), static_cast<double>(made->bytes) / 1e6,
              options.passphrase.empty() ? "not encrypted" : "encrypted",
              static_cast<double>(made->database_bytes) / 1e6,
              static_cast<double>(store::unix_us_now() - options.now_us) / 1e6);
  if (options.passphrase.empty()) {
    std::printf(
        "It holds the keys of this shop: keep it as safe as the data folder, or set BACKUP_PASSPHRASE.\n");
  }
  return done;
}

}  // namespace ringup::commands
