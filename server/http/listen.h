#pragma once
/// The listening socket, and who is at its other ends.
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace ringup::http {

struct Listening {
  int socket = -1, port = 0;
};

/// A socket that listens and does not block; port 0 asks for any. in_use where another program holds the
/// port; configuration for a bad host. The caller closes it.
Result<Listening> listen_on(const std::string& host, int port);

/// What a limit by address counts: an IPv4 address, or the 64 bits of an IPv6 address that a customer gets.
using Neighbourhood = std::array<std::uint8_t, 9>;
Neighbourhood neighbourhood_of(const sockaddr_storage& address);
/// The address as people write it.
std::string text_of(const sockaddr_storage& address);

/// As many files as this process may open, after asking for as many as it is allowed to ask for.
std::size_t files_max();

}  // namespace ringup::http
