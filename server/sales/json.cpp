#include "server/sales/json.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/base/time.h"

namespace ringup::sales {
namespace {

Failure bad_query(std::string_view name, std::string detail) {
  return fail(Error::invalid_value, std::string(name), std::move(detail));
}

/// Exactly `count` digits at the front of `text`, taken off it.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  int value = 0;
  if (text.size() < count) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}
bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Microseconds since 1970 of "2026-03-01T09:30:00.5+01:00" and of a date alone.
std::optional<std::int64_t> read_time(std::string_view text, const Zone& zone) {
  if (const Result<std::int64_t> day = parse_date(text); day.ok()) return zone.start_of(*day);
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                         std::chrono::day(unsigned(*day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t us = std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400 * 1'000'000;
  if (!take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  us += ((std::int64_t{*hour} * 60 + *minute) * 60 + *second) * 1'000'000;
  if (take(text, '.')) {
    std::int64_t unit = 100'000;
    bool any = false;
    while (const auto digit = take_digits(text, 1)) {
      us += *digit * unit;
      unit /= 10;
      any = true;
    }
    if (!any) return std::nullopt;
  }
  if (text == "Z") return us;
  // A plus sign that was not encoded arrives as a space.
  const bool east = text.starts_with('+') || text.starts_with(' ');
  if (!east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  const std::int64_t offset = (std::int64_t{*hours} * 60 + *minutes) * 60 * 1'000'000;
  return east ? us - offset : us + offset;
}

template <class Integer>
std::optional<Integer> read_integer(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<std::optional<Id>> query_id(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Id>();
  const Result<Id> id = parse_id(*text);
  if (!id.ok()) return bad_query(name, "This is no id.");
  return std::optional<Id>(*id);
}

Result<std::optional<std::int64_t>> query_time(const http::Request& request, std::string_view name,
                                               const Zone& zone) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<std::int64_t>();
  const auto time = read_time(*text, zone);
  if (!time) return bad_query(name, "Write a time like 2026-03-01T09:30:00Z, or a date.");
  return time;
}

std::string local_text(std::int64_t us, const Zone& zone) {
  std::string text = to_rfc3339(zone.local(us)).substr(0, 19);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string write_cursor(std::int64_t at, const Id& id) {
  return std::to_string(at) + '.' + to_string(id);
}

Result<std::optional<std::pair<std::int64_t, Id>>> read_cursor(const http::Page& page) {
  using Cursor = std::optional<std::pair<std::int64_t, Id>>;
  if (page.cursor.empty()) return Cursor();
  const std::string_view text = page.cursor;
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    const auto at = read_integer<std::int64_t>(text.substr(0, dot));
    const Result<Id> id = parse_id(text.substr(dot + 1));
    if (at && id.ok()) return Cursor(std::pair(*at, *id));
  }
  return bad_query("cursor", "Send the cursor as it was given in 'next'.");
}

json::Value time_or_null(const std::optional<std::int64_t>& us) {
  return us ? json::Value(to_rfc3339(*us)) : json::Value();
}

}  // namespace ringup::sales
