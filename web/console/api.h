#pragma once
/// The console's conversations with the server, as one signed-in person.
///
/// The access token lives in memory only. When it has expired the request is sent again after one refresh (by
/// the HttpOnly cookie); requests that fail meanwhile wait for the same refresh. Where that fails the person
/// has to sign in again: on_signed_out is called and every waiting `done` gets unauthenticated.
///
/// All calls return at once. Each `done` is called exactly once, as an event of its own (never inside a
/// frame), unless the person signs out first: then it is dropped, so a screen that is gone is never called.
/// Not thread-safe; one per app.
///
/// Failures carry the server's code as `error`, the field it blames as `where` ("" where none) and a whole
/// sentence to show as `detail`: put it at the field, or use words_of(). No answer at all is Error::busy.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/identity/role.h"
#include "web/platform/bridge.h"

namespace ringup::console {

/// The sentence to show: the server's own, else the one of the error.
std::string words_of(const Failure& failure);

/// How far a sign-in has come.
struct SignInStep {
  json::Value user;                  // signed in: who it is, as the server has it
  std::string challenge;             // else: what opens the next step
  std::vector<std::string> methods;  // of the second factor that is asked: "totp", "sms", "email",
                                     // "recovery"; empty: another password must be set
  bool signed_in() const { return challenge.empty(); }
};

class Api {
 public:
  using Done = std::function<void(Result<json::Value>)>;
  using TextDone = std::function<void(Result<std::string>)>;

  explicit Api(platform::Bridge& bridge) : bridge_(bridge) {}

  /// `path` from "/api/…" on, encoded (url_encoded). An empty answer (204) is null.
  void get(std::string path, Done done);
  /// POST, PATCH, PUT or DELETE with a JSON body; a null body is none. Every POST carries an Idempotency-Key,
  /// so that a second try after a lost answer does nothing twice.
  void send(std::string method, std::string path, const json::Value& body, Done done);
  /// The same with bytes of any type: pictures, files to import. `progress` is told how much was sent.
  using Progress = std::function<void(std::uint64_t sent, std::uint64_t total)>;
  void upload(std::string method, std::string path, std::string content_type, std::string bytes, Done done,
              Progress progress = {});
  /// The answer as it came, e.g. a catalogue page.
  void text(std::string path, std::string accept, TextDone done);

  /// Fetches and saves to where downloads go: exports. `accept` is the type that is asked for: "text/csv".
  void save(std::string path, std::string accept, std::string file_name,
            std::function<void(Result<void>)> done = {});

  // --- signing in and out; for the app ---
  using SignDone = std::function<void(Result<json::Value> user)>;
  using StepDone = std::function<void(Result<SignInStep>)>;
  /// `tenant` may be empty where there is one business.
  void sign_in(std::string tenant, std::string email, std::string password, StepDone done);
  /// The next step: a body with the challenge to the path that opens it.
  void sign_in_step(std::string path, json::Object body, StepDone done);
  /// Has the code of a second factor sent, while signing in.
  void send_code(std::string path, std::string challenge, std::function<void(Result<void>)> done);
  /// By the cookie of an earlier visit; the user as the server has it. unauthenticated where there is none.
  void resume(SignDone done);
  void sign_out(std::function<void()> done);
  /// The person signed out elsewhere in this browser: forgets the session without a word to the server.
  void forget();
  /// The Authorization header of this session for what is no call of ours; a fresh one where the last that
  /// was given did not do. Empty where there is none at the moment. Dropped like the calls at the end.
  void authorization(bool fresh, std::function<void(std::string)> give);
  /// The session ended on the server: sign in again.
  std::function<void()> on_signed_out;
  /// Grows with each sign-in and sign-out; whatever began under another number is dropped.
  std::uint64_t session() const { return session_; }

 private:
  struct Call {
    platform::FetchRequest request;
    TextDone done;
    std::uint64_t session = 0;
    bool again = false;  // sent a second time after a refresh
  };
  void start(Call call);
  void give(const std::function<void(std::string)>& give);
  void refresh();
  void refreshed(platform::FetchResponse response);
  Result<json::Value> granted(const platform::FetchResponse& response);
  Result<SignInStep> step_of(const platform::FetchResponse& response);
  void without_session(std::string path, json::Object body,
                       std::function<void(platform::FetchResponse)> done);
  void call_text(std::string method, std::string path, std::string accept, std::string content_type,
                 std::string body, TextDone done, Progress progress = {});

  platform::Bridge& bridge_;
  std::string access_;
  std::uint64_t session_ = 0;
  bool refreshing_ = false;
  std::vector<Call> waiting_;                             // for the refresh under way
  std::vector<std::function<void(std::string)>> asking_;  // likewise
  std::string given_;                                     // by authorization()
};

}  // namespace ringup::console
