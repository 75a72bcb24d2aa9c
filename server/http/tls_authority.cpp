#include "server/http/tls_authority.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/time.h"
#include "server/store/store.h"

namespace ringup::http {
namespace {

constexpr std::int64_t day_s = 86'400, day_us = day_s * 1'000'000;
constexpr std::int64_t begins_before_days = 1;  // phones whose clock is late
constexpr std::int64_t authority_days = 3'650;
constexpr std::int64_t certificate_days = 397;  // browsers refuse longer ones
constexpr std::size_t name_bytes_max = 64;      // of a common name
constexpr std::size_t host_bytes_max = 253, label_bytes_max = 63;

using Bio = std::unique_ptr<BIO, decltype(&::BIO_free)>;
using Names = std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)>;
using Constraints = std::unique_ptr<NAME_CONSTRAINTS, decltype(&::NAME_CONSTRAINTS_free)>;

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;  // 4, 16; 0: none
};
Address address_of(const std::string& host) {
  Address address;
  if (::inet_pton(AF_INET, host.c_str(), address.bytes.data()) == 1)
    address.size = 4;
  else if (::inet_pton(AF_INET6, host.c_str(), address.bytes.data()) == 1)
    address.size = 16;
  return address;
}

std::string text_of(const unsigned char* bytes, std::size_t size) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
  return text;
}

// --- pieces of a certificate

ASN1_STRING* string_of(int type, const void* bytes, std::size_t size) {
  ASN1_STRING* string = ::ASN1_STRING_type_new(type);
  ASSERT(string != nullptr && ::ASN1_STRING_set(string, bytes, static_cast<int>(size)) == 1);
  return string;
}

void set_name(GENERAL_NAME* name, std::string_view dns) {
  ::GENERAL_NAME_set0_value(name, GEN_DNS, string_of(V_ASN1_IA5STRING, dns.data(), dns.size()));
}

GENERAL_NAMES* alternative_names(const std::vector<std::string>& hosts) {
  GENERAL_NAMES* names = ::GENERAL_NAMES_new();
  ASSERT(names != nullptr);
  for (const std::string& host : hosts) {
    GENERAL_NAME* name = ::GENERAL_NAME_new();
    ASSERT(name != nullptr);
    if (const Address address = address_of(host); address.size > 0)
      ::GENERAL_NAME_set0_value(name, GEN_IPADD,
                                string_of(V_ASN1_OCTET_STRING, address.bytes.data(), address.size));
    else
      set_name(name, host);
    ASSERT(sk_GENERAL_NAME_push(names, name) > 0);
  }
  return names;
}

GENERAL_NAME* add_subtree(STACK_OF(GENERAL_SUBTREE) * &trees) {
  if (trees == nullptr) trees = sk_GENERAL_SUBTREE_new_null();
  GENERAL_SUBTREE* tree = ::GENERAL_SUBTREE_new();
  ASSERT(trees != nullptr && tree != nullptr && sk_GENERAL_SUBTREE_push(trees, tree) > 0);
  return tree->base;
}

/// An address and its mask, one after the other. All bits of it, or with `any` none.
void set_address(GENERAL_NAME* name, const Address& address, bool any) {
  std::array<unsigned char, 32> both{};
  std::copy_n(address.bytes.begin(), address.size, both.begin());
  std::fill_n(both.begin() + static_cast<std::ptrdiff_t>(address.size), address.size, any ? 0 : 0xFF);
  ::GENERAL_NAME_set0_value(name, GEN_IPADD, string_of(V_ASN1_OCTET_STRING, both.data(), 2 * address.size));
}

/// A kind of name that is not mentioned would be free for all, so the kind that nobody asked for is
/// forbidden.
NAME_CONSTRAINTS* constraints_for(const std::vector<std::string>& hosts) {
  NAME_CONSTRAINTS* constraints = ::NAME_CONSTRAINTS_new();
  ASSERT(constraints != nullptr);
  bool names = false, addresses = false;
  for (const std::string& host : hosts) {
    GENERAL_NAME* base = add_subtree(constraints->permittedSubtrees);
    if (const Address address = address_of(host); address.size > 0) {
      set_address(base, address, false);
      addresses = true;
    } else {
      set_name(base, host);
      names = true;
    }
  }
  if (!names) set_name(add_subtree(constraints->excludedSubtrees), "");
  for (const std::size_t size : {std::size_t{4}, std::size_t{16}}) {
    if (!addresses) set_address(add_subtree(constraints->excludedSubtrees), {{}, size}, true);
  }
  return constraints;
}

void add_extension(X509* to, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  ::X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  ASSERT(extension != nullptr && ::X509_add_ext(to, extension, -1) == 1);
  ::X509_EXTENSION_free(extension);
}

KeyHandle new_key() {
  KeyHandle key(::EVP_EC_gen("P-256"), ::EVP_PKEY_free);
  ASSERT(key != nullptr);
  return key;
}

X509Handle new_certificate(const std::string& name, const KeyHandle& key, std::int64_t now_us,
                           std::int64_t until_us) {
  X509Handle certificate(::X509_new(), ::X509_free);
  ASSERT(certificate != nullptr);
  X509* raw = certificate.get();
  ASSERT(::X509_set_version(raw, X509_VERSION_3) == 1);
  std::array<std::uint8_t, 16> number{};
  store::random_bytes(number);
  number[0] &= 0x7F;
  BIGNUM* serial = ::BN_bin2bn(number.data(), number.size(), nullptr);
  ASSERT(serial != nullptr && ::BN_to_ASN1_INTEGER(serial, ::X509_get_serialNumber(raw)) != nullptr);
  ::BN_free(serial);
  const auto seconds = [](std::int64_t us) { return static_cast<time_t>(us / 1'000'000); };
  ASSERT(::ASN1_TIME_set(::X509_getm_notBefore(raw), seconds(now_us - begins_before_days * day_us)) !=
         nullptr);
  ASSERT(::ASN1_TIME_set(::X509_getm_notAfter(raw), seconds(until_us)) != nullptr);
  X509_NAME* subject = ::X509_get_subject_name(raw);
  const auto add = [&](int kind, const std::string& text) {
    ASSERT(::X509_NAME_add_entry_by_NID(subject, kind, MBSTRING_UTF8,
                                        reinterpret_cast<const unsigned char*>(text.data()),
                                        static_cast<int>(text.size()), -1, 0) == 1);
  };
  add(NID_organizationName, "Ringup");
  add(NID_commonName, name.substr(0, name_bytes_max));
  ASSERT(::X509_set_pubkey(raw, key.get()) == 1);
  return certificate;
}

void sign(const X509Handle& certificate, const KeyHandle& key) {
  ASSERT(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0);
}

X509Handle make_authority(const std::vector<std::string>& hosts, const KeyHandle& key, std::int64_t now_us) {
  // Two authorities of one shop are told apart by the day.
  const std::string day = to_rfc3339(now_us).substr(0, 10);
  const std::string host = hosts.front().substr(0, name_bytes_max - 10 - day.size());
  X509Handle made =
      new_certificate("Ringup " + host + " " + day, key, now_us, now_us + authority_days * day_us);
  X509* raw = made.get();
  ASSERT(::X509_set_issuer_name(raw, ::X509_get_subject_name(raw)) == 1);
  add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(raw, raw, NID_ext_key_usage, "serverAuth");
  const Constraints constraints(constraints_for(hosts), ::NAME_CONSTRAINTS_free);
  ASSERT(::X509_add1_ext_i2d(raw, NID_name_constraints, constraints.get(), 1, X509V3_ADD_DEFAULT) == 1);
  add_extension(raw, raw, NID_subject_key_identifier, "hash");
  sign(made, key);
  return made;
}

X509Handle make_server(const std::vector<std::string>& hosts, const KeyHandle& key,
                       const X509Handle& authority, const KeyHandle& authority_key, std::int64_t now_us) {
  const std::int64_t longest = now_us + (certificate_days - begins_before_days) * day_us;
  const std::int64_t until = std::min(longest, facts_of(authority.get()).not_after_us);
  // The common name is no name of a host, so that only the alternative names count.
  X509Handle made = new_certificate("Ringup " + hosts.front(), key, now_us, until);
  X509* raw = made.get();
  ASSERT(::X509_set_issuer_name(raw, ::X509_get_subject_name(authority.get())) == 1);
  add_extension(raw, authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(raw, authority.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(raw, authority.get(), NID_ext_key_usage, "serverAuth");
  const Names names(alternative_names(hosts), ::GENERAL_NAMES_free);
  ASSERT(::X509_add1_ext_i2d(raw, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1);
  add_extension(raw, authority.get(), NID_subject_key_identifier, "hash");
  add_extension(raw, authority.get(), NID_authority_key_identifier, "keyid:always");
  sign(made, authority_key);
  return made;
}

// --- files

std::string text_of(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}
std::string pem_of(const X509Handle& certificate) {
  const Bio bio(::BIO_new(::BIO_s_mem()), ::BIO_free);
  ASSERT(::PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  return text_of(bio);
}
std::string pem_of(const KeyHandle& key) {
  const Bio bio(::BIO_new(::BIO_s_mem()), ::BIO_free);
  ASSERT(::PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio);
}

Failure cannot_write(const std::string& path) {
  return fail(Error::storage, path, std::string("Cannot be written: ") + std::strerror(errno) + ".");
}

/// Whole or not at all. What root writes belongs to whom the folder belongs: the server must be able to read
/// it.
Result<void> write_file(const std::string& folder, const std::string& path, const std::string& text,
                        mode_t mode) {
  const std::string beside = path + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) return cannot_write(beside);
  struct stat about {};
  if (::geteuid() == 0 && ::stat(folder.c_str(), &about) == 0)
    (void)!::fchown(file, about.st_uid, about.st_gid);
  const bool whole = ::fchmod(file, mode) == 0 &&
                     ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     ::fsync(file) == 0;
  Result<void> written;
  if (!whole) written = cannot_write(beside);
  ::close(file);
  if (written.ok() && ::rename(beside.c_str(), path.c_str()) != 0) written = cannot_write(path);
  return written;
}

Result<void> make_folder(const std::string& data_folder, const std::string& folder) {
  for (const std::string& path : {data_folder, folder}) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot_write(path);
  }
  struct stat about {};
  if (::geteuid() == 0 && ::stat(data_folder.c_str(), &about) == 0)
    (void)!::chown(folder.c_str(), about.st_uid, about.st_gid);
  return {};
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<X509Handle> read_certificate(const std::string& path) {
  return TRY(parse_certificates(TRY(read_pem_file(path, path)), path)).front();
}
Result<KeyHandle> read_key(const std::string& path) {
  return parse_key(TRY(read_pem_file(path, path)), path);
}

// --- what an authority may do

std::vector<std::string> permitted_by(const X509* authority) {
  std::vector<std::string> hosts;
  const Constraints constraints(
      static_cast<NAME_CONSTRAINTS*>(::X509_get_ext_d2i(authority, NID_name_constraints, nullptr, nullptr)),
      ::NAME_CONSTRAINTS_free);
  if (constraints == nullptr) return hosts;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
    const ASN1_STRING* string = base->type == GEN_DNS ? base->d.dNSName : base->d.iPAddress;
    const unsigned char* bytes = ::ASN1_STRING_get0_data(string);
    const auto size = static_cast<std::size_t>(::ASN1_STRING_length(string));
    if (base->type == GEN_DNS)
      hosts.emplace_back(reinterpret_cast<const char*>(bytes), size);
    else if (base->type == GEN_IPADD && (size == 8 || size == 32))
      hosts.push_back(text_of(bytes, size / 2));
  }
  return hosts;
}

bool permits(const std::vector<std::string>& permitted, const std::string& host) {
  const bool address = is_address(host);
  return std::any_of(permitted.begin(), permitted.end(), [&](const std::string& base) {
    return host == base || (!address && host.ends_with("." + base));
  });
}

LocalAuthority describe_authority(const X509Handle& certificate) {
  LocalAuthority authority;
  authority.facts = facts_of(certificate.get());
  authority.name = authority.facts.issuer;
  authority.hosts = permitted_by(certificate.get());
  authority.pem = pem_of(certificate);
  unsigned char* bytes = nullptr;
  const int size = ::i2d_X509(certificate.get(), &bytes);
  ASSERT(size > 0);
  authority.der.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  ::OPENSSL_free(bytes);
  return authority;
}

std::string listed(const std::vector<std::string>& hosts) {
  std::string out;
  for (const std::string& host : hosts) out += (out.empty() ? "" : ", ") + host;
  return out;
}

}  // namespace

LocalPaths local_paths(const std::string& data_folder) {
  const std::string folder = data_folder + "/tls";
  return {folder, folder + "/authority.crt", folder + "/authority.key", folder + "/server.crt",
          folder + "/server.key"};
}

Result<std::optional<LocalAuthority>> read_local_authority(const std::string& data_folder) {
  const LocalPaths paths = local_paths(data_folder);
  if (!exists(paths.authority)) return std::optional<LocalAuthority>();
  return std::optional(describe_authority(TRY(read_certificate(paths.authority))));
}

Result<std::string> read_local_host(std::string_view text) {
  std::string host(text);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto refused = [&](const std::string& words) {
    return fail(Error::invalid_value, "--host " + host.substr(0, 80), words);
  };
  if (const Address address = address_of(host); address.size > 0) {
    const std::string written = text_of(address.bytes.data(), address.size);
    if (written == "0.0.0.0" || written == "::")
      return refused("It stands for every address; write the one that devices use, like 192.168.1.10.");
    return written;
  }
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (host.ends_with('.')) host.pop_back();
  bool letter = false;
  std::size_t label = 0, parts = 1;
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    const bool end = i + 1 == host.size() || host[i + 1] == '.';
    if (c == '.') {
      if (label == 0) return refused("This is no name of a host.");
      label = 0, letter = false, ++parts;
      continue;
    }
    const bool alpha = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    const bool hyphen = c == '-' && label > 0 && !end;
    if ((!alpha && !digit && !hyphen) || ++label > label_bytes_max)
      return refused(
          "Write a name like shop.lan or an address like 192.168.1.10, without https:// and port.");
    letter = letter || alpha || hyphen;
  }
  if (host.empty() || label == 0 || host.size() > host_bytes_max || !letter)
    return refused("Write a name like shop.lan or an address like 192.168.1.10, without https:// and port.");
  // A constraint holds for a name and all below it: one for "shop" would hold for every address under .shop.
  if (parts < 2)
    return refused(
        "A name needs two parts, like shop.lan: with one part the authority could also vouch for "
        "strangers' addresses that end in it.");
  // Names under co.uk and the like belong to everybody. Not the whole list of such endings: those people
  // type.
  static constexpr std::string_view shared[] = {"ac",  "co",  "com", "edu", "gob",
                                                "gov", "net", "ne",  "or",  "org"};
  const std::size_t dot = host.find('.');
  if (parts == 2 && host.size() - dot == 3 &&
      std::find(std::begin(shared), std::end(shared), std::string_view(host).substr(0, dot)) !=
          std::end(shared))
    return refused("Strangers' names end in it, too: write your own, like shop." + host + ".");
  return host;
}

Result<MadeLocal> make_local_certificate(const std::string& data_folder,
                                         const std::vector<std::string>& hosts, bool new_authority,
                                         std::int64_t now_us) {
  ASSERT(!hosts.empty() && hosts.size() <= local_hosts_max);
  const LocalPaths paths = local_paths(data_folder);
  TRY(make_folder(data_folder, paths.folder));
  MadeLocal made;
  X509Handle authority;
  KeyHandle authority_key, key;
  if (exists(paths.authority) && !new_authority) {
    authority = TRY(read_certificate(paths.authority));
    authority_key = TRY(read_key(paths.authority_key));
    if (::X509_check_private_key(authority.get(), authority_key.get()) != 1)
      return fail(Error::damaged, paths.authority_key,
                  "This key does not belong to " + paths.authority + ".");
    const CertificateFacts facts = facts_of(authority.get());
    if (expired(facts, now_us)) {
      return fail(Error::conflict, paths.authority,
                  "The authority has ended. Make another with --new-authority; every device must then trust "
                  "that one.");
    }
    const std::vector<std::string> permitted = permitted_by(authority.get());
    for (const std::string& host : hosts) {
      if (permits(permitted, host)) continue;
      return fail(Error::conflict, "--host " + host,
                  "The authority that devices trust may only vouch for " + listed(permitted) +
                      ". Name all hosts and add --new-authority; every device must then trust the new one.");
    }
    if (exists(paths.key)) key = TRY(read_key(paths.key));
  } else {
    authority_key = new_key();
    authority = make_authority(hosts, authority_key, now_us);
    made.new_authority = true;
  }
  const bool fresh_key = key == nullptr;
  if (fresh_key) key = new_key();
  const X509Handle certificate = make_server(hosts, key, authority, authority_key, now_us);
  ::ERR_clear_error();
  if (made.new_authority) {
    TRY(write_file(data_folder, paths.authority_key, pem_of(authority_key), 0600));
    TRY(write_file(data_folder, paths.authority, pem_of(authority), 0644));
  }
  if (fresh_key) TRY(write_file(data_folder, paths.key, pem_of(key), 0600));
  TRY(write_file(data_folder, paths.certificate, pem_of(certificate), 0644));
  made.authority = describe_authority(authority);
  made.certificate = facts_of(certificate.get());
  return made;
}

bool is_local_certificate(const std::string& data_folder, const std::string& certificate_path) {
  const LocalPaths paths = local_paths(data_folder);
  struct stat ours {
  }, theirs{};
  if (::stat(paths.certificate.c_str(), &ours) != 0 || ::stat(certificate_path.c_str(), &theirs) != 0)
    return false;
  if (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino) return false;
  const auto certificate = read_certificate(paths.certificate), authority = read_certificate(paths.authority);
  const bool made = certificate.ok() && authority.ok() &&
                    ::X509_verify(certificate->get(), ::X509_get0_pubkey(authority->get())) == 1;
  ::ERR_clear_error();
  return made;
}

Result<bool> renew_local_certificate(const std::string& data_folder, std::int64_t now_us) {
  const LocalPaths paths = local_paths(data_folder);
  if (!is_local_certificate(data_folder, paths.certificate)) return false;
  const CertificateFacts facts = facts_of(TRY(read_certificate(paths.certificate)).get());
  if (facts.not_after_us - now_us >= local_renew_days * day_us || facts.names.empty()) return false;
  // Where the authority itself ends then, a new certificate would not last longer.
  const CertificateFacts authority = facts_of(TRY(read_certificate(paths.authority)).get());
  if (authority.not_after_us <= facts.not_after_us) return false;
  TRY(make_local_certificate(data_folder, facts.names, false, now_us));
  return true;
}

}  // namespace ringup::http
