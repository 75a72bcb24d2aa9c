#pragma once
/// The other side of TLS for tests: OpenSSL over memory, so that a test moves each byte itself, and the same
/// over a socket.
#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <string_view>

#include "tests/server/running.h"

namespace ringup::test {

struct TlsWish {
  int version_max = TLS1_3_VERSION;
  int version_min = TLS1_2_VERSION;
  std::string authority;           // a PEM file that must vouch for the server; "": nobody must
  std::string host;                // that the certificate must name; "": any
  std::string protocol;            // ALPN; "": none
  std::string ciphers;             // of TLS 1.2; "": OpenSSL's own
  SSL_SESSION* session = nullptr;  // to resume; stays the caller's
};

class TlsClient {
 public:
  explicit TlsClient(const TlsWish& wish = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// True when the handshake is done; false: it waits for bytes, or failed().
  bool shake();
  bool failed() const { return failed_; }
  /// Bytes for the server, and from it.
  std::string outgoing();
  void incoming(std::string_view bytes);
  void write(std::string_view text);
  /// All that can be read now.
  std::string read();
  /// The server has said that nothing follows.
  bool goodbye() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void say_goodbye() { (void)SSL_shutdown(ssl_); }
  std::string version() const { return SSL_get_version(ssl_); }
  SSL* ssl() { return ssl_; }

 private:
  SSL_CTX* context_;
  SSL* ssl_;
  bool failed_ = false;
};

/// TLS to 127.0.0.1. What does not come within twenty seconds counts as lost.
class TlsLine {
 public:
  explicit TlsLine(int port, const TlsWish& wish = {});
  ~TlsLine() { close(); }
  TlsLine(TlsLine&& other) noexcept = delete;
  bool open() const { return open_; }
  bool send(std::string_view bytes);
  /// The next answer, by its Content-Length; status 0 where none came.
  Answer answer();
  /// Reads to the end; true where it came with a goodbye.
  bool closed();
  void close();
  TlsClient& client() { return client_; }

 private:
  bool flush();
  bool read_some();
  TlsClient client_;
  int socket_ = -1;
  bool open_ = false;
  std::string got_;
};

/// One request over TLS on a connection of its own.
Answer send_tls(int port, std::string_view method, std::string_view target, std::string_view body = {},
                const Headers& headers = {}, const TlsWish& wish = {});

}  // namespace ringup::test
