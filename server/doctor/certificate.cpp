/// The certificate: can the server read it, do its parts belong together, does it name us, how long will it
/// do.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/time.h"
#include "server/doctor/doctor.h"
#include "server/http/https.h"
#include "server/http/tls_certificate.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t day_us = 86'400LL * 1'000'000;
constexpr std::int64_t worry_days = 21, alarm_days = 7;  // certbot renews 30 days before the end

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 4; ++i) text += (i > 0 ? ", " : "") + names[i];
  return names.size() > 4 ? text + " and " + std::to_string(names.size() - 4) + " more" : text;
}

void check_end(const http::CertificateFacts& facts, std::int64_t now_us, Report& report) {
  const std::string until = "until " + to_rfc3339(facts.not_after_us).substr(0, 10);
  const std::int64_t days = (facts.not_after_us - now_us) / day_us;
  const std::string words = "It is good for " + std::to_string(std::max<std::int64_t>(days, 0)) +
                            " more day" + (days == 1 ? "" : "s") + ", " + until + ".";
  const char* renew =
      "Renew it: 'certbot renew' says why it did not by itself; for one of your own authority "
      "'ringup cert local'. The server takes the new file without a restart.";
  if (facts.not_before_us > now_us) {
    report.problem("certificate_end", "It is good only from " + to_rfc3339(facts.not_before_us) + " on.",
                   "Is this machine's clock right? Else get another certificate.");
  } else if (http::expired(facts, now_us)) {
    report.problem("certificate_end", "It has ended: " + until + ". Browsers refuse it.", renew);
  } else if (days < alarm_days) {
    report.problem("certificate_end", words, renew);
  } else if (days < worry_days) {
    report.warning("certificate_end", words, renew);
  } else {
    report.ok("certificate_end", words);
  }
}

}  // namespace

void check_certificate(const Patient& patient, Report& report) {
  const Config& config = *patient.config;
  if (!config.is_set("SSL_CERT_PATH")) return;
  const std::string& certificate = config.text("SSL_CERT_PATH");
  const std::string& key = config.text("SSL_KEY_PATH");
  for (const std::string& path : {certificate, key}) {
    if (::access(path.c_str(), R_OK) == 0 && !owner_may(patient.options.folder, path, R_OK)) {
      report.problem(
          "certificate", path + " cannot be read by the server's user.",
          "Let its group read it, and enter every folder above it; docs/operations.md, 4a, has the "
          "commands.");
      return;
    }
  }
  const std::int64_t now_us = patient.machine.now_us();
  const auto pair = http::read_certificate_pair(certificate, key, now_us);
  if (!pair.ok()) {
    report.problem("certificate", describe(pair.failure()), "No server starts with it.");
    return;
  }
  const http::CertificateFacts& facts = pair->facts;
  report.ok("certificate",
            "Certificate and key belong together; for " + listed(facts.names) + ", by " + facts.issuer + ".");
  check_end(facts, now_us, report);
  const std::string host = http::host_of(config.public_host()).host;
  if (config.is_given("PUBLIC_URL") && !facts.speaks_for(host)) {
    report.problem("certificate_names", "It is not for " + host + ", where PUBLIC_URL sends people.",
                   "Get one for " + host + ", or correct PUBLIC_URL.");
  }
  if (pair->chain.empty() && facts.names_issuers) {
    report.problem("certificate_chain",
                   certificate +
                       " holds one certificate only; phones also need those that "
                       "vouch for it.",
                   "Take the full chain, often called fullchain.pem.");
  }
  struct stat about {};
  if (::stat(key.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0)
    report.problem("certificate_key", "Everybody on this machine can read " + key + ".", "chmod 600 " + key);
}

}  // namespace ringup::doctor
