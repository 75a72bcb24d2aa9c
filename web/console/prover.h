#pragma once
/// Asks a person once more who they are, where the server wants a fresh proof, and sends the request again
/// with it. One question at a time. Not thread-safe; one per app.
#include <string>

#include "web/console/api.h"

namespace ringup::console {

class Prover {
 public:
  explicit Prover(Api& api) : api_(api) {}

  /// Sends; where the answer is proof_required the question opens. `done` is called once: with the answer, or
  /// with forbidden where the person closed the question. Asked again while a question is open: forbidden.
  void send(std::string method, std::string path, json::Object body, Api::Done done);
  /// The question, over everything else.
  void draw();
  /// The person is gone: forgets everything.
  void close();

 private:
  void again();

  Api& api_;
  std::string method_, path_, secret_, error_;
  json::Object body_;
  Api::Done done_;
  bool open_ = false, busy_ = false, by_code_ = false;
};

}  // namespace ringup::console
