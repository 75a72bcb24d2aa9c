#pragma once
/// Tries the way to the mail server as far as it goes without a mail: connect, EHLO, STARTTLS with the
/// server's certificate checked, AUTH where a name is set, NOOP, QUIT.
#include <string>

#include "core/base/result.h"

namespace ringup::notify {

struct MailServer {
  std::string host;
  int port = 587;  // 465: TLS from the first byte; others: STARTTLS
  std::string user, password;
  int deadline_ms = 10'000;
  std::string authorities;  // a PEM file to trust instead of trust_source(); for tests
};

struct MailProbe {
  bool encrypted = false;      // STARTTLS or TLS was spoken
  bool authenticated = false;  // the server took name and password
};

/// How far it went. A password is never sent without TLS, unless the server is this machine (127.0.0.0/8,
/// ::1, localhost); without a password a server that offers no STARTTLS is spoken to in the open, and
/// `encrypted` says so.
/// Fails with a sentence that names host and port, what is wrong and what to do: not_found (no such host,
/// nobody listens), busy (no answer in time), invalid_credentials (AUTH refused), invalid_token (the
/// certificate is not trusted or names another host), precondition_failed (no STARTTLS, or no AUTH, and a
/// password is set), invalid_value (it does not speak SMTP).
Result<MailProbe> probe_mail_server(const MailServer& server);

}  // namespace ringup::notify
