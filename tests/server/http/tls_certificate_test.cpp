/// What is said about certificates that cannot be used, and the change to a new one while connections go on.
#include "server/http/tls_certificate.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "server/http/tls_authority.h"
#include "server/http/tls_context.h"
#include "server/http/tls_wire.h"
#include "tests/server/http/tls_client.h"
#include "tests/server/log/heard.h"
#include "tests/server/program.h"

namespace ringup::http {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

void write(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), mode);
}
std::string read(const std::string& path) {
  return *read_pem_file(path, path);
}

struct Folder : test::Folder {
  std::int64_t now = store::unix_us_now();
  std::string at(const std::string& name) const { return path() + "/" + name; }
  std::string words(const std::string& certificate, const std::string& key) const {
    const auto pair = read_certificate_pair(at(certificate), at(key), now);
    if (!pair.ok()) return describe(pair.failure());
    std::string all;
    for (const std::string& warning : pair->warnings) all += warning + "\n";
    return all;
  }
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(Certificate, SaysWhichFileIsWrongAndWhatToDo) {
  Folder folder;
  test::make_certificate(folder.path(), "one", "shop.lan", 90);
  test::make_certificate(folder.path(), "two", "shop.lan", 90);
  EXPECT_EQ(folder.words("one.pem", "one.key"), "");
  EXPECT_SAYS(folder.words("none.pem", "one.key"),
              "SSL_CERT_PATH " + folder.at("none.pem") + ": There is no such file");
  EXPECT_SAYS(folder.words("one.pem", "none.key"),
              "SSL_KEY_PATH " + folder.at("none.key") + ": There is no such file");
  EXPECT_SAYS(folder.words("", "one.key"), "cannot be read");
  ASSERT_EQ(::mkfifo(folder.at("pipe").c_str(), 0600), 0);  // nobody will ever write into it
  EXPECT_SAYS(folder.words("pipe", "one.key"), "no ordinary file");
  EXPECT_SAYS(folder.words("one.pem", "two.key"),
              "does not belong to the certificate in " + folder.at("one.pem"));
  EXPECT_SAYS(folder.words("one.key", "one.pem"), "swapped?");
  EXPECT_SAYS(folder.words("one.pem", "one.pem"), "swapped?");
  write(folder.at("chain.pem"), read(folder.at("two.pem")) + read(folder.at("one.pem")));
  EXPECT_SAYS(folder.words("chain.pem", "one.key"), "must be the first in this file");
  write(folder.at("empty.pem"), "");
  EXPECT_SAYS(folder.words("empty.pem", "one.key"), "This file is empty");
  write(folder.at("text.pem"), "no certificate");
  EXPECT_SAYS(folder.words("text.pem", "one.key"), "no certificate in PEM form");
  EXPECT_SAYS(folder.words("one.pem", "text.pem"), "no private key in PEM form");
  const std::string whole = read(folder.at("one.pem"));
  write(folder.at("half.pem"), whole.substr(0, whole.size() / 2));
  EXPECT_SAYS(folder.words("half.pem", "one.key"), "half");
  write(folder.at("tail.pem"), whole + whole.substr(0, whole.size() / 2));
  EXPECT_SAYS(folder.words("tail.pem", "one.key"), "cut off or damaged");
  write(folder.at("huge.pem"), std::string(2 << 20, 'x'));
  EXPECT_SAYS(folder.words("huge.pem", "one.key"), "too large");
  ASSERT_EQ(test::run_program({"openssl", "x509", "-in", folder.at("one.pem"), "-outform", "DER", "-out",
                               folder.at("one.der")}),
            0);
  EXPECT_SAYS(folder.words("one.der", "one.key"), "openssl x509 -inform DER");
  ASSERT_EQ(test::run_program({"openssl", "pkey", "-in", folder.at("one.key"), "-aes256", "-passout",
                               "pass:secret", "-out", folder.at("locked.key")}),
            0);
  EXPECT_SAYS(folder.words("one.pem", "locked.key"), "locked with a passphrase");
}

TEST(Certificate, WarnsOfWhatShouldNotStaySo) {
  Folder folder;
  test::make_certificate(folder.path(), "one", "shop.lan", 90);
  ::chmod(folder.at("one.key").c_str(), 0644);
  EXPECT_SAYS(folder.words("one.pem", "one.key"), "chmod 600 " + folder.at("one.key"));
  ::chmod(folder.at("one.key").c_str(), 0640);
  EXPECT_EQ(folder.words("one.pem", "one.key"), "");
  folder.now += 80 * day_us;
  EXPECT_SAYS(folder.words("one.pem", "one.key"), "renew it soon");
  folder.now += 20 * day_us;
  EXPECT_SAYS(folder.words("one.pem", "one.key"), "ended on");
  folder.now -= 300 * day_us;
  EXPECT_SAYS(folder.words("one.pem", "one.key"), "still to come");
}

TEST(Certificate, KnowsForWhomItSpeaks) {
  CertificateFacts facts;
  facts.names = {"shop.example", "*.till.example", "192.168.1.10", "fd00::1"};
  for (const char* host :
       {"shop.example", "SHOP.example", "a.till.example", "192.168.1.10", "fd00::1", "fd00:0:0::1"})
    EXPECT_TRUE(facts.speaks_for(host)) << host;
  for (const char* host :
       {"", "www.shop.example", "till.example", "a.b.till.example", ".till.example", "192.168.1.11"})
    EXPECT_FALSE(facts.speaks_for(host)) << host;
}

/// One handshake over a pair of sockets: the fingerprint that the client saw.
std::string shown(const Certificates& certificates) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  const auto wire = tls_wire(ends[0], certificates.context(), certificates.counts());
  test::TlsClient client;
  for (int i = 0; i < 8 && !client.shake(); ++i) {
    const std::string bytes = client.outgoing();
    EXPECT_EQ(::send(ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    (void)wire->greet();
    char buffer[16'384];
    const ssize_t got = ::recv(ends[1], buffer, sizeof buffer, 0);
    if (got > 0) client.incoming({buffer, static_cast<std::size_t>(got)});
  }
  ::close(ends[1]);
  X509* certificate = SSL_get1_peer_certificate(client.ssl());
  const std::string fingerprint = certificate == nullptr ? "" : facts_of(certificate).fingerprint;
  X509_free(certificate);
  return fingerprint;
}

struct Kept {
  Folder folder;
  std::unique_ptr<Certificates> certificates;
  Kept() {
    test::make_certificate(folder.path(), "live", "shop.lan", 90);
    auto loaded =
        Certificates::load({folder.at("live.pem"), folder.at("live.key")}, [this] { return folder.now; });
    EXPECT_TRUE(loaded.ok());
    certificates = std::move(loaded).value();
  }
  void put(const std::string& name) {
    for (const char* kind : {".pem", ".key"}) put(name, kind);
  }
  /// As a careful program renews: whole beside it, then renamed.
  void put(const std::string& name, const std::string& kind) {
    write(folder.at("live" + kind + ".new"), read(folder.at(name + kind)));
    ASSERT_EQ(std::rename(folder.at("live" + kind + ".new").c_str(), folder.at("live" + kind).c_str()), 0);
  }
};

TEST(Certificates, GiveNewConnectionsTheNewOne) {
  Kept kept;
  const test::Heard heard;
  const std::string before = shown(*kept.certificates);
  EXPECT_EQ(before, kept.certificates->facts().fingerprint);
  kept.certificates->look();
  test::make_certificate(kept.folder.path(), "next", "shop.lan", 90);
  kept.put("next");
  EXPECT_EQ(shown(*kept.certificates), before) << "not looked yet";
  kept.certificates->look();
  EXPECT_NE(shown(*kept.certificates), before);
  EXPECT_EQ(shown(*kept.certificates), kept.certificates->facts().fingerprint);
  EXPECT_EQ(heard.count("certificate_loaded"), 1) << heard.text();
}

TEST(Certificates, KeepTheOldOneUntilThePairIsWhole) {
  Kept kept;
  const test::Heard heard;
  const std::string before = shown(*kept.certificates);
  test::make_certificate(kept.folder.path(), "next", "shop.lan", 90);
  kept.put("next", ".pem");
  kept.certificates->look();
  EXPECT_EQ(heard.text(), "") << "half a pair is often whole a moment later";
  kept.certificates->look();
  kept.certificates->look();
  EXPECT_EQ(heard.count("certificate_refused"), 1) << heard.text();
  EXPECT_SAYS(heard.text(), "does not belong to the certificate");
  EXPECT_EQ(shown(*kept.certificates), before);
  kept.put("next", ".key");
  kept.certificates->look();
  EXPECT_NE(shown(*kept.certificates), before);
  EXPECT_EQ(heard.count("certificate_loaded"), 1);
}

TEST(Certificates, KeepTheOldOneWhenTheNewOneIsGoneOrEnded) {
  Kept kept;
  const std::string before = shown(*kept.certificates);
  test::make_certificate(kept.folder.path(), "short", "shop.lan", 1);
  kept.folder.now += 2 * day_us;
  kept.put("short");
  kept.certificates->look();
  EXPECT_EQ(shown(*kept.certificates), before);
  std::remove(kept.folder.at("live.pem").c_str());
  kept.certificates->look();
  kept.certificates->look(true);
  EXPECT_EQ(shown(*kept.certificates), before);
}

TEST(Certificates, ForgetTheKeysOfTicketsEveryDay) {
  Kept kept;
  const TlsContext first = kept.certificates->context();
  kept.certificates->look();
  EXPECT_EQ(kept.certificates->context(), first);
  kept.folder.now += day_us;
  kept.certificates->look();
  EXPECT_NE(kept.certificates->context(), first);
}

TEST(Certificates, RefuseAKeyThatIsTooShort) {
  Folder folder;
  ASSERT_EQ(test::run_program({"openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=x",
                               "-days", "30", "-addext", "subjectAltName=DNS:shop.lan", "-keyout",
                               folder.at("k"), "-out", folder.at("c")}),
            0);
  const auto loaded = Certificates::load({folder.at("c"), folder.at("k")}, [&] { return folder.now; });
  ASSERT_FALSE(loaded.ok());
  EXPECT_SAYS(describe(loaded.failure()), "2048 bits");
}

}  // namespace
}  // namespace ringup::http
