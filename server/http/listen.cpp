#include "server/http/listen.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace ringup::http {
namespace {

constexpr int backlog = 4096;

}  // namespace

Result<Listening> listen_on(const std::string& host, int port) {
  const std::string address = host + ":" + std::to_string(port);
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  wish.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wish, &found) != 0)
    return fail(Error::configuration, address, "This address cannot be listened on.");
  int socket = -1;
  for (const addrinfo* at = found; at != nullptr && socket < 0; at = at->ai_next) {
    socket = ::socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    // A port whose last server has ended may be taken again; SO_REUSEPORT would let two servers share it.
    const int on = 1;
    (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) {
      const int off = 0;
      (void)::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (::bind(socket, at->ai_addr, at->ai_addrlen) == 0 && ::listen(socket, backlog) == 0) break;
    ::close(std::exchange(socket, -1));
  }
  ::freeaddrinfo(found);
  if (socket < 0) {
    return fail(
        Error::in_use, address,
        "This address cannot be listened on: another program holds it, or it is not one of this machine's.");
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ASSERT(::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
  const std::uint16_t found_port =
      ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                        : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
  return Listening{socket, found_port};
}

Neighbourhood neighbourhood_of(const sockaddr_storage& address) {
  Neighbourhood out{};
  if (address.ss_family == AF_INET) {
    out[0] = 4;
    std::copy_n(
        reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr), 4,
        out.begin() + 1);
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&six);
    out[0] = mapped ? 4 : 6;
    std::copy_n(six.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 8, out.begin() + 1);
  }
  return out;
}

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  }
  return text;
}

std::size_t files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    (void)::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

}  // namespace ringup::http
