#include "server/notify/mail_probe.h"

#include "server/notify/transfer.h"

namespace ringup::notify {

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

std::string mail_url(const MailServer& server) {
  const bool bare_ipv6 = server.host.find(':') != std::string::npos && !server.host.starts_with('[');
  const std::string host = bare_ipv6 ? "[" + server.host + "]" : server.host;
  return (server.port == 465 ? "smtps://" : "smtp://") + host + ":" + std::to_string(server.port);
}

namespace {

struct Tried {
  CURLcode code = CURLE_OK;
  std::string words;
};

Tried try_once(const MailServer& server, curl_usessl tls) {
  const Handle handle = new_handle(server.deadline_ms, server.authorities);
  CURL* curl = handle.get();
  if (curl == nullptr) return {CURLE_OUT_OF_MEMORY, "no memory"};
  char words[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl, CURLOPT_URL, mail_url(server).c_str());
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(tls));
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
  }
  // A command that does nothing: whatever comes before it is what a mail would need.
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
  curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  const CURLcode code = curl_easy_perform(curl);
  return {code, words[0] != '\0' ? words : curl_easy_strerror(code)};
}

}  // namespace

Result<MailProbe> probe_mail_server(const MailServer& server) {
  const bool password = !server.user.empty();
  const bool here = is_this_machine(server.host);
  MailProbe probe{.encrypted = true, .authenticated = password};
  Tried tried = try_once(server, CURLUSESSL_ALL);
  if (tried.code == CURLE_USE_SSL_FAILED && (!password || here)) {
    probe.encrypted = false;
    tried = try_once(server, CURLUSESSL_NONE);
  }
  const std::string where = server.host + ":" + std::to_string(server.port);
  const std::string said = " (" + tried.words + ")";
  switch (tried.code) {
    case CURLE_OK:
      return probe;
    case CURLE_COULDNT_RESOLVE_HOST:
      return fail(Error::not_found, where,
                  "This host is not known" + said + ". Check SMTP_SERVER and this machine's DNS.");
    case CURLE_COULDNT_CONNECT:
      return fail(
          Error::not_found, where,
          "Nobody takes the connection" + said + ". Check SMTP_PORT (587, 465 or 25) and the firewall.");
    case CURLE_OPERATION_TIMEDOUT:
      return fail(Error::busy, where,
                  "No answer came in time" + said +
                      ". Check SMTP_PORT: 465 is for TLS from the first byte, 587 for STARTTLS; and whether "
                      "the provider of this machine blocks mail ports.");
    case CURLE_LOGIN_DENIED:
      return fail(Error::invalid_credentials, where,
                  "The server refuses the login" + said +
                      ". Check EMAIL_USERNAME and EMAIL_PASSWORD; some providers want a password made for "
                      "programs.");
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail(Error::invalid_token, where,
                  "Its certificate is not trusted" + said +
                      ". SMTP_SERVER must be the name in the certificate, and its authority must be known to "
                      "this machine.");
    case CURLE_USE_SSL_FAILED:
      return fail(Error::precondition_failed, where,
                  "The server offers no STARTTLS, and a password is not sent in the open. Use port 465 or "
                  "587 of a server that encrypts.");
    default:
      return fail(Error::invalid_value, where,
                  "It does not answer as a mail server should" + said + ". Check SMTP_SERVER and SMTP_PORT.");
  }
}

}  // namespace ringup::notify
