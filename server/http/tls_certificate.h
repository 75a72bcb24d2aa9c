#pragma once
/// A server's certificate and its key, as two PEM files hold them: read, held against each other, and each
/// problem said in a sentence that names the file and what to do.
///
///     SSL_CERT_PATH  the server's own certificate first, then those that vouch for it ("fullchain.pem")
///     SSL_KEY_PATH   the private key of the first one, without a passphrase
///
/// Plain functions: any thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

struct x509_st;
struct evp_pkey_st;

namespace ringup::http {

/// What people and programs ask about a certificate.
struct CertificateFacts {
  std::vector<std::string> names;  // DNS names (lower case) and addresses that it speaks for
  std::string issuer;              // the common name of who signed it
  std::string fingerprint;         // SHA-256, "AB:CD:…"
  std::int64_t not_before_us = 0, not_after_us = 0;  // of Unix time
  bool names_issuers = false;  // it says where its issuer's certificate is: it needs an intermediate

  /// Does it speak for this host (a name in any case, or an address without brackets)? "*" stands for one
  /// label.
  bool speaks_for(std::string_view host) const;
};

using X509Handle = std::shared_ptr<x509_st>;
using KeyHandle = std::shared_ptr<evp_pkey_st>;

struct CertificatePair {
  X509Handle certificate;
  std::vector<X509Handle> chain;  // without the certificate itself
  KeyHandle key;
  CertificateFacts facts;
  /// What works today but should not stay so; whole sentences that name the file.
  std::vector<std::string> warnings;
};

/// configuration, naming the file. An expired certificate is a warning here, for a server whose clock is
/// wrong after a power cut must not stay away; `expired` tells the two apart.
Result<CertificatePair> read_certificate_pair(const std::string& certificate_path,
                                              const std::string& key_path, std::int64_t now_us);
bool expired(const CertificateFacts& facts, std::int64_t now_us);

/// All certificates of a PEM text, the key of one. `where` names the file in failures: configuration.
Result<std::vector<X509Handle>> parse_certificates(const std::string& pem, const std::string& where);
Result<KeyHandle> parse_key(const std::string& pem, const std::string& where);
CertificateFacts facts_of(const x509_st* certificate);
/// A whole file of at most a megabyte; configuration, with what to do about it.
Result<std::string> read_pem_file(const std::string& path, const std::string& where);

/// Is this text an IPv4 or IPv6 address?
bool is_address(std::string_view host);

}  // namespace ringup::http
