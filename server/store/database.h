#pragma once
/// One SQLite connection and its prepared statements. Not thread-safe: one thread at a time.
///
/// SQL is plain and portable: `$1 … $n` parameters, ON CONFLICT, RETURNING, no rowid. Each statement is
/// prepared once per connection and kept; pass string literals. Times are UTC microseconds, money minor
/// units, ids BLOB(16). Errors: storage (disk full, I/O), busy (another process holds the lock beyond the
/// timeout, or a reader's deadline), conflict (a UNIQUE, CHECK or foreign key speaks), damaged (not a
/// database, corrupt), internal (our SQL is wrong).
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ringup::store {

/// A value to bind: null, integer, text or bytes. Refers to the caller's memory for the length of the call.
class Bind {
 public:
  Bind(std::nullptr_t) {}
  Bind(bool b) : kind_(Kind::integer), integer_(b ? 1 : 0) {}
  Bind(int n) : kind_(Kind::integer), integer_(n) {}
  Bind(std::int64_t n) : kind_(Kind::integer), integer_(n) {}
  Bind(std::string_view text) : kind_(Kind::text), data_(text.data()), size_(text.size()) {}
  Bind(const std::string& text) : Bind(std::string_view(text)) {}
  Bind(const char* text) : Bind(std::string_view(text)) {}
  Bind(const Id& id) : kind_(Kind::blob), data_(id.bytes.data()), size_(id.bytes.size()) {}
  Bind(std::span<const std::uint8_t> bytes) : kind_(Kind::blob), data_(bytes.data()), size_(bytes.size()) {}
  template <class T>
  Bind(const std::optional<T>& value) : Bind(value.has_value() ? Bind(*value) : Bind(nullptr)) {}

 private:
  friend class Database;
  enum class Kind { null, integer, text, blob };
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  const void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The current row of a running query. Texts and bytes are valid until the callback returns.
class Row {
 public:
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  std::span<const std::uint8_t> bytes(int column) const;
  /// The 16 bytes of an id; the nil id for NULL or another length.
  Id id(int column) const;

 private:
  friend class Database;
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_;
};

class Database {
 public:
  /// `look` reads a file as it is and leaves it so; the others turn to WAL mode with FULL sync. `write_known`
  /// is read_write that makes no file.
  enum class Mode { read_write, write_known, read_only, look };
  /// Opens (and in read_write makes) the file. storage, damaged.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs a statement that returns no rows (or whose rows do not matter); yields the number of changed rows.
  template <class... Args>
  Result<std::int64_t> run(std::string_view sql, const Args&... args) {
    const Bind binds[] = {Bind(args)..., Bind(nullptr)};
    return run_bound(sql, std::span(binds, sizeof...(args)));
  }
  /// Calls `each(row)` per row; `each` returns false to stop early.
  template <class Each, class... Args>
  Result<void> query(std::string_view sql, Each&& each, const Args&... args) {
    const Bind binds[] = {Bind(args)..., Bind(nullptr)};
    return query_bound(sql, std::span(binds, sizeof...(args)), [&](const Row& row) -> bool {
      if constexpr (std::is_void_v<decltype(each(row))>)
        return each(row), true;
      else
        return each(row);
    });
  }
  /// First row through `read(row)`, or nullopt.
  template <class Read, class... Args>
  auto first(std::string_view sql, Read&& read, const Args&... args)
      -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
    std::optional<decltype(read(std::declval<const Row&>()))> found;
    Result<void> ran = query(
        sql, [&](const Row& row) { return found.emplace(read(row)), false; }, args...);
    if (!ran.ok()) return std::move(ran).failure();
    return found;
  }
  /// First column of the first row as an integer; `none` where there is no row.
  template <class... Args>
  Result<std::int64_t> integer(std::string_view sql, std::int64_t none, const Args&... args) {
    auto found = first(
        sql, [](const Row& row) { return row.integer(0); }, args...);
    if (!found.ok()) return std::move(found).failure();
    return found->value_or(none);
  }
  /// Several statements separated by semicolons, not kept (migrations, pragmas).
  Result<void> script(const std::string& sql);
  /// Limits how long the next queries may take; 0 lifts it. Past it they end with busy.
  void set_deadline_ms(int ms);
  /// Asks `go_on` every few milliseconds of the next queries, which end with busy once it says no; none lifts
  /// it. Takes the place of a deadline.
  void set_watch(std::function<bool()> go_on);
  sqlite3* handle() { return handle_; }

  /// What the disk did to this connection.
  struct Trouble {
    enum class Kind : std::uint8_t { full, failing, refused, damaged } kind = Kind::failing;
    bool unsynced = false;  // a write or a sync failed by itself: what the disk holds now is not known
    std::string words;      // SQLite's and the system's, for the log
  };
  /// For a connection that writes: from the first trouble on it refuses every statement. SQLite may take the
  /// whole transaction back by itself, and whatever ran after that would be committed alone.
  void stop_at_trouble() { stops_at_trouble_ = true; }
  const std::optional<Trouble>& trouble() const { return trouble_; }
  void forget_trouble() { trouble_.reset(); }
  bool in_transaction() const;
  /// Takes the open transaction back, also after trouble.
  void roll_back();

  /// From now on this connection writes the log back only when asked to.
  void keep_log();
  /// Frames in the log at this connection's last commit.
  int log_frames() const { return log_frames_; }
  enum class Checkpoint : std::uint8_t { look, passive, truncate };
  struct Written {
    int frames = 0, done = 0;  // in the log; of them in the database. Of a log that was cut: 0
  };
  /// Writes the log back, as far as no reader stands in the way: that is no failure. `look` only tells.
  Result<Written> checkpoint(Checkpoint how);
  /// Closing leaves the log as it is; else the last one that closes writes it back and removes it.
  void leave_log_alone(bool alone = true);

 private:
  struct Prepared;
  explicit Database(sqlite3* handle);
  Result<Prepared*> prepare(std::string_view sql);
  Result<std::int64_t> run_bound(std::string_view sql, std::span<const Bind> binds);
  Result<void> query_bound(std::string_view sql, std::span<const Bind> binds,
                           const std::function<bool(const Row&)>& each);
  Result<void> bind(Prepared& prepared, std::span<const Bind> binds);
  Failure failure_of(int code, std::string_view doing);
  Failure refusal() const;

  sqlite3* handle_;
  std::unordered_map<std::string, std::unique_ptr<Prepared>> statements_;
  std::unordered_map<const void*, Prepared*> by_address_;  // literals: no hashing of long SQL on the hot path
  std::int64_t deadline_ns_ = 0;
  std::function<bool()> go_on_;
  std::optional<Trouble> trouble_;
  bool stops_at_trouble_ = false;
  int log_frames_ = 0;
};

/// Runs several reads on one moment of the database. Requires that no transaction is open.
template <class Read>
auto in_snapshot(Database& database, Read&& read) -> decltype(read()) {
  Result<std::int64_t> begun = database.run("BEGIN");
  if (!begun.ok()) return begun.failure();
  auto result = read();
  (void)database.run("COMMIT");
  return result;
}

}  // namespace ringup::store
