#include "server/doctor/doctor.h"

#include <cstdio>

#include "server/commands/commands.h"

namespace ringup::commands {

int run_doctor(const Arguments& arguments) {
  doctor::Options options{.folder = arguments.get("--data"),
                          .listen = {},
                          .quick = arguments.has("--quick"),
                          .running = arguments.has("--running")};
  if (arguments.has("--listen")) options.listen.push_back(arguments.get("--listen"));
  const doctor::Report report = doctor::examine(options);
  if (arguments.has("--json"))
    std::printf("%s\n", json::dump(report.as_json()).c_str());
  else
    std::fputs(report.text().c_str(), stdout);
  return report.count(doctor::Verdict::problem) == 0 ? done : failed;
}

}  // namespace ringup::commands
