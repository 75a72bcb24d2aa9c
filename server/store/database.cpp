#include "server/store/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace ringup::store {
namespace {

constexpr int busy_timeout_ms = 10'000;
constexpr int progress_steps = 1'000;  // how many virtual-machine steps between two looks at the clock

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// What an extended code says about the disk; nullopt where it is not the disk.
std::optional<Database::Trouble> trouble_of(int code, int system_error, const std::string& text) {
  using Kind = Database::Trouble::Kind;
  const bool no_room = system_error == ENOSPC || system_error == EDQUOT;
  Database::Trouble trouble{Kind::failing, false, text + " (" + std::to_string(code) + ")"};
  if (system_error != 0) trouble.words += std::string(", ") + std::strerror(system_error);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      trouble.kind = Kind::full;
      return trouble;
    case SQLITE_IOERR:
      if (code == SQLITE_IOERR_NOMEM) return std::nullopt;
      if (no_room) trouble.kind = Kind::full;
      trouble.unsynced = true;
      return trouble;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      trouble.kind = no_room ? Kind::full : Kind::refused;
      return trouble;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      trouble.kind = Kind::damaged;
      trouble.unsynced = true;
      return trouble;
    default:
      return std::nullopt;
  }
}

}  // namespace

struct Database::Prepared {
  sqlite3_stmt* statement = nullptr;
  std::string sql;
  std::vector<int> place;  // place[n - 1] = SQLite's index of "$n"; 0 where it does not occur
  bool running = false;    // a query inside its own callback gets a statement of its own
  ~Prepared() { sqlite3_finalize(statement); }
};

bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
std::string_view Row::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}
std::span<const std::uint8_t> Row::bytes(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}
Id Row::id(int column) const {
  Id id;
  const std::span<const std::uint8_t> blob = bytes(column);
  if (blob.size() == id.bytes.size()) std::copy(blob.begin(), blob.end(), id.bytes.begin());
  return id;
}

Database::Database(sqlite3* handle) : handle_(handle) {}

Database::~Database() {
  by_address_.clear();
  statements_.clear();
  sqlite3_close(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode) {
  sqlite3* handle = nullptr;
  // check_up() names a file that nobody writes, so that reading it makes no -wal and no -shm.
  const bool still = mode == Mode::look && path.starts_with("file:/") && path.ends_with("?immutable=1");
  const int flags = still                      ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                    : mode == Mode::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READWRITE;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return database->failure_of(code, "open");
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  if (mode == Mode::look) {
    database->leave_log_alone();
    TRY(database->script("PRAGMA query_only=ON;"));
    return database;
  }
  const Result<void> prepared = database->script(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA wal_autocheckpoint=16000;"
      "PRAGMA journal_size_limit=134217728;");  // what one large import needed is given back
  if (!prepared.ok()) return database->failure_of(sqlite3_extended_errcode(handle), "open");
  // In KiB. Each connection has its own: what they have in common is the system's cache of the file.
  if (mode == Mode::read_only)
    TRY(database->script("PRAGMA cache_size=-2048; PRAGMA query_only=ON;"));
  else
    TRY(database->script("PRAGMA cache_size=-16384;"));
  return database;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void Database::roll_back() {
  if (in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::keep_log() {
  const auto after_commit = [](void* self, sqlite3*, const char*, int frames) -> int {
    static_cast<Database*>(self)->log_frames_ = frames;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, after_commit, this);
}

Result<Database::Written> Database::checkpoint(Checkpoint how) {
  Written written;
  const int mode = how == Checkpoint::look      ? SQLITE_CHECKPOINT_NOOP
                   : how == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE
                                                : SQLITE_CHECKPOINT_TRUNCATE;
  const int code = sqlite3_wal_checkpoint_v2(handle_, "main", mode, &written.frames, &written.done);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY && (code & 0xFF) != SQLITE_LOCKED)
    return failure_of(code, "checkpoint");
  return written;
}

void Database::leave_log_alone(bool alone) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, alone ? 1 : 0, nullptr);
}

Failure Database::refusal() const {
  return fail(Error::storage, {}, "After trouble with the disk nothing more is done: " + trouble_->words);
}

Failure Database::failure_of(int code, std::string_view doing) {
  const std::string text =
      std::string(doing) + ": " + (handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
  // Statements answer with the plain code where the connection knows more.
  const bool extended = handle_ != nullptr && (sqlite3_extended_errcode(handle_) & 0xFF) == (code & 0xFF);
  if (auto trouble = trouble_of(extended ? sqlite3_extended_errcode(handle_) : code,
                                handle_ != nullptr ? sqlite3_system_errno(handle_) : 0, text);
      trouble.has_value() && !trouble_.has_value()) {
    trouble_ = std::move(trouble);
  }
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return fail(Error::conflict, {}, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
      return fail(Error::busy, {}, text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return fail(
          Error::damaged, {},
          std::string("This is no ringup database, or it is damaged (") + sqlite3_errstr(code & 0xFF) + ").");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return fail(Error::storage, {}, text);
    default:
      return fail(Error::internal, {}, text);
  }
}

Result<Database::Prepared*> Database::prepare(std::string_view sql) {
  // A literal's address names it; the text is compared, so memory used again for other SQL is no trap.
  if (const auto found = by_address_.find(sql.data());
      found != by_address_.end() && found->second->sql == sql && !found->second->running) {
    return found->second;
  }
  std::string key(sql);
  for (;;) {
    const auto found = statements_.find(key);
    if (found == statements_.end()) break;
    if (!found->second->running) return by_address_[sql.data()] = found->second.get();
    key += ' ';
  }
  auto prepared = std::make_unique<Prepared>();
  prepared->sql = std::string(sql);
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared->statement, &tail);
  if (code != SQLITE_OK) return failure_of(code, sql.substr(0, 200));
  const int count = sqlite3_bind_parameter_count(prepared->statement);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(prepared->statement, i);
    ASSERT(name != nullptr && name[0] == '$');
    const auto number = static_cast<std::size_t>(std::atoi(name + 1));
    ASSERT(number >= 1 && number <= 64);
    if (prepared->place.size() < number) prepared->place.resize(number);
    prepared->place[number - 1] = i;
  }
  Prepared* raw = prepared.get();
  statements_.emplace(std::move(key), std::move(prepared));
  by_address_[sql.data()] = raw;
  return raw;
}

Result<void> Database::bind(Prepared& prepared, std::span<const Bind> binds) {
  if (binds.size() != prepared.place.size())
    return fail(Error::internal, {}, "wrong number of parameters for: " + prepared.sql.substr(0, 200));
  for (std::size_t i = 0; i < binds.size(); ++i) {
    const int at = prepared.place[i];
    if (at == 0) continue;
    const Bind& value = binds[i];
    int code = SQLITE_OK;
    switch (value.kind_) {
      case Bind::Kind::null:
        code = sqlite3_bind_null(prepared.statement, at);
        break;
      case Bind::Kind::integer:
        code = sqlite3_bind_int64(prepared.statement, at, value.integer_);
        break;
      case Bind::Kind::text:
        code = sqlite3_bind_text64(prepared.statement, at,
                                   value.data_ == nullptr ? "" : static_cast<const char*>(value.data_),
                                   value.size_, SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Bind::Kind::blob:
        code = sqlite3_bind_blob64(prepared.statement, at, value.data_ == nullptr ? "" : value.data_,
                                   value.size_, SQLITE_STATIC);
        break;
    }
    if (code != SQLITE_OK) return failure_of(code, "bind");
  }
  return {};
}

Result<std::int64_t> Database::run_bound(std::string_view sql, std::span<const Bind> binds) {
  TRY(query_bound(sql, binds, [](const Row&) { return true; }));
  return static_cast<std::int64_t>(sqlite3_changes64(handle_));
}

Result<void> Database::query_bound(std::string_view sql, std::span<const Bind> binds,
                                   const std::function<bool(const Row&)>& each) {
  if (stops_at_trouble_ && trouble_.has_value()) return refusal();
  Prepared& prepared = *TRY(prepare(sql));
  TRY(bind(prepared, binds));
  prepared.running = true;
  const Row row(prepared.statement);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(prepared.statement)) == SQLITE_ROW) {
    if (!each(row)) break;
  }
  Result<void> result;
  if (code != SQLITE_ROW && code != SQLITE_DONE) result = failure_of(code, sql.substr(0, 200));
  sqlite3_reset(prepared.statement);
  sqlite3_clear_bindings(prepared.statement);
  prepared.running = false;
  return result;
}

Result<void> Database::script(const std::string& sql) {
  if (stops_at_trouble_ && trouble_.has_value()) return refusal();
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure_of(code, std::string_view(sql).substr(0, 200));
  return {};
}

void Database::set_deadline_ms(int ms) {
  deadline_ns_ = ms == 0 ? 0 : now_ns() + std::int64_t{ms} * 1'000'000;
  const auto past = [](void* self) -> int {
    return now_ns() > static_cast<Database*>(self)->deadline_ns_ ? 1 : 0;
  };
  sqlite3_progress_handler(handle_, ms == 0 ? 0 : progress_steps, ms == 0 ? nullptr : +past, this);
}

void Database::set_watch(std::function<bool()> go_on) {
  go_on_ = std::move(go_on);
  const auto refused = [](void* self) -> int { return static_cast<Database*>(self)->go_on_() ? 0 : 1; };
  sqlite3_progress_handler(handle_, go_on_ ? progress_steps : 0, go_on_ ? +refused : nullptr, this);
}

}  // namespace ringup::store
