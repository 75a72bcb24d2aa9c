#include "server/http/tls_certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "core/base/time.h"

namespace ringup::http {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::size_t chain_max = 16;
constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t warn_before_us = 14 * day_us;

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
Bio bio_of(const std::string& text) {
  return {::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), ::BIO_free};
}

std::int64_t us_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (::ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000;
}

std::string day_of(std::int64_t us) {
  return to_rfc3339(us).substr(0, 10);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  const int size = ::ASN1_STRING_length(bytes);
  if (size == 4 || size == 16)
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ::ASN1_STRING_get0_data(bytes), text, sizeof text);
  return text;
}

/// One spelling for an address; "" where the text is none.
std::string canonical_address(std::string_view host) {
  unsigned char bytes[16];
  char text[INET6_ADDRSTRLEN] = "";
  const std::string name(host);
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, name.c_str(), bytes) == 1) ::inet_ntop(family, bytes, text, sizeof text);
  }
  return text;
}

bool names_issuers(const X509* certificate) {
  const std::unique_ptr<AUTHORITY_INFO_ACCESS, decltype(&::AUTHORITY_INFO_ACCESS_free)> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(::X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)),
      ::AUTHORITY_INFO_ACCESS_free);
  for (int i = 0; access != nullptr && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    if (::OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access.get(), i)->method) == NID_ad_ca_issuers) return true;
  }
  return false;
}

Failure wrong(const std::string& where, std::string words) {
  return fail(Error::configuration, where, std::move(words));
}

/// Why a text without certificates, or without a key, is none.
std::string words_for_no_pem(const std::string& text, std::string_view wanted) {
  if (text.empty()) return "This file is empty.";
  if (text[0] == '\x30')
    return "This file is in DER form. Turn it into PEM: openssl " +
           std::string(wanted == "certificate" ? "x509" : "pkey") + " -inform DER -in FILE -out FILE.pem";
  const bool certificate = text.find("-----BEGIN CERTIFICATE") != std::string::npos;
  const bool key = text.find("PRIVATE KEY-----") != std::string::npos;
  if (wanted == "certificate" && key)
    return "This file holds a private key and no certificate: are SSL_CERT_PATH and SSL_KEY_PATH swapped?";
  if (wanted != "certificate" && certificate && !key)
    return "This file holds a certificate and no private key: are SSL_CERT_PATH and SSL_KEY_PATH swapped?";
  return "This file holds no " + std::string(wanted) +
         " in PEM form (a text that begins with -----BEGIN), or only half of one.";
}

}  // namespace

bool is_address(std::string_view host) {
  return !canonical_address(host).empty();
}

bool CertificateFacts::speaks_for(std::string_view host) const {
  const std::string address = canonical_address(host);
  const std::string wanted = address.empty() ? lower(host) : address;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (name == wanted) return true;
    const std::size_t dot = wanted.find('.');
    return name.starts_with("*.") && address.empty() && dot != std::string::npos && dot > 0 &&
           std::string_view(name).substr(1) == std::string_view(wanted).substr(dot);
  });
}

Result<std::string> read_pem_file(const std::string& path, const std::string& where) {
  // Not to wait for the other end of what is no file.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return wrong(where,
                   "There is no such file. Look at the path, and whether the disk that holds it is there.");
    if (errno == EACCES)
      return wrong(
          where, "The user that runs ringup may not read this file. Give it to that user: chown, chmod 600.");
    return wrong(where, std::string("This file cannot be read: ") + std::strerror(errno) + ".");
  }
  struct stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(file);
    return wrong(where, "This cannot be read: it is no ordinary file.");
  }
  std::string text(file_bytes_max + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  while (size < text.size() && (got = ::read(file, text.data() + size, text.size() - size)) > 0)
    size += static_cast<std::size_t>(got);
  const int error = errno;
  ::close(file);
  if (got < 0) return wrong(where, std::string("This file cannot be read: ") + std::strerror(error) + ".");
  text.resize(size);
  if (size > file_bytes_max) return wrong(where, "This file is too large for a certificate or a key.");
  return text;
}

Result<std::vector<X509Handle>> parse_certificates(const std::string& pem, const std::string& where) {
  ::ERR_clear_error();
  const Bio bio = bio_of(pem);
  std::vector<X509Handle> found;
  while (X509* certificate = ::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    found.emplace_back(certificate, ::X509_free);
    if (found.size() > chain_max) return wrong(where, "This file holds more certificates than a chain has.");
  }
  const bool at_end = ERR_GET_REASON(::ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ::ERR_clear_error();
  if (found.empty()) return wrong(where, words_for_no_pem(pem, "certificate"));
  if (!at_end) return wrong(where, "The last certificate of this file is cut off or damaged.");
  return found;
}

Result<KeyHandle> parse_key(const std::string& pem, const std::string& where) {
  ::ERR_clear_error();
  const Bio bio = bio_of(pem);
  bool asked = false;
  const auto no_passphrase = [](char*, int, int, void* told) {
    *static_cast<bool*>(told) = true;
    return -1;
  };
  EVP_PKEY* key = ::PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked);
  ::ERR_clear_error();
  if (key != nullptr) return KeyHandle(key, ::EVP_PKEY_free);
  if (asked)
    return wrong(where,
                 "This key is locked with a passphrase, which nobody could type when the server starts. "
                 "Write it without one: openssl pkey -in FILE -out FILE.open");
  return wrong(where, words_for_no_pem(pem, "private key"));
}

CertificateFacts facts_of(const x509_st* certificate) {
  CertificateFacts facts;
  facts.not_before_us = us_of(::X509_get0_notBefore(certificate));
  facts.not_after_us = us_of(::X509_get0_notAfter(certificate));
  facts.names_issuers = names_issuers(certificate);
  const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      ::GENERAL_NAMES_free);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      const ASN1_IA5STRING* text = name->d.dNSName;
      facts.names.push_back(lower({reinterpret_cast<const char*>(::ASN1_STRING_get0_data(text)),
                                   static_cast<std::size_t>(::ASN1_STRING_length(text))}));
    } else if (name->type == GEN_IPADD) {
      facts.names.push_back(address_text(name->d.iPAddress));
    }
  }
  char text[256] = "";
  if (::X509_NAME_get_text_by_NID(::X509_get_issuer_name(certificate), NID_commonName, text, sizeof text) > 0)
    facts.issuer = text;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (::X509_digest(certificate, ::EVP_sha256(), digest, &size) == 1) {
    static constexpr char hex[] = "0123456789ABCDEF";
    for (unsigned i = 0; i < size; ++i) {
      if (i > 0) facts.fingerprint += ':';
      facts.fingerprint += hex[digest[i] >> 4];
      facts.fingerprint += hex[digest[i] & 15];
    }
  }
  return facts;
}

bool expired(const CertificateFacts& facts, std::int64_t now_us) {
  return now_us >= facts.not_after_us;
}

Result<CertificatePair> read_certificate_pair(const std::string& certificate_path,
                                              const std::string& key_path, std::int64_t now_us) {
  const std::string certificate_where = "SSL_CERT_PATH " + certificate_path;
  const std::string key_where = "SSL_KEY_PATH " + key_path;
  CertificatePair pair;
  std::vector<X509Handle> all =
      TRY(parse_certificates(TRY(read_pem_file(certificate_path, certificate_where)), certificate_where));
  pair.key = TRY(parse_key(TRY(read_pem_file(key_path, key_where)), key_where));
  const auto fits = [&](const X509Handle& certificate) {
    const bool match = ::X509_check_private_key(certificate.get(), pair.key.get()) == 1;
    ::ERR_clear_error();
    return match;
  };
  if (!fits(all.front())) {
    if (std::any_of(all.begin() + 1, all.end(), fits))
      return wrong(certificate_where,
                   "The certificate that the key belongs to must be the first in this file.");
    return wrong(key_where, "This key does not belong to the certificate in " + certificate_path +
                                ". Take both from the same order or renewal.");
  }
  pair.certificate = all.front();
  pair.chain.assign(all.begin() + 1, all.end());
  pair.facts = facts_of(pair.certificate.get());
  const auto warn = [&](const std::string& where, std::string words) {
    pair.warnings.push_back(where + ": " + std::move(words));
  };
  if (expired(pair.facts, now_us)) {
    warn(certificate_where, "This certificate ended on " + day_of(pair.facts.not_after_us) +
                                ": browsers refuse it. Renew it, or look at this machine's clock.");
  } else if (now_us < pair.facts.not_before_us) {
    warn(certificate_where, "This certificate begins on " + day_of(pair.facts.not_before_us) +
                                ", which is still to come: look at this machine's clock.");
  } else if (pair.facts.not_after_us - now_us < warn_before_us) {
    warn(certificate_where,
         "This certificate ends on " + day_of(pair.facts.not_after_us) + ": renew it soon.");
  }
  if (pair.facts.names.empty())
    warn(certificate_where, "This certificate names no host (subjectAltName): browsers refuse it.");
  if (pair.chain.empty() && pair.facts.names_issuers)
    warn(certificate_where,
         "This file holds one certificate only. Phones also need those that vouch for it: "
         "take the full chain (often called fullchain.pem).");
  struct stat about {};
  if (::stat(key_path.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0)
    warn(key_where, "Everybody on this machine can read this key: chmod 600 " + key_path);
  return pair;
}

}  // namespace ringup::http
