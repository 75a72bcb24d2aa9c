#pragma once
/// The console for native tests of screens: signed in, with a small business, and a server that a test holds
/// in its hands.
///
///     ConsoleDriver console(Role::owner);                     // all screens
///     ConsoleDriver one(Role::owner, [] { … my Screens … });  // a test's own
///     ConsoleDriver two(Role::manager, …, desktop(), R"(,"rights":["sell"])");  // more of what the user is
///     console.on("GET", "/api/customers/", R"({"items":[],"next":null})");
///     console.app.visit("/customers");
///     console.serve();                  // answers whatever was asked, until nothing is
///     tap_button(console.app, "Add customer");
///
/// What no on() names is answered with 404, except the business's facts and an empty catalogue. Requests are
/// kept in `asked` as "POST /api/…" with their bodies.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/identity/role.h"
#include "tests/web/driver.h"
#include "web/console/app.h"

namespace ringup::tests {

inline platform::Viewport desktop() {
  platform::Viewport viewport;
  viewport.width = 1440;
  viewport.height = 900;
  viewport.touch = false;
  return viewport;
}

class ConsoleDriver {
 public:
  struct Asked {
    std::string line, body;
  };
  struct Rule {
    std::string method, prefix;
    int status;
    std::string body;
  };

  explicit ConsoleDriver(Role role = Role::owner,
                         std::function<console::Screens()> make = console::make_screens,
                         platform::Viewport viewport = desktop(), const std::string& more = {})
      : app(
            [&](platform::Platform& platform) {
              platform.bridge().local_set("console/visited", "1");
              return console::make_console(platform, std::move(make));
            },
            viewport) {
    const std::string user = R"("id":"0190aaaa-0000-7000-8000-000000000001","email":"mara@example.com",)"
                             R"("first_name":"Mara","last_name":"Holler","role":")" +
                             std::string(role_name(role)) +
                             R"(","tenant":{"slug":"hollerbusch","name":"Hollerbusch","country":"DE",)"
                             R"("currency":"EUR","tax_mode":"line","tax_placement":"inside",)"
                             R"("time_zone":"Europe/Berlin"})" +
                             more;
    on("POST", "/api/accounts/refresh/", R"({"access":"token","user":{)" + user + "}}");
    on("GET", "/api/business/",
       R"({"slug":"hollerbusch","name":"Hollerbusch","country":"DE","currency":"EUR","tax_mode":"per_line",)"
       R"("tax_placement":"inside","time_zone":"Europe/Berlin","cash_rounding":0,"cash_rounding_halves":"up",)"
       R"("receipt_footer":""})");
    on("GET", "/api/branches/",
       R"({"items":[{"id":"0190aaaa-0000-7000-8000-000000000002","code":"main","name":"Main branch",)"
       R"("address":"Elm Road 1","is_default":true}],"next":null})");
    on("GET", "/api/tax-classes/",
       R"({"items":[{"name":"reduced","rate":70000},{"name":"standard","rate":190000}],"next":null})");
    on("GET", "/api/catalogue/changes/",
       R"({"currency":"EUR","cursor":"1","next":null,"version":1,"reset":true,"products":[],"deleted":[],)"
       R"("categories":[],"tax_classes":[]})");
    serve();
  }

  /// From now on requests whose path begins with `prefix` get this answer; the latest rule that fits wins.
  void on(std::string method, std::string prefix, std::string body, int status = 200) {
    rules_.push_back({std::move(method), std::move(prefix), status, std::move(body)});
  }

  /// Answers what was asked, and what is asked because of it.
  void serve() {
    app.settle();
    while (!app.fetches().empty()) {
      platform::Headless::Fetch fetch = app.take_fetch();
      asked.push_back({fetch.request.method + " " + fetch.request.url, fetch.request.body});
      platform::FetchResponse response{404, R"({"code":"not_found","detail":"Not found."})"};
      for (const Rule& rule : rules_) {
        if (rule.method == fetch.request.method && fetch.request.url.starts_with(rule.prefix))
          response = {rule.status, rule.body};
      }
      fetch.done(std::move(response));
      app.redraw();
      app.settle();
    }
  }

  /// How often a request whose line begins so was sent.
  int count(std::string_view line) const {
    int found = 0;
    for (const Asked& each : asked) found += each.line.starts_with(line) ? 1 : 0;
    return found;
  }
  /// The body of the last request whose line begins so.
  std::string body_of(std::string_view line) const {
    std::string body;
    for (const Asked& each : asked) {
      if (each.line.starts_with(line)) body = each.body;
    }
    return body;
  }

  platform::Headless app;
  std::vector<Asked> asked;

 private:
  std::vector<Rule> rules_;
};

}  // namespace ringup::tests
