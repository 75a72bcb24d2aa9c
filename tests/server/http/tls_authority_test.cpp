/// The shop's own authority, judged by a program that is not ours: `openssl verify`.
#include "server/http/tls_authority.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/server/program.h"
#include "tests/server/running.h"

namespace ringup::http {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

struct Shop : test::Folder {
  std::int64_t now = store::unix_us_now();
  LocalPaths paths = local_paths(path());

  Result<MadeLocal> make(const std::vector<std::string>& hosts, bool new_authority = false) {
    return make_local_certificate(path(), hosts, new_authority, now);
  }
  /// "" where openssl takes the server's certificate for this host, else what it says.
  std::string judged(const std::string& host, const std::string& certificate) const {
    std::string out;
    const std::vector<std::string> words = {"openssl",
                                            "verify",
                                            "-x509_strict",
                                            "-purpose",
                                            "sslserver",
                                            "-attime",
                                            std::to_string(now / 1'000'000 + 60),
                                            is_address(host) ? "-verify_ip" : "-verify_hostname",
                                            host,
                                            "-CAfile",
                                            paths.authority,
                                            certificate};
    return test::run_program(words, &out) == 0 ? "" : out + " refused";
  }
  std::string judged(const std::string& host) const { return judged(host, paths.certificate); }
  std::string text(const std::string& certificate) const {
    std::string out;
    EXPECT_EQ(test::run_program({"openssl", "x509", "-noout", "-text", "-in", certificate}, &out), 0);
    return out;
  }
  /// A certificate for `names` that whoever holds the authority's key could make.
  std::string misuse(const std::string& names) const {
    const std::string made = path() + "/misuse.crt", request = path() + "/misuse.csr",
                      extensions = path() + "/misuse.cnf";
    std::ofstream(extensions) << "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\n"
                                 "authorityKeyIdentifier=keyid\nextendedKeyUsage=serverAuth\nsubjectAltName="
                              << names << "\n";
    EXPECT_EQ(test::run_program(
                  {"openssl", "req", "-new", "-key", paths.key, "-subj", "/O=Thief", "-out", request}),
              0);
    EXPECT_EQ(test::run_program({"openssl", "x509", "-req", "-in", request, "-CA", paths.authority, "-CAkey",
                                 paths.authority_key, "-days", "30", "-extfile", extensions, "-out", made}),
              0);
    return made;
  }
};

TEST(LocalAuthority, VouchesForTheHostsThatItWasAskedFor) {
  Shop shop;
  const auto made = shop.make({"shop.lan", "192.168.1.10", "fd00::1"});
  ASSERT_TRUE(made.ok()) << describe(made.failure());
  EXPECT_TRUE(made->new_authority);
  for (const char* host : {"shop.lan", "192.168.1.10", "fd00::1"}) EXPECT_EQ(shop.judged(host), "") << host;
  EXPECT_NE(shop.judged("other.lan"), "");
  EXPECT_EQ(made->authority.hosts, (std::vector<std::string>{"shop.lan", "192.168.1.10", "fd00::1"}));
  EXPECT_EQ(made->certificate.names, made->authority.hosts);
  EXPECT_LE(made->certificate.not_after_us - made->certificate.not_before_us, 397 * day_us);
  EXPECT_GE(made->certificate.not_after_us - shop.now, 390 * day_us);
  EXPECT_GE(made->authority.facts.not_after_us - shop.now, 3'600 * day_us);
  const std::string authority = shop.text(shop.paths.authority);
  for (const char* part : {"CA:TRUE, pathlen:0", "X509v3 Name Constraints: critical", "prime256v1",
                           "TLS Web Server Authentication"})
    EXPECT_NE(authority.find(part), std::string::npos) << authority;
  EXPECT_NE(shop.text(shop.paths.certificate).find("CA:FALSE"), std::string::npos);
}

TEST(LocalAuthority, CanVouchForNobodyElse) {
  Shop names;
  ASSERT_TRUE(names.make({"shop.lan"}).ok());
  EXPECT_EQ(names.judged("till.shop.lan", names.misuse("DNS:till.shop.lan")), "");
  EXPECT_NE(names.judged("bank.example", names.misuse("DNS:bank.example")), "");
  EXPECT_NE(names.judged("myshop.lan", names.misuse("DNS:myshop.lan")), "");
  EXPECT_NE(names.judged("192.168.1.10", names.misuse("IP:192.168.1.10")), "");
  EXPECT_NE(names.judged("fd00::1", names.misuse("IP:fd00::1")), "");
  Shop addresses;
  ASSERT_TRUE(addresses.make({"192.168.1.10"}).ok());
  EXPECT_EQ(addresses.judged("192.168.1.10"), "");
  EXPECT_NE(addresses.judged("192.168.1.11", addresses.misuse("IP:192.168.1.11")), "");
  EXPECT_NE(addresses.judged("fd00::1", addresses.misuse("IP:fd00::1")), "");
  EXPECT_NE(addresses.judged("bank.example", addresses.misuse("DNS:bank.example")), "");
}

TEST(LocalAuthority, KeepsItsKeysToItself) {
  Shop shop;
  ASSERT_TRUE(shop.make({"shop.lan"}).ok());
  const auto mode = [](const std::string& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 0777;
  };
  EXPECT_EQ(mode(shop.paths.folder), 0700u);
  EXPECT_EQ(mode(shop.paths.authority_key), 0600u);
  EXPECT_EQ(mode(shop.paths.key), 0600u);
  const auto pair = read_certificate_pair(shop.paths.certificate, shop.paths.key, shop.now);
  ASSERT_TRUE(pair.ok()) << describe(pair.failure());
  EXPECT_TRUE(pair->warnings.empty());
}

TEST(LocalAuthority, RenewsWithTheSameAuthority) {
  Shop shop;
  const auto first = shop.make({"shop.lan"});
  ASSERT_TRUE(first.ok());
  shop.now += 5 * day_us;
  const auto second = shop.make({"till.shop.lan", "shop.lan"});
  ASSERT_TRUE(second.ok()) << describe(second.failure());
  EXPECT_FALSE(second->new_authority);
  EXPECT_EQ(second->authority.facts.fingerprint, first->authority.facts.fingerprint);
  EXPECT_NE(second->certificate.fingerprint, first->certificate.fingerprint);
  EXPECT_EQ(shop.judged("till.shop.lan"), "");
  const auto beyond = shop.make({"shop.lan", "other.lan"});
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error(), Error::conflict);
  EXPECT_NE(describe(beyond.failure()).find("--new-authority"), std::string::npos);
  EXPECT_EQ(shop.judged("till.shop.lan"), "") << "a refusal changes nothing";
  const auto other = shop.make({"shop.lan", "other.lan"}, true);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(other->authority.facts.fingerprint, first->authority.facts.fingerprint);
  EXPECT_EQ(shop.judged("other.lan"), "");
}

TEST(LocalAuthority, RenewsByItselfBeforeTheEnd) {
  Shop shop;
  EXPECT_FALSE(*renew_local_certificate(shop.path(), shop.now));
  const auto made = shop.make({"shop.lan", "10.0.0.1"});
  ASSERT_TRUE(made.ok());
  EXPECT_FALSE(*renew_local_certificate(shop.path(), shop.now));
  shop.now += (396 - 31) * day_us;
  EXPECT_FALSE(*renew_local_certificate(shop.path(), shop.now));
  shop.now += 2 * day_us;
  EXPECT_TRUE(*renew_local_certificate(shop.path(), shop.now));
  EXPECT_FALSE(*renew_local_certificate(shop.path(), shop.now));
  EXPECT_EQ(shop.judged("10.0.0.1"), "");
  shop.now += 380 * day_us;
  EXPECT_EQ(shop.judged("shop.lan"), "");
  // Somebody's own certificate in that place is theirs to renew.
  test::make_certificate(shop.path(), "theirs", "shop.lan", 10);
  ASSERT_EQ(std::rename((shop.path() + "/theirs.pem").c_str(), shop.paths.certificate.c_str()), 0);
  EXPECT_FALSE(is_local_certificate(shop.path(), shop.paths.certificate));
  EXPECT_FALSE(*renew_local_certificate(shop.path(), shop.now));
}

TEST(LocalAuthority, ReadsHosts) {
  for (const auto& [text, host] :
       std::initializer_list<std::pair<const char*, const char*>>{{"Shop.LAN", "shop.lan"},
                                                                  {"shop.lan.", "shop.lan"},
                                                                  {"192.168.1.10", "192.168.1.10"},
                                                                  {"[FD00::1]", "fd00::1"},
                                                                  {"fd00:0::1", "fd00::1"},
                                                                  {"a-b.c3.example", "a-b.c3.example"},
                                                                  {"shop.co.uk", "shop.co.uk"}})
    EXPECT_EQ(*read_local_host(text), host) << text;
  for (const char* text : {"",
                           ".",
                           "shop",
                           "localhost",
                           "https://shop.lan",
                           "shop.lan:443",
                           "-a.lan",
                           "a-.lan",
                           "a..lan",
                           ".lan",
                           "*.lan",
                           "a_b.lan",
                           "1.2.3",
                           "192.168.1.300",
                           "shop lan.x",
                           "läden.lan",
                           "co.uk",
                           "com.au",
                           "0.0.0.0",
                           "::"})
    EXPECT_FALSE(read_local_host(text).ok()) << text;
  EXPECT_FALSE(read_local_host(std::string(64, 'a') + ".lan").ok());
  EXPECT_FALSE(read_local_host(std::string(250, 'a') + ".lan").ok());
}

}  // namespace
}  // namespace ringup::http
