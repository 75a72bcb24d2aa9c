#include "server/gate/address_lists.h"

#include "core/base/json.h"
#include "server/store/security.h"

namespace ringup::gate {
namespace {

constexpr std::int64_t remembered_us = 1'000'000;
constexpr std::size_t businesses_max = 10'000;

std::vector<http::Network> read_list(std::string_view text) {
  std::vector<http::Network> networks;
  const auto list = json::parse(text);
  if (!list.ok() || list->as_array() == nullptr) return networks;
  for (const json::Value& one : *list->as_array()) {
    if (one.as_string() == nullptr) continue;
    if (const auto network = http::read_network(*one.as_string()); network.ok()) networks.push_back(*network);
  }
  return networks;
}

}  // namespace

Lists read_lists(std::string_view allow, std::string_view deny) {
  return {read_list(allow), read_list(deny)};
}

Result<void> check_address(const Lists& lists, Caller caller, std::string_view address) {
  const auto refuse = [&](const char* why) {
    return fail(Error::forbidden, "address", std::string(address.substr(0, 60)) + why);
  };
  const std::optional<http::Address> from = http::read_address(address);
  if (from.has_value() && http::any_holds(lists.deny, *from))
    return refuse(" is an address that this business shuts out.");
  if (caller != Caller::worker || lists.allow.empty()) return {};
  if (from.has_value() && http::any_holds(lists.allow, *from)) return {};
  return refuse(" is none of the addresses that this business lets its people in from.");
}

Result<std::shared_ptr<const Lists>> AddressLists::of(const Id& tenant) {
  const std::int64_t now = now_us_();
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(tenant);
    if (found != known_.end() && now >= found->second.read_at_us &&
        now - found->second.read_at_us < remembered_us)
      return found->second.lists;
  }
  const store::Security security =
      TRY(store_.read([&](store::Database& db) { return store::read_security(db, tenant); }));
  auto lists = std::make_shared<const Lists>(read_lists(security.ip_allow, security.ip_deny));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= businesses_max) known_.clear();
  known_.insert_or_assign(tenant, Known{lists, now});
  return lists;
}

Result<void> AddressLists::check(const Id& tenant, Caller caller, std::string_view address) {
  const std::shared_ptr<const Lists> lists = TRY(of(tenant));
  if (lists->allow.empty() && lists->deny.empty()) return {};
  return check_address(*lists, caller, address);
}

bool AddressLists::any() {
  const std::int64_t now = now_us_();
  {
    const std::lock_guard lock(mutex_);
    if (any_read_at_us_ != 0 && now >= any_read_at_us_ && now - any_read_at_us_ < remembered_us) return any_;
  }
  const auto found = store_.read([](store::Database& db) { return store::any_address_list(db); });
  const std::lock_guard lock(mutex_);
  any_ = !found.ok() || *found;  // what cannot be read is asked for again, each by itself
  any_read_at_us_ = now;
  return any_;
}

void AddressLists::forget(const Id& tenant) {
  const std::lock_guard lock(mutex_);
  known_.erase(tenant);
  any_read_at_us_ = 0;
}

}  // namespace ringup::gate
