#include "server/notify/mail.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/identity/account.h"

namespace ringup::notify {
namespace {

constexpr std::size_t line_bytes_max = 76;  // of a body, RFC 2045; and of an encoded word's line, RFC 2047
constexpr std::size_t word_bytes_max = 39;  // base64 makes 52 of them; =?UTF-8?B?…?= behind "Subject: " is 73

/// Valid UTF-8 in one line: what is not becomes a space, many spaces one.
std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = utf8::next(text, at);
    const bool plain =
        c != utf8::invalid && c >= 0x20 && !(c >= 0x7F && c < 0xA0) && c != 0x2028 && c != 0x2029;
    if (plain && c != ' ')
      utf8::append(out, c);
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// As encoded words, one a line, each of whole characters.
std::string encoded_words(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t to = from, next = from;
    while (next < text.size()) {
      (void)utf8::next(text, next);
      if (next - from > word_bytes_max) break;
      to = next;
    }
    out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64_encode(text.substr(from, to - from)) + "?=");
    from = to;
  }
  return out;
}

/// A display name: as it is, quoted or encoded.
std::string phrase(const std::string& name) {
  const auto atom = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           std::string_view("!#$%&'*+-/^_`{|}~").find(c) != std::string_view::npos;
  };
  if (!is_ascii(name) || name.size() > word_bytes_max || name.find("=?") != std::string::npos)
    return encoded_words(name);
  if (std::all_of(name.begin(), name.end(), atom)) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// The address as it travels; it is in a command and in a header, where a line break would be a way in.
Result<std::string> checked(std::string_view address, const char* where) {
  Result<std::string> read = read_email(address);
  if (!read.ok()) return fail(Error::invalid_value, where, "No mail can go to this address.");
  return read;
}

std::string part(const char* type, const std::string& boundary, std::string_view text) {
  return "--" + boundary + "\r\nContent-Type: " + type +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(text);
}

}  // namespace

std::string mail_date(std::int64_t unix_us) {
  using namespace std::chrono;
  constexpr const char* days_of_week[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds at{seconds{std::clamp<std::int64_t>(unix_us / 1'000'000, 0, 253'402'300'799)}};
  const sys_days day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%s, %u %s %d %02d:%02d:%02d +0000", days_of_week[weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {text, static_cast<std::size_t>(size)};
}

std::string text_header(std::string_view name, std::string_view text) {
  const std::string line = one_line(text);
  const bool plain = is_ascii(line) && name.size() + 2 + line.size() <= line_bytes_max &&
                     line.find("=?") == std::string::npos;
  return std::string(name) + ": " + (plain ? line : encoded_words(line)) + "\r\n";
}

std::string address_header(std::string_view header, std::string_view name, std::string_view address) {
  const std::string shown = phrase(one_line(name));
  std::string out = std::string(header) + ":";
  if (shown.empty()) return out + (address.size() > 60 ? "\r\n " : " ") + std::string(address) + "\r\n";
  out += " " + shown;
  const bool fits =
      out.size() - (out.rfind('\n') == std::string::npos ? 0 : out.rfind('\n') + 1) + address.size() + 3 <=
      line_bytes_max;
  return out + (fits ? " <" : "\r\n <") + std::string(address) + ">\r\n";
}

std::string quoted_printable(std::string_view text) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t line = 0;  // bytes of the line so far
  const auto put = [&](std::string_view piece) {
    if (line + piece.size() > line_bytes_max - 1) {
      out += "=\r\n";
      line = 0;
    }
    out += piece;
    line += piece.size();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\n';
    if (c == '\n' || c == '\r') {
      if (c == '\r' && next == '\n') ++at;
      out += "\r\n";
      line = 0;
      continue;
    }
    const bool ends_line = next == '\n' || next == '\r';
    const bool blank = c == ' ' || c == '\t';
    // Dots at a line's beginning mean something to SMTP, "From " to old mail stores.
    const bool first = line == 0 && (c == '.' || (c == 'F' && text.substr(at).starts_with("From ")));
    const bool plain = (c > 0x20 && c < 0x7F && c != '=' && !first) || (blank && !ends_line);
    if (plain) {
      put({&c, 1});
    } else {
      const char escaped[] = {'=', hex[static_cast<unsigned char>(c) >> 4],
                              hex[static_cast<unsigned char>(c) & 15]};
      put({escaped, 3});
    }
  }
  if (!out.ends_with("\r\n") || out.ends_with("=\r\n")) out += "\r\n";
  return out;
}

Result<std::string> write_mail(const Mail& mail) {
  const std::string from = TRY(checked(mail.from, "from")), to = TRY(checked(mail.to, "to"));
  const bool id_fine = !mail.id.empty() && std::all_of(mail.id.begin(), mail.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  ASSERT(id_fine && mail.id.size() <= 60);
  // Quoted-printable has no "=_", so this line can stand in neither part.
  const std::string boundary = "=_" + mail.id;
  const std::string domain = from.substr(from.rfind('@') + 1);
  const std::string id = "<" + mail.id + "@" + domain + ">";
  std::string out = "Date: " + mail_date(mail.at_us) + "\r\n";
  out += address_header("From", mail.from_name, from);
  out += address_header("To", {}, to);
  out += text_header("Subject", mail.subject);
  out += std::string("Message-ID:") + (id.size() > 60 ? "\r\n " : " ") + id + "\r\n";
  out += "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
  out += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  out += part("text/plain", boundary, mail.text);
  out += part("text/html", boundary, mail.html);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace ringup::notify
