#pragma once
/// A disk that fails when told to, below SQLite: a VFS over the usual one. While one lives, every database
/// that is opened stands on it.
///
/// It knows what a disk would really hold. A write marks its blocks as dirty; a sync that works copies them
/// to the image of the disk; a sync that fails forgets that they are dirty, as Linux does: only writing them
/// again brings them there. cut_power() gives the image; tear() gives one in which the disk has taken some of
/// what was not synced, sector by sector and in any order, as disks do.
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace ringup::test {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// The n-th write, sync or truncation from now on (1: the next) fails with SQLite's `code`; with `lasting`
  /// all that follow, until heal(). A write that fails has written its first half.
  void fail_at(int n, int code, bool lasting);
  void heal();
  /// Writes, syncs and truncations since the last fail_at().
  int operations() const;
  /// Whether something has failed since the last fail_at().
  bool failed() const;
  /// Files that were put in place by others: what stands in them now is what the disk holds.
  void forget();
  /// What is dirty in files of that ending is lost, and their next sync says so, once.
  void lose_dirty(const std::string& ending);
  /// Puts what the disk holds now into `folder`: the database and its log, without the index.
  void cut_power(const std::string& folder) const;
  /// The same, but of the sectors written since the last sync some are there and some are not, and a file may
  /// have its new length or its old one. `chance(n)` yields a number below n.
  void tear(const std::string& folder, const std::function<int(int)>& chance) const;
  /// Calls `then(n)` before the n-th operation from now on, on the thread that is about to do it; {} ends it.
  /// Databases that are opened meanwhile stand on the usual disk.
  void before_each(std::function<void(int)> then);

  struct File {
    std::string image;
    std::set<std::int64_t> dirty;  // numbers of blocks
    bool lost = false;             // the next sync tells of it
  };
  /// For the VFS: the code of this operation, 0 where it works.
  int next_operation();
  void about_to_work();
  void meet(const std::string& path);
  bool is_apart() const { return apart_; }
  File& file(const std::string& path) { return files_[path]; }
  std::mutex& mutex() { return mutex_; }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  int done_ = 0, at_ = 0, code_ = 0;
  bool lasting_ = false, failed_ = false;
  std::function<void(int)> before_each_;
  std::atomic<bool> apart_ = false;  // before_each_ is running
};

}  // namespace ringup::test
