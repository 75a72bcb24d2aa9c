#pragma once
/// From bytes on a wire to one whole request, on the guard's thread and on a worker's alike.
#include <span>

#include "server/http/connection.h"

namespace ringup::http {

enum class Reading {
  later,    // the wire has no more now; what came stays in the connection's reader
  whole,    // reader.head() and body() are a request; what came behind it is in `early`
  refused,  // refused_of() says why
  gone,     // nothing more will come of it: to be closed
};

/// Takes what came early, then what the wire has, until one of these. Whoever holds the connection.
Reading read_request(Connection& c, Desk& desk, std::span<char> buffer);

/// Which number a refusal belongs to.
TurnedAway reason_of(const Refusal& refusal);

inline Refusal hands_full() {
  return {503, {}, "The server has its hands full. Try again in a moment."};
}

}  // namespace ringup::http
