#include "server/backup/head.h"

#include <argon2.h>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "server/store/keys.h"
#include "server/store/store.h"

namespace ringup::backup {
namespace {

// What a head may ask of the machine that reads it.
constexpr std::int64_t memory_kib_max = 1 << 20, passes_max = 32, lanes_max = 16;
constexpr std::size_t check_bytes = 16;
constexpr std::size_t end_members = 6;
constexpr std::int64_t version_max = 1'000'000;
constexpr std::string_view first_member = "{\"ringup_backup\":";

std::string hex_of(std::string_view bytes) {
  return to_hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

Result<std::string> bytes_of(std::string_view hex, std::size_t count) {
  std::string bytes(count, '\0');
  if (hex.size() != 2 * count || !from_hex(hex, reinterpret_cast<std::uint8_t*>(bytes.data()), count))
    return Error::damaged;
  return bytes;
}

/// The key of the chunks and the check, both from what Argon2id made; nullopt where it has no memory.
struct Keys {
  std::string chunks, check;
};
std::optional<Keys> keys_of(const Lock& lock, std::string_view passphrase) {
  std::string made(key_bytes, '\0');
  const int code =
      argon2id_hash_raw(lock.passes, lock.memory_kib, lock.lanes, passphrase.data(), passphrase.size(),
                        lock.salt.data(), lock.salt.size(), made.data(), made.size());
  if (code != ARGON2_OK) return std::nullopt;
  return Keys{store::derive_key(made, "ringup backup chunks"),
              store::derive_key(made, "ringup backup check").substr(0, check_bytes)};
}

json::Value to_json(const Lock& lock) {
  return json::Object{{"argon2id", json::Object{{"memory_kib", std::int64_t{lock.memory_kib}},
                                                {"passes", std::int64_t{lock.passes}},
                                                {"lanes", std::int64_t{lock.lanes}},
                                                {"salt", hex_of(lock.salt)}}},
                      {"check", hex_of(lock.check)}};
}

Result<Lock> read_lock(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  json::Reader cost = TRY(json::Reader::object(*TRY(in.any("argon2id"))));
  Lock lock;
  lock.lanes = static_cast<std::uint32_t>(TRY(cost.integer("lanes", 1, lanes_max)));
  lock.memory_kib = static_cast<std::uint32_t>(
      TRY(cost.integer("memory_kib", 8 * std::int64_t{lock.lanes}, memory_kib_max)));
  lock.passes = static_cast<std::uint32_t>(TRY(cost.integer("passes", 1, passes_max)));
  lock.salt = TRY(bytes_of(TRY(cost.string("salt", 2 * salt_bytes)), salt_bytes));
  lock.check = TRY(bytes_of(TRY(in.string("check", 2 * check_bytes)), check_bytes));
  TRY(cost.done());
  TRY(in.done());
  return lock;
}

Result<store::ChainEnd> read_end(const json::Value& value) {
  const json::Array* items = value.as_array();
  if (items == nullptr || items->size() != end_members) return Error::damaged;
  const std::string* till = (*items)[0].as_string();
  const std::string* hash = (*items)[4].as_string();
  for (const std::size_t i : {1, 2, 3, 5})
    if ((*items)[i].as_integer() == nullptr) return Error::damaged;
  if (till == nullptr || hash == nullptr) return Error::damaged;
  store::ChainEnd end;
  end.till = TRY(parse_id(*till));
  end.epoch = *(*items)[1].as_integer();
  end.branch = static_cast<int>(*(*items)[2].as_integer());
  end.seq = *(*items)[3].as_integer();
  end.hash = *hash;
  end.whole_through = *(*items)[5].as_integer();
  return end;
}

Result<Head> read_members(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  Head head;
  (void)TRY(in.integer("ringup_backup", format_version, format_version));
  head.at_us = TRY(in.integer("at", 0, json::integer_max));
  head.program = TRY(in.string("program", 200));
  head.schema = TRY(in.integer("schema", 1, version_max));
  head.generation = TRY(in.string("generation", 128));
  head.shop = TRY(in.string("shop", 64));
  const json::Value& lock = *TRY(in.any("lock"));
  if (!lock.is_null()) head.lock = TRY(read_lock(lock));
  for (const json::Value& end : *TRY(in.array("ends", head_bytes_max)))
    head.ends.push_back(TRY(read_end(end)));
  TRY(in.done());
  return head;
}

}  // namespace

Result<std::pair<Lock, std::string>> make_lock(std::string_view passphrase) {
  Lock lock;
  lock.salt.resize(salt_bytes);
  store::random_bytes({reinterpret_cast<std::uint8_t*>(lock.salt.data()), lock.salt.size()});
  const std::optional<Keys> keys = keys_of(lock, passphrase);
  if (!keys) return fail(Error::busy, {}, "There is not enough memory to encrypt a backup (128 MB).");
  lock.check = keys->check;
  return std::pair(lock, keys->chunks);
}

Result<std::string> open_lock(const Lock& lock, std::string_view passphrase) {
  const std::optional<Keys> keys = keys_of(lock, passphrase);
  if (!keys) return fail(Error::busy, {}, "There is not enough memory to open this backup.");
  if (!store::equal_in_constant_time(keys->check, lock.check))
    return fail(Error::invalid_credentials, "BACKUP_PASSPHRASE",
                "This backup was locked with another passphrase.");
  return keys->chunks;
}

std::string shop_of(std::string_view secret) {
  return hex_of(store::derive_key(secret, "ringup backup shop")).substr(0, 32);
}

std::string write_head(const Head& head) {
  json::Array ends;
  for (const store::ChainEnd& end : head.ends)
    ends.push_back(json::Array{end.till, end.epoch, end.branch, end.seq, end.hash, end.whole_through});
  const std::string line = json::dump(json::Object{
      {"ringup_backup", format_version},
      {"at", head.at_us},
      {"program", head.program},
      {"schema", head.schema},
      {"generation", head.generation},
      {"shop", head.shop},
      {"lock", head.lock ? to_json(*head.lock) : json::Value()},
      {"ends", std::move(ends)},
  });
  return line + "\n" + to_hex(sha256(line)) + "\n";
}

Result<Head> read_head(std::string_view line, std::string_view sum) {
  const Failure damaged = fail(Error::damaged, {}, "The beginning of this backup is damaged.");
  if (to_hex(sha256(line)) != sum) {
    if (line.starts_with(first_member) ||
        line.substr(0, 4096).find("ringup_backup") != std::string_view::npos)
      return damaged;
    return fail(Error::invalid_value, {},
                "This is no backup that ringup wrote, or its beginning is damaged.");
  }
  const Result<json::Value> value =
      json::parse(line, {.bytes_max = head_bytes_max, .depth_max = 8, .values_max = head_bytes_max});
  if (!value.ok()) return damaged;
  const json::Value* version = value->find("ringup_backup");
  if (version == nullptr || version->as_integer() == nullptr)
    return fail(Error::invalid_value, {}, "This is no backup that ringup wrote.");
  if (*version->as_integer() > format_version) {
    return fail(Error::newer_version, {},
                "This backup was written by a newer ringup. Restore it with that program.");
  }
  Result<Head> head = read_members(*value);
  if (!head.ok()) return damaged;
  return head;
}

}  // namespace ringup::backup
