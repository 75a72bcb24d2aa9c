#include "core/identity/pin.h"
#include "server/identity/permits.h"
#include "server/identity/sign_in_answers.h"

namespace ringup::identity {
namespace {

http::Response done() {
  http::Response response;
  response.status = 204;
  response.with("Cache-Control", "no-store");
  return response;
}

Result<http::Response> put_own(Accounts& accounts, Permits& permits, const Principal& principal,
                               const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  const std::string pin(TRY(in.string("pin", 64)));
  const auto proof = TRY(read_proof(in));
  TRY(in.done());
  TRY(check_pin(pin));  // before a proof is used up
  TRY(accounts.require_proof(principal, proof));
  TRY(permits.set_pin(principal, pin, http::whence_of(request)));
  return done();
}

/// The body, which holds only a proof, may be missing.
Result<http::Response> remove_own(Accounts& accounts, Permits& permits, const Principal& principal,
                                  const http::Request& request) {
  std::optional<Proof> proof;
  if (!request.body.empty()) {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    proof = TRY(read_proof(in));
    TRY(in.done());
  }
  TRY(accounts.require_proof(principal, proof));
  TRY(permits.remove_pin(principal, principal.user, http::whence_of(request)));
  return done();
}

}  // namespace

void add_permit_routes(http::Router& router, Accounts& accounts, Permits& permits,
                       const http::Access& access) {
  router.add("PUT", "/api/accounts/me/pin/",
             [&accounts, &permits, access](const http::Request& request) -> Result<http::Response> {
               return put_own(accounts, permits, TRY(access.user(request)), request);
             });
  router.add("DELETE", "/api/accounts/me/pin/",
             [&accounts, &permits, access](const http::Request& request) -> Result<http::Response> {
               return remove_own(accounts, permits, TRY(access.user(request)), request);
             });
  router.add("DELETE", "/api/admin/users/{id}/pin/",
             [&permits, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::people_manage));
               TRY(permits.remove_pin(principal, TRY(request.parameter_id(0)), http::whence_of(request)));
               return done();
             });
  router.add("GET", "/api/till/permits/",
             [&permits, access](const http::Request& request) -> Result<http::Response> {
               const http::TillPrincipal till = TRY(access.till(request));
               TRY(request.allow_query({}));
               http::Response response = http::json_response(TRY(permits.permits_of(till)));
               return std::move(response.with("Cache-Control", "no-store"));
             });
}

}  // namespace ringup::identity
