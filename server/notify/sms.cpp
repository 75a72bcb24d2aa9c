#include "server/notify/sms.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/base/url.h"
#include "core/identity/account.h"
#include "server/notify/fetch.h"

namespace ringup::notify {
namespace {

using Kind = Outcome::Kind;

std::string without_slash(std::string base) {
  if (base.ends_with('/')) base.pop_back();
  return base;
}

std::string twilio_account(const SmsProvider& provider) {
  return without_slash(provider.base) + "/2010-04-01/Accounts/" + url_encoded(provider.user);
}

std::string sns_url(const SmsProvider& provider) {
  if (!provider.base.empty()) return without_slash(provider.base) + "/";
  const bool china = provider.region.starts_with("cn-");
  return "https://sns." + provider.region + ".amazonaws.com" + (china ? ".cn/" : "/");
}

Form sns_form(const SmsProvider& provider, std::string action) {
  return {{{"Action", std::move(action)}, {"Version", "2010-03-31"}},
          provider.user,
          provider.password,
          "aws:amz:" + provider.region + ":sns",
          false};
}

Result<Page> ask(const SmsProvider& provider, const std::string& url, std::optional<Form> form,
                 const std::function<bool()>& give_up) {
  FetchOptions options;
  options.deadline_ms = provider.deadline_ms;
  options.authorities = provider.authorities;
  options.form = std::move(form);
  options.give_up = give_up;
  return fetch(url, options);
}

/// The text of the first <name>…</name>; SNS answers in XML this simple.
std::string xml_text(const std::string& xml, const std::string& name) {
  const std::size_t from = xml.find("<" + name + ">");
  const std::size_t to = xml.find("</" + name + ">", from == std::string::npos ? 0 : from);
  if (from == std::string::npos || to == std::string::npos) return {};
  return xml.substr(from + name.size() + 2, to - from - name.size() - 2).substr(0, 300);
}

std::string text_in(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  const std::string* text = found == nullptr ? nullptr : found->as_string();
  return text == nullptr ? std::string() : text->substr(0, 300);
}

Outcome unreached(const Failure& failure) {
  const char* cause = failure.error == Error::busy                  ? "timeout"
                      : failure.error == Error::not_found           ? "no_connection"
                      : failure.error == Error::precondition_failed ? "not_encrypted"
                                                                    : "connection_lost";
  return {Kind::down, failure.detail, cause, {}, 0};
}

/// What is wrong with the login, the account or the load is about us and passes, or is mended; the rest of
/// 4xx is about the message.
Kind kind_of(int status) {
  if (status >= 200 && status <= 299) return Kind::sent;
  const bool about_us = status < 400 || status == 401 || status == 403 || status == 404 || status == 405 ||
                        status == 408 || status == 429 || status >= 500;
  return about_us ? Kind::down : Kind::refused;
}

Outcome by_twilio(const SmsProvider& provider, const std::string& to, const std::string& text,
                  const std::function<bool()>& give_up) {
  const Form form{
      {{"To", to}, {"From", provider.from}, {"Body", text}}, provider.user, provider.password, "", false};
  const Result<Page> page = ask(provider, twilio_account(provider) + "/Messages.json", form, give_up);
  if (!page.ok()) return unreached(page.failure());
  const Result<json::Value> answer = json::parse(page->body);
  const json::Value said = answer.ok() ? *answer : json::Value();
  Outcome outcome{kind_of(page->status), text_in(said, "message"), "http_" + std::to_string(page->status),
                  text_in(said, "sid"), page->wait_s};
  const json::Value* code = said.find("code");
  const std::int64_t* number = code == nullptr ? nullptr : code->as_integer();
  if (outcome.kind == Kind::sent || number == nullptr) return outcome;
  outcome.cause = "twilio_" + std::to_string(*number);
  // Twilio's 400 holds both kinds. These are about the sending number, the account's rights or its pace.
  constexpr std::int64_t ours[] = {14107, 20003, 20429, 21212, 21408, 21603,
                                   21606, 21611, 21659, 21660, 63038};
  if (std::find(std::begin(ours), std::end(ours), *number) != std::end(ours)) outcome.kind = Kind::down;
  // The queue of the number that sends is full: only a pause helps.
  if (*number == 21611 && outcome.wait_s == 0) outcome.wait_s = 60;
  return outcome;
}

Outcome by_sns(const SmsProvider& provider, const std::string& to, const std::string& text,
               const std::function<bool()>& give_up) {
  Form form = sns_form(provider, "Publish");
  form.fields.insert(form.fields.end(), {{"Message", text},
                                         {"MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SMSType"},
                                         {"MessageAttributes.entry.1.Value.DataType", "String"},
                                         {"MessageAttributes.entry.1.Value.StringValue", "Transactional"},
                                         {"PhoneNumber", to}});
  const Result<Page> page = ask(provider, sns_url(provider), std::move(form), give_up);
  if (!page.ok()) return unreached(page.failure());
  Outcome outcome{kind_of(page->status), xml_text(page->body, "Message"),
                  "http_" + std::to_string(page->status), xml_text(page->body, "MessageId"), page->wait_s};
  if (outcome.kind == Kind::sent) {
    if (!outcome.provider_id.empty()) return outcome;
    return {Kind::down, "The answer is not that of SNS.", "unknown_answer", {}, 0};
  }
  const std::string code = xml_text(page->body, "Code");
  const auto name_part = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (!code.empty() && code.size() <= 60 && std::all_of(code.begin(), code.end(), name_part))
    outcome.cause = "sns_" + code;
  // SNS says 400 to these as well; only the number and the text are about the message.
  if (outcome.kind == Kind::refused && !code.starts_with("InvalidParameter") &&
      code != "ParameterValueInvalid" && code != "OptedOut")
    outcome.kind = Kind::down;
  return outcome;
}

}  // namespace

Outcome send_sms(const SmsProvider& provider, const std::string& to, const std::string& text,
                 const std::function<bool()>& give_up) {
  const Result<std::string> read = read_phone_number(to);
  if (!read.ok() || *read != to)
    return {Kind::refused, "This is not a phone number.", "invalid_number", {}, 0};
  switch (provider.kind) {
    case SmsProvider::Kind::twilio:
      return by_twilio(provider, to, text, give_up);
    case SmsProvider::Kind::aws_sns:
      return by_sns(provider, to, text, give_up);
    case SmsProvider::Kind::console:
      break;
  }
  return {Kind::down, "No provider is set.", "no_provider", {}, 0};
}

Result<void> probe_sms(const SmsProvider& provider) {
  if (provider.kind == SmsProvider::Kind::console) return {};
  const bool twilio = provider.kind == SmsProvider::Kind::twilio;
  const std::string url = twilio ? twilio_account(provider) + ".json" : sns_url(provider);
  Form form =
      twilio ? Form{{}, provider.user, provider.password, "", true} : sns_form(provider, "GetSMSAttributes");
  const Page page = TRY(ask(provider, url, std::move(form), {}));
  if (page.status >= 200 && page.status <= 299) return {};
  // A key that may only publish has proven itself by being told so.
  const std::string code = xml_text(page.body, "Code");
  if (!twilio && (code == "AuthorizationError" || code == "AccessDenied")) return {};
  const std::string who = twilio ? "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
                                 : "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION";
  if (page.status == 401 || page.status == 403 || page.status == 404)
    return fail(Error::invalid_credentials, url, "The provider does not take the login. Check " + who + ".");
  return fail(Error::invalid_value, url,
              "The provider answers with status " + std::to_string(page.status) + ". Try again, and check " +
                  who + ".");
}

}  // namespace ringup::notify
