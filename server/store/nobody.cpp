#include "server/store/nobody.h"

namespace ringup::store {

Result<void> write_for_nobody(Database& db) {
  TRY(db.run("UPDATE nobody SET writes = writes + 1 WHERE id = 1"));
  return {};
}

}  // namespace ringup::store
