#include <argon2.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <zlib.h>

#include <cstdio>

#include "server/commands/commands.h"

#ifndef RINGUP_VERSION
#define RINGUP_VERSION "0.1.0"
#endif
#ifndef RINGUP_COMMIT
#define RINGUP_COMMIT "unknown"
#endif

namespace ringup::commands {

int run_version(const Arguments&) {
  std::printf("ringup %s (%s)\n", RINGUP_VERSION, RINGUP_COMMIT);
  std::printf("sqlite %s\n%s\nargon2 %x\nzlib %s\n", sqlite3_libversion(), OpenSSL_version(OPENSSL_VERSION),
              ARGON2_VERSION_NUMBER, zlibVersion());
  return done;
}

}  // namespace ringup::commands
