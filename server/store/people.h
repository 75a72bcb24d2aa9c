#pragma once
/// What managing people needs of the store beside users.h and groups.h.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/users.h"

namespace ringup::store {

/// Which users are meant; what is not set does not narrow.
struct PeopleFilter {
  enum class State : std::uint8_t { any, active, disabled, locked };
  std::optional<Role> role;  // none: everybody but the shop's customers
  State state = State::any;
  std::optional<Id> group;
  std::string words;  // all of them begin a word of name, address, designation or number
};

/// Ordered by id, behind `after`.
Result<std::vector<User>> find_people(Database&, const Id& tenant, const PeopleFilter& filter,
                                      std::int64_t now_us, const Id& after, std::int64_t limit);
/// By role and groups.
Result<Rights> rights_of_user(Database&, const User&);
/// Forgets wrong tries and the lock. Inside a writer's job.
Result<void> unlock_user(Database&, const Id& user);

}  // namespace ringup::store
