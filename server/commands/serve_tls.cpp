#include "server/commands/serve_tls.h"

#include <cstdio>

#include "server/commands/commands.h"
#include "server/http/tls_authority.h"
#include "server/http/tls_wire.h"
#include "server/log/log.h"
#include "server/store/store.h"

namespace ringup::commands {
namespace {

constexpr std::int64_t renew_every_us = 3'600'000'000;

/// "" where the certificate names the host that people come to.
std::string words_for_other_host(const Config& config, const http::CertificateFacts& facts) {
  if (!config.is_given("PUBLIC_URL")) return {};
  const std::string host = http::host_of(config.public_host()).host;
  if (facts.speaks_for(host)) return {};
  std::string names;
  for (const std::string& name : facts.names) names += (names.empty() ? "" : ", ") + name;
  return "SSL_CERT_PATH " + config.text("SSL_CERT_PATH") + ": This certificate is not for " + host +
         ", the host of PUBLIC_URL, but for " + names + ".";
}

Result<void> somebody_speaks_https(const Config& config) {
  if (!config.boolean("FORCE_HTTPS") || config.is_set("SSL_CERT_PATH") ||
      config.integer("TRUSTED_PROXIES") > 0)
    return {};
  return fail(Error::configuration, "FORCE_HTTPS",
              "Nobody speaks HTTPS here, so nobody would get in. Set SSL_CERT_PATH and SSL_KEY_PATH (for a "
              "local network "
              "'ringup cert local' makes them), or TRUSTED_PROXIES where a proxy in front ends TLS.");
}

}  // namespace

Result<std::unique_ptr<Tls>> Tls::load(const Config& config, const std::string& data_folder) {
  TRY(somebody_speaks_https(config));
  std::unique_ptr<Tls> tls(new Tls);
  if (!config.is_set("SSL_CERT_PATH")) return tls;
  tls->folder_ = data_folder;
  tls->local_ = http::is_local_certificate(data_folder, config.text("SSL_CERT_PATH"));
  tls->renew();
  tls->certificates_ = TRY(http::Certificates::load(
      {config.text("SSL_CERT_PATH"), config.text("SSL_KEY_PATH")}, store::unix_us_now));
  if (const std::string words = words_for_other_host(config, tls->facts()); !words.empty())
    log::event(log::Level::warning, "certificate_warning", words);
  return tls;
}

std::function<std::unique_ptr<http::Wire>(int socket)> Tls::wire() const {
  if (!spoken()) return {};
  return [certificates = certificates_.get()](int socket) {
    return http::either_wire(
        socket, [certificates] { return certificates->context(); }, certificates->counts());
  };
}

pages::Metrics::Tls Tls::figures() const {
  const http::TlsCounts& counts = *certificates_->counts();
  return {counts.handshakes, counts.failed, (facts().not_after_us - store::unix_us_now()) / 1'000'000};
}

void Tls::look(bool in_any_case) {
  if (!spoken()) return;
  renew();
  certificates_->look(in_any_case);
}

void Tls::renew() {
  const std::int64_t now = store::unix_us_now();
  if (!local_ || (now - renew_tried_us_ < renew_every_us && now >= renew_tried_us_)) return;
  renew_tried_us_ = now;
  const Result<bool> renewed = http::renew_local_certificate(folder_, now);
  if (!renewed.ok()) {
    log::event(log::Level::error, "certificate_not_renewed",
               "The certificate of the local authority ends soon and could not be renewed. " +
                   describe(renewed.failure()));
  } else if (*renewed) {
    log::event(log::Level::info, "certificate_renewed", "Made a new certificate from the local authority.");
  }
}

http::HttpsPolicy https_policy(const Config& config, const Tls& tls,
                               const std::vector<std::pair<std::string, int>>& listen) {
  http::HttpsPolicy policy;
  policy.force = config.boolean("FORCE_HTTPS");
  policy.public_https = config.public_https();
  if (config.is_given("PUBLIC_URL")) {
    policy.public_url = config.text("PUBLIC_URL");
    if (policy.public_url.ends_with('/')) policy.public_url.pop_back();
    if (policy.public_https) policy.public_origin = policy.public_url;
  }
  if (tls.spoken()) policy.certificate = [&tls] { return tls.facts(); };
  policy.local_authority = tls.local_authority();
  for (const auto& [host, port] : listen) policy.ports.push_back(port);
  return policy;
}

int check_config(const Config& config) {
  std::fputs(config.describe().c_str(), stdout);
  if (const Result<void> fine = somebody_speaks_https(config); !fine.ok()) return report(fine.failure());
  if (!config.is_set("SSL_CERT_PATH")) return done;
  const std::int64_t now = store::unix_us_now();
  const auto pair =
      http::read_certificate_pair(config.text("SSL_CERT_PATH"), config.text("SSL_KEY_PATH"), now);
  if (!pair.ok()) return report(pair.failure());
  if (const auto context = http::make_tls_context(*pair); !context.ok()) return report(context.failure());
  for (const std::string& words : pair->warnings) std::fprintf(stderr, "ringup: %s\n", words.c_str());
  if (const std::string words = words_for_other_host(config, pair->facts); !words.empty())
    std::fprintf(stderr, "ringup: %s\n", words.c_str());
  return http::expired(pair->facts, now) ? failed : done;
}

}  // namespace ringup::commands
