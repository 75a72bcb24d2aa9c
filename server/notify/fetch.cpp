#include "server/notify/fetch.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/base/url.h"
#include "server/notify/transfer.h"

extern "C" const char ringup_trust_pem[];  // cmake/trust.py

namespace ringup::notify {
namespace {

/// Where systems keep the bundle: Debian and its relatives, Fedora's, Alpine and others.
constexpr const char* bundles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                   "/etc/ssl/cert.pem"};

const char* machine_bundle() {
  for (const char* path : bundles) {
    if (::access(path, R_OK) == 0) return path;
  }
  return nullptr;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) {
  std::string& body = *static_cast<std::string*>(into);
  if (body.size() + size > body_bytes_max) return 0;
  body.append(data, size);
  return size;
}

struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

std::string trust_source() {
  const char* path = machine_bundle();
  return path != nullptr ? path : "compiled in";
}

Handle new_handle(int deadline_ms, const std::string& authorities) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Handle handle(curl_easy_init());
  CURL* curl = handle.get();
  if (curl == nullptr) return handle;
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline_ms));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline_ms));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!authorities.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, authorities.c_str());
  } else if (const char* path = machine_bundle(); path != nullptr) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, path);
  } else {
    curl_blob blob{const_cast<char*>(ringup_trust_pem), std::strlen(ringup_trust_pem), CURL_BLOB_NOCOPY};
    curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
  }
  return handle;
}

namespace {

/// Of an http:// or https:// URL, without its port.
std::string host_in(const std::string& url) {
  const std::size_t from = url.find("://") + 3;
  std::string host = url.substr(from, url.find_first_of("/?", from) - from);
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
  return host;
}

int ask_progress(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(give_up))() ? 1 : 0;
}

}  // namespace

void watch(CURL* curl, const std::function<bool()>& give_up) {
  if (!give_up) return;
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::function<bool()>*>(&give_up));
}

Result<Page> fetch(const std::string& url, const FetchOptions& options) {
  if (options.form.has_value() && !url.starts_with("https://") && !is_this_machine(host_in(url)))
    return fail(Error::precondition_failed, url, "A password is not sent in the open: use https.");
  const Handle handle = new_handle(options.deadline_ms, options.authorities);
  CURL* curl = handle.get();
  if (curl == nullptr) return fail(Error::internal, url, "There is no memory for a request.");
  Page page;
  char words[CURL_ERROR_SIZE] = "";
  std::unique_ptr<curl_slist, ListCloser> way;
  if (!options.connect_to.empty()) {
    way.reset(curl_slist_append(nullptr, ("::" + options.connect_to).c_str()));
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, way.get());
  }
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &page.body);
  std::string body;
  if (options.form.has_value()) {
    for (const auto& [name, value] : options.form->fields)
      body += (body.empty() ? "" : "&") + url_encoded(name) + "=" + url_encoded(value);
    if (!options.form->get) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_USERNAME, options.form->user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options.form->password.c_str());
    if (!options.form->sigv4.empty()) curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, options.form->sigv4.c_str());
  }
  watch(curl, options.give_up);
  if (!options.check_certificate) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const CURLcode code = curl_easy_perform(curl);
  const std::string said = words[0] != '\0' ? words : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OK:
      break;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return fail(Error::not_found, url, "Nobody answers there (" + said + ").");
    case CURLE_OPERATION_TIMEDOUT:
      return fail(Error::busy, url,
                  "No answer came within " + std::to_string(options.deadline_ms) + " ms (" + said + ").");
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail(Error::invalid_value, url, "Its certificate is not trusted (" + said + ").");
    default:
      return fail(Error::invalid_value, url, "It does not answer as it should (" + said + ").");
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  page.status = static_cast<int>(status);
  curl_off_t wait_s = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s);
  page.wait_s = static_cast<int>(std::clamp<curl_off_t>(wait_s, 0, 86'400));
  return page;
}

}  // namespace ringup::notify
