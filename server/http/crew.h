#pragma once
/// The threads behind the guard's: a few that greet (TLS), many that answer. A connection that they have is
/// theirs until they give it back: told of by the epoll set again, or on the list of those that the guard's
/// thread must look at.
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "server/http/connection.h"
#include "server/http/workers.h"

namespace ringup::http {

class Crew {
 public:
  explicit Crew(Desk& desk);

  // On the guard's thread, for a connection that it holds:

  /// Its request is whole: a worker answers. False, and nothing happens, where the queue is full.
  bool answer(Connection& c);
  /// Its greeting can go on. False, and nothing happens, where too many wait.
  bool greet(Connection& c);
  enum class After {
    next,    // the answer is out, and the next request may come
    unsent,  // the client must take some of it first: send on
    end,     // nothing follows: to be closed
    given,   // a stream has it
  };
  /// Answers the request that is here, now: for the guard's thread where it is quick, else for workers.
  After answer_now(Connection& c);
  /// Its reply is out and wants the connection.
  void give_away(Connection& c);
  /// Those that came back with something to do: read on or refuse, send on, close; their `phase` says which.
  std::vector<Connection*> take_returned();

  /// Requests that wait for a worker.
  std::size_t waiting() const { return answerers_.waiting(); }
  /// When no connection is left.
  void finish();

 private:
  class Given;
  void serve(Connection& c);
  bool stay(const Connection& c);
  void greet_on(Connection& c);
  void give_back(Connection& c);
  void return_to_guard(Connection& c);

  Desk& desk_;
  const std::size_t staying_max_;
  std::atomic<std::size_t> staying_{0};
  std::mutex mutex_;
  std::vector<Connection*> returned_;
  Workers answerers_, greeters_;  // last: their threads use the rest
};

}  // namespace ringup::http
