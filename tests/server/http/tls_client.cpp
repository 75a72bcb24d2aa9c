#include "tests/server/http/tls_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace ringup::test {
namespace {

constexpr timeval patience{20, 0};

}  // namespace

TlsClient::TlsClient(const TlsWish& wish) : context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
  EXPECT_NE(context_, nullptr);
  SSL_CTX_set_min_proto_version(context_, wish.version_min);
  SSL_CTX_set_max_proto_version(context_, wish.version_max);
  SSL_CTX_set_security_level(context_, 0);  // this side would speak anything: the server must choose
  if (!wish.ciphers.empty()) {
    EXPECT_EQ(SSL_CTX_set_cipher_list(context_, wish.ciphers.c_str()), 1);
  }
  if (!wish.authority.empty()) {
    EXPECT_EQ(SSL_CTX_load_verify_file(context_, wish.authority.c_str()), 1);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  ssl_ = SSL_new(context_);
  if (!wish.host.empty()) {
    unsigned char bytes[16];
    if (::inet_pton(AF_INET, wish.host.c_str(), bytes) == 1) {
      EXPECT_EQ(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), wish.host.c_str()), 1);
    } else {
      EXPECT_EQ(SSL_set1_host(ssl_, wish.host.c_str()), 1);
      SSL_set_tlsext_host_name(ssl_, wish.host.c_str());
    }
  }
  if (!wish.protocol.empty()) {
    const std::string list = static_cast<char>(wish.protocol.size()) + wish.protocol;
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  if (wish.session != nullptr) SSL_set_session(ssl_, wish.session);
  SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_);
}

TlsClient::~TlsClient() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

bool TlsClient::shake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  if (done == 1) return true;
  failed_ = SSL_get_error(ssl_, done) != SSL_ERROR_WANT_READ;
  return false;
}

std::string TlsClient::outgoing() {
  std::string out(BIO_ctrl_pending(SSL_get_wbio(ssl_)), '\0');
  if (!out.empty()) BIO_read(SSL_get_wbio(ssl_), out.data(), static_cast<int>(out.size()));
  return out;
}

void TlsClient::incoming(std::string_view bytes) {
  BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
}

void TlsClient::write(std::string_view text) {
  ERR_clear_error();
  EXPECT_EQ(SSL_write(ssl_, text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
}

std::string TlsClient::read() {
  std::string out;
  char buffer[16 * 1024];
  for (;;) {
    ERR_clear_error();
    const int size = SSL_read(ssl_, buffer, sizeof buffer);
    if (size > 0) {
      out.append(buffer, static_cast<std::size_t>(size));
      continue;
    }
    const int error = SSL_get_error(ssl_, size);
    failed_ = failed_ || (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_ZERO_RETURN);
    return out;
  }
}

TlsLine::TlsLine(int port, const TlsWish& wish)
    : client_(wish), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(port));
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) return;
  while (!(open_ = client_.shake())) {
    if (client_.failed() || !flush() || !read_some()) return;
  }
  open_ = flush();
}

bool TlsLine::flush() {
  const std::string all = client_.outgoing();
  for (std::string_view bytes = all; !bytes.empty();) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TlsLine::read_some() {
  char buffer[32 * 1024];
  const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
  if (size <= 0) return false;
  client_.incoming({buffer, static_cast<std::size_t>(size)});
  return true;
}

bool TlsLine::send(std::string_view bytes) {
  client_.write(bytes);
  return flush();
}

Answer TlsLine::answer() {
  for (;;) {
    got_ += client_.read();
    const std::size_t head = got_.find("\r\n\r\n");
    if (head != std::string::npos) {
      Answer answer = parse_answer(std::string_view(got_).substr(0, head + 4));
      const auto size = static_cast<std::size_t>(std::atoll(answer.header("content-length").c_str()));
      if (got_.size() >= head + 4 + size) {
        answer.body = got_.substr(head + 4, size);
        got_.erase(0, head + 4 + size);
        return answer;
      }
    }
    if (client_.failed() || client_.goodbye() || !read_some()) return {};
  }
}

bool TlsLine::closed() {
  while (read_some()) got_ += client_.read();
  return client_.goodbye();
}

void TlsLine::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

Answer send_tls(int port, std::string_view method, std::string_view target, std::string_view body,
                const Headers& headers, const TlsWish& wish) {
  TlsLine line(port, wish);
  if (!line.open()) return {};
  std::string bytes = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nConnection: close\r\n";
  bool host = false;
  for (const auto& [name, value] : headers) {
    bytes += name + ": " + value + "\r\n";
    host = host || name == "Host";
  }
  if (!host) bytes += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
  if (!body.empty()) bytes += "Content-Type: application/json\r\n";
  if (!body.empty() || method != "GET") bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  line.send(bytes + "\r\n" + std::string(body));
  return line.answer();
}

}  // namespace ringup::test
