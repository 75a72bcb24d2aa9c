#pragma once
/// The certificate that new connections get, kept fresh while the server runs.
///
/// TLS 1.2 and 1.3; ECDHE with AES-GCM or ChaCha20-Poly1305 only, so what is recorded today cannot be read
/// with a key that is stolen later; no compression, no renegotiation, no early data; ALPN http/1.1. Who comes
/// back within two hours resumes by a ticket that the server does not store. The keys of tickets are in
/// memory only and new every day, at each new certificate and at each start; then a client shakes hands in
/// full once.
///
/// look() sees a changed file by its time, size and inode. A pair that cannot be used (half written, expired,
/// no match) leaves the one before in place and is tried again at each look. Connections keep the certificate
/// that they began with, so nothing is cut.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/http/tls_certificate.h"

struct ssl_ctx_st;

namespace ringup::http {

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// configuration where OpenSSL does not take the pair (a key that is too short).
Result<TlsContext> make_tls_context(const CertificatePair& pair);

/// What happened at the door. Thread-safe.
struct TlsCounts {
  std::atomic<std::uint64_t> handshakes{0};  // done
  std::atomic<std::uint64_t> failed{0};      // begun, and never done
};

struct CertificatePaths {
  std::string certificate, key;
};

class Certificates {
 public:
  /// configuration, naming the file.
  static Result<std::unique_ptr<Certificates>> load(CertificatePaths paths,
                                                    std::function<std::int64_t()> now_us);

  /// What the next connection is to speak with. Any thread.
  TlsContext context() const;
  /// Of the certificate in use. Any thread.
  CertificateFacts facts() const;
  /// Loads anew where a file changed, or where `in_any_case`. One thread at a time, every few seconds.
  void look(bool in_any_case = false);

  const std::shared_ptr<TlsCounts>& counts() const { return counts_; }
  const CertificatePaths& paths() const { return paths_; }

 private:
  /// When, how large and which file: of both files.
  using Signature = std::vector<std::int64_t>;
  Certificates(CertificatePaths paths, std::function<std::int64_t()> now_us);
  Signature signature() const;
  Result<void> load_now();
  void warn();

  const CertificatePaths paths_;
  const std::function<std::int64_t()> now_us_;
  const std::shared_ptr<TlsCounts> counts_ = std::make_shared<TlsCounts>();
  Signature loaded_, refused_;
  bool told_ = false;  // why refused_ was refused
  std::int64_t loaded_at_us_ = 0, warned_at_us_ = 0;
  std::vector<std::string> warnings_;
  mutable std::mutex mutex_;  // guards context_ and facts_
  TlsContext context_;
  CertificateFacts facts_;
};

}  // namespace ringup::http
