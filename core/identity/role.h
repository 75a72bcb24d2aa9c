#pragma once
/// Roles, rights, and the one table that joins them. Everything that may be refused asks for a right, never
/// for a role.
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/ids.h"

namespace ringup {

/// What somebody is in a business. customer: registered in its shop; may do only what concerns themselves.
enum class Role : std::uint8_t { owner, manager, cashier, marketing, support, auditor, customer };
inline constexpr int role_count = static_cast<int>(Role::customer) + 1;

enum class Right : std::uint8_t {
  sell,             // ring up and take payment
  refund,           // give money back against a receipt
  shop_read,        // the catalogue, customers, branches, the business's facts
  sales_read,       // all sales, not only one's own till's
  reports_read,     // sums over all sales, and their export
  catalogue_write,  // products, prices, categories, tax classes, stock
  customers_write,
  tills_manage,     // pairing codes, revoking tills
  tasks_settle,     // mark what tills reported as done
  people_manage,    // users, groups, their sessions and one-time codes
  audit_read,       // who did what
  business_manage,  // branches, settings, security
};
inline constexpr int right_count = static_cast<int>(Right::business_manage) + 1;

/// A set of rights.
class Rights {
 public:
  constexpr Rights() = default;
  constexpr bool has(Right right) const { return (bits_ >> static_cast<unsigned>(right) & 1U) != 0; }
  constexpr void add(Right right) { bits_ |= 1U << static_cast<unsigned>(right); }
  /// Is every one of these among the others?
  constexpr bool within(Rights others) const { return (bits_ & ~others.bits_) == 0; }
  constexpr Rights operator|(Rights other) const { return Rights(bits_ | other.bits_); }
  constexpr bool operator==(const Rights&) const = default;

 private:
  constexpr explicit Rights(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_ = 0;
};
static_assert(right_count <= 32);

Rights rights_of(Role role);
inline bool may(Role role, Right right) {
  return rights_of(role).has(right);
}

/// "owner", "manager" …
std::string_view role_name(Role role);
std::optional<Role> parse_role(std::string_view name);
/// "sell", "refund" …
std::string_view right_name(Right right);
std::optional<Right> parse_right(std::string_view name);

/// Who a request speaks for: a user of one tenant, in one session.
struct Principal {
  Id tenant, user, session;
  Role role = Role::customer;
  Rights granted = {};  // by the groups they are in, beside the role's

  Rights rights() const { return rights_of(role) | granted; }
  bool may(Right right) const { return rights().has(right); }
};

}  // namespace ringup
