#pragma once
/// What tests of one-time codes share: people who may sign in so, and the codes that went out.
#include <string>
#include <string_view>

#include "tests/server/running.h"

namespace ringup::test {

inline constexpr char mia_email[] = "mia@shop.example";
inline constexpr char mia_phone[] = "+4915112345678";

/// A user of the business "shop", in an employee group unless told otherwise; no password.
store::User add_person(RunningServer& server, std::string_view email = mia_email,
                       std::string_view phone = mia_phone, bool employee = true, Role role = Role::cashier);
/// The code in the newest message to this address or number; "" where there is none.
std::string code_sent_to(RunningServer& server, std::string_view contact);
/// How many messages of a template went to it.
std::int64_t messages_to(RunningServer& server, std::string_view contact, std::string_view template_name);
/// One number of the database.
std::int64_t count_of(RunningServer& server, std::string_view sql);
/// Rows of the audit log with this action.
std::int64_t audited(RunningServer& server, std::string_view action);
/// A code of six digits that is not this one.
std::string other_than(const std::string& code);

}  // namespace ringup::test
