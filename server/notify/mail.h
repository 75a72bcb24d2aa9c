#pragma once
/// Writes a mail as it travels: RFC 5322 headers, a text part and an HTML part (multipart/alternative, RFC
/// 2046), both quoted-printable (RFC 2045), words beyond ASCII in headers encoded (RFC 2047).
///
/// The bytes depend on nothing but the mail: a second attempt sends what the first one sent. No line is
/// longer than 78 bytes. Nothing that a value holds can begin a header: control characters become spaces.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup::notify {

struct Mail {
  std::string from_name, from;  // the name may be ""
  std::string to;
  std::string subject, text, html;  // UTF-8
  std::string id;                   // of the Message-ID: before its @, letters, digits and hyphens
  std::int64_t at_us = 0;           // when it was asked for
};

/// With CR LF at the end of each line. invalid_value, naming `from` or `to`, where that is no address as
/// read_email() takes it; such a mail can never be sent.
Result<std::string> write_mail(const Mail& mail);

/// "Sat, 21 Nov 2026 07:01:57 +0000".
std::string mail_date(std::int64_t unix_us);
/// A header's line or lines with CR LF, its text encoded and folded as needed.
std::string text_header(std::string_view name, std::string_view text);
/// The same of an address with a name ("" for none), in whatever form the name needs. `address` must be one.
std::string address_header(std::string_view header, std::string_view name, std::string_view address);
/// Quoted-printable with CR LF, for text whose lines end in any way.
std::string quoted_printable(std::string_view text);

}  // namespace ringup::notify
