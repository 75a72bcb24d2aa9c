#include <algorithm>

#include "core/base/time.h"
#include "core/base/utf8.h"
#include "core/till/enrolment.h"
#include "server/http/audited.h"
#include "server/sales/exchange.h"
#include "server/sales/json.h"
#include "server/sales/sales.h"

namespace ringup::sales {
namespace {

json::Value to_json(const store::Till& till, const store::TillJournal& journal,
                    std::optional<std::int64_t> seen_at) {
  return json::Object{{"id", till.id},
                      {"name", till.name},
                      {"series", till.series},
                      {"epoch", till.epoch},
                      {"branch", till.branch},
                      {"created_at", to_rfc3339(till.created_at)},
                      {"revoked_at", time_or_null(till.revoked_at)},
                      {"received_through", journal.through},
                      {"last_record_at", time_or_null(journal.last_record_at)},
                      {"last_contact_at", time_or_null(seen_at ? seen_at : journal.last_record_at)}};
}

/// Something to read on one line.
bool is_name(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return !control && utf8::valid(text) && text.find_first_not_of(' ') != std::string_view::npos;
}

/// A till of this tenant; not_found.
Result<store::Till> till_in(store::Database& db, const Id& tenant, const Id& id) {
  auto till = TRY(store::find_till(db, id));
  if (!till || till->tenant != tenant) return Error::not_found;
  return *till;
}

}  // namespace

Result<json::Value> Sales::till_json(store::Database& db, const store::Till& till) const {
  return to_json(till, TRY(store::till_journal(db, till)), contacts_.last(till.id));
}

Result<http::Response> Sales::enrol(const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  const till::EnrolRequest enrol = TRY(till::read_enrol_request(body));
  const std::optional<std::string>& code = enrol.pairing_code;
  const std::string name = enrol.name.value_or("");
  const std::int64_t now = now_us_();

  if (!code) {
    if (request.header("authorization").empty())
      return fail(Error::missing_member, "pairing_code", "Send a pairing code, or the till's token.");
    const http::TillPrincipal principal = TRY(till_of(request));
    const json::Value answer =
        TRY(store_.writer().write_for<json::Value>([&](store::Database& db) -> Result<json::Value> {
          auto till = TRY(store::find_till(db, principal.till));
          if (!till) {
            till = TRY(store::restore_till(db, principal.till, principal.tenant, principal.series,
                                           principal.epoch, now));
          }
          if (till->tenant != principal.tenant) return Error::invalid_token;
          if (till->revoked_at) return fail(Error::forbidden, {}, "This till was revoked.");
          const std::string origin = TRY(origin_of(db, request, till->tenant));
          return enrolment_answer(db, TRY(store::next_epoch(db, till->id, principal.epoch, name)), tokens_,
                                  origin);
        }));
    return http::json_response(answer);
  }

  TRY(guesses_.check(request.remote_address, now));
  const Sha256Digest digest = pairing_digest(*code);
  Result<json::Value> answer =
      store_.writer().write_for<json::Value>([&](store::Database& db) -> Result<json::Value> {
        const store::Pairing pairing = TRY(store::use_pairing_code(db, digest, now));
        const store::Till till = pairing.till
                                     ? TRY(store::next_epoch(db, *pairing.till, 0, name))
                                     : TRY(store::add_till(db, pairing.tenant, pairing.branch, name, now));
        if (till.revoked_at) TRY(store::set_revoked(db, till.tenant, till.id, std::nullopt));
        const http::Whence whence = http::whence_of(request);
        TRY(store::add_audit(db,
                             {till.tenant, "till_enrolled", std::nullopt, "till", till.id, "", whence.address,
                              whence.device, json::dump(json::Object{{"series", till.series}})},
                             now));
        return enrolment_answer(db, till, tokens_, TRY(origin_of(db, request, till.tenant)));
      });
  if (!answer.ok()) {
    if (answer.error() == Error::pairing_code_invalid) guesses_.count(request.remote_address, now);
    return answer.failure();
  }
  return http::json_response(*answer);
}

Result<http::Response> Sales::journal(const http::Request& request) const {
  const http::TillPrincipal principal = TRY(till_of(request));
  if (!request.header("content-type").starts_with("application/json"))
    return fail(Error::unsupported_media_type, "Content-Type", "Send the body as application/json.");
  const journal::Request records = TRY(journal::read_request(request.body));
  const std::shared_ptr<const store::DurableMarks> marks = durable_ ? durable_() : nullptr;
  const journal::Answer answer =
      TRY(receive_journal(store_, principal, records, generation_, now_us_(), marks.get()));
  http::Response response;
  response.body = journal::write_answer(answer);
  return response;
}

void Sales::add_till_routes(http::Router& router, const http::Access& access) {
  router.add("POST", "/api/till/enrol/", [this](const http::Request& request) { return enrol(request); });
  router.add("POST", "/api/till/journal/", [this](const http::Request& request) { return journal(request); },
             {.body_bytes_max = journal::request_bytes_max});

  router.add("GET", "/api/till/settings/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const http::TillPrincipal principal = TRY(access.till(request));
               TRY(request.allow_query({}));
               return http::json_response(TRY(store_.read([&](store::Database& db) -> Result<json::Value> {
                 const auto till = TRY(store::find_till(db, principal.till));
                 if (!till || till->tenant != principal.tenant || till->revoked_at) return Error::forbidden;
                 return settings_answer(db, *till, TRY(origin_of(db, request, till->tenant)));
               })));
             });

  router.add(
      "POST", "/api/till/pairing-codes/",
      [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::tills_manage));
        const json::Value body = TRY(request.json_body());
        json::Reader in = TRY(json::Reader::object(body));
        const auto branch = TRY(in.optional_id("branch"));
        const auto till = TRY(in.optional_id("till"));
        TRY(in.done());
        const std::int64_t now = now_us_();
        const std::string code =
            TRY(store_.writer().write_for<std::string>([&](store::Database& db) -> Result<std::string> {
              store::Pairing pairing{principal.tenant, {}, till};
              if (till) {
                Result<store::Till> known = till_in(db, principal.tenant, *till);
                if (!known.ok()) return fail(known.error(), "till", "There is no such till.");
                pairing.branch = known->branch;
              } else {
                pairing.branch =
                    TRY(store::find_branch(db, principal.tenant, branch ? to_string(*branch) : ""));
              }
              TRY(http::tell_deed(db, request, principal, {"pairing_code_made", "till", till}, now));
              return make_pairing_code(db, pairing, now);
            }));
        return http::json_response(
            json::Object{{"pairing_code", code}, {"expires_at", to_rfc3339(now + pairing_code_us)}}, 201);
      });

  router.add("GET", "/api/tills/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::tills_manage));
    TRY(request.allow_query({}));
    json::Array items;
    TRY(store_.read([&](store::Database& db) -> Result<void> {
      for (const store::Till& till : TRY(store::list_tills(db, principal.tenant)))
        items.push_back(TRY(till_json(db, till)));
      return {};
    }));
    return http::json_response(json::Object{{"items", std::move(items)}, {"next", nullptr}});
  });

  router.add(
      "PATCH", "/api/tills/{id}/", [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::tills_manage));
        const Id id = TRY(request.parameter_id(0));
        const json::Value body = TRY(request.json_body());
        json::Reader in = TRY(json::Reader::object(body));
        const std::string name(TRY(in.string("name", till::till_name_bytes_max, 1)));
        TRY(in.done());
        if (!is_name(name)) return fail(Error::invalid_value, "name", "Give the till a name of one line.");
        return http::json_response(
            TRY(store_.writer().write_for<json::Value>([&](store::Database& db) -> Result<json::Value> {
              TRY(store::rename_till(db, principal.tenant, id, name));
              TRY(http::tell_deed(db, request, principal, {"till_renamed", "till", id, {{"name", name}}},
                                  now_us_()));
              return till_json(db, TRY(till_in(db, principal.tenant, id)));
            })));
      });

  router.add("POST", "/api/tills/{id}/revoke/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::tills_manage));
               const Id id = TRY(request.parameter_id(0));
               const std::int64_t now = now_us_();
               return http::json_response(TRY(
                   store_.writer().write_for<json::Value>([&](store::Database& db) -> Result<json::Value> {
                     TRY(store::set_revoked(db, principal.tenant, id, now));
                     TRY(http::tell_deed(db, request, principal, {"till_revoked", "till", id}, now));
                     return till_json(db, TRY(till_in(db, principal.tenant, id)));
                   })));
             });
}

}  // namespace ringup::sales
