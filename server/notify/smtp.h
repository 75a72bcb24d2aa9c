#pragma once
/// Hands mails to the mail server of the settings.
#include <functional>
#include <string>

#include "server/notify/mail_probe.h"
#include "server/notify/outcome.h"

namespace ringup::notify {

inline constexpr int smtp_deadline_ms = 120'000;  // servers may look at a mail for long before they take it
inline constexpr int smtp_connect_ms = 20'000;

/// Sends the bytes of write_mail(), once, under the rules of probe_mail_server() on TLS and passwords.
///
/// `sent` exactly when the server has said 250 behind the mail's end. What it says is told apart: 5xx to the
/// recipient or to the mail itself is `refused`; 4xx is `later`; 421, 5xx before a recipient was named (the
/// sender's address, the login), no connection, no trusted certificate and no answer in time are `down`.
/// Addresses that read_email() would not yield are `refused` without a connection.
/// `give_up` is asked about once a second; once it says yes, the attempt ends.
Outcome send_mail(const MailServer& server, const std::string& from, const std::string& to,
                  const std::string& bytes, const std::function<bool()>& give_up = {});

}  // namespace ringup::notify
