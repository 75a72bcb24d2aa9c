#include <argon2.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <zlib.h>

#include <cstdio>

#include "generated/version.h"
#include "server/commands/commands.h"

namespace ringup::commands {

int run_version(const Arguments&) {
  std::printf("ringup %s (%s)\n", version, commit);
  std::printf("sqlite %s\n%s\nargon2 %x\nzlib %s\ncurl %s\n", sqlite3_libversion(),
              OpenSSL_version(OPENSSL_VERSION), ARGON2_VERSION_NUMBER, zlibVersion(),
              curl_version_info(CURLVERSION_NOW)->version);
  return done;
}

}  // namespace ringup::commands
