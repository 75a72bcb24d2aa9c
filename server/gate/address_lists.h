#pragma once
/// Which networks a business lets in.
///
/// `ip_deny` shuts out everybody who comes from there: people, tills, customers. `ip_allow`, where it is not
/// empty, is about people who work here: from anywhere else none of them signs in or does anything. Customers
/// of the shop come from anywhere, and a till that sells at a market keeps delivering its sales: it has a
/// token of its own, which is revoked by itself.
///
/// Thread-safe. What was read is remembered for a second, or until forget().
#include <map>
#include <mutex>
#include <vector>

#include "core/identity/role.h"
#include "server/http/networks.h"
#include "server/store/store.h"

namespace ringup::gate {

inline constexpr std::size_t networks_max = 200;  // in one list

struct Lists {
  std::vector<http::Network> allow, deny;
};
/// From the JSON texts of store::Security. Entries that are no networks are left out.
Lists read_lists(std::string_view allow, std::string_view deny);
enum class Caller : std::uint8_t { worker, customer, till };
/// forbidden, naming the address.
Result<void> check_address(const Lists& lists, Caller caller, std::string_view address);

class AddressLists {
 public:
  AddressLists(store::Store& store, std::function<std::int64_t()> now_us)
      : store_(store), now_us_(std::move(now_us)) {}
  /// forbidden; storage where the lists cannot be read.
  Result<void> check(const Id& tenant, Caller caller, std::string_view address);
  /// Has any business a list at all? Where none has, nobody need be asked who they are.
  bool any();
  /// They were changed.
  void forget(const Id& tenant);

 private:
  struct Known {
    std::shared_ptr<const Lists> lists;
    std::int64_t read_at_us = 0;
  };
  Result<std::shared_ptr<const Lists>> of(const Id& tenant);
  store::Store& store_;
  const std::function<std::int64_t()> now_us_;
  std::mutex mutex_;
  std::map<Id, Known> known_;
  bool any_ = false;
  std::int64_t any_read_at_us_ = 0;
};

inline Caller caller_of(Role role) {
  return role == Role::customer ? Caller::customer : Caller::worker;
}

}  // namespace ringup::gate
