#include "core/identity/account.h"

#include <algorithm>
#include <vector>

#include "core/base/utf8.h"

namespace ringup {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter_or_digit(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) - from + 1);
}

/// A label of a host name: letters, digits, inner hyphens.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  std::size_t labels = 0;
  for (;;) {
    const std::size_t dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    ++labels;
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
  }
  return labels >= 2;
}

bool is_local_part(std::string_view local) {
  constexpr std::string_view marks = ".!#$%&'*+/=?^_`{|}~-";
  return !local.empty() && local.size() <= 64 && local.front() != '.' && local.back() != '.' &&
         local.find("..") == std::string_view::npos && std::all_of(local.begin(), local.end(), [&](char c) {
           return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
         });
}

// What is tried first wherever passwords are guessed, from eight characters on (shorter is refused for its
// length). The whole password is compared, without case; there are no rules on what it is made of.
constexpr std::string_view common_passwords[] = {
    "password",   "password1",   "password12", "password123",   "password1234", "passw0rd",
    "passw0rd1",  "p@ssword",    "p@ssw0rd",   "p@ssword1",     "p@ssw0rd1",    "passwort",
    "passwort1",  "passwort123", "qwertyuiop", "qwerty12",      "qwerty123",    "qwerty1234",
    "qwertzuiop", "qwertz123",   "1q2w3e4r",   "1q2w3e4r5t",    "1qaz2wsx",     "q1w2e3r4",
    "zaq12wsx",   "asdfghjkl",   "asdf1234",   "zxcvbnm1",      "zxcvbnm123",   "iloveyou",
    "iloveyou1",  "sunshine",    "sunshine1",  "princess",      "princess1",    "football",
    "football1",  "baseball",    "baseball1",  "superman",      "superman1",    "starwars",
    "trustno1",   "letmein1",    "letmein123", "welcome1",      "welcome123",   "changeme",
    "changeme1",  "changeme123", "default1",   "administrator", "admin123",     "admin1234",
    "adminadmin", "root1234",    "computer",   "computer1",     "internet",     "whatever",
    "michelle",   "jennifer",    "liverpool",  "charlie1",      "hallo123",     "hallohallo",
    "schatz123",  "geheim123",   "sommer2024", "sommer2025",    "winter2024",   "winter2025",
    "summer2024", "summer2025",  "abcd1234",   "abcdefgh1",     "abc12345",     "abc123456",
    "a1b2c3d4",   "secret123",   "access14",   "login123",      "test1234",     "testtest",
    "testtest1",  "dragon123",   "monkey123",  "shadow123",     "master123",    "pokemon1",
    "mustang1",   "corvette",    "bailey123",  "maverick",      "midnight",     "samantha",
    "victoria",   "alexander",   "jordan23",   "00000001",      "11223344",     "12344321",
    "123123123",  "147258369",   "159753456",  "987654321",     "87654321",     "correcthorsebatterystaple",
    "ringup123",  "kasse123",    "laden123"};

/// One character over and over, or each one step from the one before ("aaaaaaaa", "12345678", "hgfedcba").
bool is_sequence(std::string_view text) {
  for (const int step : {0, 1, -1}) {
    bool all = true;
    for (std::size_t i = 1; i < text.size() && all; ++i) {
      const int difference = text[i] - text[i - 1];
      const bool wraps = (step == 1 && text[i] == '0' && text[i - 1] == '9') ||
                         (step == -1 && text[i] == '9' && text[i - 1] == '0');
      all = difference == step || wraps;
    }
    if (all) return true;
  }
  return false;
}

/// A short piece over and over: "12341234", "abcabcabc".
bool is_repetition(std::string_view text) {
  for (std::size_t size = 1; size <= 4 && size * 2 <= text.size(); ++size) {
    if (text.size() % size == 0 && text.substr(size) == text.substr(0, text.size() - size)) return true;
  }
  return false;
}

/// Is this own words and next to nothing else? "hollerbusch anna kunde", "Kunde2026Kunde2026". What remains
/// beside the words, spaces and marks must have five different characters.
bool is_own_words(std::string small, std::span<const std::string_view> context) {
  std::vector<std::string> words;
  for (const std::string_view text : context) {
    std::string word;
    for (const char c : lower(text) + ' ') {
      const bool letter = static_cast<unsigned char>(c) >= 0x80 || is_letter_or_digit(c);
      if (letter) word += c;
      if (!letter && word.size() >= 3) words.push_back(word);
      if (!letter) word.clear();
    }
  }
  std::sort(words.begin(), words.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  bool found = false;
  for (const std::string& word : words) {
    for (std::size_t at = 0; (at = small.find(word, at)) != std::string::npos;) {
      small.replace(at, word.size(), " ");
      found = true;
    }
  }
  std::string rest;
  for (const char c : small) {
    const bool counts = static_cast<unsigned char>(c) >= 0x80 || is_letter_or_digit(c);
    if (counts && rest.find(c) == std::string::npos) rest += c;
  }
  return found && rest.size() < 5;
}

constexpr std::string_view reserved_slugs[] = {
    "api",     "auth",         "till",    "mobile-pos", "console", "track",   "login",
    "account", "verify-email", "privacy", "terms",      "cookies", "healthz", "readyz",
    "metrics", "admin",        "assets",  "static",     "www",     "ringup",
};

}  // namespace

Result<std::string> read_email(std::string_view text) {
  text = trimmed(text);
  const std::size_t at = text.rfind('@');
  if (text.size() > email_bytes_max || at == std::string_view::npos || !is_local_part(text.substr(0, at)) ||
      !is_domain(text.substr(at + 1)))
    return fail(Error::invalid_value, {}, "This is not an e-mail address.");
  return lower(text);
}

Result<std::string> read_phone_number(std::string_view text) {
  std::string number;
  for (const char c : trimmed(text)) {
    if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/') continue;
    number += c;
  }
  const bool is_number = number.size() >= 8 && number.size() <= 16 && number[0] == '+' && number[1] != '0' &&
                         std::all_of(number.begin() + 1, number.end(), is_digit);
  if (!is_number)
    return fail(Error::invalid_value, {}, "A phone number is + with its country code and 7 to 15 digits.");
  return number;
}

Result<void> check_password(std::string_view password, std::span<const std::string_view> context,
                            std::size_t characters_min) {
  const auto refuse = [](std::string sentence) {
    return fail(Error::invalid_value, {}, std::move(sentence));
  };
  if (password.size() > password_bytes_max)
    return refuse("A password has at most " + std::to_string(password_bytes_max) + " bytes.");
  if (!utf8::valid(password)) return refuse("A password is text in UTF-8.");
  if (utf8::length(password) < characters_min)
    return refuse("A password has at least " + std::to_string(characters_min) +
                  " characters; a sentence is easy to remember.");
  const std::string small = lower(password);
  if (is_sequence(small) || is_repetition(small)) return refuse("This password is too easy to guess.");
  for (const std::string_view common : common_passwords) {
    if (small == common) return refuse("This password is one of those that are tried first.");
  }
  for (const std::string_view word : context) {
    const std::string own = lower(trimmed(word));
    const std::string name = own.substr(0, own.find('@'));  // of an address also its first part
    if (own.size() < 3) continue;
    if (small == own || small == name) return refuse("A password may not be your own name or address.");
  }
  if (is_own_words(small, context))
    return refuse("A password needs more than your own names, your address or the business's name.");
  return {};
}

Result<std::string> read_slug(std::string_view text) {
  const auto refuse = [](std::string_view sentence) {
    return fail(Error::invalid_value, {}, std::string(sentence));
  };
  if (text.size() < 2 || !is_label(text) || lower(text) != text)
    return refuse("A short name has 2 to 63 lower-case letters, digits and inner hyphens.");
  if (std::find(std::begin(reserved_slugs), std::end(reserved_slugs), text) != std::end(reserved_slugs))
    return refuse("This short name is a word of our own addresses.");
  return std::string(text);
}

}  // namespace ringup
