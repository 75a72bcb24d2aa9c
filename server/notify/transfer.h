#pragma once
/// One libcurl handle with what all of ours have in common; inside server/notify only.
#include <curl/curl.h>

#include <memory>
#include <string>

namespace ringup::notify {

struct HandleCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleCloser>;

/// A handle with authorities, a deadline, no signals, no proxy, no netrc, and TLS 1.2 at least.
/// `authorities` is a PEM file, or "" for the machine's. Null when memory is short.
Handle new_handle(int deadline_ms, const std::string& authorities = {});

}  // namespace ringup::notify
