#include "web/console/api.h"

#include "core/base/ids.h"

namespace ringup::console {
namespace {

constexpr int timeout_ms = 60'000;  // a report over a year, a large file over a slow network
constexpr std::size_t large_body = 1 << 20;
constexpr int upload_timeout_ms = 600'000;
constexpr json::Limits answer_limits{.bytes_max = 32 << 20, .depth_max = 32, .values_max = 2'000'000};

bool fine(int status) {
  return status >= 200 && status <= 299;
}

Error error_of(int status, const json::Value* code) {
  if (code != nullptr && code->as_string() != nullptr) {
    for (int i = 0; i < error_count; ++i) {
      if (error_code(static_cast<Error>(i)) == *code->as_string()) return static_cast<Error>(i);
    }
  }
  switch (status) {
    case 401:
      return Error::unauthenticated;
    case 403:
      return Error::forbidden;
    case 404:
      return Error::not_found;
    case 409:
      return Error::conflict;
    case 413:
      return Error::payload_too_large;
    case 429:
      return Error::too_many_requests;
    case 503:
      return Error::busy;
    default:
      return Error::internal;
  }
}

Failure failure_of(const platform::FetchResponse& response) {
  if (response.status == 0)
    return fail(Error::busy, {}, "The server cannot be reached. Check the network and try again.");
  const Result<json::Value> body = json::parse(response.body);
  const json::Value* code = body.ok() ? body->find("code") : nullptr;
  Failure failure =
      fail(error_of(response.status, code), {},
           "The server answered with an error (" + std::to_string(response.status) + "). Try again.");
  if (!body.ok()) return failure;
  if (const json::Value* detail = body->find("detail"); detail != nullptr && detail->as_string() != nullptr)
    failure.detail = *detail->as_string();
  // The server blames one member at a time.
  const json::Value* errors = body->find("errors");
  if (errors != nullptr && errors->as_object() != nullptr && !errors->as_object()->empty()) {
    const json::Member& first = errors->as_object()->front();
    failure.where = first.name;
    if (first.value.as_string() != nullptr) failure.detail = *first.value.as_string();
  }
  return failure;
}

Result<json::Value> value_of(Result<std::string> text) {
  if (!text.ok()) return text.failure();
  if (text->empty()) return json::Value();
  return json::parse(*text, answer_limits);
}

}  // namespace

std::string words_of(const Failure& failure) {
  return failure.detail.empty() ? std::string(error_words(failure.error)) + "." : failure.detail;
}

void Api::get(std::string path, Done done) {
  call_text("GET", std::move(path), "application/json", {}, {},
            [done = std::move(done)](Result<std::string> text) { done(value_of(std::move(text))); });
}

void Api::send(std::string method, std::string path, const json::Value& body, Done done) {
  call_text(std::move(method), std::move(path), "application/json",
            body.is_null() ? std::string() : "application/json",
            body.is_null() ? std::string() : json::dump(body),
            [done = std::move(done)](Result<std::string> text) { done(value_of(std::move(text))); });
}

void Api::upload(std::string method, std::string path, std::string content_type, std::string bytes, Done done,
                 Progress progress) {
  call_text(
      std::move(method), std::move(path), "application/json", std::move(content_type), std::move(bytes),
      [done = std::move(done)](Result<std::string> text) { done(value_of(std::move(text))); },
      std::move(progress));
}

void Api::save(std::string path, std::string accept, std::string file_name,
               std::function<void(Result<void>)> done) {
  const std::string type = accept;
  text(std::move(path), std::move(accept),
       [this, type, name = std::move(file_name), done = std::move(done)](Result<std::string> answer) {
         if (answer.ok()) bridge_.save_file(name, type, *answer);
         if (!done) return;
         if (answer.ok())
           done({});
         else
           done(answer.failure());
       });
}

void Api::text(std::string path, std::string accept, TextDone done) {
  call_text("GET", std::move(path), std::move(accept), {}, {}, std::move(done));
}

void Api::call_text(std::string method, std::string path, std::string accept, std::string content_type,
                    std::string body, TextDone done, Progress progress) {
  Call call;
  call.request.method = std::move(method);
  call.request.url = std::move(path);
  call.request.headers.emplace_back("Accept", std::move(accept));
  call.request.headers.emplace_back("X-Ringup-Client", "browser");
  if (!content_type.empty()) call.request.headers.emplace_back("Content-Type", std::move(content_type));
  if (call.request.method == "POST") {
    Id key;
    bridge_.random(key.bytes);
    call.request.headers.emplace_back("Idempotency-Key", to_string(key));
  }
  call.request.body = std::move(body);
  call.request.timeout_ms = call.request.body.size() > large_body ? upload_timeout_ms : timeout_ms;
  call.request.progress = std::move(progress);
  call.done = std::move(done);
  call.session = session_;
  start(std::move(call));
}

void Api::start(Call call) {
  if (refreshing_) {
    waiting_.push_back(std::move(call));
    return;
  }
  platform::FetchRequest request = call.request;
  request.headers.emplace_back("Authorization", "Bearer " + access_);
  bridge_.fetch(std::move(request), [this, call = std::move(call)](platform::FetchResponse response) mutable {
    if (call.session != session_) return;
    // A wrong password or code in a request is no reason to send it again: it would count twice.
    if (response.status == 401 && !call.again && failure_of(response).error != Error::invalid_credentials) {
      call.again = true;
      waiting_.push_back(std::move(call));
      return refresh();
    }
    if (!fine(response.status)) return call.done(failure_of(response));
    call.done(std::move(response.body));
  });
}

void Api::refresh() {
  if (refreshing_) return;
  refreshing_ = true;
  platform::FetchRequest request;
  request.method = "POST";
  request.url = "/api/accounts/refresh/";
  request.headers = {{"X-Ringup-Client", "browser"}};
  request.timeout_ms = timeout_ms;
  bridge_.fetch(std::move(request), [this, session = session_](platform::FetchResponse response) {
    if (session != session_) return;
    refreshed(std::move(response));
  });
}

void Api::refreshed(platform::FetchResponse response) {
  refreshing_ = false;
  std::vector<Call> calls;
  calls.swap(waiting_);
  std::vector<std::function<void(std::string)>> asking;
  asking.swap(asking_);
  if (const Result<json::Value> user = granted(response); user.ok()) {
    for (Call& call : calls) start(std::move(call));
    for (const auto& each : asking) give(each);
    return;
  }
  // No answer is no refusal: the cookie may still be good, and the person stays signed in.
  const bool ended = response.status == 401;
  const Failure failure = failure_of(response);
  for (Call& call : calls) call.done(failure);
  if (!ended) {
    for (const auto& each : asking) each({});
    return;
  }
  access_.clear();
  ++session_;
  if (on_signed_out) on_signed_out();
}

Result<json::Value> Api::granted(const platform::FetchResponse& response) {
  if (!fine(response.status)) return failure_of(response);
  const json::Value body = TRY(json::parse(response.body));
  const json::Value* access = body.find("access");
  const json::Value* user = body.find("user");
  if (access == nullptr || access->as_string() == nullptr || user == nullptr)
    return fail(Error::precondition_failed, {}, "This account needs another step to sign in.");
  access_ = *access->as_string();
  return *user;
}

Result<SignInStep> Api::step_of(const platform::FetchResponse& response) {
  if (!fine(response.status)) return failure_of(response);
  const json::Value body = TRY(json::parse(response.body));
  SignInStep step;
  const json::Value* challenge = body.find("challenge");
  if (challenge == nullptr || challenge->as_string() == nullptr) {
    step.user = TRY(granted(response));
    return step;
  }
  step.challenge = *challenge->as_string();
  const json::Value* methods = body.find("methods");
  if (methods != nullptr && methods->as_array() != nullptr) {
    for (const json::Value& method : *methods->as_array()) {
      if (method.as_string() != nullptr) step.methods.push_back(*method.as_string());
    }
  }
  return step;
}

void Api::without_session(std::string path, json::Object body,
                          std::function<void(platform::FetchResponse)> done) {
  platform::FetchRequest request;
  request.method = "POST";
  request.url = std::move(path);
  request.headers = {{"X-Ringup-Client", "browser"}, {"Content-Type", "application/json"}};
  request.body = json::dump(std::move(body));
  request.timeout_ms = timeout_ms;
  bridge_.fetch(std::move(request), std::move(done));
}

void Api::sign_in(std::string tenant, std::string email, std::string password, StepDone done) {
  json::Object body{{"email", std::move(email)}, {"password", std::move(password)}};
  if (!tenant.empty()) body.push_back({"tenant", std::move(tenant)});
  sign_in_step("/api/accounts/login/", std::move(body), std::move(done));
}

void Api::sign_in_step(std::string path, json::Object body, StepDone done) {
  ++session_;
  without_session(
      std::move(path), std::move(body),
      [this, done = std::move(done)](platform::FetchResponse response) { done(step_of(response)); });
}

void Api::send_code(std::string path, std::string challenge, std::function<void(Result<void>)> done) {
  without_session(std::move(path), {{"challenge", std::move(challenge)}},
                  [done = std::move(done)](platform::FetchResponse response) {
                    if (fine(response.status)) return done({});
                    done(failure_of(response));
                  });
}

void Api::resume(SignDone done) {
  platform::FetchRequest request;
  request.method = "POST";
  request.url = "/api/accounts/refresh/";
  request.headers = {{"X-Ringup-Client", "browser"}};
  request.timeout_ms = timeout_ms;
  ++session_;
  bridge_.fetch(std::move(request),
                [this, session = session_, done = std::move(done)](platform::FetchResponse response) {
                  if (session == session_) done(granted(response));
                });
}

void Api::sign_out(std::function<void()> done) {
  platform::FetchRequest request;
  request.method = "POST";
  request.url = "/api/accounts/logout/";
  request.headers = {{"X-Ringup-Client", "browser"}};
  // By the cookie alone: it is there even where the access token has expired.
  forget();
  bridge_.fetch(std::move(request), [done = std::move(done)](platform::FetchResponse) { done(); });
}

void Api::forget() {
  access_.clear();
  waiting_.clear();
  asking_.clear();
  refreshing_ = false;
  ++session_;
}

void Api::authorization(bool fresh, std::function<void(std::string)> done) {
  // A call may have brought a fresh one meanwhile.
  if (!refreshing_ && (!fresh || access_ != given_)) return give(done);
  asking_.push_back(std::move(done));
  refresh();
}

void Api::give(const std::function<void(std::string)>& done) {
  given_ = access_;
  done("Bearer " + access_);
}

}  // namespace ringup::console
