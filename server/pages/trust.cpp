#include "server/pages/trust.h"

#include <algorithm>
#include <array>

#include "core/base/base64.h"
#include "core/base/time.h"
#include "server/http/tls_authority.h"
#include "server/pages/assets.h"
#include "server/pages/qr.h"

namespace ringup::pages {
namespace {

using http::LocalAuthority;

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

std::string listed(const std::vector<std::string>& hosts) {
  std::string out;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    out += (i == 0 ? "" : i + 1 == hosts.size() ? " and " : ", ") + hosts[i];
  return out;
}

/// Which of the page's sections speaks of the system that asks; "" where that is not clear.
std::string_view system_of(std::string_view agent) {
  const auto has = [&](std::string_view word) { return agent.find(word) != std::string_view::npos; };
  if (has("iPhone") || has("iPad")) return "iphone";
  if (has("Android")) return "android";
  if (has("Windows")) return "windows";
  if (has("Macintosh")) return "mac";
  return has("Linux") || has("X11") ? "linux" : "";
}

/// Eight pairs a line, so that two people can read them to each other.
std::string fingerprint_lines(const std::string& fingerprint) {
  std::string out;
  for (std::size_t at = 0; at < fingerprint.size(); at += 24)
    out += "<span>" + fingerprint.substr(at, 23) + "</span>\n";
  return out;
}

/// The page's own address for another device, over plain HTTP, which every port of ours speaks.
std::string address_of(const http::Request& request, const LocalAuthority& authority,
                       const http::HttpsPolicy& policy) {
  http::HostAndPort host = http::host_of(request.header("host"));
  const auto own = [&](const std::string& name) { return name == host.host; };
  if (std::none_of(authority.hosts.begin(), authority.hosts.end(), own)) host.host = authority.hosts.front();
  const bool both = std::find(policy.ports.begin(), policy.ports.end(), 80) != policy.ports.end();
  if (both)
    host.port = 80;
  else if (host.port == 0 && request.secure)
    host.port = 443;
  return "http://" + http::authority_of(host, 80) + "/trust";
}

/// The same for the same certificate, so that installing it twice does not list it twice.
std::string uuid_of(const std::string& fingerprint, char kind) {
  std::string hex;
  for (const char c : fingerprint) {
    if (c != ':') hex += c;
  }
  hex.resize(32, '0');
  hex[0] = kind;
  hex[12] = '4';
  hex[16] = 'A';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string profile_of(const LocalAuthority& authority) {
  const std::string name = http::escape_html(authority.name),
                    hosts = http::escape_html(listed(authority.hosts));
  const auto text = [](const std::string& key, const std::string& value) {
    return "<key>" + key + "</key><string>" + value + "</string>\n";
  };
  const std::string outer = uuid_of(authority.facts.fingerprint, 'A'),
                    inner = uuid_of(authority.facts.fingerprint, 'B');
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
         "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
         "<plist version=\"1.0\"><dict>\n"
         "<key>PayloadContent</key><array><dict>\n"
         "<key>PayloadContent</key><data>" +
         base64_encode(authority.der) + "</data>\n" + text("PayloadDisplayName", name) +
         text("PayloadIdentifier", "ringup.authority." + inner) +
         text("PayloadType", "com.apple.security.root") + text("PayloadUUID", inner) +
         "<key>PayloadVersion</key><integer>1</integer>\n</dict></array>\n" +
         text("PayloadDescription", "Lets this device trust the server of " + hosts + ", and nothing else.") +
         text("PayloadDisplayName", name) + text("PayloadIdentifier", "ringup.profile." + outer) +
         text("PayloadOrganization", "Ringup") + text("PayloadType", "Configuration") +
         text("PayloadUUID", outer) + "<key>PayloadVersion</key><integer>1</integer>\n</dict></plist>\n";
}

class Trust {
 public:
  explicit Trust(TrustDoors doors) : doors_(std::move(doors)) {}

  Result<http::Response> page(const http::Request& request) const {
    const LocalAuthority authority = TRY(find());
    const Asset* asset = find_asset("/trust.html");
    if (asset == nullptr) return Error::not_found;
    std::string html(reinterpret_cast<const char*>(asset->raw.data()), asset->raw.size());
    const std::string address = address_of(request, authority, doors_.https);
    const std::string origin = http::https_origin(request, doors_.https, false);
    const std::string first = http::authority_of({authority.hosts.front(), 0}, 0);
    const std::array<std::pair<std::string_view, std::string>, 8> parts = {{
        {"<!-- name -->", http::escape_html(authority.name)},
        {"<!-- hosts -->", http::escape_html(listed(authority.hosts))},
        {"<!-- host -->", http::escape_html(authority.hosts.front())},
        {"<!-- until -->", to_rfc3339(authority.facts.not_after_us).substr(0, 10)},
        {"<!-- fingerprint -->", fingerprint_lines(authority.facts.fingerprint)},
        {"<!-- address -->", http::escape_html(address.substr(0, address.rfind('/'))) + "<wbr>/trust"},
        {"<!-- qr -->", qr_svg(address, "The address of this page, " + address)},
        {"https://shop.invalid", http::escape_html(origin.empty() ? "https://" + first : origin)},
    }};
    for (const auto& [what, with] : parts) replace_all(html, what, with);
    if (const std::string_view system = system_of(request.header("user-agent")); !system.empty()) {
      const std::string section = "<details id=\"" + std::string(system) + "\"";
      replace_all(html, section, section + " open");
    }
    http::Response response = http::text_response(std::move(html), "text/html; charset=utf-8");
    return std::move(response.with("Cache-Control", "no-store"));
  }

  Result<http::Response> certificate(const http::Request&) const {
    return file(TRY(find()).pem, "application/x-x509-ca-cert");
  }
  Result<http::Response> profile(const http::Request&) const {
    return file(profile_of(TRY(find())), "application/x-apple-aspen-config");
  }

  Result<http::Response> way(const http::Request& request) const {
    const std::string origin = http::https_origin(request, doors_.https, doors_.own_host(request));
    http::Response response = http::json_response(json::Object{
        {"origin", origin.empty() ? json::Value() : json::Value(origin)}, {"local_authority", find().ok()}});
    return std::move(response.with("Cache-Control", "no-store"));
  }

 private:
  static http::Response file(std::string text, const char* type) {
    http::Response response = http::text_response(std::move(text), type);
    return std::move(response.with("Cache-Control", "no-store"));
  }
  /// Read each time: it is small, rarely asked for, and made by a command beside the running server.
  Result<LocalAuthority> find() const {
    std::optional<LocalAuthority> authority = TRY(http::read_local_authority(doors_.folder));
    if (!authority.has_value() || authority->hosts.empty())
      return fail(Error::not_found, {},
                  "This server has no authority of its own: nothing needs to be trusted by hand.");
    return *std::move(authority);
  }

  const TrustDoors doors_;
};

}  // namespace

void add_trust_routes(http::Router& router, TrustDoors doors) {
  const auto trust = std::make_shared<const Trust>(std::move(doors));
  const auto add = [&](const char* pattern,
                       Result<http::Response> (Trust::*handler)(const http::Request&) const) {
    router.add("GET", pattern,
               [trust, handler](const http::Request& request) { return ((*trust).*handler)(request); });
  };
  add("/trust/", &Trust::page);
  add("/trust/authority.crt", &Trust::certificate);
  add("/trust/authority.mobileconfig", &Trust::profile);
  add("/trust/https/", &Trust::way);
}

}  // namespace ringup::pages
