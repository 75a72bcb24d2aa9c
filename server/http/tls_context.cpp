#include "server/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <string_view>

#include "core/base/time.h"
#include "server/log/log.h"

namespace ringup::http {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;
constexpr long resumes_for_s = 7'200;
constexpr int security_level = 2;  // 112 bits: RSA from 2048 bits on, no SHA-1

// What Mozilla calls "intermediate", without finite-field DHE, which no client of the last ten years needs.
constexpr char ciphers_of_tls_1_2[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char groups[] = "X25519:P-256:P-384";
constexpr std::string_view http_1_1 = "http/1.1";

/// A client that speaks other protocols only is told so: bytes of one protocol must not be read as another's.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  for (unsigned at = 0; at < in_size; at += 1u + in[at]) {
    const unsigned size = in[at];
    if (at + 1 + size > in_size) break;
    if (std::string_view(reinterpret_cast<const char*>(in + at + 1), size) != http_1_1) continue;
    *out = in + at + 1;
    *out_size = static_cast<unsigned char>(size);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string openssl_words() {
  const char* reason = ::ERR_reason_error_string(::ERR_peek_last_error());
  ::ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

void add_times(std::vector<std::int64_t>& out, const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    out.push_back(-1);
    return;
  }
  out.insert(out.end(), {static_cast<std::int64_t>(about.st_mtim.tv_sec), about.st_mtim.tv_nsec,
                         static_cast<std::int64_t>(about.st_size), static_cast<std::int64_t>(about.st_ino)});
}

}  // namespace

Result<TlsContext> make_tls_context(const CertificatePair& pair) {
  // Without the machine's openssl.cnf: what this server speaks is decided here and is the same everywhere.
  ASSERT(::OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1);
  ::ERR_clear_error();
  TlsContext context(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
  ASSERT(context != nullptr);
  SSL_CTX* raw = context.get();
  ::SSL_CTX_set_security_level(raw, security_level);
  ASSERT(::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1);
  ASSERT(::SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) == 1);
  ASSERT(::SSL_CTX_set_cipher_list(raw, ciphers_of_tls_1_2) == 1);
  ASSERT(::SSL_CTX_set1_groups_list(raw, groups) == 1);
  // A client that goes without saying goodbye has ended its side; that a body is whole HTTP knows by itself.
  // ChaCha20 goes first where the client puts it first: that is a phone without AES in its processor.
  ::SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  ::SSL_CTX_set_mode(
      raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_read_ahead(raw, 1);
  ::SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  static constexpr unsigned char name[] = "ringup";
  ASSERT(::SSL_CTX_set_session_id_context(raw, name, sizeof name - 1) == 1);
  ::SSL_CTX_set_timeout(raw, resumes_for_s);
  ::SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);

  bool taken = ::SSL_CTX_use_certificate(raw, pair.certificate.get()) == 1 &&
               ::SSL_CTX_use_PrivateKey(raw, pair.key.get()) == 1;
  for (const X509Handle& certificate : pair.chain)
    taken = taken && ::SSL_CTX_add1_chain_cert(raw, certificate.get()) == 1;
  if (!taken) {
    return fail(Error::configuration, "SSL_CERT_PATH",
                "TLS cannot be spoken with this certificate (" + openssl_words() +
                    "). Take one with an RSA key of at least 2048 bits, or P-256.");
  }
  return context;
}

Certificates::Certificates(CertificatePaths paths, std::function<std::int64_t()> now_us)
    : paths_(std::move(paths)), now_us_(std::move(now_us)) {}

Result<std::unique_ptr<Certificates>> Certificates::load(CertificatePaths paths,
                                                         std::function<std::int64_t()> now_us) {
  std::unique_ptr<Certificates> made(new Certificates(std::move(paths), std::move(now_us)));
  made->loaded_ = made->signature();
  TRY(made->load_now());
  made->warn();
  return made;
}

TlsContext Certificates::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

CertificateFacts Certificates::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

Certificates::Signature Certificates::signature() const {
  Signature out;
  add_times(out, paths_.certificate);
  add_times(out, paths_.key);
  return out;
}

Result<void> Certificates::load_now() {
  const std::int64_t now = now_us_();
  CertificatePair pair = TRY(read_certificate_pair(paths_.certificate, paths_.key, now));
  if (context_ != nullptr && expired(pair.facts, now) && !expired(facts_, now))
    return fail(Error::configuration, "SSL_CERT_PATH " + paths_.certificate,
                "The new certificate has ended already.");
  TlsContext context = TRY(make_tls_context(pair));
  loaded_at_us_ = now;
  warnings_ = std::move(pair.warnings);
  const std::lock_guard lock(mutex_);
  context_.swap(context);
  facts_ = std::move(pair.facts);
  return {};
}

void Certificates::warn() {
  warned_at_us_ = now_us_();
  for (const std::string& words : warnings_) log::event(log::Level::warning, "certificate_warning", words);
}

void Certificates::look(bool in_any_case) {
  Signature now = signature();
  const bool changed = now != loaded_;
  const bool old = now_us_() - loaded_at_us_ >= day_us;
  if (!changed && !old && !in_any_case) return;
  const std::string before = facts_.fingerprint;
  if (Result<void> loaded = load_now(); !loaded.ok()) {
    // Said once, and not at first sight: half a pair is often whole a moment later.
    if (now != refused_ && !in_any_case) {
      told_ = false;
      refused_ = std::move(now);
    } else if (!told_ || in_any_case) {
      told_ = true;
      refused_ = std::move(now);
      log::event(log::Level::error, "certificate_refused",
                 "The certificate before stays in use. " + describe(loaded.failure()));
    }
    return;
  }
  loaded_ = std::move(now);
  refused_.clear();
  told_ = false;
  if (facts_.fingerprint != before) {
    log::event(log::Level::info, "certificate_loaded", "New connections get the new certificate.",
               {{"until", to_rfc3339(facts_.not_after_us)}, {"fingerprint", facts_.fingerprint}});
  }
  if (facts_.fingerprint != before || now_us_() - warned_at_us_ >= day_us) warn();
}

}  // namespace ringup::http
