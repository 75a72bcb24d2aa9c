#include "core/base/json.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/base/utf8.h"

namespace ringup::json {
namespace {

/// Builds a Value from the events of nlohmann's lexer, which is iterative; every limit is checked as it is
/// met.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) {}

  bool null() override { return put(Value(nullptr)); }
  bool boolean(bool b) override { return put(Value(b)); }
  bool number_integer(number_integer_t n) override {
    if (n < -integer_max) return refuse(Error::out_of_range, "This number is below -(2^53 - 1).");
    return put(Value(static_cast<std::int64_t>(n)));
  }
  bool number_unsigned(number_unsigned_t n) override {
    if (n > static_cast<number_unsigned_t>(integer_max))
      return refuse(Error::out_of_range, "This number is above 2^53 - 1.");
    return put(Value(static_cast<std::int64_t>(n)));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return refuse(Error::out_of_range,
                  "Only whole numbers up to 2^53 - 1 are read here, not " + text.substr(0, 40) + ".");
  }
  bool string(string_t& text) override {
    if (text.find('\0') != std::string::npos)
      return refuse(Error::invalid_json, "U+0000 may not stand in a string.");
    return put(Value(std::move(text)));
  }
  bool binary(binary_t&) override { return refuse(Error::invalid_json, {}); }
  bool start_object(std::size_t) override { return open(Value(Object{})); }
  bool start_array(std::size_t) override { return open(Value(Array{})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (name.find('\0') != std::string::npos)
      return refuse(Error::invalid_json, "U+0000 may not stand in a name.");
    const Object& members = *stack_.back().as_object();
    const bool twice =
        std::any_of(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
    if (twice) {
      failure_ = fail(Error::duplicate_member, name.substr(0, 80), "This member stands here twice.");
      return false;
    }
    if (members.size() >= members_max)
      return refuse(Error::limit_exceeded, "An object here has too many members.");
    names_.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_read,
                   const nlohmann::detail::exception& error) override {
    // The one thing that its lexer reads and no number of its can hold.
    if (std::string_view(error.what()).find("number overflow") != std::string_view::npos) {
      failure_ =
          fail(Error::out_of_range, "byte " + std::to_string(position),
               "Only whole numbers up to 2^53 - 1 are read here, not " + last_read.substr(0, 40) + ".");
      return false;
    }
    failure_ = fail(Error::invalid_json, "byte " + std::to_string(position), sentence(error.what()));
    return false;
  }

  Failure take_failure() { return std::move(failure_); }
  Value take_value() { return std::move(root_); }

 private:
  static constexpr std::size_t members_max = 512;  // keeps the search for duplicates cheap

  /// nlohmann's text without its "[json.exception…] parse error at line…: " head.
  static std::string sentence(std::string_view what) {
    if (what.starts_with('[')) what.remove_prefix(std::min(what.find("] ") + 2, what.size()));
    if (what.starts_with("parse error")) what.remove_prefix(std::min(what.find(": ") + 2, what.size()));
    std::string text(what.substr(0, 160));
    return utf8::valid(text) ? "The JSON is broken: " + text + "." : "The JSON is broken: invalid UTF-8.";
  }
  bool refuse(Error error, std::string detail) {
    std::string where = names_.empty() ? std::string() : names_.back().substr(0, 80);
    failure_ = fail(error, std::move(where), std::move(detail));
    return false;
  }
  bool count() {
    if (++values_ <= limits_.values_max) return true;
    return refuse(Error::limit_exceeded,
                  "There are more than " + std::to_string(limits_.values_max) + " values.");
  }
  bool put(Value value) {
    if (!count()) return false;
    if (stack_.empty()) return root_ = std::move(value), true;
    if (Array* items = stack_.back().as_array()) return items->push_back(std::move(value)), true;
    stack_.back().as_object()->push_back({std::move(names_.back()), std::move(value)});
    names_.pop_back();
    return true;
  }
  bool open(Value container) {
    if (!count()) return false;
    if (static_cast<int>(stack_.size()) >= limits_.depth_max)
      return refuse(Error::limit_exceeded,
                    "This is nested deeper than " + std::to_string(limits_.depth_max) + ".");
    stack_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Value done = std::move(stack_.back());
    stack_.pop_back();
    --values_;  // put() counts it again
    return put(std::move(done));
  }

  const Limits limits_;
  std::vector<Value> stack_;
  std::vector<std::string> names_;
  Value root_;
  std::size_t values_ = 0;
  Failure failure_{Error::invalid_json, {}, {}};
};

/// Where a number is written -0, which no integer can hold; npos where there is none.
std::size_t find_minus_zero(std::string_view text) {
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        in_string = false;
    } else if (text[i] == '"') {
      in_string = true;
    } else if (text[i] == '-' && i + 1 < text.size() && text[i + 1] == '0') {
      return i;
    }
  }
  return std::string_view::npos;
}

/// RFC 8785 sorts names by UTF-16 code units, which for UTF-8 differs from byte order only above U+FFFF.
bool name_before(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (is_ascii(*x) && is_ascii(*y)) return *x < *y;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const char32_t x = utf8::next(a, i), y = utf8::next(b, j);
    if (x == y) continue;
    const auto first_unit = [](char32_t c) { return c < 0x10000 ? c : 0xD800 + ((c - 0x10000) >> 10); };
    const char32_t u = first_unit(x), v = first_unit(y);
    return u != v ? u < v : x < y;
  }
  return i >= a.size() && j < b.size();
}

void write(std::string& out, const Value& value, bool sorted);

void write_members(std::string& out, const Object& members, bool sorted, std::string_view left_out) {
  std::vector<const Member*> order;
  order.reserve(members.size());
  for (const Member& member : members) {
    if (left_out.empty() || member.name != left_out) order.push_back(&member);
  }
  const auto before = [](const Member* a, const Member* b) { return name_before(a->name, b->name); };
  // What comes over the network mostly is in order already.
  if (sorted && !std::is_sorted(order.begin(), order.end(), before))
    std::sort(order.begin(), order.end(), before);
  out += '{';
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0) out += ',';
    append_quoted(out, order[i]->name);
    out += ':';
    write(out, order[i]->value, sorted);
  }
  out += '}';
}

void write(std::string& out, const Value& value, bool sorted) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* b = value.as_bool()) {
    out += *b ? "true" : "false";
  } else if (const std::int64_t* n = value.as_integer()) {
    out += std::to_string(*n);
  } else if (const std::string* text = value.as_string()) {
    append_quoted(out, *text);
  } else if (const Array* items = value.as_array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      write(out, (*items)[i], sorted);
    }
    out += ']';
  } else if (const Object* members = value.as_object()) {
    write_members(out, *members, sorted, {});
  }
}

}  // namespace

const Value* Value::find(std::string_view name) const {
  const Object* members = as_object();
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::string_view Value::kind() const {
  constexpr std::string_view kinds[] = {"null",     "true or false", "a number",
                                        "a string", "a list",        "an object"};
  return kinds[data_.index()];
}

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes_max)
    return fail(Error::limit_exceeded, {},
                "This is longer than " + std::to_string(limits.bytes_max) + " bytes.");
  if (text.starts_with("\xEF\xBB\xBF"))
    return fail(Error::invalid_json, "byte 1", "A byte-order mark may not stand before JSON.");
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos)  // nlohmann takes it for the end
    return fail(Error::invalid_json, "byte " + std::to_string(at + 1), "U+0000 may not stand in JSON.");
  if (const std::size_t at = find_minus_zero(text); at != std::string_view::npos)
    return fail(Error::out_of_range, "byte " + std::to_string(at + 1),
                "-0 is not a number that can be kept.");
  Builder builder(limits);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.take_failure();
  return builder.take_value();
}

std::string dump(const Value& value) {
  std::string out;
  write(out, value, false);
  return out;
}

std::string canonical(const Value& value) {
  std::string out;
  write(out, value, true);
  return out;
}

std::string canonical_without(const Object& members, std::string_view left_out) {
  std::string out;
  write_members(out, members, true, left_out);
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr char digits[] = "0123456789abcdef";
          out += "\\u00";
          out += digits[c >> 4];
          out += digits[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

Reader::Reader(const Value& value, std::string path)
    : object_(&value), path_(std::move(path)), seen_(value.as_object()->size(), false) {}

Result<Reader> Reader::object(const Value& value, std::string path) {
  if (value.as_object() == nullptr)
    return fail(Error::wrong_type, std::move(path),
                "An object is expected here, not " + std::string(value.kind()) + ".");
  return Reader(value, std::move(path));
}

std::string Reader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + '.' + std::string(name);
}

Failure Reader::refuse(Error error, std::string_view name, std::string detail) const {
  return fail(error, path_of(name), std::move(detail));
}

const Value* Reader::find(std::string_view name) {
  const Object& members = *object_->as_object();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == name) return seen_[i] = true, &members[i].value;
  }
  return nullptr;
}

Result<const Value*> Reader::any(std::string_view name) {
  const Value* value = find(name);
  if (value == nullptr) return refuse(Error::missing_member, name, "This member is missing.");
  return value;
}

Result<std::int64_t> Reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const Value* value = TRY(any(name));
  const std::int64_t* number = value->as_integer();
  if (number == nullptr)
    return refuse(Error::wrong_type, name,
                  "A whole number is expected here, not " + std::string(value->kind()) + ".");
  if (*number < min || *number > max)
    return refuse(Error::out_of_range, name,
                  std::to_string(*number) + " is not between " + std::to_string(min) + " and " +
                      std::to_string(max) + ".");
  return *number;
}

Result<std::string_view> Reader::string(std::string_view name, std::size_t max_bytes, std::size_t min_bytes) {
  const Value* value = TRY(any(name));
  const std::string* text = value->as_string();
  if (text == nullptr)
    return refuse(Error::wrong_type, name,
                  "A string is expected here, not " + std::string(value->kind()) + ".");
  if (text->size() > max_bytes)
    return refuse(Error::limit_exceeded, name,
                  "This is longer than " + std::to_string(max_bytes) + " bytes.");
  if (text->size() < min_bytes) {
    return refuse(Error::invalid_value, name,
                  min_bytes == 1 ? "This may not be empty."
                                 : "This is shorter than " + std::to_string(min_bytes) + " bytes.");
  }
  return std::string_view(*text);
}

Result<bool> Reader::boolean(std::string_view name) {
  const Value* value = TRY(any(name));
  const bool* b = value->as_bool();
  if (b == nullptr)
    return refuse(Error::wrong_type, name,
                  "true or false is expected here, not " + std::string(value->kind()) + ".");
  return *b;
}

Result<Id> Reader::id(std::string_view name) {
  const std::string_view text = TRY(string(name, 64));
  Result<Id> id = parse_id(text);
  if (!id) return refuse(Error::invalid_value, name, id.failure().detail);
  return id;
}

Result<const Array*> Reader::array(std::string_view name, std::size_t max_items) {
  const Value* value = TRY(any(name));
  const Array* items = value->as_array();
  if (items == nullptr)
    return refuse(Error::wrong_type, name,
                  "A list is expected here, not " + std::string(value->kind()) + ".");
  if (items->size() > max_items)
    return refuse(Error::too_many, name, "At most " + std::to_string(max_items) + " may stand here.");
  return items;
}

Result<std::optional<std::int64_t>> Reader::optional_integer(std::string_view name, std::int64_t min,
                                                             std::int64_t max) {
  if (!has(name)) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(TRY(integer(name, min, max)));
}

Result<std::optional<std::string_view>> Reader::optional_string(std::string_view name, std::size_t max_bytes,
                                                                std::size_t min_bytes) {
  if (!has(name)) return std::optional<std::string_view>();
  return std::optional<std::string_view>(TRY(string(name, max_bytes, min_bytes)));
}

Result<std::optional<bool>> Reader::optional_boolean(std::string_view name) {
  if (!has(name)) return std::optional<bool>();
  return std::optional<bool>(TRY(boolean(name)));
}

Result<std::optional<Id>> Reader::optional_id(std::string_view name) {
  if (!has(name)) return std::optional<Id>();
  return std::optional<Id>(TRY(id(name)));
}

Result<void> Reader::done() const {
  const Object& members = *object_->as_object();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!seen_[i])
      return refuse(Error::unknown_member, std::string_view(members[i].name).substr(0, 80),
                    "This member is not known here.");
  }
  return {};
}

}  // namespace ringup::json
