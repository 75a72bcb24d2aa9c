#include "server/http/http.h"

#include <algorithm>

namespace ringup::http {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}
bool is_rest(std::string_view segment) {
  return segment.ends_with("...}");
}

struct Status {
  Error error;
  int status;
};
constexpr Status status_table[] = {
    {Error::invalid_json, 400},
    {Error::limit_exceeded, 400},
    {Error::wrong_type, 400},
    {Error::unknown_member, 400},
    {Error::missing_member, 400},
    {Error::duplicate_member, 400},
    {Error::out_of_range, 400},
    {Error::invalid_value, 400},
    {Error::amount_overflow, 400},
    {Error::currency_mismatch, 400},
    {Error::unknown_currency, 400},
    {Error::invalid_barcode, 400},
    {Error::unknown_sku, 400},
    {Error::duplicate_sku, 409},
    {Error::duplicate_barcode, 409},
    {Error::not_found, 404},
    {Error::too_many, 400},
    {Error::not_enough_tendered, 400},
    {Error::already_refunded, 409},
    {Error::invalid_csv, 400},
    {Error::invalid_token, 401},
    {Error::invalid_credentials, 401},
    {Error::account_locked, 429},
    {Error::email_not_verified, 403},
    {Error::forbidden, 403},
    {Error::unauthenticated, 401},
    {Error::tenant_required, 400},
    {Error::proof_required, 403},
    {Error::misdirected_request, 421},
    {Error::pairing_code_invalid, 401},
    {Error::conflict, 409},
    {Error::idempotency_mismatch, 422},
    {Error::precondition_failed, 409},
    {Error::method_not_allowed, 405},
    {Error::unsupported_media_type, 415},
    {Error::payload_too_large, 413},
    {Error::too_many_requests, 429},
    {Error::malformed_request, 400},
    {Error::busy, 503},
    {Error::storage, 503},
    {Error::damaged, 500},
    {Error::newer_version, 500},
    {Error::in_use, 503},
    {Error::configuration, 500},
    {Error::internal, 500},
};
static_assert(std::size(status_table) == error_count);

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

Result<void> Request::allow_query(std::initializer_list<std::string_view> names) const {
  for (const auto& [key, value] : query) {
    if (std::find(names.begin(), names.end(), key) == names.end())
      return fail(Error::unknown_member, key.substr(0, 80), "This query parameter is not known here.");
  }
  return {};
}

Result<json::Value> Request::json_body(const json::Limits& limits) const {
  const std::string_view type = header("content-type");
  if (!type.starts_with("application/json"))
    return fail(Error::unsupported_media_type, "Content-Type", "Send the body as application/json.");
  return json::parse(body, limits);
}

Result<Id> Request::parameter_id(std::size_t n) const {
  ASSERT(n < parameters.size());
  Result<Id> id = parse_id(parameters[n]);
  if (!id) return fail(Error::not_found);
  return id;
}

Whence whence_of(const Request& request) {
  constexpr std::size_t device_bytes_max = 120;
  std::string device(request.header("user-agent").substr(0, device_bytes_max));
  std::replace_if(
      device.begin(), device.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return {request.remote_address, std::move(device)};
}

Response json_response(const json::Value& value, int status) {
  Response response;
  response.status = status;
  response.body = json::dump(value);
  return response;
}

Response text_response(std::string text, std::string content_type, int status) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(text);
  return response;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

int status_of(Error error) {
  const auto index = static_cast<std::size_t>(error);
  ASSERT(index < std::size(status_table) && status_table[index].error == error);
  return status_table[index].status;
}

Response problem(const Failure& failure) {
  return problem(failure, status_of(failure.error));
}

Response problem(const Failure& failure, int status) {
  // What broke on our side is for the log; a client gets the sentence only.
  const bool ours = status == 500;
  const std::string sentence = std::string(error_words(failure.error)) + '.';
  json::Object members{{"type", "about:blank"},
                       {"title", error_words(failure.error)},
                       {"status", status},
                       {"code", error_code(failure.error)},
                       {"detail", ours || failure.detail.empty() ? sentence : failure.detail}};
  if (!ours && !failure.where.empty()) {
    members.push_back(
        {"errors", json::Object{{failure.where, failure.detail.empty() ? sentence : failure.detail}}});
  }
  Response response = json_response(std::move(members), status);
  response.content_type = "application/problem+json";
  if (status == 503 || status == 429) response.with("Retry-After", status == 503 ? "1" : "30");
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

void Router::add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options) {
  ASSERT(options.body_bytes_max <= body_bytes_max);
  Route route{std::string(method), std::string(pattern), {}, std::move(handler), options};
  for (const std::string_view segment : segments_of(pattern)) route.segments.emplace_back(segment);
  if (options.quick) quick_.push_back(routes_.size());
  routes_.push_back(std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  const std::vector<std::string_view> segments = segments_of(path);
  Match match;
  const Route* best = nullptr;
  std::size_t best_literals = 0;
  for (const Route& route : routes_) {
    const bool rest = !route.segments.empty() && is_rest(route.segments.back());
    if (rest ? segments.size() + 1 < route.segments.size() : segments.size() != route.segments.size())
      continue;
    bool fits = true;
    std::size_t literals = 0;
    for (std::size_t i = 0; fits && i < route.segments.size(); ++i) {
      if (is_parameter(route.segments[i])) continue;
      fits = route.segments[i] == segments[i];
      ++literals;
    }
    if (!fits) continue;
    if (route.method != method) {
      if (match.allow.find(route.method) == std::string::npos) {
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += route.method;
      }
      continue;
    }
    if (best == nullptr || literals > best_literals) best = &route, best_literals = literals;
  }
  if (best == nullptr) return match;
  match.allow.clear();
  match.handler = &best->handler;
  match.body_bytes_max = best->options.body_bytes_max;
  match.pattern = best->pattern;
  match.quick = best->options.quick;
  for (std::size_t i = 0; i < best->segments.size(); ++i) {
    if (!is_parameter(best->segments[i])) continue;
    if (is_rest(best->segments[i])) {
      std::string rest;
      for (std::size_t k = i; k < segments.size(); ++k) rest += (k > i ? "/" : "") + std::string(segments[k]);
      match.parameters.push_back(std::move(rest));
    } else {
      match.parameters.emplace_back(segments[i]);
    }
  }
  return match;
}

bool Router::is_quick(std::string_view method, std::string_view path) const {
  for (const std::size_t n : quick_) {
    const std::string_view pattern = routes_[n].pattern;
    if (path.starts_with(pattern.substr(0, pattern.find('{')))) return match(method, path).quick;
  }
  return false;
}

std::vector<Router::Listed> Router::list() const {
  std::vector<Listed> listed;
  for (const Route& route : routes_) listed.push_back({route.method, route.pattern});
  return listed;
}

Response dispatch(const Router& router, Request& request) {
  return dispatch(router.match(request.method, request.path), request);
}

Response dispatch(Router::Match match, Request& request) {
  if (match.handler == nullptr) {
    if (match.allow.empty()) return problem(fail(Error::not_found, {}, "There is nothing at this address."));
    Response response = problem(fail(Error::method_not_allowed, {}, "Possible here: " + match.allow + "."));
    return response.with("Allow", match.allow);
  }
  if (request.body.size() > match.body_bytes_max) {
    return problem(
        fail(Error::payload_too_large, {},
             "The body may have at most " + std::to_string(match.body_bytes_max) + " bytes here."));
  }
  request.parameters = std::move(match.parameters);
  Result<Response> response = (*match.handler)(request);
  return response.ok() ? std::move(response).value() : problem(response.failure());
}

}  // namespace ringup::http
