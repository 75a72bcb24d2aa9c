#include "server/doctor/doctor.h"

#include <cstdio>
#include <sstream>

#include "server/commands/commands.h"

namespace ringup::commands {

int run_doctor(const Arguments& arguments) {
  doctor::Options options{.folder = arguments.get("--data"),
                          .listen = {},
                          .quick = arguments.has("--quick"),
                          .running = arguments.has("--running")};
  std::istringstream listen(arguments.get("--listen"));  // as serve takes it: several with commas between
  for (std::string place; std::getline(listen, place, ',');) options.listen.push_back(place);
  const doctor::Report report = doctor::examine(options);
  if (arguments.has("--json"))
    std::printf("%s\n", json::dump(report.as_json()).c_str());
  else
    std::fputs(report.text().c_str(), stdout);
  return report.count(doctor::Verdict::problem) == 0 ? done : failed;
}

}  // namespace ringup::commands
