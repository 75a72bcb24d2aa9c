/// Mail and text messages: the whole way to the provider, without sending one.
#include "server/doctor/doctor.h"
#include "server/notify/mail_probe.h"
#include "server/notify/settings.h"

namespace ringup::doctor {

void check_mail(const Patient& patient, Report& report) {
  const Config& config = *patient.config;
  if (!config.is_set("SMTP_SERVER")) {
    report.ok("mail",
              "No SMTP_SERVER is set: mails go to " + patient.options.folder + "/outbox, to nobody else.");
    return;
  }
  if (patient.options.quick) return;
  const notify::MailServer server{.host = config.text("SMTP_SERVER"),
                                  .port = static_cast<int>(config.integer("SMTP_PORT")),
                                  .user = config.text("EMAIL_USERNAME"),
                                  .password = config.text("EMAIL_PASSWORD"),
                                  .authorities = patient.machine.authorities};
  const auto probe = notify::probe_mail_server(server);
  if (!probe.ok()) {
    // The detail's last sentences say what to do.
    const std::string words = describe(probe.failure());
    const std::size_t end = words.find(". ");
    report.problem("mail", words.substr(0, end == std::string::npos ? words.size() : end + 1),
                   end == std::string::npos ? "Check SMTP_SERVER and SMTP_PORT." : words.substr(end + 2));
    return;
  }
  const std::string name = server.host + ":" + std::to_string(server.port);
  const std::string taken = probe->authenticated ? " and takes our login." : ".";
  if (probe->encrypted) {
    report.ok("mail", name + " answers, encrypted" + taken);
  } else {
    report.warning("mail", name + " answers" + taken + " Mails travel in the open.",
                   "Fine for a mail server on this machine; else use port 587 or 465 of one with TLS.");
  }
}

void check_sms(const Patient& patient, Report& report) {
  const Config& config = *patient.config;
  notify::SmsProvider provider = notify::courier_settings(config).sms;
  provider.authorities = patient.machine.authorities;
  if (provider.kind == notify::SmsProvider::Kind::console) {
    report.ok("sms", "SMS_PROVIDER is console: text messages go to " + patient.options.folder +
                         "/outbox, to nobody else.");
    return;
  }
  if (patient.options.quick) return;
  const bool twilio = provider.kind == notify::SmsProvider::Kind::twilio;
  const char* name = twilio ? "Twilio" : "AWS SNS";
  const Result<void> known = notify::probe_sms(provider);
  if (known.ok()) {
    report.ok("sms", std::string(name) + " answers and takes our login.");
    return;
  }
  report.problem(
      "sms", std::string(name) + ": " + known.failure().detail,
      twilio
          ? "Check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and that this machine reaches " + provider.base + "."
          : "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and that this machine reaches SNS.");
}

}  // namespace ringup::doctor
