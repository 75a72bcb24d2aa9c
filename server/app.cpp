#include "server/app.h"

#include "server/identity/routes.h"

namespace ringup {

App::App(store::Store& store, const AppOptions& options)
    : store_(store), accounts_(store, options.accounts, options.world) {
  access_.user = identity::user_door(accounts_);
  identity::add_account_routes(router_, accounts_, options.secure);
  identity::add_user_routes(router_, accounts_, access_);
  identity::add_business_routes(router_, accounts_, access_);
  router_.add("GET", "/healthz",
              [](const http::Request&) -> Result<http::Response> { return http::text_response("ok\n"); });
}

Result<std::unique_ptr<App>> App::make(store::Store& store, const AppOptions& options) {
  return std::unique_ptr<App>(new App(store, options));
}

void App::before_answer(const http::Request&, http::Response&) const {}

void App::observe(const http::Exchange&) {}

}  // namespace ringup
