/// `ringup serve` with a certificate and `ringup cert local`: the real program, real clients.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "server/http/tls_authority.h"
#include "tests/server/child.h"
#include "tests/server/http/tls_client.h"
#include "tests/server/program.h"

namespace ringup::test {
namespace {

std::string binary() {
  const char* given = std::getenv("RINGUP_BINARY");
  return given != nullptr ? given : "build/ringup";
}
std::string contents(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}
/// Both files as a careful program renews them.
void put(const std::string& folder, const std::string& from, const std::string& to) {
  for (const char* kind : {".key", ".pem"}) {
    std::ofstream(folder + "/next", std::ios::binary) << contents(folder + "/" + from + kind);
    ::chmod((folder + "/next").c_str(), 0600);
    ASSERT_EQ(std::rename((folder + "/next").c_str(), (folder + "/" + to + kind).c_str()), 0);
  }
}

struct Certified {
  Folder folder, keys;
  Certified() { make_certificate(keys.path(), "live", "localhost", 90); }
  std::vector<std::string> settings() const {
    return {"SSL_CERT_PATH=" + keys.path() + "/live.pem", "SSL_KEY_PATH=" + keys.path() + "/live.key"};
  }
  TlsWish wish() const {
    TlsWish wish;
    wish.authority = keys.path() + "/live.pem";
    wish.host = "localhost";
    return wish;
  }
};

TEST(ServeTls, SpeaksBothOnOnePort) {
  Certified certified;
  Child child(certified.folder.path(), certified.settings());
  ASSERT_NE(child.port(), 0) << child.log();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsWish wish = certified.wish();
    wish.version_min = wish.version_max = version;
    wish.protocol = "http/1.1";
    TlsLine line(child.port(), wish);
    ASSERT_TRUE(line.open());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(line.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      const Answer answer = line.answer();
      EXPECT_EQ(answer.status, 200);
      EXPECT_NE(answer.header("strict-transport-security"), "");
    }
    ASSERT_TRUE(line.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(line.answer().status, 200);
    EXPECT_TRUE(line.closed()) << "with a goodbye";
  }
  const Answer plain = send(child.port(), "GET", "/healthz");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.header("strict-transport-security"), "");
  const Answer numbers = send_tls(child.port(), "GET", "/metrics");
  EXPECT_NE(numbers.body.find("ringup_tls_handshakes_total 3"), std::string::npos) << numbers.body;
  EXPECT_NE(numbers.body.find("ringup_certificate_expires_in_seconds 77"), std::string::npos);
}

TEST(ServeTls, AnswersManyRequestsSentAtOnce) {
  Certified certified;
  Child child(certified.folder.path(), certified.settings());
  ASSERT_NE(child.port(), 0) << child.log();
  TlsLine line(child.port());
  ASSERT_TRUE(line.open());
  std::string all;
  for (int i = 0; i < 200; ++i) all += "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ASSERT_TRUE(line.send(all));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(line.answer().status, 200) << i;
}

TEST(ServeTls, TakesANewCertificateWithoutDroppingAConnection) {
  Certified certified;
  make_certificate(certified.keys.path(), "a", "localhost", 80);
  make_certificate(certified.keys.path(), "b", "localhost", 70);
  Child child(certified.folder.path(), certified.settings());
  ASSERT_NE(child.port(), 0) << child.log();
  std::atomic<bool> over{false};
  std::atomic<int> answered{0}, lost{0}, opened{0};
  std::vector<std::thread> people;
  for (int i = 0; i < 4; ++i) {
    people.emplace_back([&, i] {
      // Two stay on one connection all the time, two come anew for each request.
      auto line = std::make_unique<TlsLine>(child.port());
      while (!over) {
        if (i >= 2) line = std::make_unique<TlsLine>(child.port());
        ++opened;
        const bool sent = line->open() && line->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        ++(sent && line->answer().status == 200 ? answered : lost);
      }
    });
  }
  for (const char* next : {"a", "b", "a"}) {
    const int before = answered;
    put(certified.keys.path(), next, "live");
    child.signal(SIGHUP);
    ASSERT_TRUE(child.says("certificate_loaded")) << child.log();
    TlsWish wish = certified.wish();
    for (int tries = 0; tries < 1000 && !TlsLine(child.port(), wish).open(); ++tries) {
    }
    EXPECT_TRUE(TlsLine(child.port(), wish).open()) << "new connections get " << next;
    while (answered < before + 40 && lost == 0) std::this_thread::yield();
  }
  over = true;
  for (std::thread& person : people) person.join();
  EXPECT_EQ(lost, 0);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0) << "SIGHUP is no reason to end";
}

TEST(ServeTls, RefusesToStartWithoutWhatItNeeds) {
  Certified certified;
  const auto says = [&](const std::vector<std::string>& settings, const char* option = "--check-config") {
    const std::string out = certified.folder.path() + "/out";
    std::vector<std::string> words = {"env"};
    words.insert(words.end(), settings.begin(), settings.end());
    words.insert(words.end(), {"sh", "-c",
                               "\"$0\" serve --data \"$1\" " + std::string(option) +
                                   " --listen 127.0.0.1:0 2>&1; echo status $?",
                               binary(), certified.folder.path()});
    std::string text;
    EXPECT_EQ(run_program(words, &text), 0);
    return text;
  };
  for (const char* option : {"--check-config", ""}) {
    const std::string forced = says({"FORCE_HTTPS=true"}, option);
    EXPECT_NE(forced.find("FORCE_HTTPS: Nobody speaks HTTPS here"), std::string::npos) << forced;
    EXPECT_NE(forced.find("status 1"), std::string::npos) << forced;
    const std::string missing =
        says({"SSL_CERT_PATH=/nowhere/cert.pem", "SSL_KEY_PATH=/nowhere/key.pem"}, option);
    EXPECT_NE(missing.find("SSL_CERT_PATH /nowhere/cert.pem: There is no such file"), std::string::npos)
        << missing;
    EXPECT_NE(missing.find("status 1"), std::string::npos) << missing;
  }
  const std::string fine = says(certified.settings());
  EXPECT_NE(fine.find("status 0"), std::string::npos) << fine;
  std::vector<std::string> other = certified.settings();
  other.push_back("PUBLIC_URL=https://shop.example");
  EXPECT_NE(says(other).find("not for shop.example"), std::string::npos);
}

TEST(CertLocal, MakesWhatServeAndClientsNeed) {
  Folder folder;
  std::string out;
  ASSERT_EQ(run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "shop.lan,127.0.0.1",
                         "--port", "8443"},
                        &out),
            0);
  const http::LocalPaths paths = http::local_paths(folder.path());
  const auto authority = http::read_local_authority(folder.path());
  ASSERT_TRUE(authority.ok() && authority->has_value());
  EXPECT_NE(out.find("http://shop.lan:8443/trust"), std::string::npos) << out;
  EXPECT_NE(out.find((*authority)->facts.fingerprint.substr(0, 47)), std::string::npos) << out;
  EXPECT_NE(out.find("Wrote SSL_CERT_PATH and SSL_KEY_PATH"), std::string::npos) << out;
  EXPECT_EQ(contents(folder.path() + "/ringup.env"),
            "SSL_CERT_PATH=tls/server.crt\nSSL_KEY_PATH=tls/server.key\n");
  {
    Child child(folder.path());
    ASSERT_NE(child.port(), 0) << child.log();
    for (const char* name : {"shop.lan", "127.0.0.1"}) {
      TlsWish wish;
      wish.authority = paths.authority;
      wish.host = name;
      const Answer answer = send_tls(child.port(), "GET", "/trust", {}, {{"Host", "shop.lan"}}, wish);
      EXPECT_EQ(answer.status, 200) << name;
      EXPECT_EQ(answer.header("strict-transport-security"), "max-age=86400");
    }
    // Renewed beside the running server: it takes the new one by itself.
    ASSERT_EQ(
        run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "till.shop.lan"}, &out),
        0);
    EXPECT_NE(out.find("devices that trust it need nothing"), std::string::npos) << out;
    EXPECT_NE(out.find("names the certificate already"), std::string::npos) << out;
    EXPECT_TRUE(child.says("certificate_loaded"));
  }
  EXPECT_EQ(contents(folder.path() + "/ringup.env"),
            "SSL_CERT_PATH=tls/server.crt\nSSL_KEY_PATH=tls/server.key\n");
  EXPECT_EQ(run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "other.lan"}, &out),
            1);
  EXPECT_EQ(run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "shop"}, &out), 2);
  EXPECT_EQ(
      run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "shop.lan", "--port", "0"},
                  &out),
      2);
}

TEST(CertLocal, LeavesAnotherCertificateInTheSettings) {
  Folder folder;
  const std::string settings = "# ours\nSSL_CERT_PATH=/etc/a.pem\nSSL_KEY_PATH=/etc/a.key";
  std::ofstream(folder.path() + "/ringup.env") << settings;
  std::string out;
  ASSERT_EQ(run_program({binary(), "cert", "local", "--data", folder.path(), "--host", "shop.lan"}, &out), 0);
  EXPECT_NE(out.find("names another certificate and was left alone"), std::string::npos) << out;
  EXPECT_EQ(contents(folder.path() + "/ringup.env"), settings);
}

}  // namespace
}  // namespace ringup::test
