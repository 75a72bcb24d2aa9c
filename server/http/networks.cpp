#include "server/http/networks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace ringup::http {
namespace {

constexpr int v4_prefix_bits = 96;

bool bit_of(const Address& address, int bit) {
  return (address.bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0;
}

}  // namespace

bool Address::is_v4() const {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
         bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::optional<Address> read_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string whole(text);
  if (whole.size() != text.size() || whole.find('\0') != std::string::npos) return std::nullopt;
  Address address;
  if (::inet_pton(AF_INET, whole.c_str(), address.bytes.data() + 12) == 1) {
    address.bytes[10] = address.bytes[11] = 0xFF;
    return address;
  }
  if (::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

bool Network::holds(const Address& one) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(one.bytes.begin(), one.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  for (int bit = static_cast<int>(whole) * 8; bit < bits; ++bit) {
    if (bit_of(one, bit) != bit_of(address, bit)) return false;
  }
  return true;
}

Result<Network> read_network(std::string_view text) {
  const auto refuse = [&](std::string why) {
    return fail(Error::invalid_value, {}, std::string(text.substr(0, 60)) + why);
  };
  const std::size_t slash = text.find('/');
  const std::optional<Address> address = read_address(text.substr(0, slash));
  if (!address.has_value())
    return refuse(" is no network. Write an address or a network like 192.0.2.0/24 or 2001:db8::/32.");
  Network network{*address, 128};
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const int most = address->is_v4() && text.find(':') == std::string_view::npos ? 32 : 128;
    int bits = -1;
    const auto [end, code] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (code != std::errc() || end != length.data() + length.size() || bits < 0 || bits > most)
      return refuse(" has no length from 0 to " + std::to_string(most) + " behind its slash.");
    network.bits = most == 32 ? v4_prefix_bits + bits : bits;
  }
  for (int bit = network.bits; bit < 128; ++bit) {
    if (bit_of(network.address, bit))
      return refuse(
          " names an address inside a network. Leave the length away, or write the network's first address.");
  }
  return network;
}

std::string text_of(const Network& network) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool v4 = network.address.is_v4() && network.bits >= v4_prefix_bits;
  ::inet_ntop(v4 ? AF_INET : AF_INET6, network.address.bytes.data() + (v4 ? 12 : 0), text, sizeof text);
  const int bits = network.bits - (v4 ? v4_prefix_bits : 0), most = v4 ? 32 : 128;
  return bits == most ? text : std::string(text) + "/" + std::to_string(bits);
}

bool any_holds(std::span<const Network> networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.holds(address); });
}

}  // namespace ringup::http
