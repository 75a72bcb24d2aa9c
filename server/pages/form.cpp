#include "server/pages/form.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace ringup::pages {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return fail(Error::invalid_value, {}, "This form is not encoded as forms are.");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  const bool control = std::any_of(out.begin(), out.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control || !utf8::valid(out)) return fail(Error::invalid_value, {}, "A field holds what is no text.");
  return out;
}

}  // namespace

std::string Form::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return {};
}

bool Form::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == name; });
}

Result<Form> read_form(const http::Request& request) {
  std::string_view type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (type != "application/x-www-form-urlencoded") {
    return fail(Error::unsupported_media_type, "Content-Type",
                "A page takes forms only: application/x-www-form-urlencoded.");
  }
  if (request.body.size() > form_bytes_max) return fail(Error::limit_exceeded, {}, "This form is too long.");
  Form form;
  for (std::string_view rest = request.body; !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = TRY(decoded(pair.substr(0, equals)));
    std::string value = TRY(decoded(pair.substr(std::min(equals + 1, pair.size()))));
    if (form.has(name)) return fail(Error::duplicate_member, name.substr(0, 80), "This field came twice.");
    if (form.fields_.size() == form_fields_max)
      return fail(Error::limit_exceeded, {}, "This form has too many fields.");
    form.fields_.emplace_back(std::move(name), std::move(value));
  }
  return form;
}

std::string own_path(std::string_view next, std::string_view otherwise) {
  constexpr std::string_view marks = "-._~/?=&#";
  const bool plain = std::all_of(next.begin(), next.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
  const bool ours = plain && next.size() <= 200 && next.starts_with('/') && !next.starts_with("//");
  return std::string(ours ? next : otherwise);
}

}  // namespace ringup::pages
