#pragma once
/// One libcurl handle with what all of ours have in common; inside server/notify only.
#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>

#include "server/notify/mail_probe.h"

namespace ringup::notify {

struct HandleCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleCloser>;

/// A handle with authorities, a deadline, no signals, no proxy, no netrc, and TLS 1.2 at least.
/// `authorities` is a PEM file, or "" for the machine's. Null when memory is short.
Handle new_handle(int deadline_ms, const std::string& authorities = {});

/// Asks `give_up` about once a second, and ends the transfer once it says yes. It must outlive the transfer.
void watch(CURL* curl, const std::function<bool()>& give_up);

/// localhost, 127.0.0.0/8 or ::1: what stays here may travel in the open.
bool is_this_machine(const std::string& host);
/// smtps:// for port 465, else smtp://.
std::string mail_url(const MailServer& server);

}  // namespace ringup::notify
