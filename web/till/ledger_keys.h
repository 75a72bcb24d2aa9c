#pragma once
/// The keys of a till's ledger and the small texts under them; what they mean stands in memory.h.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/json.h"

namespace ringup::till::ledger {

inline constexpr std::string_view known_from = "chain/", known_to = "journal/";  // all but the records
inline constexpr std::string_view records_from = "journal/", records_to = "journal0";
inline constexpr std::string_view enrolment_key = "device/enrolment", cashier_key = "device/cashier",
                                  generation_key = "device/generation", shift_key = "device/shift";
inline constexpr std::string_view draft_prefix = "draft/";
inline constexpr std::int64_t epoch_max = 9'999'999'999, seq_max = 999'999'999'999;

std::string journal_key(std::int64_t epoch, std::int64_t seq);
/// `what`: "head", "gone", "sent".
std::string chain_key(std::int64_t epoch, std::string_view what);
/// Epoch and number of a record's key; nullopt for what is none.
std::optional<std::pair<std::int64_t, std::int64_t>> place_of(std::string_view journal_key);
/// Epoch and the rest of a chain's key.
std::optional<std::pair<std::int64_t, std::string_view>> chain_of(std::string_view chain_key);
/// The first key that can come after this one.
std::string after(std::string_view key);

/// A whole number from 0 on, or nullopt.
std::optional<std::int64_t> number_in(std::string_view text);
/// A member that is a whole number from 0 on, else 0.
std::int64_t number_in(const json::Value& object, std::string_view name);

}  // namespace ringup::till::ledger
