#pragma once
/// Who works here: users, groups, what each may do, and the one-time codes that were sent to them.
#include <memory>

#include "web/console/parts.h"

namespace ringup::console {

std::unique_ptr<Screen> make_people();

std::unique_ptr<Part> make_users();
std::unique_ptr<Part> make_groups();
std::unique_ptr<Part> make_rights();
std::unique_ptr<Part> make_codes();

}  // namespace ringup::console
