#include "server/http/tls_wire.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ringup::http {
namespace {

constexpr std::size_t record_bytes = 16 * 1024;
constexpr unsigned char handshake_record = 0x16;

/// The socket as OpenSSL sees it: its own kind of BIO, because OpenSSL's writes with write(), which can raise
/// SIGPIPE. The BIO's data is this.
struct Ends {
  int socket = -1;
  bool ended = false;
};

Ends& ends_of(BIO* bio) {
  return *static_cast<Ends*>(::BIO_get_data(bio));
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int read_socket(BIO* bio, char* into, std::size_t size, std::size_t* got) {
  ::BIO_clear_retry_flags(bio);
  Ends& ends = ends_of(bio);
  const ssize_t moved = ::recv(ends.socket, into, size, 0);
  *got = moved > 0 ? static_cast<std::size_t>(moved) : 0;
  if (moved == 0) ends.ended = true;
  if (moved < 0 && would_block()) ::BIO_set_retry_read(bio);
  return moved > 0 ? 1 : 0;
}

int write_socket(BIO* bio, const char* bytes, std::size_t size, std::size_t* sent) {
  ::BIO_clear_retry_flags(bio);
  const ssize_t moved = ::send(ends_of(bio).socket, bytes, size, MSG_NOSIGNAL);
  *sent = moved > 0 ? static_cast<std::size_t>(moved) : 0;
  if (moved < 0 && would_block()) ::BIO_set_retry_write(bio);
  return moved > 0 ? 1 : 0;
}

long control_socket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return ends_of(bio).ended ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
    ASSERT(made != nullptr);
    ::BIO_meth_set_read_ex(made, read_socket);
    ::BIO_meth_set_write_ex(made, write_socket);
    ::BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

class TlsWire final : public Wire {
 public:
  TlsWire(int socket, const TlsContext& context, std::shared_ptr<TlsCounts> counts)
      : ends_{socket}, counts_(std::move(counts)), ssl_(::SSL_new(context.get())) {
    BIO* bio = ::BIO_new(socket_method());
    ASSERT(ssl_ != nullptr && bio != nullptr);
    ::BIO_set_data(bio, &ends_);
    ::BIO_set_init(bio, 1);
    ::SSL_set_bio(ssl_, bio, bio);
    ::SSL_set_accept_state(ssl_);
  }
  ~TlsWire() override {
    if (greeted_)
      say_goodbye();
    else
      ++counts_->failed;
    ::SSL_free(ssl_);
    ::close(ends_.socket);
  }
  TlsWire(const TlsWire&) = delete;
  TlsWire& operator=(const TlsWire&) = delete;

  bool greeted() const override { return greeted_; }
  bool secure() const override { return true; }
  bool wants_room() const override { return wants_room_; }

  State greet() override {
    if (broken_) return State::broken;
    ::ERR_clear_error();
    const int done = ::SSL_accept(ssl_);
    if (done != 1) return outcome(done);
    greeted_ = true;
    wants_room_ = false;
    ++counts_->handshakes;
    return State::moved;
  }

  Moved read(std::span<char> into) override {
    std::size_t total = 0;
    while (total < into.size()) {
      std::size_t got = 0;
      const State state = read_record(into.subspan(total), got);
      if (state != State::moved)
        return total > 0 ? Moved{State::moved, total, state == State::later} : Moved{state};
      total += got;
    }
    return {State::moved, total};
  }

  Moved write(std::span<const std::string_view> pieces) override {
    std::size_t total = 0;
    for (;;) {
      const std::string_view next = next_record(pieces, total);
      if (next.empty()) return {State::moved, total};
      if (broken_) return {State::broken};
      ::ERR_clear_error();
      std::size_t sent = 0;
      if (::SSL_write_ex(ssl_, next.data(), next.size(), &sent) != 1) {
        const State state = outcome(0);
        unsent_ = state == State::later;
        if (state == State::later && total > 0) return {State::moved, total, true};
        return {state == State::ended ? State::broken : state};
      }
      unsent_ = false;
      wants_room_ = false;
      total += sent;
    }
  }

  void finish() override {
    say_goodbye();
    (void)::shutdown(ends_.socket, SHUT_WR);
  }

 private:
  State read_record(std::span<char> into, std::size_t& got) {
    if (broken_) return State::broken;
    ::ERR_clear_error();
    if (::SSL_read_ex(ssl_, into.data(), into.size(), &got) != 1) return outcome(0);
    wants_room_ = false;
    return State::moved;
  }

  /// What follows `from` bytes of the pieces, as much as one record holds. A head and its body share one, so
  /// that a small answer is one packet. The same place in the same pieces yields the same bytes.
  static std::string_view next_record(std::span<const std::string_view> pieces, std::size_t from) {
    thread_local std::array<char, record_bytes> together;
    std::size_t used = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::string_view rest = pieces[i].substr(std::min(from, pieces[i].size()));
      from -= pieces[i].size() - rest.size();
      const bool last = i + 1 == pieces.size();
      if (used == 0 && (last || rest.size() >= record_bytes)) return rest.substr(0, record_bytes);
      used += rest.copy(together.data() + used, record_bytes - used);
      if (used == record_bytes) break;
    }
    return {together.data(), used};
  }

  /// What a call that did not succeed means, from its result.
  State outcome(int result) {
    const int error = ::SSL_get_error(ssl_, result);
    wants_room_ = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return State::later;
    if (error == SSL_ERROR_ZERO_RETURN) return State::ended;
    broken_ = true;
    ::ERR_clear_error();
    return State::broken;
  }

  void say_goodbye() {
    if (broken_ || unsent_ || said_goodbye_ || !greeted_) return;
    said_goodbye_ = true;
    ::ERR_clear_error();
    (void)::SSL_shutdown(ssl_);
    ::ERR_clear_error();
  }

  Ends ends_;
  const std::shared_ptr<TlsCounts> counts_;
  SSL* const ssl_;
  bool greeted_ = false, wants_room_ = false, unsent_ = false, said_goodbye_ = false;
  bool broken_ = false;  // OpenSSL wants no further call after an error of its own
};

class EitherWire final : public Wire {
 public:
  EitherWire(int socket, std::function<TlsContext()> context, std::shared_ptr<TlsCounts> counts)
      : socket_(socket), context_(std::move(context)), counts_(std::move(counts)) {}
  ~EitherWire() override {
    if (chosen_ == nullptr) ::close(socket_);
  }
  EitherWire(const EitherWire&) = delete;
  EitherWire& operator=(const EitherWire&) = delete;

  bool greeted() const override { return chosen_ != nullptr && chosen_->greeted(); }
  bool secure() const override { return chosen_ != nullptr && chosen_->secure(); }
  bool wants_room() const override { return chosen_ != nullptr && chosen_->wants_room(); }

  State greet() override {
    if (const State state = choose(); state != State::moved) return state;
    return chosen_->greeted() ? State::moved : chosen_->greet();
  }
  Moved read(std::span<char> into) override {
    return chosen_ == nullptr ? Moved{State::later} : chosen_->read(into);
  }
  /// Before anybody knows what is spoken here, words would only confuse.
  Moved write(std::span<const std::string_view> pieces) override {
    return chosen_ == nullptr ? Moved{State::broken} : chosen_->write(pieces);
  }
  void finish() override {
    if (chosen_ == nullptr)
      (void)::shutdown(socket_, SHUT_WR);
    else
      chosen_->finish();
  }

 private:
  State choose() {
    if (chosen_ != nullptr) return State::moved;
    unsigned char first = 0;
    const ssize_t seen = ::recv(socket_, &first, 1, MSG_PEEK);
    if (seen == 0) return State::ended;
    if (seen < 0) return would_block() ? State::later : State::broken;
    chosen_ = first == handshake_record ? tls_wire(socket_, context_(), counts_) : plain_wire(socket_);
    context_ = nullptr;
    return State::moved;
  }

  const int socket_;  // of chosen_, once there is one
  std::function<TlsContext()> context_;
  std::shared_ptr<TlsCounts> counts_;
  std::unique_ptr<Wire> chosen_;
};

}  // namespace

std::unique_ptr<Wire> tls_wire(int socket, TlsContext context, std::shared_ptr<TlsCounts> counts) {
  return std::make_unique<TlsWire>(socket, context, std::move(counts));
}

std::unique_ptr<Wire> either_wire(int socket, std::function<TlsContext()> context,
                                  std::shared_ptr<TlsCounts> counts) {
  return std::make_unique<EitherWire>(socket, std::move(context), std::move(counts));
}

}  // namespace ringup::http
