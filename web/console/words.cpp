// Reading what the server answers, leniently: what is shown is not believed further than that.
#include "web/console/console.h"

namespace ringup::console {
namespace {

// The number in a run of digits, or -1.
int number_of(std::string_view digits) {
  int number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Days since 1970 of a civil date (proleptic Gregorian), by counting years from March.
std::int64_t days_of(int year, int month, int day) {
  const std::int64_t shifted = month <= 2 ? year - 1 : year;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const std::int64_t year_of_era = shifted - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

}  // namespace

std::optional<std::int64_t> read_time(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z')
    return std::nullopt;
  const int year = number_of(text.substr(0, 4)), month = number_of(text.substr(5, 2)),
            day = number_of(text.substr(8, 2)), hour = number_of(text.substr(11, 2)),
            minute = number_of(text.substr(14, 2)), second = number_of(text.substr(17, 2));
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  std::int64_t us = 0;
  if (text[19] == '.') {
    std::int64_t unit = 100'000;
    for (std::size_t i = 20; i + 1 < text.size(); ++i, unit /= 10) {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      us += (text[i] - '0') * unit;
    }
  }
  return ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60'000'000 + second * 1'000'000LL + us;
}

std::string text_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_string() == nullptr ? std::string() : *member->as_string();
}

std::int64_t number_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_integer() == nullptr ? 0 : *member->as_integer();
}

bool flag_in(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

Id id_in(const json::Value& value, std::string_view name) {
  const Result<Id> id = parse_id(text_in(value, name));
  return id.ok() ? *id : Id{};
}

const json::Array& items_in(const json::Value& value, std::string_view name) {
  static const json::Array none;
  const json::Value* member = value.find(name);
  return member == nullptr || member->as_array() == nullptr ? none : *member->as_array();
}

}  // namespace ringup::console
