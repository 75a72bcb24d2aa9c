/// DNS: does the host of PUBLIC_URL lead here.
#include <algorithm>

#include "server/doctor/doctor.h"

namespace ringup::doctor {

void check_names(const Patient& patient, Report& report) {
  if (patient.options.quick || !patient.config->is_given("PUBLIC_URL")) return;
  const std::string host = patient.config->public_host();
  const std::vector<std::string> found = patient.machine.resolve(host);
  if (found.empty()) {
    report.warning("dns", host + " is not known to this machine's DNS.",
                   "Add a record for it that leads to this machine, where the domain is kept.");
    return;
  }
  const std::vector<std::string> own = patient.machine.own_addresses();
  const bool here = std::any_of(found.begin(), found.end(), [&](const std::string& address) {
    return std::find(own.begin(), own.end(), address) != own.end();
  });
  if (here) {
    report.ok("dns", host + " leads to this machine.");
  } else {
    report.warning(
        "dns", host + " leads to " + found.front() + ", which is no address of this machine.",
        "Right behind a router, a proxy or a cloud's address that forwards here; else correct its record.");
  }
}

}  // namespace ringup::doctor
