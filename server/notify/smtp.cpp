#include "server/notify/smtp.h"

#include <cstring>

#include "core/identity/account.h"
#include "server/notify/transfer.h"

namespace ringup::notify {
namespace {

struct Reading {
  const std::string& bytes;
  std::size_t at = 0;
};

std::size_t give_bytes(char* into, std::size_t size, std::size_t count, void* from) {
  Reading& reading = *static_cast<Reading*>(from);
  const std::size_t n = std::min(size * count, reading.bytes.size() - reading.at);
  std::memcpy(into, reading.bytes.data() + reading.at, n);
  reading.at += n;
  return n;
}

struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Tried {
  CURLcode code = CURLE_OK;
  long answer = 0;          // the server's last word
  bool mail_begun = false;  // it has taken sender and recipient, and hears the mail
  std::string words;
};

Tried try_once(const MailServer& server, const std::string& from, const std::string& to,
               const std::string& bytes, curl_usessl tls, const std::function<bool()>& give_up) {
  const Handle handle = new_handle(server.deadline_ms, server.authorities);
  CURL* curl = handle.get();
  if (curl == nullptr) return {CURLE_OUT_OF_MEMORY, 0, false, "no memory"};
  char words[CURL_ERROR_SIZE] = "";
  Reading reading{bytes};
  const std::unique_ptr<curl_slist, ListCloser> recipients(
      curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl, CURLOPT_URL, mail_url(server).c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(server.deadline_ms, smtp_connect_ms)));
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(tls));
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
  curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
  watch(curl, give_up);
  Tried tried;
  tried.code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &tried.answer);
  tried.mail_begun = reading.at > 0;
  tried.words = words[0] != '\0' ? words : curl_easy_strerror(tried.code);
  return tried;
}

/// Refused for what it is or where it goes. What comes before that (a greeting, the login, the sender's
/// address) is about us; curl says which command was refused.
bool is_about_this_mail(const Tried& tried) {
  return tried.mail_begun || tried.words.find("RCPT failed") != std::string::npos ||
         tried.words.find("DATA failed") != std::string::npos;
}

Outcome judged(const Tried& tried) {
  using Kind = Outcome::Kind;
  const auto outcome = [&](Kind kind, std::string cause) {
    return Outcome{kind, tried.words, std::move(cause), {}, 0};
  };
  const std::string answered = "smtp_" + std::to_string(tried.answer);
  switch (tried.code) {
    case CURLE_OK:
      return outcome(Kind::sent, "");
    case CURLE_COULDNT_RESOLVE_HOST:
      return outcome(Kind::down, "unknown_host");
    case CURLE_COULDNT_CONNECT:
      return outcome(Kind::down, "no_connection");
    case CURLE_OPERATION_TIMEDOUT:
      return outcome(Kind::down, "timeout");
    case CURLE_LOGIN_DENIED:
      return outcome(Kind::down, "login_refused");
    case CURLE_PEER_FAILED_VERIFICATION:
      return outcome(Kind::down, "certificate_not_trusted");
    case CURLE_USE_SSL_FAILED:
      return outcome(Kind::down, "no_starttls");
    case CURLE_ABORTED_BY_CALLBACK:
      return outcome(Kind::later, "stopped");
    default:
      break;
  }
  if (tried.answer == 421) return outcome(Kind::down, answered);
  if (tried.answer >= 400 && tried.answer < 500) return outcome(Kind::later, answered);
  if (tried.answer >= 500 && tried.answer < 600)
    return outcome(is_about_this_mail(tried) ? Kind::refused : Kind::down, answered);
  return outcome(Kind::down, "connection_lost");
}

}  // namespace

Outcome send_mail(const MailServer& server, const std::string& from, const std::string& to,
                  const std::string& bytes, const std::function<bool()>& give_up) {
  for (const std::string& address : {from, to}) {
    const Result<std::string> read = read_email(address);
    if (!read.ok() || *read != address)
      return {Outcome::Kind::refused, "This is not an e-mail address.", "invalid_address", {}, 0};
  }
  const bool open_is_fine = server.user.empty() || is_this_machine(server.host);
  Tried tried = try_once(server, from, to, bytes, CURLUSESSL_ALL, give_up);
  if (tried.code == CURLE_USE_SSL_FAILED && open_is_fine)
    tried = try_once(server, from, to, bytes, CURLUSESSL_NONE, give_up);
  return judged(tried);
}

}  // namespace ringup::notify
