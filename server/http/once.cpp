#include "server/http/once.h"

#include <algorithm>

namespace ringup::http {

Result<std::optional<store::OnceKey>> read_once_key(const Request& request, const Id& tenant,
                                                    const Id& principal) {
  const auto named = std::find_if(request.headers.begin(), request.headers.end(),
                                  [](const auto& header) { return header.first == "idempotency-key"; });
  if (named == request.headers.end()) return std::optional<store::OnceKey>();
  const std::string& key = named->second;
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (key.empty() || key.size() > 255 || !printable)
    return fail(Error::invalid_value, "Idempotency-Key", "Use 1 to 255 printable characters.");
  // The path comes with or without its last slash; both are the same request.
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  return std::optional(store::OnceKey{
      tenant, principal, key, sha256(request.method + " " + std::string(path) + "\n" + request.body)});
}

store::Answer answer_of(const json::Value& value, int status) {
  return {status, json::dump(value)};
}

Response answer_response(store::Answer answer) {
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  return response;
}

}  // namespace ringup::http
