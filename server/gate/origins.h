#pragma once
/// Which web pages may make a browser ask us. Our own always; others only where CORS_ALLOWED_ORIGINS names
/// them, and then only for the API and without cookies.
///
/// A browser tells where a request comes from: `Sec-Fetch-Site` where the connection is one it trusts,
/// `Origin` on everything that may change something. A request that changes something and comes from a page
/// that is neither ours nor listed is refused before its route sees it, whatever it carries. Programs send
/// neither header; they have no cookies to be abused either, and what a cookie opens asks for our own header
/// or token besides (account_routes, page_routes).
///
/// Thread-safe; nothing here changes after the start.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/http.h"

namespace ringup::gate {

struct Origins {
  std::vector<std::string> allowed;  // "https://shop.example", as CORS_ALLOWED_ORIGINS has them
  std::string public_url;  // PUBLIC_URL, where it was given: ours too, whatever Host a proxy makes of it

  /// The answer to a preflight, or to a request from a page that may not; none: the request may go on.
  /// `methods`: those that its path has, for a preflight.
  std::optional<http::Response> look(const http::Request& request, std::string_view methods) const;
  /// Lets pages of allowed origins read the answer.
  void open(const http::Request& request, http::Response& response) const;

 private:
  bool is_allowed(std::string_view origin) const;
  bool is_ours(const http::Request& request, std::string_view origin) const;
};

/// "a, b" as CORS_ALLOWED_ORIGINS has it → origins in lower case without a slash at their end.
std::vector<std::string> read_origins(std::string_view list);

}  // namespace ringup::gate
