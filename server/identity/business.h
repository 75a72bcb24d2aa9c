#pragma once
/// Businesses (tenants): making one, and finding the one a request is about.
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/http.h"
#include "server/identity/world.h"
#include "server/store/tenants.h"
#include "server/store/users.h"

namespace ringup::identity {

struct NewBusiness {
  std::string slug, name, owner_email;
  std::optional<std::string> host;
  std::string country = "DE", currency = "EUR";
  std::string password;  // of the owner
  std::string first_name, last_name;
  std::string branch_code = "main", branch_name = "Main branch", branch_address;
};

struct MadeBusiness {
  store::Tenant tenant;
  store::User owner;
  Id branch;
};

/// Makes the business with its owner (whose address counts as verified), three tax classes with the rates of
/// its country, one branch and one delivery method per kind, in one transaction. invalid_value naming the
/// field, unknown_currency; conflict where slug or host is taken.
Result<MadeBusiness> make_business(store::Store& store, const NewBusiness& wish, const World& world);

/// A host name as it is stored: lower case, labels of letters, digits and inner hyphens, without port.
/// invalid_value.
Result<std::string> read_host(std::string_view text);

/// The Host of a request without port, in lower case.
std::string host_of(const http::Request& request);

/// The business meant: `slug` if given, else by the request's host name, else the only one there is.
/// tenant_required; invalid_value for a slug that nobody has.
Result<store::Tenant> find_business(store::Store& store, const http::Request& request,
                                    std::optional<std::string_view> slug);

/// Which hosts are answered: all, until a business has a host name; then only those of businesses and of
/// PUBLIC_URL. Remembered for a second, so that a request costs no query. Thread-safe.
class Hosts {
 public:
  Hosts(store::Store& store, std::string public_host, World world)
      : store_(store), public_host_(std::move(public_host)), world_(std::move(world)) {}
  /// misdirected_request.
  Result<void> check(const http::Request& request);
  /// Is its Host one that a business was given?
  bool names(const http::Request& request);

 private:
  bool known(std::string_view host) const;
  Result<void> read_again(std::int64_t now_us);
  store::Store& store_;
  const std::string public_host_;
  const World world_;
  std::mutex mutex_;
  std::int64_t read_at_us_ = 0;
  std::vector<std::string> hosts_;  // sorted
};

}  // namespace ringup::identity
