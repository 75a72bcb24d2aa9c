/// The clock: tokens, certificates and the dates of sales hang on it.
#include "core/base/time.h"
#include "server/doctor/doctor.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t slack_us = 5LL * 60 * 1'000'000;
constexpr std::int64_t error_us_max = 1'000'000;
constexpr char set_advice[] = "Set the clock and keep it set: timedatectl set-ntp true";

}  // namespace

void check_clock(const Patient& patient, Report& report) {
  const std::int64_t now_us = patient.machine.now_us();
  const std::string now = "It is " + to_rfc3339(now_us);
  const std::int64_t newest_us = patient.database.has_value() ? patient.database->newest_us : 0;
  if (now_us + slack_us < patient.machine.built_us) {
    report.problem(
        "clock",
        now + ", says this machine, but this program is from " + to_rfc3339(patient.machine.built_us) + ".",
        set_advice);
  } else if (now_us + slack_us < newest_us) {
    report.problem("clock",
                   now + ", says this machine, but the newest record is from " + to_rfc3339(newest_us) +
                       ": the clock was, or is, wrong.",
                   set_advice);
  } else {
    report.ok("clock", now + ".");
  }
  const ClockState state = patient.machine.clock();
  if (!state.known) {
    report.warning("clock_sync", "The system does not say whether its clock is kept right.",
                   "Run timedatectl.");
  } else if (!state.synchronised) {
    report.warning(
        "clock_sync", "Nothing keeps this machine's clock right.",
        "apt install systemd-timesyncd, or chrony; then timedatectl shows 'synchronized: yes'. In a "
        "container the host does it.");
  } else if (state.error_us_max > error_us_max) {
    report.warning("clock_sync",
                   "The clock may be " + std::to_string(state.error_us_max / 1'000'000) + " s off.",
                   "Can this machine reach its time server? Run timedatectl timesync-status.");
  } else {
    report.ok("clock_sync", "It is kept right, to " + std::to_string(state.error_us_max / 1000) + " ms.");
  }
}

}  // namespace ringup::doctor
