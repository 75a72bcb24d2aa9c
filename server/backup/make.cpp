#include "server/backup/make.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "core/base/sha256.h"
#include "server/backup/parts.h"

namespace ringup::backup {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto work_before_rest = std::chrono::milliseconds(5);
constexpr std::int64_t log_usual = 64 << 20;  // it is written back about every so many bytes
constexpr auto rest_max = std::chrono::milliseconds(200);

/// Gives way to whoever serves customers.
class Pace {
 public:
  explicit Pace(const BackupOptions& options)
      : options_(options), begun_(Clock::now()), log_before_(std::max(log_bytes(), log_usual)) {}
  bool go_on() {
    if (options_.stopped && options_.stopped()) return false;
    if (!options_.gentle) return true;
    const auto worked = Clock::now() - begun_;
    if (worked < work_before_rest) return true;
    if (log_has_grown()) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(worked, rest_max));
    begun_ = Clock::now();
    return true;
  }
  bool log_has_grown() const { return log_bytes() - log_before_ > log_growth_max; }
  Result<void> step() {
    if (go_on()) return {};
    return fail(Error::busy, {}, "The backup was ended before it was done.");
  }

 private:
  std::int64_t log_bytes() const {
    std::error_code code;
    const auto bytes = std::filesystem::file_size(options_.folder + "/ringup.db-wal", code);
    return code ? 0 : static_cast<std::int64_t>(bytes);
  }
  const BackupOptions& options_;
  Clock::time_point begun_;
  std::int64_t log_before_;
};

Result<std::string> read_small(const std::string& path) {
  InFile file = TRY(InFile::open(path));
  std::string bytes(static_cast<std::size_t>(small_part_bytes_max) + 1, '\0');
  bytes.resize(TRY(file.read(bytes.data(), bytes.size())));
  if (bytes.size() > static_cast<std::size_t>(small_part_bytes_max))
    return fail(Error::limit_exceeded, path, "This file is too large for a backup; it has no place here.");
  return bytes;
}

/// Everything but the database, by name.
Result<std::map<std::string, std::string>> small_files(const std::string& folder) {
  std::map<std::string, std::string> files;
  Result<std::string> secret = read_small(folder + "/secret.key");
  if (!secret.ok() && secret.error() == Error::not_found) {
    return fail(Error::damaged, folder + "/secret.key",
                "It is missing: without it no till could speak to what is restored. Start the server once.");
  }
  files.emplace("secret.key", TRY(std::move(secret)));
  Result<std::string> settings = read_small(folder + "/ringup.env");
  if (settings.ok())
    files.emplace("ringup.env", std::move(settings).value());
  else if (settings.error() != Error::not_found)
    return settings.failure();

  std::error_code code;
  const std::filesystem::path tls = std::filesystem::path(folder) / "tls";
  if (!std::filesystem::is_directory(tls, code)) return files;
  std::filesystem::recursive_directory_iterator at(tls, code), end;
  for (; !code && at != end; at.increment(code)) {
    if (!at->is_regular_file(code)) continue;
    const std::string name = "tls/" + at->path().lexically_relative(tls).generic_string();
    if (!is_part_name(name))
      return fail(Error::invalid_value, folder + "/" + name, "A backup takes no such name.");
    files.emplace(name, TRY(read_small(at->path().string())));
  }
  if (code) return fail(Error::storage, tls.string(), "Cannot read this folder: " + code.message() + ".");
  return files;
}

}  // namespace

Result<void> verify_backup(const std::string& path, const std::string& key,
                           const std::function<Result<void>()>& each_piece) {
  const auto reader = TRY(BackupReader::open(path));
  reader->unlock_with(key);
  for (;;) {
    const auto part = TRY(reader->next());
    if (!part) return {};
    TRY(reader->read(*part, [&](std::string_view) { return each_piece(); }));
  }
}

Result<BackupMade> write_backup(const BackupOptions& options) {
  Pace pace(options);
  Head head;
  std::string key;
  // Before the moment is held: this takes a while.
  if (!options.passphrase.empty()) {
    auto [lock, made] = TRY(make_lock(options.passphrase));
    head.lock = std::move(lock);
    key = std::move(made);
  }
  auto snapshot = TRY(store::Snapshot::open(options.folder));
  const std::map<std::string, std::string> files = TRY(small_files(options.folder));
  head.at_us = options.now_us;
  head.program = options.program;
  head.schema = snapshot->schema();
  head.generation = snapshot->generation();
  head.shop = shop_of(files.at("secret.key"));
  head.ends = TRY(snapshot->chain_ends());

  PartFile file = TRY(PartFile::open(options.to));
  BackupMade made;
  made.database_bytes = snapshot->bytes();
  const auto sink = [&](std::string_view bytes) -> Result<void> {
    made.bytes += static_cast<std::int64_t>(bytes.size());
    TRY(file.write(bytes));
    return pace.step();
  };
  const std::string lines = write_head(head);
  TRY(sink(lines));
  const Sha256Digest about = sha256(std::string_view(lines).substr(0, lines.find('\n')));
  ChunkWriter chunks(Seal(key, std::string(about.begin(), about.end())), sink);
  PartsWriter parts(chunks);
  for (const auto& [name, bytes] : files) {
    TRY(parts.begin(name, static_cast<std::int64_t>(bytes.size())));
    TRY(parts.add(bytes));
    TRY(parts.end());
  }
  TRY(parts.begin("ringup.db", snapshot->bytes()));
  TRY(snapshot->pages([&](std::string_view page) -> Result<void> {
    TRY(parts.add(page));
    return pace.step();
  }));
  TRY(parts.end());
  TRY(parts.finish());
  if (pace.log_has_grown()) {
    snapshot.reset();
    snapshot = TRY(store::Snapshot::open(options.folder));
  }
  TRY(snapshot->check([&] { return pace.go_on(); }));
  snapshot.reset();

  TRY(file.sync());
  TRY(verify_backup(file.part_path(), key, [&] { return pace.step(); }));
  TRY(file.publish());
  return made;
}

}  // namespace ringup::backup
