#include "server/sales/enrol.h"

#include "core/till/enrolment.h"

namespace ringup::sales {
namespace {

constexpr std::size_t line_bytes_max = 200;
constexpr std::size_t receipt_lines_max = 12;
constexpr std::string_view alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";  // without I, L, O, 0, 1

/// The lines of a text that are not empty, each cut to what a till reads.
void add_lines(std::vector<std::string>& lines, std::string_view text) {
  while (!text.empty() && lines.size() < receipt_lines_max) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::size_t length = std::min(end, line_bytes_max);
    while (length < end && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    if (length > 0) lines.emplace_back(text.substr(0, length));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Sha256Digest pairing_digest(std::string_view code) {
  std::string plain;
  for (char c : code) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return sha256("ringup pairing code " + plain);
}

Result<std::string> make_pairing_code(store::Database& db, const store::Pairing& pairing,
                                      std::int64_t now_us) {
  std::string code;
  for (std::size_t letters = 0; letters < pairing_code_letters;) {
    std::uint8_t byte = 0;
    store::random_bytes(std::span(&byte, 1));
    if (byte >= 256 / alphabet.size() * alphabet.size()) continue;  // each letter equally likely
    if (letters++ == pairing_code_letters / 2) code += '-';
    code += alphabet[byte % alphabet.size()];
  }
  TRY(store::add_pairing_code(db, pairing_digest(code), pairing, now_us + pairing_code_us, now_us));
  return code;
}

namespace {

till::Settings settings_of(const store::Settings& stored, std::string origin) {
  till::Settings settings;
  settings.business = stored.business;
  settings.branch_name = stored.branch_name;
  settings.header = receipt_header(stored);
  settings.footer = receipt_footer(stored);
  settings.country = stored.country;
  settings.currency = stored.currency;
  settings.public_url = std::move(origin);
  return settings;
}

/// As a till gets them: with the rules and patterns of the moment.
Result<json::Value> to_json(const till::Settings& settings, const store::Settings& stored) {
  json::Value answer = till::to_json(settings);
  json::Object rules{{"mode", stored.tax_mode}, {"tax", stored.tax_placement}};
  if (stored.cash_rounding > 1) {
    rules.push_back({"cash_rounding",
                     json::Object{{"unit", stored.cash_rounding}, {"halves", stored.cash_rounding_halves}}});
  }
  answer.as_object()->push_back({"rules", std::move(rules)});
  answer.as_object()->push_back({"scale_patterns", TRY(json::parse(stored.barcode_patterns))});
  return answer;
}

}  // namespace

Result<json::Value> settings_answer(store::Database& db, const store::Till& till, std::string origin) {
  const store::Settings stored = TRY(store::read_settings(db, till.tenant, till.branch));
  return to_json(settings_of(stored, std::move(origin)), stored);
}

Result<json::Value> enrolment_answer(store::Database& db, const store::Till& till, const TillTokens& tokens,
                                     std::string origin) {
  const store::Settings stored = TRY(store::read_settings(db, till.tenant, till.branch));
  till::Enrolment enrolment;
  enrolment.till = till.id;
  enrolment.series = till.series;
  enrolment.epoch = till.epoch;
  enrolment.token = tokens.sign({till.id, till.tenant, till.series, till.epoch});
  enrolment.tenant = stored.slug;
  enrolment.branch = till.branch;
  enrolment.settings = settings_of(stored, std::move(origin));
  json::Value answer = till::to_json(enrolment);
  for (json::Member& member : *answer.as_object()) {
    if (member.name == "settings") member.value = TRY(to_json(enrolment.settings, stored));
  }
  return answer;
}

std::vector<std::string> receipt_header(const store::Settings& settings) {
  std::vector<std::string> lines;
  add_lines(lines, settings.business);
  if (settings.branch_name != settings.business) add_lines(lines, settings.branch_name);
  add_lines(lines, settings.branch_address);
  return lines;
}

std::vector<std::string> receipt_footer(const store::Settings& settings) {
  std::vector<std::string> lines;
  add_lines(lines, settings.receipt_footer);
  return lines;
}

/// Also behind a clock that was set back: nobody waits for it to come round again.
bool GuessLimit::is_over(const Window& window, std::int64_t now_us) {
  return now_us < window.begun || now_us - window.begun >= window_us;
}

Result<void> GuessLimit::check(const std::string& address, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(address);
  if (found == windows_.end() || is_over(found->second, now_us)) return {};
  if (found->second.guesses < guesses_max) return {};
  return fail(Error::too_many_requests, {}, "Too many wrong pairing codes from here. Wait a minute.");
}

void GuessLimit::count(const std::string& address, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (windows_.size() >= addresses_max) windows_.clear();
  Window& window = windows_[address];
  if (is_over(window, now_us)) window = {now_us, 0};
  ++window.guesses;
}

}  // namespace ringup::sales
