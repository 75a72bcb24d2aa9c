#pragma once
/// How a device comes to trust the shop's own authority (server/http/tls_authority.h): a page in plain words
/// that needs no script, the certificate itself, and a profile for iPhones. Over plain HTTP as well: whoever
/// reads it does not trust us yet. 404 where the folder has no authority.
///
/// Also /trust/https, by which a page over plain HTTP finds the way to its https address.
#include <functional>
#include <string>

#include "server/http/http.h"
#include "server/http/https.h"

namespace ringup::pages {

struct TrustDoors {
  std::string folder;  // the data folder
  http::HttpsPolicy https;
  std::function<bool(const http::Request&)> own_host;  // is its Host a business's?
};
void add_trust_routes(http::Router& router, TrustDoors doors);

}  // namespace ringup::pages
