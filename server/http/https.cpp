#include "server/http/https.h"

#include <algorithm>
#include <charconv>

namespace ringup::http {
namespace {

constexpr int year_s = 31'536'000, day_s = 86'400;
constexpr int https_port = 443, http_port = 80;

/// Probes and scrapers come by address, an authority asks before there is a certificate, and /trust is read
/// by devices that do not trust ours yet.
bool answers_plain(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics" || path == "/trust" ||
         path.starts_with("/trust/") || path.starts_with("/.well-known/acme-challenge/");
}

/// Where HTTPS is, for somebody who came to `port` (0: the usual one). Every port of ours speaks both.
int port_for(int port, const std::vector<int>& ports) {
  if (std::find(ports.begin(), ports.end(), https_port) != ports.end()) return https_port;
  if (port != 0) return port;
  const auto other = std::find_if(ports.begin(), ports.end(), [](int one) { return one != http_port; });
  return other != ports.end() ? *other : http_port;
}

}  // namespace

HostAndPort host_of(std::string_view header) {
  HostAndPort out;
  const std::size_t bracket = header.starts_with('[') ? header.find(']') : std::string_view::npos;
  const std::size_t colon = header.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos)
    std::from_chars(header.data() + colon + 1, header.data() + header.size(), out.port);
  header = header.substr(0, colon);
  if (bracket != std::string_view::npos) header = header.substr(1, bracket - 1);
  for (const char c : header) out.host += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string authority_of(const HostAndPort& host, int usual) {
  std::string out = host.host.find(':') == std::string::npos ? host.host : "[" + host.host + "]";
  if (host.port != 0 && host.port != usual) out += ":" + std::to_string(host.port);
  return out;
}

bool over_https(const Request& request, const HttpsPolicy& policy) {
  return request.secure || (policy.public_https && !policy.certificate);
}

std::string https_origin(const Request& request, const HttpsPolicy& policy, bool own_host) {
  HostAndPort host = host_of(request.header("host"));
  const bool named = policy.certificate && policy.certificate().speaks_for(host.host);
  const bool spoken = policy.certificate || policy.public_https || policy.force;
  const bool best = named || !policy.certificate || policy.public_origin.empty();
  if ((own_host && spoken && best) || (named && policy.public_origin.empty())) {
    host.port = policy.certificate ? port_for(host.port, policy.ports) : 0;
    return "https://" + authority_of(host, https_port);
  }
  return policy.public_origin;
}

std::optional<Response> force_https(const Request& request, const HttpsPolicy& policy, bool own_host) {
  if (!policy.force || request.secure || answers_plain(request.path)) return std::nullopt;
  const bool moves = request.method == "GET";
  const std::string origin = https_origin(request, policy, own_host);
  if (!moves || origin.empty()) {
    return problem(
        fail(Error::forbidden, {},
             "This server takes nothing over plain HTTP, where anybody on the way can read and change it. "
             "Use " +
                 (origin.empty() ? std::string("its https address") : origin) + "."));
  }
  Response response =
      text_response("This server speaks HTTPS: " + origin + "\n", "text/plain; charset=utf-8", 308);
  response.with("Location", origin + request.target).with("Cache-Control", "max-age=3600");
  return response;
}

std::string public_origin(const Request& request, const HttpsPolicy& policy, std::string_view own_host) {
  const std::string scheme = over_https(request, policy) ? "https://" : "http://";
  const HostAndPort came = host_of(request.header("host"));
  if (!own_host.empty() && came.host != own_host) return scheme + std::string(own_host);
  if (own_host.empty() && !policy.public_url.empty()) return policy.public_url;
  return came.host.empty() ? std::string()
                           : scheme + authority_of(came, scheme == "https://" ? https_port : http_port);
}

int strict_seconds(const Request& request, const HttpsPolicy& policy) {
  const std::string host = host_of(request.header("host")).host;
  if (host.empty() || is_address(host) || !over_https(request, policy)) return 0;
  return policy.local_authority ? day_s : year_s;
}

}  // namespace ringup::http
