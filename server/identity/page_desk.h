#pragma once
/// What the pages about accounts share: who is there, forms that only our own pages can send, and the answers
/// of the API as words on a page. The pages need no JavaScript.
///
/// A page asks the same routes as every other client (`ask`), inside the process, so what holds there holds
/// here: limits of accounts, audit, one answer to whoever exists and whoever does not.
///
/// The cookie `ringup_session` holds the access token; behind its end the cookie of browser apps
/// (`ringup_refresh`) yields another one. Neither opens the API: that takes a header, which no form sends.
/// A form carries a token that is made of the secret cookie `ringup_form` and of the session, so another site
/// can neither read nor guess it; it guards sign-in, too.
#include <optional>
#include <string>
#include <vector>

#include "server/http/http.h"
#include "server/identity/accounts.h"
#include "server/pages/form.h"

namespace ringup::identity {

/// One request for a page, from its beginning to its answer.
struct Visit {
  const http::Request& request;
  pages::Form form;                   // of a POST
  std::string form_secret;            // of the cookie ringup_form
  std::string access;                 // of whoever is signed in; "" else
  std::optional<Id> session, tenant;  // likewise
  std::vector<std::string> cookies;   // Set-Cookie, for the answer
};

class PageDesk {
 public:
  /// Router and accounts must outlive it. `secure`: browsers come over HTTPS, also where the request does
  /// not.
  PageDesk(const http::Router& router, Accounts& accounts, bool secure);

  /// Reads cookies and, of a POST, the form, whose token must be right. forbidden, and what read_form() says.
  Result<Visit> begin(const http::Request& request) const;

  /// A page that says what was wrong with a request that begin() did not take.
  Result<http::Response> refuse(const http::Request& request, const Failure& failure) const;

  /// What the API answered.
  struct Said {
    int status = 0;
    json::Value body;
    bool fine() const { return status >= 200 && status <= 299; }
    std::string text(std::string_view name) const;
  };
  /// Asks a route of the API as the person who is there; its cookies go into the visit.
  Said ask(Visit& visit, const char* method, const std::string& path,
           const std::optional<json::Object>& body = std::nullopt) const;
  /// The same as GET with a query of nothing.
  Said look(Visit& visit, const std::string& path) const { return ask(visit, "GET", path); }

  /// assets/pages/NAME.html filled with `values` and what every page has (stylesheet, csrf, business_name,
  /// business).
  Result<http::Response> show(Visit& visit, std::string_view name, json::Object values,
                              int status = 200) const;
  /// 303: the browser goes on with GET.
  http::Response go(Visit& visit, const std::string& path) const;
  /// What went wrong, as values for a page: `trouble`, and for each field `FIELD_trouble`.
  static void explain(const Said& said, json::Object& values);

  /// Puts the access token of a finished sign-in, or of a refresh, into the visit and its cookie.
  void sign_in(Visit& visit, const std::string& access) const;
  /// Takes the session's cookies away.
  void sign_out(Visit& visit) const;
  Accounts& accounts() const { return accounts_; }

 private:
  std::string cookie_name(const http::Request& request, const char* name) const;
  std::string cookie(const http::Request& request, const char* name, std::string_view value) const;
  std::string token_of(const Visit& visit) const;
  bool take_access(Visit& visit, const std::string& access) const;

  const http::Router& router_;
  Accounts& accounts_;
  const bool secure_;
  const std::string key_;
};

}  // namespace ringup::identity
