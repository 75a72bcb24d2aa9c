#pragma once
/// The HTTP side of writes that happen once (server/store/idempotency.h).
#include "server/http/http.h"
#include "server/store/idempotency.h"

namespace ringup::http {

/// What the header `Idempotency-Key` says: 1 to 255 printable ASCII characters; nullopt without the header.
/// invalid_value.
Result<std::optional<store::OnceKey>> read_once_key(const Request& request, const Id& tenant,
                                                    const Id& principal);

store::Answer answer_of(const json::Value& value, int status = 200);
Response answer_response(store::Answer answer);

}  // namespace ringup::http
