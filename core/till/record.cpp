#include "core/till/record.h"

#include <algorithm>
#include <iterator>

#include "core/base/json_scan.h"
#include "core/base/sha256.h"

namespace ringup::journal {
namespace {

constexpr std::string_view kind_names[] = {"sale",    "refund",   "void",         "shift_open", "shift_close",
                                           "cash_in", "cash_out", "customer_new", "note"};
static_assert(std::size(kind_names) == kind_count);

/// A record of 256 KiB written with every character escaped is six times as long; white space comes on top.
constexpr json::Limits record_limits{8 * record_bytes_max, record_depth_max, 200'000};

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Nested at most 16 deep, because the value was read so or will be refused by depth_of() first.
bool has_ascii_names_only(const json::Value& value) {
  if (const json::Array* items = value.as_array())
    return std::all_of(items->begin(), items->end(), has_ascii_names_only);
  if (const json::Object* members = value.as_object())
    return std::all_of(members->begin(), members->end(), [](const json::Member& member) {
      return std::all_of(member.name.begin(), member.name.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x80; }) &&
             has_ascii_names_only(member.value);
    });
  return true;
}

/// Reads a value as a record's: the limits and names that canonical bytes have.
Result<json::Value> read_value(std::string_view text) {
  json::Value value = TRY(json::parse(text, record_limits));
  if (!has_ascii_names_only(value))
    return fail(Error::invalid_value, {}, "Names of members in a record are ASCII.");
  return value;
}

Result<std::string> read_hash(json::Reader& in, std::string_view name) {
  const std::string_view text = TRY(in.string(name, 64));
  if (!is_hash(text))
    return fail(Error::invalid_value, in.path_of(name), "A hash is 64 lower-case hexadecimal digits.");
  return std::string(text);
}

json::Object members_without_hash(const Record& record) {
  return json::Object{{"v", record_version},
                      {"id", record.id},
                      {"till", record.till},
                      {"epoch", record.epoch},
                      {"seq", record.seq},
                      {"prev", record.prev},
                      {"kind", kind_name(record.kind)},
                      {"at", record.at},
                      {"mono", record.mono},
                      {"user", record.user},
                      {"shift", record.shift ? to_string(*record.shift) : std::string()},
                      {"price_list", record.price_list},
                      {"body", record.body}};
}

Failure too_long() {
  return fail(Error::limit_exceeded, {}, "A record has at most 256 KiB.");
}

std::optional<Id> id_in(const json::Value* value) {
  if (value == nullptr || value->as_string() == nullptr) return std::nullopt;
  const Result<Id> id = parse_id(*value->as_string());
  return id ? std::optional<Id>(*id) : std::nullopt;
}
std::optional<std::int64_t> number_in(const json::Value* value) {
  if (value == nullptr || value->as_integer() == nullptr || *value->as_integer() < 1) return std::nullopt;
  return *value->as_integer();
}
std::optional<std::string> hash_in(const json::Value* value) {
  if (value == nullptr || value->as_string() == nullptr || !is_hash(*value->as_string())) return std::nullopt;
  return *value->as_string();
}

void take_parts(Envelope& envelope, const json::Value& value) {
  envelope.id = id_in(value.find("id"));
  envelope.till = id_in(value.find("till"));
  envelope.epoch = number_in(value.find("epoch"));
  envelope.seq = number_in(value.find("seq"));
  envelope.prev = hash_in(value.find("prev"));
  envelope.hash = hash_in(value.find("hash"));
}

/// An object of those members of `text` that can each be read on their own and stand there once; the others
/// may be as broken as they like. Nothing that an envelope states is longer than a hash.
json::Value sound_members_of(std::string_view text) {
  constexpr std::size_t part_bytes_max = 6 * 64 + 2;  // a hash, every character escaped
  json::Object sound;
  std::vector<std::string> twice;
  const std::optional<std::vector<json::MemberText>> members = json::members_of(text);
  if (!members || members->size() > 512) return json::Value(std::move(sound));
  for (const json::MemberText& member : *members) {
    if (member.name.size() > part_bytes_max) continue;
    Result<json::Value> name = json::parse(member.name);
    if (!name) continue;
    const std::string& key = *name->as_string();
    const auto same = [&](const json::Member& other) { return other.name == key; };
    if (std::any_of(sound.begin(), sound.end(), same)) {
      twice.push_back(key);
      continue;
    }
    Result<json::Value> value(json::Value{});
    if (member.value.size() <= part_bytes_max) {
      value = json::parse(member.value);
      if (!value) value = json::Value{};
    }
    sound.push_back({key, std::move(value).value()});
  }
  sound.erase(std::remove_if(sound.begin(), sound.end(),
                             [&](const json::Member& member) {
                               return std::find(twice.begin(), twice.end(), member.name) != twice.end();
                             }),
              sound.end());
  return json::Value(std::move(sound));
}

/// Takes the body out of the value.
Result<Record> record_in(json::Value& value) {
  constexpr std::int64_t max = json::integer_max;
  json::Reader in = TRY(json::Reader::object(value));
  const std::int64_t v = TRY(in.integer("v", 1, max));
  if (v > record_version)
    return fail(Error::newer_version, "v",
                "Records of version " + std::to_string(v) + " are not known here.");
  Record record;
  record.id = TRY(in.id("id"));
  record.till = TRY(in.id("till"));
  record.epoch = TRY(in.integer("epoch", 1, max));
  record.seq = TRY(in.integer("seq", 1, max));
  record.prev = TRY(read_hash(in, "prev"));
  const std::string_view name = TRY(in.string("kind", 64));
  const std::optional<Kind> kind = kind_of(name);
  if (!kind) return fail(Error::invalid_value, "kind", "This kind of record is not known here.");
  record.kind = *kind;
  record.at = TRY(in.integer("at", -max, max));
  record.mono = TRY(in.integer("mono", 0, max));
  record.user = TRY(in.id("user"));
  const std::string_view shift = TRY(in.string("shift", 64));
  if (!shift.empty()) record.shift = TRY(in.id("shift"));
  record.price_list = TRY(in.integer("price_list", 0, max));
  const json::Value* body = TRY(in.any("body"));
  if (body->as_object() == nullptr)
    return fail(Error::wrong_type, "body",
                "An object is expected here, not " + std::string(body->kind()) + ".");
  record.hash = TRY(read_hash(in, "hash"));
  TRY(in.done());
  for (json::Member& member : *value.as_object()) {
    if (member.name == "body") record.body = std::move(member.value);
  }
  return record;
}

}  // namespace

bool Record::operator==(const Record& other) const {
  return hash == other.hash && canonical_bytes(*this) == canonical_bytes(other);
}

std::string_view kind_name(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<Kind> kind_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kind_names); ++i) {
    if (kind_names[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

Result<Record> read_record(std::string_view text) {
  json::Value value = TRY(read_value(text));
  Record record = TRY(record_in(value));
  if (canonical_bytes(record).size() > record_bytes_max) return too_long();
  return record;
}

json::Value to_json(const Record& record) {
  json::Object members = members_without_hash(record);
  members.push_back({"hash", record.hash});
  return json::Value(std::move(members));
}

std::string canonical_bytes(const Record& record) {
  return json::canonical(json::Value(members_without_hash(record)));
}

std::string hash_of(const Record& record) {
  return to_hex(sha256(canonical_bytes(record)));
}

Result<Record> seal(Record record, std::string_view prev) {
  record.prev = prev;
  record.hash = hash_of(record);
  // The one proof that others will be able to read it is to read it.
  const Record read = TRY(read_record(record_text(record)));
  if (read != record)
    return fail(Error::invalid_value, {}, "This record does not read back as it was written.");
  return record;
}

std::string record_text(const Record& record) {
  return json::canonical(to_json(record));
}

Envelope read_envelope(std::string raw, std::optional<std::int64_t> seq) {
  Envelope envelope;
  envelope.raw = std::move(raw);
  Result<json::Value> value = read_value(envelope.raw);
  if (value && value->as_object() != nullptr) {
    take_parts(envelope, *value);
    const std::string canonical = json::canonical_without(*value->as_object(), "hash");
    const bool short_enough = canonical.size() <= record_bytes_max;
    envelope.right_hash = envelope.hash && short_enough && to_hex(sha256(canonical)) == *envelope.hash;
    // The hash names the very bytes already, where it is right.
    envelope.digest = envelope.right_hash ? *envelope.hash : to_hex(sha256(json::canonical(*value)));
    Result<Record> record = short_enough ? record_in(*value) : Result<Record>(too_long());
    if (record)
      envelope.record = std::move(record).value();
    else
      envelope.failure = record.failure();
  } else {
    take_parts(envelope, sound_members_of(envelope.raw));
    envelope.failure = value ? fail(Error::wrong_type, {}, "A record is an object.") : value.failure();
    envelope.digest = to_hex(sha256(value ? json::canonical(*value) : envelope.raw));
  }
  envelope.digest_needs_seat = !envelope.id || !envelope.seq;

  if (seq && envelope.seq != seq) {
    if (envelope.seq) {
      envelope.record.reset();
      envelope.right_hash = false;
      envelope.failure = fail(Error::conflict, "seq", "The record states another number than its sender.");
    }
    envelope.seq = seq;
    envelope.digest_needs_seat = true;
  }
  if (seq && !envelope.right_hash) {
    // The sender's word that this is a record of its own stands above what broken bytes say of till and
    // epoch; else a damaged one would find no seat and hold up all that follow.
    envelope.till.reset();
    envelope.epoch.reset();
    envelope.digest_needs_seat = true;
  }
  return envelope;
}

std::string digest_in(const Envelope& envelope, const Id& till, std::int64_t epoch) {
  if (!envelope.digest_needs_seat) return envelope.digest;
  return to_hex(sha256(envelope.digest + ' ' + to_string(till) + ' ' + std::to_string(epoch) + ' ' +
                       (envelope.seq ? std::to_string(*envelope.seq) : std::string("-"))));
}

}  // namespace ringup::journal
