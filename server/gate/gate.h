#pragma once
/// What every request passes before its route: where it comes from, how often, and from which network.
///
/// Routes need not know of it. It refuses with problem+json like any of them: forbidden for a page of another
/// site or a network that the business shuts out, too_many_requests with a Retry-After that is the time until
/// the next one is let in.
#include <string_view>

#include "server/gate/address_lists.h"
#include "server/gate/classes.h"
#include "server/gate/origins.h"
#include "server/http/access.h"

namespace ringup::gate {

struct Options {
  Limits limits;
  Origins origins;
};

class Gate {
 public:
  /// The first three must outlive it; `now_us` may be asked from any thread.
  Gate(store::Store& store, const http::Router& router, const http::Access& access, Options options,
       std::function<std::int64_t()> now_us);

  /// An answer in place of the route's. `route`: the pattern that the request matches.
  std::optional<http::Response> look(const http::Request& request, std::string_view route);
  /// Headers for pages of other origins.
  void open(const http::Request& request, http::Response& response) const {
    options_.origins.open(request, response);
  }
  AddressLists& address_lists() { return address_lists_; }

 private:
  std::optional<http::Response> count(Class one, std::string_view name);
  /// Is whoever speaks let in from there? Nobody knows of strangers; they are the route's to refuse.
  Result<void> check_address(const http::Request& request);
  std::string methods_at(const http::Request& request) const;

  const http::Router& router_;
  const http::Access& access_;
  const Options options_;
  const std::function<std::int64_t()> now_us_;
  http::RateTable rates_;
  AddressLists address_lists_;
};

/// 429 with the wait in words and in Retry-After.
http::Response too_many(std::int64_t wait_us);

}  // namespace ringup::gate
