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
  std::unique_ptr<App> app(new App(store, options));
  TRY(app->add_sales(options.world.now_us));
  return app;
}

Result<void> App::add_sales(std::function<std::int64_t()> now_us) {
  sales_ = TRY(sales::Sales::make(store_, std::move(now_us)));
  access_.till = [this](const http::Request& request) { return sales_->till_of(request); };
  sales_->add_routes(router_, access_);
  return {};
}

void App::before_answer(const http::Request&, http::Response&) const {}

void App::observe(const http::Exchange&) {}

}  // namespace ringup
