#include "server/gate/origins.h"

#include <algorithm>

#include "server/http/https.h"

namespace ringup::gate {
namespace {

constexpr int http_port = 80, https_port = 443;
constexpr std::string_view cookies_of_ours[] = {"ringup_refresh", "__Host-ringup_refresh", "ringup_session",
                                                "__Host-ringup_session"};

bool is_api(std::string_view path) {
  return path.starts_with("/api/") || path.starts_with("/auth/");
}

/// GET may be asked for by anybody: it changes nothing, and the answer is not theirs to read.
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool carries_cookie(const http::Request& request) {
  return std::any_of(std::begin(cookies_of_ours), std::end(cookies_of_ours),
                     [&](std::string_view name) { return !request.cookie(name).empty(); });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

struct Parts {
  std::string scheme;
  http::HostAndPort place;
};

/// nullopt for "null" and whatever else names no place.
std::optional<Parts> parts_of(std::string_view origin) {
  const std::size_t colon = origin.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Parts parts{lower(origin.substr(0, colon)), http::host_of(origin.substr(colon + 3))};
  if (parts.place.host.empty() || (parts.scheme != "http" && parts.scheme != "https")) return std::nullopt;
  if (parts.place.port == 0) parts.place.port = parts.scheme == "https" ? https_port : http_port;
  return parts;
}

bool same_place(const http::HostAndPort& a, const http::HostAndPort& b) {
  return a.host == b.host && a.port == b.port;
}

http::Response refusal() {
  return http::problem(
      fail(Error::forbidden, "Origin",
           "A page of another site asked for this. Its address is not among those that may."));
}

}  // namespace

std::vector<std::string> read_origins(std::string_view list) {
  std::vector<std::string> origins;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ') || one.ends_with('/')) one.remove_suffix(1);
    if (!one.empty()) origins.push_back(lower(one));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return origins;
}

bool Origins::is_allowed(std::string_view origin) const {
  return std::find(allowed.begin(), allowed.end(), lower(origin)) != allowed.end();
}

bool Origins::is_ours(const http::Request& request, std::string_view origin) const {
  const std::optional<Parts> from = parts_of(origin);
  if (!from.has_value() || (request.secure && from->scheme != "https")) return false;
  if (const auto known = parts_of(public_url); known.has_value() && same_place(from->place, known->place))
    return true;
  http::HostAndPort here = http::host_of(request.header("host"));
  if (here.port == 0) here.port = from->scheme == "https" ? https_port : http_port;
  return same_place(from->place, here);
}

std::optional<http::Response> Origins::look(const http::Request& request, std::string_view methods) const {
  const std::string_view origin = request.header("origin");
  if (request.method == "OPTIONS" && !origin.empty() &&
      !request.header("access-control-request-method").empty()) {
    if (!is_api(request.path) || !is_allowed(origin)) return refusal();
    http::Response response;
    response.status = 204;
    response.content_type.clear();
    response.with("Access-Control-Allow-Methods", std::string(methods))
        .with("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key")
        .with("Access-Control-Max-Age", "600");
    return response;  // open() adds whom it is for
  }
  if (is_safe(request.method)) return std::nullopt;
  const std::string_view site = request.header("sec-fetch-site");
  if (site == "same-origin" || site == "none") return std::nullopt;
  if (site.empty() && (origin.empty() || is_ours(request, origin))) return std::nullopt;
  if (is_api(request.path) && is_allowed(origin) && !carries_cookie(request)) return std::nullopt;
  return refusal();
}

void Origins::open(const http::Request& request, http::Response& response) const {
  if (allowed.empty() || !is_api(request.path)) return;
  response.with("Vary", "Origin");
  const std::string_view origin = request.header("origin");
  if (origin.empty() || !is_allowed(origin)) return;
  response.with("Access-Control-Allow-Origin", std::string(origin))
      .with("Access-Control-Expose-Headers", "X-Request-Id, Retry-After, ETag, Location");
}

}  // namespace ringup::gate
