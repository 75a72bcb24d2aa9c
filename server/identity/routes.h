#pragma once
/// The HTTP face of identity: accounts, users, branches, tax classes. A handler parses, calls, maps.
#include "server/http/access.h"
#include "server/identity/accounts.h"
#include "server/identity/business.h"

namespace ringup::identity {

/// Who `Authorization: Bearer` is; main puts it into http::Access.
std::function<Result<Principal>(const http::Request&)> user_door(Accounts& accounts);
/// Until when they are; likewise.
std::function<Result<std::int64_t>(const http::Request&)> user_until_door(Accounts& accounts);

/// /api/accounts/…: cookies carry the prefix __Host- in answers over HTTPS; with `secure` in all of them.
void add_account_routes(http::Router& router, Accounts& accounts, bool secure);
/// /login, /register, /verify-email, /forgot-password, /reset-password, /account: pages without JavaScript
/// over the routes of `router`, which must outlive it.
void add_page_routes(http::Router& router, Accounts& accounts, bool secure);
/// Registering, confirming an address, forgotten passwords: for strangers.
void add_registration_routes(http::Router& router, Accounts& accounts);
/// /api/admin/users/: for those who manage people.
void add_user_routes(http::Router& router, Accounts& accounts, const http::Access& access);
/// /api/admin/groups/, /api/admin/rights/: likewise.
void add_group_routes(http::Router& router, Accounts& accounts, const http::Access& access);
/// /api/business/: what is true of the whole business.
void add_facts_routes(http::Router& router, Accounts& accounts, const http::Access& access);
/// /api/branches/, /api/tax-classes/, /api/time-zones/.
void add_business_routes(http::Router& router, Accounts& accounts, const http::Access& access);

/// {id, email, first_name, last_name, role, …} without secrets.
json::Object user_json(const store::User& user);
/// The same with what they may and the groups they are in: {…, rights: [names], groups: [{id, name}]}.
Result<json::Object> profile_json(store::Database& db, const store::User& user);
json::Array rights_json(Rights rights);
json::Value tenant_json(const store::Tenant& tenant);

inline constexpr std::size_t person_name_bytes_max = 200;
/// A first or last name: valid text without control characters. invalid_value.
Result<std::string> read_person_name(std::string_view text, std::string_view field);

}  // namespace ringup::identity
