#pragma once
/// Asks other machines over HTTP and HTTPS, and mail servers over SMTP: the one room that knows libcurl.
///
/// Certificates are always checked, against the machine's own bundle of authorities where it has one
/// (`/etc/ssl/certs/ca-certificates.crt` and where other systems keep it), else against those of Debian's
/// ca-certificates that are compiled in. Proxies of the environment are not used. Each call blocks its thread
/// until it is done or its time is over; any number of threads may call.
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace ringup::notify {

/// Where the authorities that are trusted come from: a file's path, or "compiled in".
std::string trust_source();

struct Page {
  int status = 0;
  std::string body;  // of at most `body_bytes_max`
  int wait_s = 0;    // of Retry-After, where it names seconds
};
inline constexpr std::size_t body_bytes_max = 1 << 20;

/// A form that is posted (application/x-www-form-urlencoded), signed with a name and a password.
struct Form {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string user, password;
  std::string sigv4;  // "": HTTP's basic way; else AWS's fourth: "aws:amz:REGION:SERVICE"
  bool get = false;   // no form at all, only the login
};

struct FetchOptions {
  int deadline_ms = 5'000;
  std::string connect_to;              // "127.0.0.1:8443": go there, whatever host and port the URL names
  bool check_certificate = true;       // false: only to ask one's own machine whether it lives
  std::string authorities = {};        // a PEM file to trust instead of trust_source(); for tests
  std::optional<Form> form = {};       // POST instead of GET
  std::function<bool()> give_up = {};  // asked about once a second; yes ends the attempt
};

/// GET, or POST of a form. A form's password is never sent in the open, unless the URL's host is this machine
/// (127.0.0.0/8, ::1, localhost): precondition_failed. Redirects are not followed. `storage` never; `busy`
/// where the time is over; `not_found` where nobody answers under that name or port; `invalid_value` where
/// the answer or the certificate is not right. The detail is a sentence for people.
Result<Page> fetch(const std::string& url, const FetchOptions& options = {});

}  // namespace ringup::notify
