#include "server/app.h"

namespace ringup {

App::App(store::Store& store) : store_(store) {
  router_.add("GET", "/healthz",
              [](const http::Request&) -> Result<http::Response> { return http::text_response("ok\n"); });
}

Result<std::unique_ptr<App>> App::make(store::Store& store) {
  return std::unique_ptr<App>(new App(store));
}

void App::before_answer(const http::Request&, http::Response&) const {}

void App::observe(const http::Exchange&) {}

}  // namespace ringup
