#pragma once
/// One moment of a data folder's database, read page by page while others write to it: what a backup copies.
///
/// A read transaction holds the moment. Writers never wait for it, but SQLite's log can only grow while it is
/// held, so hold it no longer than the reading takes. Pages come from `sqlite_dbpage`, in their order, so
/// they stream into a file without a copy of the database beside it: SQLite's backup interface and VACUUM
/// INTO both write such a copy first, which needs the room twice and leaves a plain one where the backup is
/// encrypted.
///
/// A connection of its own, so that neither the store's readers nor its writer are held up. Opening changes
/// nothing: an older schema stays what it is. Not thread-safe.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

/// Where one line of a till's epoch ended.
struct ChainEnd {
  Id till;
  std::int64_t epoch = 1;
  int branch = 0;
  std::int64_t seq = 0;
  std::string hash;  // hex; empty where the last seat states none
  /// Up to here every seat of the main branch holds a record that reads right: a gap, or a damaged record,
  /// may still be filled by one that is not in this moment. 0 for other branches.
  std::int64_t whole_through = 0;
  bool operator==(const ChainEnd&) const = default;
};

/// What a folder held at a moment, for people.
struct Contents {
  struct Business {
    std::string slug, name;
    std::int64_t sales = 0;
  };
  std::vector<Business> businesses;
  std::int64_t records = 0;
  std::int64_t newest_record_at = 0;  // by the server's clock, us; 0: none
};

class Snapshot {
 public:
  /// not_found where there is no database, damaged where it is none of ours or its secret is missing,
  /// newer_version, storage.
  static Result<std::unique_ptr<Snapshot>> open(const std::string& folder);
  /// Ends the moment and writes the log back, so that the next writer need not.
  ~Snapshot();

  std::int64_t bytes() const { return page_bytes_ * pages_; }
  std::int64_t schema() const { return schema_; }
  const std::string& generation() const { return generation_; }
  Result<std::vector<ChainEnd>> chain_ends();

  /// Every page in its order; together they are the database file. Ends with the first failure of `each`.
  Result<void> pages(const std::function<Result<void>(std::string_view page)>& each);
  /// SQLite's quick_check of this moment; damaged, and busy where `go_on` (asked every few milliseconds) said
  /// no.
  Result<void> check(const std::function<bool()>& go_on);

 private:
  explicit Snapshot(std::unique_ptr<Database> db) : db_(std::move(db)) {}
  std::unique_ptr<Database> db_;
  std::int64_t page_bytes_ = 0, pages_ = 0, schema_ = 0;
  std::string generation_;
};

/// The folder's generation; empty where it has none yet.
Result<std::string> generation_of(Database& db);

/// Reads what a database holds; counts every sale, so it takes a moment in a large one.
Result<Contents> read_contents(Database& db);

/// Makes a freshly restored database one of its own: a new generation, so that tills send again what it does
/// not have; a fresh random prefix for the series of new tills, because those given out since are not known
/// here; no session and no pairing code, because some of them may have been ended or used since. Passwords,
/// settings and the answers kept for Idempotency-Keys are those of the backup, as all it tells of. Migrates
/// an older schema first. Yields the generation.
Result<std::string> begin_anew(Database& db, std::int64_t now_us);

}  // namespace ringup::store
