#pragma once
/// A connection's bytes inside TLS (tls_context.h), as a Wire. See wire.h for the rules.
///
/// After write() said `later` the same bytes come again, more may follow them: part of them is sealed
/// already. finish() and the end of the wire say goodbye (close_notify), unless bytes of an answer are still
/// unsent.
#include <functional>
#include <memory>

#include "server/http/tls_context.h"
#include "server/http/wire.h"

namespace ringup::http {

/// Speaks TLS from the first byte on: greet() is the handshake. Owns the connected non-blocking socket.
std::unique_ptr<Wire> tls_wire(int socket, TlsContext context, std::shared_ptr<TlsCounts> counts);

/// One port speaks both: greet() looks at the first byte. A TLS handshake record begins with 0x16, which
/// begins no request of HTTP. The context is asked for then, so that a fresh certificate counts at once.
std::unique_ptr<Wire> either_wire(int socket, std::function<TlsContext()> context,
                                  std::shared_ptr<TlsCounts> counts);

}  // namespace ringup::http
