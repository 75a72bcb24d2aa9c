#include "web/till/ledger_keys.h"

namespace ringup::till::ledger {
namespace {

constexpr std::size_t epoch_digits = 10, seq_digits = 12;
constexpr std::string_view chain_prefix = "chain/";

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

}  // namespace

std::string journal_key(std::int64_t epoch, std::int64_t seq) {
  return std::string(records_from) + padded(epoch, epoch_digits) + "/" + padded(seq, seq_digits);
}

std::string chain_key(std::int64_t epoch, std::string_view what) {
  return std::string(chain_prefix) + padded(epoch, epoch_digits) + "/" + std::string(what);
}

std::optional<std::pair<std::int64_t, std::int64_t>> place_of(std::string_view key) {
  if (key.size() != records_from.size() + epoch_digits + 1 + seq_digits || !key.starts_with(records_from))
    return std::nullopt;
  key.remove_prefix(records_from.size());
  const auto epoch = number_in(key.substr(0, epoch_digits)), seq = number_in(key.substr(epoch_digits + 1));
  if (!epoch || !seq || *epoch < 1 || *seq < 1) return std::nullopt;
  return std::pair(*epoch, *seq);
}

std::optional<std::pair<std::int64_t, std::string_view>> chain_of(std::string_view key) {
  if (key.size() < chain_prefix.size() + epoch_digits + 1 || !key.starts_with(chain_prefix))
    return std::nullopt;
  key.remove_prefix(chain_prefix.size());
  const auto epoch = number_in(key.substr(0, epoch_digits));
  if (!epoch || *epoch < 1) return std::nullopt;
  return std::pair(*epoch, key.substr(epoch_digits + 1));
}

std::string after(std::string_view key) {
  return std::string(key) + "!";  // below every character of a key
}

std::optional<std::int64_t> number_in(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::int64_t number_in(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  const std::int64_t* number = member == nullptr ? nullptr : member->as_integer();
  return number == nullptr || *number < 0 ? 0 : *number;
}

}  // namespace ringup::till::ledger
