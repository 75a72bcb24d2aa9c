#include "core/base/json_scan.h"

namespace ringup::json {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// A cursor over the text. Each function moves behind what it names and is false where it is not there.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  bool ends() const { return at >= text.size(); }
  char peek() const { return ends() ? '\0' : text[at]; }
  bool take(char c) {
    if (ends() || text[at] != c) return false;
    ++at;
    return true;
  }
  void spaces() {
    while (!ends() && is_space(text[at])) ++at;
  }
  bool word(std::string_view expected) {
    if (text.substr(at, expected.size()) != expected) return false;
    at += expected.size();
    return true;
  }
  bool digits() {
    const std::size_t from = at;
    while (is_digit(peek())) ++at;
    return at > from;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }
  bool string() {
    if (!take('"')) return false;
    while (!ends()) {
      const char c = text[at++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      if (ends()) return false;
      const char escape = text[at++];
      if (escape == 'u') {
        for (int i = 0; i < 4; ++i, ++at) {
          if (!is_hex(peek())) return false;
        }
      } else if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
        return false;
      }
    }
    return false;
  }
  bool scalar() {
    switch (peek()) {
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  /// `"name" :` with the spaces behind it.
  bool name() {
    if (!string()) return false;
    spaces();
    if (!take(':')) return false;
    spaces();
    return true;
  }
  /// One value. Open objects and lists are remembered in a bit each, not on the stack.
  bool value() {
    std::vector<bool> open;  // true: an object
    for (;;) {
      // A value begins here.
      if (take('{')) {
        spaces();
        if (!take('}')) {
          open.push_back(true);
          if (!name()) return false;
          continue;
        }
      } else if (take('[')) {
        spaces();
        if (!take(']')) {
          open.push_back(false);
          continue;
        }
      } else if (!scalar()) {
        return false;
      }
      // A value has ended here.
      for (;;) {
        if (open.empty()) return true;
        spaces();
        if (take(',')) {
          spaces();
          if (open.back() && !name()) return false;
          break;
        }
        if (!take(open.back() ? '}' : ']')) return false;
        open.pop_back();
      }
    }
  }
};

}  // namespace

bool is_json(std::string_view text) {
  Cursor in{text};
  in.spaces();
  if (!in.value()) return false;
  in.spaces();
  return in.ends();
}

std::optional<std::vector<MemberText>> members_of(std::string_view text) {
  Cursor in{text};
  std::vector<MemberText> members;
  in.spaces();
  if (!in.take('{')) return std::nullopt;
  in.spaces();
  if (!in.take('}')) {
    do {
      in.spaces();
      MemberText member;
      std::size_t from = in.at;
      if (!in.string()) return std::nullopt;
      member.name = text.substr(from, in.at - from);
      in.spaces();
      if (!in.take(':')) return std::nullopt;
      in.spaces();
      from = in.at;
      if (!in.value()) return std::nullopt;
      member.value = text.substr(from, in.at - from);
      members.push_back(member);
      in.spaces();
    } while (in.take(','));
    if (!in.take('}')) return std::nullopt;
  }
  in.spaces();
  if (!in.ends()) return std::nullopt;
  return members;
}

std::optional<std::vector<std::string_view>> items_of(std::string_view text) {
  Cursor in{text};
  std::vector<std::string_view> items;
  in.spaces();
  if (!in.take('[')) return std::nullopt;
  in.spaces();
  if (!in.take(']')) {
    do {
      in.spaces();
      const std::size_t from = in.at;
      if (!in.value()) return std::nullopt;
      items.push_back(text.substr(from, in.at - from));
      in.spaces();
    } while (in.take(','));
    if (!in.take(']')) return std::nullopt;
  }
  in.spaces();
  if (!in.ends()) return std::nullopt;
  return items;
}

}  // namespace ringup::json
