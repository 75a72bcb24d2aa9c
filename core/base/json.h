#pragma once
/// JSON (RFC 8259), strictly: the one reader and writer of till, server and tests.
///
/// Numbers are 64-bit integers and nothing else: money travels as minor units, prices and quantities as
/// decimal strings. Refused, with the byte or the path named: fractions, exponents, -0, integers beyond
/// ±(2^53 − 1), duplicate members, invalid UTF-8, U+0000, lone surrogates, a byte-order mark, anything after
/// the value, and whatever exceeds `Limits`. Reading allocates at most a small multiple of the input.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"

namespace ringup::json {

inline constexpr std::int64_t integer_max =
    9007199254740991;  // 2^53 - 1, what every JSON reader holds exactly

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  // in the order written

class Value {
 public:
  // Bodies stand below Member: until then its vector cannot be made or destroyed.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  Value(std::nullptr_t);
  Value(bool b);
  Value(std::int64_t n);
  Value(int n);
  Value(unsigned n);
  Value(std::string text);
  Value(std::string_view text);
  Value(const char* text);
  Value(const Id& id);
  Value(Array items);
  Value(Object members);

  bool is_null() const { return data_.index() == 0; }
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  Array* as_array() { return std::get_if<Array>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }
  /// The member of an object, or nullptr (also where this is no object).
  const Value* find(std::string_view name) const;
  /// "null", "true or false", "a number", "a string", "a list", "an object": for messages.
  std::string_view kind() const;
  bool operator==(const Value& other) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> data_;
};

struct Member {
  std::string name;
  Value value;
  bool operator==(const Member&) const = default;
};

inline Value::Value() = default;
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool b) : data_(b) {}
inline Value::Value(std::int64_t n) : data_(n) {}
inline Value::Value(int n) : data_(std::int64_t{n}) {}
inline Value::Value(unsigned n) : data_(std::int64_t{n}) {}
inline Value::Value(std::string text) : data_(std::move(text)) {}
inline Value::Value(std::string_view text) : data_(std::string(text)) {}
inline Value::Value(const char* text) : data_(std::string(text)) {}
inline Value::Value(const Id& id) : data_(to_string(id)) {}
inline Value::Value(Array items) : data_(std::move(items)) {}
inline Value::Value(Object members) : data_(std::move(members)) {}
inline bool Value::operator==(const Value& other) const {
  return data_ == other.data_;
}

struct Limits {
  std::size_t bytes_max = 1 << 20;
  int depth_max = 32;
  std::size_t values_max = 200'000;
};

/// Reads one JSON text. invalid_json, limit_exceeded, duplicate_member, out_of_range; `where` is "byte N".
Result<Value> parse(std::string_view text, const Limits& limits = {});

/// Writes without spaces, members in their order.
std::string dump(const Value&);
/// RFC 8785 (JCS) restricted to what Value can hold: members sorted by UTF-16 code units, shortest escapes.
std::string canonical(const Value&);
/// The same of an object without its member `left_out` (a signature or hash over the rest).
std::string canonical_without(const Object& members, std::string_view left_out);
/// Appends a JSON string literal, with its quotes, escaped as RFC 8785 has it.
void append_quoted(std::string& out, std::string_view text);

/// Reads an object member by member, naming the path of whatever is wrong. Call done() last: it refuses
/// members that nobody asked for.
///     Reader in = TRY(Reader::object(value, "lines[0]"));
///     const std::int64_t quantity = TRY(in.integer("quantity", 1, quantity_max));
///     TRY(in.done());
/// The reader refers to the value; it must outlive the reader.
class Reader {
 public:
  static Result<Reader> object(const Value& value, std::string path = {});

  bool has(std::string_view name) const { return object_->find(name) != nullptr; }
  Result<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  /// Lengths in bytes. The text stays owned by the value.
  Result<std::string_view> string(std::string_view name, std::size_t max_bytes, std::size_t min_bytes = 0);
  Result<bool> boolean(std::string_view name);
  Result<Id> id(std::string_view name);
  Result<const Array*> array(std::string_view name, std::size_t max_items);
  /// The member whatever its kind; missing_member where it is not there.
  Result<const Value*> any(std::string_view name);
  /// The member whatever its kind, or nullptr. A member that is null counts as there.
  const Value* find(std::string_view name);
  /// Optional forms: absent yields nullopt; a wrong kind is still an error.
  Result<std::optional<std::int64_t>> optional_integer(std::string_view name, std::int64_t min,
                                                       std::int64_t max);
  Result<std::optional<std::string_view>> optional_string(std::string_view name, std::size_t max_bytes,
                                                          std::size_t min_bytes = 0);
  Result<std::optional<bool>> optional_boolean(std::string_view name);
  Result<std::optional<Id>> optional_id(std::string_view name);
  /// unknown_member naming the first member that was not asked for.
  Result<void> done() const;

  /// "path.name", for messages of callers.
  std::string path_of(std::string_view name) const;
  const std::string& path() const { return path_; }

 private:
  Reader(const Value& value, std::string path);
  Failure refuse(Error error, std::string_view name, std::string detail) const;
  const Value* object_;
  std::string path_;
  std::vector<bool> seen_;
};

}  // namespace ringup::json
