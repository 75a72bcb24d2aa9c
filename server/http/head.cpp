#include "server/http/head.h"

#include <algorithm>
#include <array>

namespace ringup::http {
namespace {

constexpr std::uint64_t framing_free = 64 * 1024;    // of chunks, before it is held against the content
constexpr std::uint64_t framing_per_byte = 8;        // one-byte chunks have five
constexpr std::size_t body_reserve_max = 64 * 1024;  // what a length alone makes us set aside
constexpr std::size_t length_digits_max = 15;
constexpr std::size_t chunk_digits_max = 8;
constexpr std::size_t method_bytes_max = 20;

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    table[static_cast<std::size_t>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> token_table = make_token_table();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return token_table[static_cast<unsigned char>(c)]; });
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() && std::equal(text.begin(), text.end(), lower_case.begin(),
                                                        [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// %0d, %0a, %00, and the %u000d that some decoders know.
bool has_encoded_break(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    std::string_view code = text.substr(at + 1);
    if (!code.empty() && lower(code[0]) == 'u') {
      if (code.size() < 5 || code[1] != '0' || code[2] != '0') continue;
      code.remove_prefix(3);
    }
    if (code.size() >= 2 && code[0] == '0' &&
        (lower(code[1]) == 'd' || lower(code[1]) == 'a' || code[1] == '0'))
      return true;
  }
  return false;
}

/// Does a list of tokens ("keep-alive, TE") have this one?
bool lists(std::string_view list, std::string_view lower_case) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (equal_ignoring_case(trimmed(list.substr(0, comma)), lower_case)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

constexpr std::string_view no_request = "This is not an HTTP/1.1 request.";

}  // namespace

std::string_view Head::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

void RequestReader::reset() {
  state_ = State::head;
  part_ = Part::line;
  head_ = {};
  body_ = {};
  line_ = {};
  refusal_ = {};
  head_bytes_ = body_bytes_max_ = trailer_bytes_ = 0;
  left_ = framing_ = 0;
  http_1_0_ = blank_line_ = false;
}

void RequestReader::refuse(Refusal refusal) {
  refusal_ = std::move(refusal);
  state_ = State::refused;
}

void RequestReader::fail(int status, std::string_view where, std::string_view detail) {
  refuse({status, std::string(where.substr(0, 80)), std::string(detail)});
}

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && (state_ == State::head || state_ == State::body)) {
    const bool content = state_ == State::body && (part_ == Part::length || part_ == Part::chunk);
    taken += content ? feed_body(bytes.substr(taken)) : feed_lines(bytes.substr(taken));
  }
  return taken;
}

std::size_t RequestReader::line_max() const {
  switch (part_) {
    case Part::line:
      return limits_->target_bytes_max + 32;
    case Part::chunk_size:
      return limits_->chunk_line_bytes_max;
    case Part::chunk_end:
      return 2;
    default:
      return limits_->line_bytes_max;
  }
}

/// Takes bytes up to the end of a line.
std::size_t RequestReader::feed_lines(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
  std::size_t room = line_max() - std::min(line_max(), line_.size());
  if (state_ == State::head) {
    head_bytes_ += size;
    if (part_ != Part::line && head_bytes_ > limits_->head_bytes_max) room = 0;
  } else {
    framing_ += size;
    if (part_ == Part::trailer) trailer_bytes_ += size;
  }
  if (size > room) {
    if (part_ == Part::line) {
      fail(414, "path", "The address is too long.");
    } else if (part_ == Part::field) {
      fail(431, {}, "The headers of this request are too long.");
    } else {
      fail(400, "body", "A chunk of the body is not as HTTP/1.1 has it.");
    }
    return size;
  }
  if (end == std::string_view::npos) {
    line_.append(bytes);
    if (part_ == Part::line) check_partial();
    return size;
  }
  if (line_.empty()) {
    take_line(bytes.substr(0, size));
  } else {
    line_.append(bytes.substr(0, size));
    const std::string line = std::move(line_);
    line_ = {};
    take_line(line);
  }
  return size;
}

/// Bytes that can never become a request are refused before their line ends: a TLS hello has no line end.
void RequestReader::check_partial() {
  if (line_ == "\r" && !blank_line_) return;
  const std::string_view method = std::string_view(line_).substr(0, line_.find(' '));
  const bool may_be = method.size() <= method_bytes_max &&
                      (method.size() == line_.size() || !method.empty()) &&
                      std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!may_be) fail(400, {}, no_request);
}

void RequestReader::take_line(std::string_view line) {
  line.remove_suffix(1);
  if (line.empty() || line.back() != '\r')
    return fail(400, {}, "A line of a request ends in CR and LF, not in LF alone.");
  line.remove_suffix(1);
  if (std::any_of(line.begin(), line.end(), is_control))
    return fail(400, {}, "Control characters may not stand in a request.");
  switch (part_) {
    case Part::line:
      if (line.empty() && !blank_line_) {
        // Some clients end the request before with a line too many; RFC 9112 has us ignore one.
        blank_line_ = true;
        head_bytes_ = 0;
        return;
      }
      return take_request_line(line);
    case Part::field:
      return line.empty() ? end_head() : take_field(line);
    case Part::chunk_size:
      return take_chunk_size(line);
    case Part::chunk_end:
      if (!line.empty()) return fail(400, "body", "A chunk of the body is longer than it says.");
      part_ = Part::chunk_size;
      return;
    case Part::trailer:
      if (line.empty()) {
        state_ = State::whole;
      } else if (trailer_bytes_ > limits_->trailer_bytes_max || line.find(':') == std::string_view::npos ||
                 !is_token(line.substr(0, line.find(':')))) {
        fail(400, "body", "The fields after the body are not as HTTP/1.1 has them.");
      }
      return;
    case Part::length:
    case Part::chunk:
      return;  // content is not read by lines
  }
}

void RequestReader::take_request_line(std::string_view line) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return fail(400, {}, no_request);
  const std::string_view method = line.substr(0, first), version = line.substr(last + 1);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (method.empty() || method.size() > method_bytes_max ||
      !std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return fail(400, {}, no_request);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.')
      return fail(505, {}, "This server speaks HTTP/1.1.");
    return fail(400, {}, no_request);
  }
  if (target.size() > limits_->target_bytes_max) return fail(414, "path", "The address is too long.");
  if (!target.starts_with('/') || target.find_first_of(" \t#") != std::string_view::npos)
    return fail(400, "path", "The address of a request begins with a slash and has no spaces.");
  http_1_0_ = version == "HTTP/1.0";
  head_.keep_alive = !http_1_0_;
  head_.method = method;
  head_.target = target;
  part_ = Part::field;
}

void RequestReader::take_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t')
    return fail(400, {}, "A header may not be folded over several lines.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return fail(400, {}, "A header is a name, a colon that follows at once, and a value.");
  if (head_.headers.size() >= limits_->fields_max) return fail(431, {}, "This request has too many headers.");
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name.starts_with("remote_") || name.starts_with("local_"))
    return fail(400, name, "Headers of this name are not for clients to send.");
  if (name != "referer" && has_encoded_break(value))
    return fail(400, name, "Control characters may not stand in a header, encoded or not.");
  head_.headers.emplace_back(std::move(name), value);
}

void RequestReader::end_head() {
  int hosts = 0, lengths = 0, codings = 0;
  for (const auto& [name, value] : head_.headers) {
    if (name == "host") {
      ++hosts;
    } else if (name == "content-length") {
      ++lengths;
      if (value.empty() || value.size() > length_digits_max ||
          value.find_first_not_of("0123456789") != std::string::npos)
        return fail(400, "Content-Length", "A length is a plain number.");
      std::uint64_t length = 0;
      for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
      head_.length = length;
    } else if (name == "transfer-encoding") {
      ++codings;
      if (!equal_ignoring_case(value, "chunked"))
        return fail(400, "Transfer-Encoding", "The only transfer coding that is read here is chunked.");
      head_.chunked = true;
    } else if (name == "connection") {
      if (lists(value, "close")) {
        head_.keep_alive = false;
      } else if (http_1_0_ && lists(value, "keep-alive")) {
        head_.keep_alive = true;
      }
    } else if (name == "expect") {
      if (!equal_ignoring_case(value, "100-continue"))
        return fail(417, "Expect", "The only expectation that is met here is 100-continue.");
      head_.expects_continue = !http_1_0_;
    }
  }
  if (hosts > 1) return fail(400, "Host", "A request has one Host.");
  if (hosts == 0 && !http_1_0_) return fail(400, "Host", "A request names its Host.");
  if (lengths > 1) return fail(400, "Content-Length", "A request has one length, not several.");
  if (codings > 1) return fail(400, "Transfer-Encoding", "A request has one transfer coding, not several.");
  if (lengths > 0 && codings > 0)
    return fail(400, "Transfer-Encoding", "A request has a length or chunks, not both.");
  if (head_.chunked && http_1_0_) return fail(400, "Transfer-Encoding", "HTTP/1.0 knows no chunks.");
  if (!head_.has_body()) {
    state_ = State::whole;
    return;
  }
  const std::string_view coding = head_.header("content-encoding");
  if (!coding.empty() && !equal_ignoring_case(coding, "identity"))
    return fail(415, "Content-Encoding", "Send the body as it is, not compressed.");
  state_ = State::ask;
}

void RequestReader::admit(std::size_t body_bytes_max) {
  body_bytes_max_ = body_bytes_max;
  if (head_.chunked) {
    part_ = Part::chunk_size;
  } else {
    left_ = *head_.length;
    part_ = Part::length;
    if (left_ > body_bytes_max) {
      return fail(413, "body",
                  "The body may have at most " + std::to_string(body_bytes_max) + " bytes here.");
    }
    body_.reserve(std::min(static_cast<std::size_t>(left_), body_reserve_max));
  }
  state_ = State::body;
}

void RequestReader::take_chunk_size(std::string_view line) {
  std::size_t digits = 0;
  std::uint64_t size = 0;
  while (digits < line.size() && hex_digit(line[digits]) >= 0) {
    if (digits == chunk_digits_max) return fail(413, "body", "A chunk of the body is too long.");
    size = size * 16 + static_cast<std::uint64_t>(hex_digit(line[digits++]));
  }
  const std::string_view rest = trimmed(line.substr(digits));
  if (digits == 0 || (!rest.empty() && rest.front() != ';'))
    return fail(400, "body", "A chunk of the body begins with its size.");
  if (framing_ > framing_free + framing_per_byte * body_.size())
    return fail(400, "body", "The chunks of this body hold next to nothing.");
  if (size == 0) {
    part_ = Part::trailer;
    return;
  }
  if (size > body_bytes_max_ - body_.size()) {
    return fail(413, "body", "The body may have at most " + std::to_string(body_bytes_max_) + " bytes here.");
  }
  left_ = size;
  part_ = Part::chunk;
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body_.append(bytes.substr(0, size));
  left_ -= size;
  if (left_ > 0) return size;
  if (part_ == Part::length) {
    state_ = State::whole;
  } else {
    part_ = Part::chunk_end;
  }
  return size;
}

}  // namespace ringup::http
