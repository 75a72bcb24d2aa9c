// Backups by the public functions: what goes in comes out, damage never does.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/backup/make.h"
#include "server/backup/parts.h"
#include "server/backup/restore.h"
#include "server/store/verify.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

namespace fs = std::filesystem;
constexpr char passphrase[] = "seven small green boats on a pond";

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

struct BackedShop {
  ShopFloor shop;
  TestTill till = shop.enrol();
  Folder other;
  std::string file = other.path() + "/shop.backup";
  std::string fresh = other.path() + "/restored";

  void sell(int count) {
    for (int i = 0; i < count; ++i) {
      const journal::Answer answer = shop.send(till, {till.sale(shop.milk)});
      EXPECT_EQ(answer.results.at(0).result, journal::Outcome::accepted);
    }
  }
  Result<backup::BackupMade> backup(std::string key = {}) {
    backup::BackupOptions options;
    options.folder = shop.folder.path();
    options.to = file;
    options.passphrase = std::move(key);
    options.program = "test";
    options.now_us = shop.now_us;
    return backup::write_backup(options);
  }
  Result<backup::Restored> restore(std::string key = {}) {
    return backup::restore_backup({file, fresh, std::move(key), shop.now_us});
  }
};

TEST(Backup, HoldsEverythingAndBeginsAnew) {
  for (const char* key : {"", passphrase}) {
    BackedShop one;
    fs::create_directories(one.shop.folder.path() + "/tls/authority");
    write_file(one.shop.folder.path() + "/tls/authority/root.pem", "a certificate");
    write_file(one.shop.folder.path() + "/ringup.env", "TOTP_ISSUER=Corner\n");
    one.sell(5);
    const auto made = one.backup(key);
    ASSERT_TRUE(made.ok()) << describe(made.failure());
    EXPECT_EQ(made->bytes, static_cast<std::int64_t>(fs::file_size(one.file)));
    struct stat about {};
    ASSERT_EQ(::stat(one.file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    one.sell(3);  // not in it

    const auto restored = one.restore(key);
    ASSERT_TRUE(restored.ok()) << describe(restored.failure());
    EXPECT_EQ(restored->contents.records, 5);
    ASSERT_EQ(restored->contents.businesses.size(), 1u);
    EXPECT_EQ(restored->contents.businesses[0].sales, 5);
    EXPECT_NE(restored->generation, restored->head.generation);
    EXPECT_EQ(names_in(one.fresh),
              (std::vector<std::string>{"ringup.db", "ringup.env", "secret.key", "serve.lock", "tls"}));
    EXPECT_EQ(read_file(one.fresh + "/secret.key"), read_file(one.shop.folder.path() + "/secret.key"));
    EXPECT_EQ(read_file(one.fresh + "/ringup.env"), "TOTP_ISSUER=Corner\n");
    EXPECT_EQ(read_file(one.fresh + "/tls/authority/root.pem"), "a certificate");

    auto store = store::Store::open(one.fresh, {.readers = 1});
    ASSERT_TRUE(store.ok()) << describe(store.failure());
    const auto report = store::verify_journals(
        **store::Database::open(one.fresh + "/ringup.db", store::Database::Mode::read_only));
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->problems, std::vector<std::string>{});
    EXPECT_EQ(report->sales, 5);
    // New tills get a series that no till of the lost time can have.
    const auto till = (*store)->writer().write_for<store::Till>([&](store::Database& db) {
      return store::add_till(db, one.shop.tenant, one.shop.branch, "", one.shop.now_us);
    });
    ASSERT_TRUE(till.ok());
    EXPECT_EQ(till->series.size(), 4u);
    EXPECT_EQ(till->series.find("A1"), std::string::npos);
  }
}

TEST(Backup, HidesEverythingButItsHeadBehindThePassphrase) {
  BackedShop one;
  one.sell(1);
  ASSERT_TRUE(one.backup(passphrase).ok());
  const std::string bytes = read_file(one.file);
  EXPECT_EQ(bytes.find("Corner"), std::string::npos);
  EXPECT_EQ(bytes.find(read_file(one.shop.folder.path() + "/secret.key")), std::string::npos);
  EXPECT_EQ(one.restore("another").error(), Error::invalid_credentials);
  EXPECT_EQ(one.restore().error(), Error::proof_required);
  EXPECT_FALSE(fs::exists(one.fresh));
  // The heads of encrypted files are read without it.
  const auto reader = backup::BackupReader::open(one.file);
  ASSERT_TRUE(reader.ok());
  ASSERT_EQ((*reader)->head().ends.size(), 1u);
  EXPECT_EQ((*reader)->head().ends[0].till, one.till.id);
  EXPECT_EQ((*reader)->head().ends[0].seq, 1);
  EXPECT_EQ((*reader)->head().ends[0].hash, one.till.prev);
  EXPECT_EQ((*reader)->head().ends[0].whole_through, 1);
  EXPECT_EQ((*reader)->head().at_us, one.shop.now_us);
}

/// Reads a whole file as a restore would, without putting anything into a folder.
Result<void> read_through(const std::string& path, std::string_view key) {
  const auto reader = TRY(backup::BackupReader::open(path));
  TRY(reader->unlock(key));
  for (;;) {
    const auto part = TRY(reader->next());
    if (!part) return {};
    TRY(reader->read(*part, [](std::string_view) { return Result<void>(); }));
  }
}

TEST(Backup, EveryFlippedBitIsFound) {
  BackedShop one;
  one.sell(1);
  ASSERT_TRUE(one.backup().ok());
  const std::string whole = read_file(one.file);
  ASSERT_TRUE(read_through(one.file, "").ok());
  // Every bit of the head, and of what follows one in every 307th byte.
  const std::size_t chunks = whole.find('\n', whole.find('\n') + 1) + 1;
  for (std::size_t at = 0; at < whole.size(); at += at < chunks + 64 ? 1 : 307) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    write_file(one.file, bytes);
    const Result<void> read = read_through(one.file, "");
    ASSERT_FALSE(read.ok()) << "byte " << at;
    ASSERT_TRUE(read.error() == Error::damaged || read.error() == Error::invalid_value)
        << describe(read.failure());
  }
  for (std::size_t length = 0; length < whole.size(); length += length < chunks + 64 ? 1 : 997) {
    write_file(one.file, std::string_view(whole).substr(0, length));
    ASSERT_FALSE(read_through(one.file, "").ok()) << length;
  }
  write_file(one.file, whole + "x");
  EXPECT_EQ(read_through(one.file, "").error(), Error::damaged);
}

TEST(Backup, ADamagedFileChangesNothing) {
  for (const char* key : {"", passphrase}) {
    BackedShop one;
    one.sell(3);
    ASSERT_TRUE(one.backup(key).ok());
    const std::string whole = read_file(one.file);
    const std::size_t parts = *key == 0 ? 8 : 2;  // opening a lock takes its time
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t at = whole.size() * part / parts + 40;
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      write_file(one.file, bytes);
      ASSERT_FALSE(one.restore(key).ok());
      ASSERT_FALSE(fs::exists(one.fresh));
      write_file(one.file, std::string_view(whole).substr(0, at));
      ASSERT_FALSE(one.restore(key).ok());
      ASSERT_FALSE(fs::exists(one.fresh));
    }
    write_file(one.file, "not a backup\n");
    EXPECT_EQ(one.restore(key).error(), Error::invalid_value);
    write_file(one.file, "");
    EXPECT_FALSE(one.restore(key).ok());
  }
}

/// A stream of chunks in memory.
struct Memory {
  std::string bytes;
  std::size_t at = 0;
  backup::ChunkReader reader(const std::string& key) {
    at = 0;
    return {backup::Seal(key, "about"), [this](char* out, std::size_t count) -> Result<std::size_t> {
              count = std::min(count, bytes.size() - at);
              bytes.copy(out, count, at);
              at += count;
              return count;
            }};
  }
};

TEST(Backup, ChunksCanNeitherMoveNorGo) {
  for (const std::string& key : {std::string(), std::string(32, 'k')}) {
    std::vector<std::string> chunks;
    std::string open;
    backup::ChunkWriter writer(backup::Seal(key, "about"), [&](std::string_view bytes) -> Result<void> {
      if (bytes.size() == 4)
        open = bytes;
      else
        chunks.push_back(open + std::string(bytes));
      return {};
    });
    const std::string piece(backup::piece_bytes, 'x');
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.write(piece).ok());
    ASSERT_TRUE(writer.finish().ok());
    ASSERT_EQ(chunks.size(), 3u);
    const auto reads = [&](std::vector<std::size_t> order, const std::string& with) {
      Memory memory;
      for (const std::size_t i : order) memory.bytes += chunks[i];
      backup::ChunkReader reader = memory.reader(with);
      for (std::size_t i = 0; i < order.size(); ++i)
        if (!reader.read(backup::piece_bytes).ok()) return false;
      return reader.finish().ok();
    };
    EXPECT_TRUE(reads({0, 1, 2}, key));
    EXPECT_FALSE(reads({1, 0, 2}, key));
    EXPECT_FALSE(reads({0, 2}, key));
    EXPECT_FALSE(reads({0, 1}, key));
    EXPECT_FALSE(reads({0, 0, 1, 2}, key));
    EXPECT_FALSE(reads({0, 1, 2, 2}, key));
    EXPECT_FALSE(reads({0, 1, 2}, std::string(32, 'o')));
  }
}

TEST(Backup, RefusesWhatWouldBeLost) {
  BackedShop one;
  one.sell(1);
  write_file(one.file, "something else");
  EXPECT_EQ(one.backup().error(), Error::conflict);
  EXPECT_EQ(read_file(one.file), "something else");
  fs::remove(one.file);
  fs::create_directory(one.file);
  EXPECT_EQ(one.backup().error(), Error::conflict);
  fs::remove(one.file);
  write_file(one.file + ".part", "left by a run that was killed");
  ASSERT_TRUE(one.backup().ok());
  EXPECT_EQ(names_in(one.other.path()), std::vector<std::string>{"shop.backup"});

  fs::create_directory(one.fresh);
  write_file(one.fresh + "/notes.txt", "");
  const auto refused = one.restore();
  EXPECT_EQ(refused.error(), Error::conflict);
  EXPECT_NE(describe(refused.failure()).find("notes.txt"), std::string::npos);
  EXPECT_EQ(names_in(one.fresh), std::vector<std::string>{"notes.txt"});
  fs::remove(one.fresh + "/notes.txt");
  {
    const auto lock = store::FolderLock::take(one.fresh);
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ(one.restore().error(), Error::in_use);
  }
  EXPECT_TRUE(one.restore().ok());
  EXPECT_EQ(one.restore().error(), Error::conflict);

  backup::BackupOptions nowhere;
  nowhere.folder = one.other.path() + "/nothing";
  nowhere.to = one.other.path() + "/b";
  EXPECT_EQ(backup::write_backup(nowhere).error(), Error::not_found);
  EXPECT_EQ(names_in(one.other.path()), (std::vector<std::string>{"restored", "shop.backup"}));
}

TEST(Backup, AnInterruptedRestoreIsTakenUpAgain) {
  BackedShop one;
  one.sell(2);
  ASSERT_TRUE(one.backup().ok());
  // As a kill between the secret's move and the database's leaves it.
  fs::create_directories(one.fresh + "/restore.part/tls");
  write_file(one.fresh + "/restore.part/ringup.db", "unpacked");
  write_file(one.fresh + "/secret.key", std::string(32, 's'));
  const auto begun = store::Store::open(one.fresh, {.make_if_missing = true});
  EXPECT_EQ(begun.error(), Error::damaged);
  EXPECT_NE(describe(begun.failure()).find("interrupted"), std::string::npos);
  ASSERT_TRUE(one.restore().ok());
  EXPECT_TRUE(store::Store::open(one.fresh, {}).ok());
  // A shop that lost its database is none, whatever lies beside it: its secret stays.
  fs::remove(one.fresh + "/ringup.db");
  fs::create_directories(one.fresh + "/restore.part");
  EXPECT_EQ(one.restore().error(), Error::conflict);
  EXPECT_TRUE(fs::exists(one.fresh + "/secret.key"));
}

TEST(Backup, ANewerSchemaIsNamed) {
  BackedShop one;
  one.sell(1);
  const std::int64_t known = store::schema_version();
  one.shop.run("PRAGMA user_version = 99");
  EXPECT_EQ(one.backup().error(), Error::newer_version);
  one.shop.run("PRAGMA user_version = " + std::to_string(known));
  ASSERT_TRUE(one.backup().ok());
  std::string bytes = read_file(one.file);
  auto reader = backup::BackupReader::open(one.file);
  ASSERT_TRUE(reader.ok());
  backup::Head head = (*reader)->head();
  head.schema = 99;
  const std::size_t chunks = bytes.find('\n', bytes.find('\n') + 1) + 1;
  write_file(one.file, backup::write_head(head) + bytes.substr(chunks));
  EXPECT_EQ(one.restore().error(), Error::newer_version);
  EXPECT_FALSE(fs::exists(one.fresh));
}

/// No file of this process may grow beyond so much, as on a full disk.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(Backup, AFullDiskLeavesNothingBehind) {
  BackedShop one;
  one.sell(2);
  ASSERT_TRUE(one.backup().ok());
  const std::size_t size = fs::file_size(one.file);
  fs::remove(one.file);
  for (std::size_t room = 0; room < size; room += size / 7) {
    const SmallDisk disk(room);
    const auto made = one.backup();
    ASSERT_EQ(made.error(), Error::storage);
    EXPECT_NE(describe(made.failure()).find("not enough room"), std::string::npos)
        << describe(made.failure());
    EXPECT_TRUE(names_in(one.other.path()).empty());
  }
  ASSERT_TRUE(one.backup().ok());
  for (const std::size_t room : {1'000ul, 40'000ul, 200'000ul}) {
    const SmallDisk disk(room);
    const auto restored = one.restore();
    ASSERT_EQ(restored.error(), Error::storage);
    EXPECT_FALSE(fs::exists(one.fresh));
  }
  EXPECT_TRUE(one.restore().ok());
}

}  // namespace
}  // namespace ringup::test
