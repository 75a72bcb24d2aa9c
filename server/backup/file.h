#pragma once
/// Files that are there whole or not at all, and never lose what a rename promised.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace ringup::backup {

/// What errno says, in words that name the file: storage, with its own sentence for a full disk.
Failure file_failure(const std::string& path, std::string_view doing);
/// Makes names in a folder last. storage.
Result<void> sync_folder(const std::string& folder);
/// The folder that a path's last name is in.
std::string folder_of(const std::string& path);

/// A file open for reading from its beginning. Moves only.
class InFile {
 public:
  /// not_found, storage.
  static Result<InFile> open(const std::string& path);
  InFile(InFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  InFile& operator=(InFile&&) = delete;
  ~InFile();
  /// Fills the buffer as far as there are bytes; yields how many. storage.
  Result<std::size_t> read(char* bytes, std::size_t count);
  /// A line without its end. What is longer than `bytes_max`, or has no end, is damaged.
  Result<std::string> line(std::size_t bytes_max);
  std::int64_t size() const;
  const std::string& path() const { return path_; }

 private:
  InFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;
};

/// A file being written under its name and ".part" (mode 0600) until publish(). One that a killed run left is
/// taken over; one that another run is writing is in_use. Removed where it was not published. Moves only.
class PartFile {
 public:
  /// conflict where `path` is there already, in_use, storage.
  static Result<PartFile> open(const std::string& path);
  PartFile(PartFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  Result<void> write(std::string_view bytes);
  /// What was written is on the disk, and no longer in the system's cache, so that reading it asks the disk.
  Result<void> sync();
  /// Gives it its name, on the disk too. Never takes the place of another file: conflict.
  Result<void> publish();
  std::string part_path() const { return path_ + ".part"; }

 private:
  PartFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;
};

}  // namespace ringup::backup
