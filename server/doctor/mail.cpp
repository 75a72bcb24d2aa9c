/// Mail: the whole way to the server, without sending one.
#include "server/doctor/doctor.h"
#include "server/notify/mail_probe.h"

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

}  // namespace ringup::doctor
