#pragma once
/// Asks other machines over HTTP and HTTPS, and mail servers over SMTP: the one room that knows libcurl.
///
/// Certificates are always checked, against the machine's own bundle of authorities where it has one
/// (`/etc/ssl/certs/ca-certificates.crt` and where other systems keep it), else against those of Debian's
/// ca-certificates that are compiled in. Proxies of the environment are not used. Each call blocks its thread
/// until it is done or its time is over; any number of threads may call.
#include <string>

#include "core/base/result.h"

namespace ringup::notify {

/// Where the authorities that are trusted come from: a file's path, or "compiled in".
std::string trust_source();

struct Page {
  int status = 0;
  std::string body;  // of at most `body_bytes_max`
};
inline constexpr std::size_t body_bytes_max = 1 << 20;

struct FetchOptions {
  int deadline_ms = 5'000;
  std::string connect_to;         // "127.0.0.1:8443": go there, whatever host and port the URL names
  bool check_certificate = true;  // false: only to ask one's own machine whether it lives
};

/// GET. Redirects are not followed. `storage` never; `busy` where the time is over; `not_found` where nobody
/// answers under that name or port; `invalid_value` where the answer or the certificate is not right. The
/// detail is a sentence for people.
Result<Page> fetch(const std::string& url, const FetchOptions& options = {});

}  // namespace ringup::notify
