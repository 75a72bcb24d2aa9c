#pragma once
/// What a server does so that people end up on HTTPS and stay there.
///
/// FORCE_HTTPS: a page asked for over plain HTTP is answered with the way to its https address, and nothing
/// else is taken. The way leads only to hosts that this server knows by itself, never to whatever a request
/// names: to the business's own host, to PUBLIC_URL, to a name in the certificate. Strict-Transport-Security
/// goes out over HTTPS only (over plain HTTP anybody could write it), and not for a bare address, where
/// browsers ignore it. With a certificate of the shop's own authority it lasts a day, so that a shop which
/// gives that authority up is not locked out for a year.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/http.h"
#include "server/http/tls_certificate.h"

namespace ringup::http {

struct HttpsPolicy {
  bool force = false;         // FORCE_HTTPS
  bool public_https = false;  // PUBLIC_URL begins with https
  std::string
      public_origin;       // PUBLIC_URL without a slash at its end, where it was given and begins with https
  std::string public_url;  // the same with any scheme
  /// The certificate in use; no function: TLS is spoken by a proxy, or not at all.
  std::function<CertificateFacts()> certificate;
  bool local_authority = false;  // our own authority made it
  std::vector<int> ports;        // that we listen on; each speaks both
};

/// Came this request over HTTPS, as far as we can know? Where TLS ends in front of us and nobody says so,
/// PUBLIC_URL is believed.
bool over_https(const Request& request, const HttpsPolicy& policy);

/// The answer to a plain request under FORCE_HTTPS; none where its route may answer. `own_host`: its Host is
/// a business's.
std::optional<Response> force_https(const Request& request, const HttpsPolicy& policy, bool own_host);

/// "https://…" for somebody whose request names this host: the business's own, one in the certificate, or
/// PUBLIC_URL;
/// "" where none of them is known.
std::string https_origin(const Request& request, const HttpsPolicy& policy, bool own_host);

/// Where people come to a business, for links that outlive the request (the QR code on a receipt): its own
/// host name, else PUBLIC_URL; where nobody set either, the address that this request came to, which then is
/// the best that is known and goes only to whoever sent it. Without a slash at its end; "" only for a request
/// without a Host.
std::string public_origin(const Request& request, const HttpsPolicy& policy, std::string_view own_host);

/// Seconds for Strict-Transport-Security; 0: none.
int strict_seconds(const Request& request, const HttpsPolicy& policy);

/// A Host header without its port and brackets, in lower case; the port, or 0.
struct HostAndPort {
  std::string host;
  int port = 0;
};
HostAndPort host_of(std::string_view header);
/// "host", "[address]", with ":port" unless that is `usual` or 0.
std::string authority_of(const HostAndPort& host, int usual);

}  // namespace ringup::http
