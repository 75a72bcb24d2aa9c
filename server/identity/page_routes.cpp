/// The pages before somebody is signed in: sign-in with its further steps, registering, links from mails.
#include "server/identity/page_routes.h"

#include <algorithm>

#include "server/identity/routes.h"

namespace ringup::identity {
namespace {

using Said = PageDesk::Said;

/// The ways of a second factor, as pages speak of them.
struct Way {
  std::string_view kind;  // as the API names it
  const char* path;       // under /api/accounts/security/
  const char *words, *label, *hint, *inputmode;
  bool sends;
};
constexpr Way ways[] = {
    {"totp", "totp", "Authenticator app", "Code", "The six digits that your app shows now.", "numeric",
     false},
    {"sms", "sms-2fa", "Text message", "Code from the text message", "Six digits, sent to your phone.",
     "numeric", true},
    {"email", "email-2fa", "E-mail", "Code from the e-mail", "Six digits, sent to your mailbox.", "numeric",
     true},
    {"recovery", "recovery", "Recovery code", "Recovery code",
     "One of the codes that you were told to keep. Each works once.", "text", false},
};

const Way* find_way(std::string_view kind) {
  const auto found =
      std::find_if(std::begin(ways), std::end(ways), [&](const Way& way) { return way.kind == kind; });
  return found == std::end(ways) ? nullptr : found;
}

/// "totp email" of the answer's list.
std::string methods_of(const Said& said) {
  std::string all;
  if (const json::Value* list = said.body.find("methods"); list != nullptr && list->as_array() != nullptr) {
    for (const json::Value& item : *list->as_array()) {
      if (item.as_string() != nullptr && find_way(*item.as_string()) != nullptr)
        all += (all.empty() ? "" : " ") + *item.as_string();
    }
  }
  return all;
}

bool offers(const std::string& all, std::string_view kind) {
  return (" " + all + " ").find(" " + std::string(kind) + " ") != std::string::npos;
}

class Pages {
 public:
  explicit Pages(const PageDesk& desk) : desk_(desk) {}

  Result<http::Response> login_page(Visit& visit) const {
    const std::string next = next_of(visit);
    if (visit.session.has_value()) return desk_.go(visit, pages::own_path(next, "/account"));
    return desk_.show(visit, "login", {{"title", "Sign in"}, {"next", next}});
  }

  Result<http::Response> login(Visit& visit) const {
    json::Object body =
        with_business(visit, {{"email", visit.form.get("email")}, {"password", visit.form.get("password")}});
    const Said said = desk_.ask(visit, "POST", "/api/accounts/login/", body);
    if (said.fine()) return onward(visit, said);
    json::Object values{{"title", "Sign in"}, {"email", visit.form.get("email")}, {"next", next_of(visit)}};
    if (said.text("code") == "invalid_credentials") {
      values.push_back({"trouble", "This e-mail address and password do not belong together."});
    } else {
      PageDesk::explain(said, values);
    }
    return desk_.show(visit, "login", std::move(values), said.status);
  }

  Result<http::Response> send_code(Visit& visit) const {
    const Way* way = find_way(visit.form.get("method"));
    if (way == nullptr || !way->sends) return desk_.go(visit, "/login");
    const Said said =
        desk_.ask(visit, "POST", std::string("/api/accounts/security/") + way->path + "/send_code/",
                  json::Object{{"challenge", visit.form.get("challenge")}});
    if (ended(said)) return again(visit);
    json::Object values;
    if (said.fine())
      values.push_back({"done", "A code is on its way."});
    else
      PageDesk::explain(said, values);
    return code_page(visit, visit.form.get("challenge"), visit.form.get("methods"), way->kind,
                     std::move(values), said.fine() ? 200 : said.status);
  }

  Result<http::Response> check_code(Visit& visit) const {
    const Way* way = find_way(visit.form.get("method"));
    if (way == nullptr) return desk_.go(visit, "/login");
    std::string code = visit.form.get("code");
    code.erase(std::remove(code.begin(), code.end(), ' '), code.end());
    json::Object body{{"challenge", visit.form.get("challenge")}, {"code", code}};
    if (visit.form.get("remember_device") == "yes") body.push_back({"remember_device", true});
    const Said said =
        desk_.ask(visit, "POST", std::string("/api/accounts/security/") + way->path + "/verify_login/", body);
    if (said.fine()) return onward(visit, said);
    if (ended(said)) return again(visit);
    json::Object values;
    if (said.status == 401)
      values.push_back({"trouble", "This code is not right, or has run out."});
    else
      PageDesk::explain(said, values);
    return code_page(visit, visit.form.get("challenge"), visit.form.get("methods"), way->kind,
                     std::move(values), said.status);
  }

  Result<http::Response> expired_password(Visit& visit) const {
    const Said said = desk_.ask(visit, "POST", "/api/accounts/change-password/",
                                json::Object{{"challenge", visit.form.get("challenge")},
                                             {"new_password", visit.form.get("new_password")}});
    if (said.fine()) return onward(visit, said);
    if (ended(said)) return again(visit);
    json::Object values{{"title", "Choose another password"},
                        {"challenge", visit.form.get("challenge")},
                        {"next", next_of(visit)}};
    PageDesk::explain(said, values);
    return desk_.show(visit, "login_password", std::move(values), said.status);
  }

  Result<http::Response> register_page(Visit& visit) const {
    return desk_.show(visit, "register", {{"title", "Register"}});
  }

  Result<http::Response> register_person(Visit& visit) const {
    json::Object body;
    for (const char* name : {"email", "password", "first_name", "last_name"})
      body.push_back({name, visit.form.get(name)});
    if (!visit.form.get("phone_number").empty())
      body.push_back({"phone_number", visit.form.get("phone_number")});
    const Said said = desk_.ask(visit, "POST", "/api/accounts/register/", with_business(visit, body));
    if (said.fine())
      return look_into_mails(visit, "with a link that confirms it. The link is good for 24 hours.");
    json::Object values{{"title", "Register"}};
    for (const char* name : {"email", "first_name", "last_name", "phone_number"})
      values.push_back({name, visit.form.get(name)});
    PageDesk::explain(said, values);
    return desk_.show(visit, "register", std::move(values), said.status);
  }

  Result<http::Response> verify_page(Visit& visit) const {
    return desk_.show(visit, "verify_email",
                      {{"title", "Confirm your e-mail address"}, {"token", token_in_query(visit)}});
  }

  Result<http::Response> verify(Visit& visit) const {
    const Said said = desk_.ask(visit, "POST", "/api/accounts/verify-email/",
                                json::Object{{"token", visit.form.get("token")}});
    if (said.fine()) {
      return desk_.show(visit, "told",
                        {{"title", "Your e-mail address is confirmed"},
                         {"words", "Thank you. You can sign in now."},
                         {"way", "/login"},
                         {"way_words", "Sign in"}});
    }
    json::Object values{{"title", "Confirm your e-mail address"}};
    values.push_back(
        {"trouble", ended(said) ? "This link has run out, or was used before." : words_of(said)});
    return desk_.show(visit, "verify_email", std::move(values), said.status);
  }

  Result<http::Response> verify_again(Visit& visit) const {
    const Said said = desk_.ask(visit, "POST", "/api/accounts/resend-verification/",
                                with_business(visit, {{"email", visit.form.get("email")}}));
    if (said.fine()) return look_into_mails(visit, "with another link, unless it is confirmed already.");
    json::Object values{{"title", "Confirm your e-mail address"}, {"email", visit.form.get("email")}};
    PageDesk::explain(said, values);
    return desk_.show(visit, "verify_email", std::move(values), said.status);
  }

  Result<http::Response> forgot_page(Visit& visit) const {
    return desk_.show(visit, "forgot_password", {{"title", "Forgotten password"}});
  }

  Result<http::Response> forgot(Visit& visit) const {
    const Said said = desk_.ask(visit, "POST", "/api/accounts/forgot-password/",
                                with_business(visit, {{"email", visit.form.get("email")}}));
    if (said.fine()) return look_into_mails(visit, "with a link for a new password.");
    json::Object values{{"title", "Forgotten password"}, {"email", visit.form.get("email")}};
    PageDesk::explain(said, values);
    return desk_.show(visit, "forgot_password", std::move(values), said.status);
  }

  Result<http::Response> reset_page(Visit& visit) const {
    return desk_.show(visit, "reset_password",
                      {{"title", "Set a new password"}, {"token", token_in_query(visit)}});
  }

  Result<http::Response> reset(Visit& visit) const {
    const std::string token = visit.form.get("token");
    const Said said =
        desk_.ask(visit, "POST", "/api/accounts/reset-password/",
                  json::Object{{"token", token}, {"new_password", visit.form.get("new_password")}});
    if (said.fine()) {
      desk_.sign_out(visit);
      return desk_.show(visit, "told",
                        {{"title", "Your new password is set"},
                         {"words", "All devices were signed out. Sign in with the new one."},
                         {"way", "/login"},
                         {"way_words", "Sign in"}});
    }
    json::Object values{{"title", "Set a new password"}};
    if (ended(said)) {
      values.push_back({"trouble", "This link has run out, or was used before."});
    } else {
      values.push_back({"token", token});
      PageDesk::explain(said, values);
    }
    return desk_.show(visit, "reset_password", std::move(values), said.status);
  }

 private:
  static std::string next_of(const Visit& visit) {
    const std::string next = visit.request.method == "POST"
                                 ? visit.form.get("next")
                                 : std::string(visit.request.query_value("next").value_or(""));
    return pages::own_path(next, "");
  }
  static std::string token_in_query(const Visit& visit) {
    const std::string token(visit.request.query_value("token").value_or(""));
    return token.size() <= 1024 ? token : std::string();
  }
  static json::Object with_business(const Visit& visit, json::Object body) {
    if (const std::string slug = visit.form.get("business"); !slug.empty()) body.push_back({"tenant", slug});
    return body;
  }
  /// A challenge or a link that is used, unknown or too old.
  static bool ended(const Said& said) { return said.text("code") == "invalid_token"; }
  static std::string words_of(const Said& said) {
    const std::string words = said.text("detail");
    return words.empty() ? "This did not work. Please try again." : words;
  }

  /// The same to whoever is known and whoever is not.
  Result<http::Response> look_into_mails(Visit& visit, const std::string& what) const {
    return desk_.show(visit, "told",
                      {{"title", "Look into your mailbox"},
                       {"words", "If the address is right, a mail is on its way, " + what},
                       {"more", "Nothing there after a few minutes? Look among unwanted mails, too."},
                       {"other_way", "/login"},
                       {"other_words", "Sign in"}});
  }

  Result<http::Response> again(Visit& visit) const {
    return desk_.show(visit, "login",
                      {{"title", "Sign in"},
                       {"trouble", "That took too long, or too many codes were wrong. Please sign in again."},
                       {"next", next_of(visit)}},
                      401);
  }

  /// The next gate, or in.
  Result<http::Response> onward(Visit& visit, const Said& said) const {
    if (const std::string access = said.text("access"); !access.empty()) {
      desk_.sign_in(visit, access);
      return desk_.go(visit, pages::own_path(next_of(visit), "/account"));
    }
    const std::string challenge = said.text("challenge");
    if (said.text("status") == "TWO_FACTOR_REQUIRED")
      return code_page(visit, challenge, methods_of(said), "", {}, 200);
    if (said.text("status") == "PASSWORD_EXPIRED") {
      return desk_.show(
          visit, "login_password",
          {{"title", "Choose another password"}, {"challenge", challenge}, {"next", next_of(visit)}});
    }
    return desk_.go(visit, "/login");
  }

  Result<http::Response> code_page(Visit& visit, const std::string& challenge, const std::string& all,
                                   std::string_view sent, json::Object values, int status) const {
    json::Array methods;
    for (const Way& way : ways) {
      if (!offers(all, way.kind)) continue;
      methods.push_back(json::Object{{"kind", way.kind},
                                     {"words", way.words},
                                     {"label", way.label},
                                     {"hint", way.hint},
                                     {"inputmode", way.inputmode},
                                     {"sends", way.sends},
                                     {"sent", way.kind == sent}});
    }
    values.push_back({"title", "One more step"});
    values.push_back({"challenge", challenge});
    values.push_back({"all", all});
    values.push_back({"methods", std::move(methods)});
    values.push_back({"next", next_of(visit)});
    return desk_.show(visit, "login_code", std::move(values), status);
  }

  const PageDesk& desk_;
};

}  // namespace

void add_page(http::Router& router, const std::shared_ptr<const PageDesk>& desk, const char* method,
              const char* pattern, PageHandler handler) {
  router.add(method, pattern,
             [desk, handler = std::move(handler)](const http::Request& request) -> Result<http::Response> {
               Result<Visit> visit = desk->begin(request);
               if (!visit.ok()) return desk->refuse(request, visit.failure());
               Result<http::Response> response = handler(*visit);
               return response.ok() ? std::move(response) : desk->refuse(request, response.failure());
             },
             {.body_bytes_max = pages::form_bytes_max});
}

void add_page_routes(http::Router& router, Accounts& accounts, bool secure) {
  const auto desk = std::make_shared<const PageDesk>(router, accounts, secure);
  const auto pages = std::make_shared<const Pages>(*desk);
  const auto add = [&](const char* method, const char* pattern,
                       Result<http::Response> (Pages::*handler)(Visit&) const) {
    add_page(router, desk, method, pattern,
             [pages, handler](Visit& visit) { return ((*pages).*handler)(visit); });
  };
  add("GET", "/login", &Pages::login_page);
  add("POST", "/login", &Pages::login);
  add("POST", "/login/send", &Pages::send_code);
  add("POST", "/login/code", &Pages::check_code);
  add("POST", "/login/password", &Pages::expired_password);
  add("GET", "/register", &Pages::register_page);
  add("POST", "/register", &Pages::register_person);
  add("GET", "/verify-email", &Pages::verify_page);
  add("POST", "/verify-email", &Pages::verify);
  add("POST", "/verify-email/again", &Pages::verify_again);
  add("GET", "/forgot-password", &Pages::forgot_page);
  add("POST", "/forgot-password", &Pages::forgot);
  add("GET", "/reset-password", &Pages::reset_page);
  add("POST", "/reset-password", &Pages::reset);
  add_my_account_pages(router, desk);
}

}  // namespace ringup::identity
