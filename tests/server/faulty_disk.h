#pragma once
/// A disk that fails when told to, below SQLite: a VFS over the usual one. While one lives, every database
/// that is opened stands on it.
///
/// It knows what a disk would really hold. A write marks its blocks as dirty; a sync that works copies them
/// to the image of the disk; a sync that fails forgets that they are dirty, as Linux does: only writing them
/// again brings them there. cut_power() gives the image.
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
  /// What is dirty in files of that ending is lost, and their next sync says so, once.
  void lose_dirty(const std::string& ending);
  /// Puts what the disk holds now into `folder`: the database and its log, without the index.
  void cut_power(const std::string& folder) const;

  struct File {
    std::string image;
    std::set<std::int64_t> dirty;  // numbers of blocks
    bool lost = false;             // the next sync tells of it
  };
  /// For the VFS: the code of this operation, 0 where it works.
  int next_operation();
  File& file(const std::string& path) { return files_[path]; }
  std::mutex& mutex() { return mutex_; }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  int done_ = 0, at_ = 0, code_ = 0;
  bool lasting_ = false, failed_ = false;
};

}  // namespace ringup::test
