#pragma once
/// What may be an e-mail address, a phone number, a password, a slug. Forms only: whether an address receives
/// mail is found out by sending one. Each reader yields the form that is stored and compared.
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

inline constexpr std::size_t email_bytes_max = 254;
inline constexpr std::size_t password_characters_min = 15;     // alone (NIST SP 800-63B-4, 3.1.1.2)
inline constexpr std::size_t password_characters_min_2fa = 8;  // where a second factor is asked as well
inline constexpr std::size_t password_bytes_max = 1024;        // at least 64 characters are welcome
inline constexpr std::size_t slug_bytes_max = 63;

/// An address as the HTML standard has it, with a dot in its domain: local part of letters, digits and
/// .!#$%&'*+/=?^_`{|}~- (1 to 64, no dot first, last or twice), labels of letters, digits and inner hyphens
/// (1 to 63). Space around it is dropped; both parts become lower case, so one person has one account.
/// invalid_value.
Result<std::string> read_email(std::string_view text);

/// E.164 by form: + and 7 to 15 digits, the first not 0. Spaces, hyphens, dots and brackets are dropped.
/// invalid_value.
Result<std::string> read_phone_number(std::string_view text);

/// Rules of NIST SP 800-63B-4: a minimum length in characters, no rules of composition, and not on the list
/// of common passwords, nor the person's own data or the service's name alone. `context`: the e-mail address,
/// the names, the business; used only to compare. invalid_value with a sentence for the person.
Result<void> check_password(std::string_view password, std::span<const std::string_view> context = {},
                            std::size_t characters_min = password_characters_min_2fa);

/// A tenant's short name in links and commands: lower-case letters, digits, inner hyphens, 2 to 63, not a
/// word of our own paths ("api", "till", …). invalid_value.
Result<std::string> read_slug(std::string_view text);

}  // namespace ringup
