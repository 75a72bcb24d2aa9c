#include "server/sales/enrol.h"

namespace ringup::sales {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";  // without I, L, O, 0, 1

json::Value lines_of(std::string_view text) {
  json::Array lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
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

Result<std::string> make_pairing_code(store::Database& db, const store::Pairing& pairing, std::int64_t now_us) {
  std::string code;
  while (code.size() < pairing_code_letters) {
    std::uint8_t byte = 0;
    store::random_bytes(std::span(&byte, 1));
    if (byte >= 256 / alphabet.size() * alphabet.size()) continue;  // each letter equally likely
    code += alphabet[byte % alphabet.size()];
  }
  code.insert(pairing_code_letters / 2, "-");
  TRY(store::add_pairing_code(db, pairing_digest(code), pairing, now_us + pairing_code_us, now_us));
  return code;
}

Result<json::Value> enrolment_answer(store::Database& db, const store::Till& till, const TillTokens& tokens) {
  const store::Settings settings = TRY(store::read_settings(db, till.tenant, till.branch));
  json::Object rules{{"mode", settings.tax_mode}, {"tax", settings.tax_placement}};
  if (settings.cash_rounding > 1) {
    rules.push_back({"cash_rounding", json::Object{{"unit", settings.cash_rounding},
                                                   {"halves", settings.cash_rounding_halves}}});
  }
  const std::string header = settings.business + "\n" +
                             (settings.branch_name == settings.business ? "" : settings.branch_name + "\n") +
                             settings.branch_address;
  return json::Value(json::Object{
      {"till", till.id},
      {"name", till.name},
      {"series", till.series},
      {"epoch", till.epoch},
      {"token", tokens.sign({till.id, till.tenant, till.series, till.epoch})},
      {"tenant", till.tenant},
      {"branch", till.branch},
      {"settings",
       json::Object{{"slug", settings.slug},
                    {"business", json::Object{{"name", settings.business}, {"country", settings.country}}},
                    {"branch", json::Object{{"id", settings.branch},
                                            {"code", settings.branch_code},
                                            {"name", settings.branch_name},
                                            {"address", settings.branch_address}}},
                    {"currency", settings.currency},
                    {"rules", std::move(rules)},
                    {"scale_patterns", TRY(json::parse(settings.barcode_patterns))},
                    {"receipt", json::Object{{"header", lines_of(header)},
                                             {"footer", lines_of(settings.receipt_footer)}}}}}});
}

Result<void> GuessLimit::check(const std::string& address, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(address);
  if (found == windows_.end() || now_us - found->second.begun >= window_us) return {};
  if (found->second.guesses < guesses_max) return {};
  return fail(Error::too_many_requests, {}, "Too many wrong pairing codes from here. Wait a minute.");
}

void GuessLimit::count(const std::string& address, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (windows_.size() >= addresses_max) windows_.clear();
  Window& window = windows_[address];
  if (now_us - window.begun >= window_us) window = {now_us, 0};
  ++window.guesses;
}

}  // namespace ringup::sales
