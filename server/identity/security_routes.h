#pragma once
/// How a business guards itself: password expiry, second factors by role, networks, text messages.
#include "server/gate/address_lists.h"
#include "server/http/access.h"
#include "server/identity/accounts.h"

namespace ringup::identity {

/// GET and PATCH /api/admin/security/: for whoever has business_manage; a change asks for a fresh proof, and
/// for lists of networks that hold the address it comes from. `lists` is told of changes.
void add_security_routes(http::Router& router, Accounts& accounts, const http::Access& access,
                         gate::AddressLists& lists);

}  // namespace ringup::identity
