#include "server/log/exposition.h"

#include <cstdio>

namespace ringup::log {
namespace {

/// A decimal number with up to six decimals from a count of parts.
std::string decimal(std::uint64_t count, std::uint64_t parts) {
  char text[48];
  if (parts == 1) {
    std::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(count));
    return text;
  }
  const std::uint64_t micros = count % parts * 1'000'000 / parts;
  std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(count / parts),
                static_cast<unsigned long long>(micros));
  return text;
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::put(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view content) {
    text_.append(1, before).append(name).append("=\"");
    for (const char c : content) {
      if (c == '\\' || c == '"') text_ += '\\';
      text_.append(c == '\n' ? "\\n" : std::string_view(&c, 1));
    }
    text_ += '"';
    before = ',';
  };
  for (const auto& [name, content] : labels) label(name, content);
  if (!bound.empty()) label("le", bound);
  if (before == ',') text_ += '}';
  text_.append(" ").append(value).append("\n");
}

void Exposition::row(Labels labels, std::uint64_t value) {
  put({}, labels, {}, decimal(value, 1));
}

void Exposition::seconds_row(Labels labels, std::uint64_t count, std::uint64_t parts_per_second) {
  put({}, labels, {}, decimal(count, parts_per_second));
}

void Exposition::histogram_rows(Labels labels, std::span<const std::int64_t> bounds,
                                std::span<const std::uint64_t> buckets, std::uint64_t sum,
                                std::uint64_t parts) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    below += buckets[i];
    put("_bucket", labels, decimal(static_cast<std::uint64_t>(bounds[i]), parts), decimal(below, 1));
  }
  const std::string all = decimal(below + buckets[bounds.size()], 1);
  put("_bucket", labels, "+Inf", all);
  put("_sum", labels, {}, decimal(sum, parts));
  put("_count", labels, {}, all);
}

void Exposition::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  family(name, "counter", help);
  row({}, value);
}

void Exposition::gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  family(name, "gauge", help);
  row({}, value);
}

void Exposition::signed_gauge(std::string_view name, std::string_view help, std::int64_t value) {
  family(name, "gauge", help);
  put({}, {}, {}, std::to_string(value));
}

void Exposition::seconds(std::string_view name, std::string_view type, std::string_view help,
                         std::uint64_t count, std::uint64_t parts_per_second) {
  family(name, type, help);
  seconds_row({}, count, parts_per_second);
}

}  // namespace ringup::log
