#pragma once
/// The answer to a public certificate authority's question (ACME http-01, RFC 8555, 8.3), so that certbot and
/// its like need no port of their own: `certbot certonly --webroot -w DIR/acme` writes a file, and
/// `GET /.well-known/acme-challenge/{token}` reads it from DIR/acme/.well-known/acme-challenge.
#include <string>

#include "server/http/http.h"

namespace ringup::pages {

inline constexpr std::size_t challenge_bytes_max = 4096;

/// Is this the path of such a question? It is asked over plain HTTP, by a name that may be no business's yet.
bool is_challenge(std::string_view path);

/// not_found for whatever is no file of at most challenge_bytes_max there, or no token (RFC 8555: base64url).
void add_challenge_route(http::Router& router, const std::string& data_folder);

}  // namespace ringup::pages
