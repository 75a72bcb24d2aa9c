#include "server/identity/page_desk.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "server/identity/business.h"
#include "server/pages/assets.h"
#include "server/pages/template.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

constexpr const char* session_cookie = "ringup_session";
constexpr const char* form_cookie = "ringup_form";
constexpr const char* refresh_cookie = "ringup_refresh";

/// Pages run no script and load nothing but their own stylesheet and its fonts.
constexpr const char* content_policy =
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

std::string stylesheet() {
  for (const Asset& asset : all_assets()) {
    if (asset.path.starts_with("/assets/pages.") && asset.path.ends_with(".css"))
      return std::string(asset.path);
  }
  return {};
}

bool is_token(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

PageDesk::PageDesk(const http::Router& router, Accounts& accounts, bool secure)
    : router_(router),
      accounts_(accounts),
      secure_(secure),
      key_(store::derive_key(accounts.store().secret(), "ringup page forms")) {}

std::string PageDesk::cookie_name(const http::Request& request, const char* name) const {
  return (secure_ || request.secure ? "__Host-" : "") + std::string(name);
}

std::string PageDesk::cookie(const http::Request& request, const char* name, std::string_view value) const {
  const bool strict = std::string_view(name) == refresh_cookie;
  return cookie_name(request, name) + "=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=" + (strict ? "Strict" : "Lax") +
         (secure_ || request.secure ? "; Secure" : "") + (value.empty() ? "; Max-Age=0" : "");
}

std::string PageDesk::token_of(const Visit& visit) const {
  const std::string whose = visit.session.has_value() ? to_string(*visit.session) : std::string();
  return to_hex(store::hmac_sha256(key_, visit.form_secret + "|" + whose));
}

bool PageDesk::take_access(Visit& visit, const std::string& access) const {
  const Result<Principal> who = accounts_.authenticate("Bearer " + access);
  if (!who.ok()) return false;
  visit.access = access;
  visit.session = who->session;
  visit.tenant = who->tenant;
  return true;
}

Result<Visit> PageDesk::begin(const http::Request& request) const {
  Visit visit{request, {}, {}, {}, std::nullopt, std::nullopt, {}};
  const std::string shown(request.cookie(cookie_name(request, form_cookie)));
  if (is_token(shown)) {
    visit.form_secret = shown;
  } else {
    std::array<std::uint8_t, 32> bytes;
    accounts_.world().random(bytes);
    visit.form_secret = to_hex(bytes.data(), bytes.size());
    visit.cookies.push_back(cookie(request, form_cookie, visit.form_secret));
  }
  const std::string access(request.cookie(cookie_name(request, session_cookie)));
  if ((access.empty() || !take_access(visit, access)) &&
      !request.cookie(cookie_name(request, refresh_cookie)).empty()) {
    if (const Said said = ask(visit, "POST", "/api/accounts/refresh/"); said.fine())
      sign_in(visit, said.text("access"));
  }
  if (request.method == "POST") {
    visit.form = TRY(pages::read_form(request));
    if (!store::equal_in_constant_time(visit.form.get("csrf"), token_of(visit))) {
      return fail(
          Error::forbidden, "csrf",
          "This form is too old, or comes from another site. Open the page again and send it once more.");
    }
  }
  return visit;
}

Result<http::Response> PageDesk::refuse(const http::Request& request, const Failure& failure) const {
  Visit visit{request, {}, {}, {}, std::nullopt, std::nullopt, {}};
  const std::size_t second = request.path.find('/', 1);
  return show(
      visit, "problem",
      {{"title", "This did not work"},
       {"trouble", failure.detail.empty() ? std::string(error_words(failure.error)) + "." : failure.detail},
       {"way", request.path.substr(0, second)}},
      http::status_of(failure.error));
}

std::string PageDesk::Said::text(std::string_view name) const {
  const json::Value* found = body.find(name);
  const std::string* text = found == nullptr ? nullptr : found->as_string();
  return text == nullptr ? std::string() : *text;
}

PageDesk::Said PageDesk::ask(Visit& visit, const char* method, const std::string& path,
                             const std::optional<json::Object>& body) const {
  http::Request inner;
  inner.method = method;
  inner.path = path;
  inner.target = path;
  inner.secure = visit.request.secure;
  inner.remote_address = visit.request.remote_address;
  inner.request_id = visit.request.request_id;
  for (const char* name : {"host", "user-agent", "cookie"}) {
    if (const std::string_view value = visit.request.header(name); !value.empty())
      inner.headers.emplace_back(name, value);
  }
  inner.headers.emplace_back("x-ringup-client", "browser");
  if (!visit.access.empty()) inner.headers.emplace_back("authorization", "Bearer " + visit.access);
  if (body.has_value()) {
    inner.headers.emplace_back("content-type", "application/json");
    inner.body = json::dump(*body);
  }
  const http::Response answer = http::dispatch(router_, inner);
  for (const auto& [name, value] : answer.headers) {
    if (name == "Set-Cookie") visit.cookies.push_back(value);
  }
  Result<json::Value> read = json::parse(answer.body);
  return {answer.status, read.ok() ? std::move(*read) : json::Value()};
}

Result<http::Response> PageDesk::show(Visit& visit, std::string_view name, json::Object values,
                                      int status) const {
  const std::string business = visit.request.method == "POST"
                                   ? visit.form.get("business")
                                   : std::string(visit.request.query_value("business").value_or(""));
  const auto slug = business.empty() ? std::nullopt : std::optional<std::string_view>(business);
  std::string business_name;
  if (visit.tenant.has_value()) {
    const auto own = TRY(
        accounts_.store().read([&](store::Database& db) { return store::find_tenant(db, *visit.tenant); }));
    if (own.has_value()) business_name = own->name;
  } else if (const auto found = find_business(accounts_.store(), visit.request, slug); found.ok()) {
    business_name = found->name;
  }
  const bool known = !business_name.empty();
  values.push_back({"business_name", known ? business_name : std::string("Ringup")});
  values.push_back({"business", business});
  values.push_back({"ask_business", !known});
  values.push_back({"stylesheet", stylesheet()});
  values.push_back({"csrf", token_of(visit)});
  values.push_back({"signed_in", visit.session.has_value()});
  http::Response response = http::text_response(
      TRY(pages::fill("pages/" + std::string(name) + ".html", values, pages::Escape::html)),
      "text/html; charset=utf-8", status);
  response.with("Cache-Control", "no-store")
      .with("Content-Security-Policy", content_policy)
      // A form's request names its origin, which the gate asks for where browsers say nothing better.
      .with("Referrer-Policy", "same-origin");
  for (const std::string& one : visit.cookies) response.with("Set-Cookie", one);
  return response;
}

http::Response PageDesk::go(Visit& visit, const std::string& path) const {
  http::Response response = http::text_response("Go on at " + path + "\n", "text/plain; charset=utf-8", 303);
  response.with("Location", path).with("Cache-Control", "no-store");
  for (const std::string& one : visit.cookies) response.with("Set-Cookie", one);
  return response;
}

void PageDesk::explain(const Said& said, json::Object& values) {
  const std::string code = said.text("code");
  std::string words = said.text("detail");
  if (words.empty()) words = "This did not work. Please try again.";
  bool placed = false;
  if (const json::Value* errors = said.body.find("errors");
      errors != nullptr && errors->as_object() != nullptr) {
    for (const json::Member& error : *errors->as_object()) {
      const std::string* text = error.value.as_string();
      if (text == nullptr) continue;
      values.push_back({error.name + "_trouble", *text});
      placed = true;
    }
  }
  values.push_back({"trouble", placed ? "Please look at what is marked below." : words});
  values.push_back({"trouble_code", code});
}

void PageDesk::sign_in(Visit& visit, const std::string& access) const {
  if (take_access(visit, access)) visit.cookies.push_back(cookie(visit.request, session_cookie, access));
}

void PageDesk::sign_out(Visit& visit) const {
  visit.access.clear();
  visit.session.reset();
  visit.tenant.reset();
  visit.cookies.push_back(cookie(visit.request, session_cookie, {}));
  visit.cookies.push_back(cookie(visit.request, refresh_cookie, {}));
}

}  // namespace ringup::identity
