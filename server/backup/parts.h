#pragma once
/// The parts inside a backup (see head.h): files of a data folder, each with its name, length and hash.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/backup/chunks.h"
#include "server/backup/file.h"
#include "server/backup/head.h"

namespace ringup::backup {

inline constexpr std::size_t part_name_bytes_max = 1024;
inline constexpr std::int64_t small_part_bytes_max = 1 << 20;  // of everything but the database
inline constexpr int parts_max = 256;

/// SHA-256 of what comes in pieces.
class Hash {
 public:
  Hash();
  ~Hash();
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  void* context_;
};

/// A name that a part may have: one of the folder's own files, or a path inside tls/.
bool is_part_name(std::string_view name);

class PartsWriter {
 public:
  explicit PartsWriter(ChunkWriter& out) : out_(out) {}
  /// begin(), add() until all bytes are there, end(); then the next one, and finish() at last.
  Result<void> begin(const std::string& name, std::int64_t bytes);
  Result<void> add(std::string_view bytes);
  Result<void> end();
  Result<void> finish();

 private:
  ChunkWriter& out_;
  std::unique_ptr<Hash> hash_;
  std::int64_t left_ = 0;
  int parts_ = 0;
};

/// A backup file being read.
class BackupReader {
 public:
  /// Opens it and reads its head: not_found, storage, invalid_value, damaged, newer_version.
  static Result<std::unique_ptr<BackupReader>> open(const std::string& path);
  const Head& head() const { return head_; }
  std::int64_t file_bytes() const { return file_.size(); }
  /// Before the first part. proof_required where it is locked and `passphrase` is empty, invalid_credentials.
  Result<void> unlock(std::string_view passphrase);
  /// The same with what unlock() would find out, for whoever has the key still.
  void unlock_with(std::string key);

  struct Part {
    std::string name;
    std::int64_t bytes = 0;
  };
  /// The next part, or nullopt behind the last one, where nothing follows.
  Result<std::optional<Part>> next();
  /// All bytes of the part, in pieces; damaged where their hash is another.
  Result<void> read(const Part& part, const std::function<Result<void>(std::string_view)>& each);

 private:
  BackupReader(InFile file, Head head, std::string about)
      : file_(std::move(file)), head_(std::move(head)), about_(std::move(about)) {}
  InFile file_;
  Head head_;
  std::string about_;
  std::unique_ptr<ChunkReader> chunks_;
  int parts_ = 0;
};

}  // namespace ringup::backup
