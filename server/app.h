#pragma once
/// The server put together: one store, the capabilities, their routes. The only place that knows them all.
#include <memory>

#include "server/http/server.h"
#include "server/store/store.h"

namespace ringup {

class App {
 public:
  /// The store must outlive the app.
  static Result<std::unique_ptr<App>> make(store::Store& store);
  const http::Router& router() const { return router_; }
  /// Adds the security headers to an answer.
  void before_answer(const http::Request& request, http::Response& response) const;
  /// Counts and logs an exchange.
  void observe(const http::Exchange& exchange);

 private:
  explicit App(store::Store& store);
  store::Store& store_;
  http::Router router_;
};

}  // namespace ringup
