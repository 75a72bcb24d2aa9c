#include "server/notify/settings.h"

#include "server/notify/smtp.h"

namespace ringup::notify {

CourierSettings courier_settings(const Config& config) {
  CourierSettings settings;
  if (config.is_set("SMTP_SERVER")) {
    settings.mail_server = MailServer{.host = config.text("SMTP_SERVER"),
                                      .port = static_cast<int>(config.integer("SMTP_PORT")),
                                      .user = config.text("EMAIL_USERNAME"),
                                      .password = config.text("EMAIL_PASSWORD"),
                                      .deadline_ms = smtp_deadline_ms,
                                      .authorities = {}};
  }
  settings.mail_from = config.text("EMAIL_FROM");
  for (char& c : settings.mail_from) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  settings.public_host = config.public_host();
  SmsProvider& sms = settings.sms;
  if (config.text("SMS_PROVIDER") == "twilio") {
    sms.kind = SmsProvider::Kind::twilio;
    sms.user = config.text("TWILIO_ACCOUNT_SID");
    sms.password = config.text("TWILIO_AUTH_TOKEN");
    sms.from = config.text("TWILIO_PHONE_NUMBER");
    sms.base = config.text("TWILIO_API_BASE");
  } else if (config.text("SMS_PROVIDER") == "aws_sns") {
    sms.kind = SmsProvider::Kind::aws_sns;
    sms.user = config.text("AWS_ACCESS_KEY_ID");
    sms.password = config.text("AWS_SECRET_ACCESS_KEY");
    sms.region = config.text("AWS_REGION");
    sms.base = config.text("AWS_SNS_ENDPOINT");
  }
  return settings;
}

}  // namespace ringup::notify
