#include "core/identity/one_time_code.h"

namespace ringup {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t typed_bytes_max = 64;

bool is_gap(char c) {
  return c == ' ' || c == '-' || c == '\t';
}

char recovery_letter(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

}  // namespace

std::optional<std::string> make_one_time_code(std::span<const std::uint8_t, 4> random) {
  constexpr std::uint32_t codes = 1'000'000;
  constexpr std::uint32_t fair = UINT32_MAX / codes * codes;  // beyond it small codes would be likelier
  std::uint32_t number = std::uint32_t{random[0]} << 24U | std::uint32_t{random[1]} << 16U |
                         std::uint32_t{random[2]} << 8U | std::uint32_t{random[3]};
  if (number >= fair) return std::nullopt;
  std::string code(one_time_code_digits, '0');
  for (std::size_t i = code.size(); i-- > 0; number /= 10) code[i] = static_cast<char>('0' + number % 10);
  return code;
}

Result<std::string> read_one_time_code(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_gap(c)) continue;
    if (c < '0' || c > '9') digits.assign(text.size() + one_time_code_digits, ' ');
    digits.push_back(c);
  }
  if (text.size() > typed_bytes_max || digits.size() != one_time_code_digits)
    return fail(Error::invalid_value, {}, "A code has six digits.");
  return digits;
}

std::string make_recovery_code(std::span<const std::uint8_t, recovery_code_letters> random) {
  std::string code;
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i == recovery_code_letters / 2) code.push_back('-');
    code.push_back(crockford[random[i] & 31U]);
  }
  return code;
}

Result<std::string> read_recovery_code(std::string_view text) {
  std::string letters;
  bool known = text.size() <= typed_bytes_max;
  for (const char c : text) {
    if (is_gap(c)) continue;
    letters.push_back(recovery_letter(c));
    known = known && crockford.find(letters.back()) != std::string_view::npos;
  }
  if (!known || letters.size() != recovery_code_letters)
    return fail(Error::invalid_value, {}, "A recovery code has ten letters and digits, like K7QMX-2N94T.");
  return letters;
}

}  // namespace ringup
