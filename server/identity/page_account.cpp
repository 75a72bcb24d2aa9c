/// /account: what a person sees and changes of their own, without JavaScript.
#include "server/identity/page_routes.h"
#include "server/pages/device.h"

namespace ringup::identity {
namespace {

using Said = PageDesk::Said;

const json::Array& list_in(const json::Value& value, std::string_view name) {
  static const json::Array none;
  const json::Value* found = value.find(name);
  return found == nullptr || found->as_array() == nullptr ? none : *found->as_array();
}

std::string text_in(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found == nullptr || found->as_string() == nullptr ? std::string() : *found->as_string();
}

/// "2026-11-21 07:01 UTC" of a time of the API.
std::string moment(const std::string& rfc3339) {
  if (rfc3339.size() < 16) return rfc3339;
  return rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 5) + " UTC";
}

const char* words_of_factor(std::string_view kind) {
  if (kind == "totp") return "Authenticator app";
  if (kind == "sms") return "Text messages";
  if (kind == "email") return "E-mail";
  return "Second factor";
}

class MyAccount {
 public:
  explicit MyAccount(const PageDesk& desk) : desk_(desk) {}

  Result<http::Response> page(Visit& visit) const {
    const std::string done(visit.request.query_value("done").value_or(""));
    json::Object values;
    if (done == "profile") values.push_back({"done", "Your profile is saved."});
    if (done == "password")
      values.push_back({"done", "Your password is changed. All other devices were signed out."});
    if (done == "session") values.push_back({"done", "That device is signed out."});
    return show(visit, std::move(values), 200);
  }

  Result<http::Response> save_profile(Visit& visit) const {
    const Said said = desk_.ask(visit, "PATCH", "/api/accounts/me/",
                                json::Object{{"first_name", visit.form.get("first_name")},
                                             {"last_name", visit.form.get("last_name")}});
    return after(visit, said, "profile");
  }

  Result<http::Response> change_password(Visit& visit) const {
    const Said said =
        desk_.ask(visit, "POST", "/api/accounts/change-password/",
                  json::Object{{"new_password", visit.form.get("new_password")},
                               {"proof", json::Object{{"password", visit.form.get("old_password")}}}});
    if (said.text("code") == "invalid_credentials") {
      return show(visit,
                  {{"trouble", "Please look at what is marked below."},
                   {"proof_trouble", "This is not your present password."}},
                  said.status);
    }
    return after(visit, said, "password");
  }

  Result<http::Response> end_session(Visit& visit) const {
    const Result<Id> id = parse_id(visit.form.get("session"));
    if (!id.ok()) return desk_.go(visit, "/account");
    return after(visit, desk_.ask(visit, "DELETE", "/api/accounts/sessions/" + to_string(*id) + "/"),
                 "session");
  }

  Result<http::Response> log_out(Visit& visit) const {
    if (visit.session.has_value()) (void)desk_.ask(visit, "POST", "/api/accounts/logout/");
    desk_.sign_out(visit);
    return desk_.go(visit, "/login");
  }

 private:
  /// Done: the page anew, so that a reload sends nothing twice. Else what was wrong.
  Result<http::Response> after(Visit& visit, const Said& said, const std::string& what) const {
    if (said.fine()) return desk_.go(visit, "/account?done=" + what);
    json::Object values;
    PageDesk::explain(said, values);
    return show(visit, std::move(values), said.status);
  }

  Result<http::Response> show(Visit& visit, json::Object values, int status) const {
    if (!visit.session.has_value()) return desk_.go(visit, "/login?next=/account");
    const Said me = desk_.look(visit, "/api/accounts/me/");
    if (!me.fine()) {
      desk_.sign_out(visit);
      return desk_.go(visit, "/login?next=/account");
    }
    values.push_back({"title", "My account"});
    const std::string role = me.text("role");
    for (const char* name : {"email", "first_name", "last_name", "role"})
      values.push_back({name, me.text(name)});
    values.push_back({"staff", !role.empty() && role != "customer"});
    add_sessions(visit, values);
    add_factors(visit, values);
    return desk_.show(visit, "account", std::move(values), status);
  }

  void add_sessions(Visit& visit, json::Object& values) const {
    const Said said = desk_.look(visit, "/api/accounts/sessions/");
    json::Array rows;
    for (const json::Value& item : list_in(said.body, "items")) {
      const json::Value* current = item.find("current");
      rows.push_back(json::Object{
          {"id", text_in(item, "id")},
          {"device", pages::device_in_words(text_in(item, "device"))},
          {"last_used", moment(text_in(item, "last_used_at"))},
          {"current", current != nullptr && current->as_bool() != nullptr && *current->as_bool()}});
    }
    values.push_back({"sessions", std::move(rows)});
  }

  void add_factors(Visit& visit, json::Object& values) const {
    const Said said = desk_.look(visit, "/api/accounts/security/");
    if (!said.fine()) return;
    json::Array factors;
    for (const json::Value& item : list_in(said.body, "factors")) {
      factors.push_back(json::Object{{"words", words_of_factor(text_in(item, "kind"))},
                                     {"detail", text_in(item, "phone_number")},
                                     {"since", moment(text_in(item, "since"))}});
    }
    const bool any = !factors.empty();
    values.push_back({"security", true});
    values.push_back({"factors", std::move(factors)});
    if (const json::Value* left = said.body.find("recovery_codes_left"); any && left != nullptr)
      values.push_back({"codes_left", *left});
  }

  const PageDesk& desk_;
};

}  // namespace

void add_my_account_pages(http::Router& router, const std::shared_ptr<const PageDesk>& desk) {
  const auto mine = std::make_shared<const MyAccount>(*desk);
  const auto add = [&](const char* method, const char* pattern,
                       Result<http::Response> (MyAccount::*handler)(Visit&) const) {
    add_page(router, desk, method, pattern,
             [mine, handler](Visit& visit) { return ((*mine).*handler)(visit); });
  };
  add("GET", "/account", &MyAccount::page);
  add("POST", "/account/profile", &MyAccount::save_profile);
  add("POST", "/account/password", &MyAccount::change_password);
  add("POST", "/account/sessions", &MyAccount::end_session);
  add("POST", "/account/logout", &MyAccount::log_out);
}

}  // namespace ringup::identity
