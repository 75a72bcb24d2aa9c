#pragma once
/// Enrolment: pairing codes, and the tills that they make.
///
/// A code has ten letters and digits of an alphabet without look-alikes (49 bits), lives 15 minutes, works
/// once; only its SHA-256 is stored. Wrong codes are counted per address.
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/sales/token.h"
#include "server/store/store.h"
#include "server/store/tills.h"

namespace ringup::sales {

inline constexpr std::int64_t pairing_code_us = std::int64_t{15} * 60 * 1'000'000;
inline constexpr std::size_t pairing_code_letters = 10;

/// A fresh code for the branch (or till) in `pairing`: "K7QXM-2HPR9". Runs in a writer's job.
Result<std::string> make_pairing_code(store::Database& db, const store::Pairing& pairing,
                                      std::int64_t now_us);
/// Its digest as stored; case, hyphens and spaces do not matter.
Sha256Digest pairing_digest(std::string_view code);

/// The answer of an enrolment as core/till/enrolment.h has it; its settings also hold the `rules` and
/// `scale_patterns` of the moment, in the form of core/sale and core/catalogue.
/// `origin`: where customers come to, for the addresses of receipts; "" where nobody knows.
Result<json::Value> enrolment_answer(store::Database& db, const store::Till& till, const TillTokens& tokens,
                                     std::string origin);
/// These settings alone, for a till that hears of a change.
Result<json::Value> settings_answer(store::Database& db, const store::Till& till, std::string origin);

/// The lines above and below a receipt.
std::vector<std::string> receipt_header(const store::Settings& settings);
std::vector<std::string> receipt_footer(const store::Settings& settings);

/// Counts wrong guesses per address; thread-safe.
class GuessLimit {
 public:
  static constexpr int guesses_max = 20;  // wrong codes per address and minute
  static constexpr std::int64_t window_us = 60'000'000;
  static constexpr std::size_t addresses_max = 10'000;
  /// too_many_requests where the address has used up its guesses.
  Result<void> check(const std::string& address, std::int64_t now_us);
  void count(const std::string& address, std::int64_t now_us);

 private:
  struct Window {
    std::int64_t begun = 0;
    int guesses = 0;
  };
  static bool is_over(const Window& window, std::int64_t now_us);
  std::mutex mutex_;
  std::unordered_map<std::string, Window> windows_;
};

}  // namespace ringup::sales
