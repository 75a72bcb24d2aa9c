#pragma once
/// Internet addresses and networks (CIDR), IPv4 and IPv6 alike: an IPv4 address is held as ::ffff:a.b.c.d, so
/// that 10.0.0.1 and ::ffff:10.0.0.1, which are the same host, are the same here.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup::http {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;  // one in ::ffff:0:0/96
  friend bool operator==(const Address&, const Address&) = default;
};

/// "192.0.2.7", "2001:db8::1", also with brackets; no zone, no port. nullopt for anything else.
std::optional<Address> read_address(std::string_view text);

struct Network {
  Address address;
  int bits = 128;  // of the 128; an IPv4 /24 has 120
  bool holds(const Address& one) const;
};

/// "192.0.2.0/24", "2001:db8::/32", or one address. invalid_value in plain words, also where bits behind the
/// network's length are set: somebody meant another network.
Result<Network> read_network(std::string_view text);
/// As people write it: "192.0.2.0/24"; a single address without a length.
std::string text_of(const Network& network);

bool any_holds(std::span<const Network> networks, const Address& address);

}  // namespace ringup::http
