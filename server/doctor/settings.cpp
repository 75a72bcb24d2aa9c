/// Settings that are well formed each, and do not go together.
#include "server/doctor/doctor.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t files_comfortable = 16'384 + 256;  // server/http/guard: connections and our own files
constexpr std::int64_t files_needed = 1'024;

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

/// "https://0.0.0.0:443" or "0.0.0.0:443" → "0.0.0.0".
std::string host_of(std::string place) {
  if (const std::size_t scheme = place.find("://"); scheme != std::string::npos) place.erase(0, scheme + 3);
  return place.substr(0, place.rfind(':'));
}

std::vector<std::string> places_of(const Patient& patient) {
  if (!patient.options.listen.empty()) return patient.options.listen;
  if (!patient.serving.places.empty()) return patient.serving.places;
  return {"127.0.0.1:8080"};
}

void check_reach(const Patient& patient, Report& report) {
  const Config& config = *patient.config;
  const bool certificate = config.is_set("SSL_CERT_PATH");
  const bool proxies = config.integer("TRUSTED_PROXIES") > 0;
  bool open = false;
  for (const std::string& place : places_of(patient)) open = open || !is_loopback_host(host_of(place));

  if (!config.is_given("PUBLIC_URL")) {
    report.warning("public_url",
                   "PUBLIC_URL is not set: links lead to " + config.text("PUBLIC_URL") +
                       ", which works on this machine only.",
                   "Set PUBLIC_URL=https://YOUR.HOST in ringup.env.");
  } else if (!config.public_https() && certificate) {
    report.warning("public_url",
                   "There is a certificate, but PUBLIC_URL begins with http://: cookies are not kept "
                   "to HTTPS, and links lead around it.",
                   "Set PUBLIC_URL=https://" + config.public_host());
  } else if (!config.public_https() && !is_loopback_host(config.public_host())) {
    report.warning("public_url",
                   "People come over plain HTTP: browsers give such a page no camera and no lasting "
                   "storage, and passwords can be read on the way.",
                   "Get a certificate: docs/operations.md, or 'ringup cert local' for a shop on a LAN.");
  } else if (config.public_https() && !certificate && !proxies) {
    report.warning("public_url",
                   "PUBLIC_URL begins with https://, but neither a certificate is set nor a proxy "
                   "trusted that has one.",
                   "Set SSL_CERT_PATH and SSL_KEY_PATH, or TRUSTED_PROXIES=1 behind a proxy.");
  } else {
    report.ok("public_url", "People come to " + config.text("PUBLIC_URL") + ".");
  }
  if (config.boolean("FORCE_HTTPS") && !certificate && !proxies) {
    report.problem("force_https", "FORCE_HTTPS is true, but nothing here speaks HTTPS: nobody gets in.",
                   "Set SSL_CERT_PATH and SSL_KEY_PATH, or take FORCE_HTTPS out.");
  }
  if (proxies && open) {
    report.warning("proxies",
                   "TRUSTED_PROXIES is set, and the server also listens beyond this machine: whoever goes "
                   "past the proxy can write any address into X-Forwarded-For.",
                   "Listen on 127.0.0.1 only, or let a firewall keep everybody but the proxy away.");
  } else if (open && !certificate) {
    report.warning("encryption", "The server listens beyond this machine without a certificate.",
                   "Set SSL_CERT_PATH and SSL_KEY_PATH, or listen on 127.0.0.1 behind a proxy with TLS.");
  }
}

}  // namespace

void check_settings(const Patient& patient, Report& report) {
  check_reach(patient, report);
  const int pid = patient.serving.running ? patient.serving.pid : 0;
  const std::int64_t files = patient.machine.files_max(pid);
  const std::string words = std::to_string(files) + " open files are allowed";
  const std::string whose = pid > 0 ? " to the server." : " to a program started here; systemd gives others.";
  if (files < 0) return;
  if (files < files_needed) {
    report.problem("open_files", words + whose, "LimitNOFILE=65536 in the unit, or ulimit -n 65536.");
  } else if (files < files_comfortable) {
    report.warning(
        "open_files",
        words + whose + " It serves " + std::to_string(files - 256) + " connections instead of 16384.",
        "LimitNOFILE=65536 in the unit, or ulimit -n 65536.");
  } else {
    report.ok("open_files", words + whose);
  }
}

}  // namespace ringup::doctor
