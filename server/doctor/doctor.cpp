#include "server/doctor/doctor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "server/store/lock_note.h"

namespace ringup::doctor {
namespace {

constexpr std::size_t check_width = 17;

/// Settings as the running server has them, where we may look: its unit gives it more than ours gives us.
Config::Environment environment_of(const Machine& machine, const Serving& serving) {
  if (!serving.running || serving.pid <= 0) return machine.environment;
  std::ifstream file("/proc/" + std::to_string(serving.pid) + "/environ", std::ios::binary);
  if (!file) return machine.environment;
  std::stringstream text;
  text << file.rdbuf();
  return [block = text.str()](const char* name) -> std::optional<std::string> {
    const std::string wanted = std::string(name) + "=";
    for (std::string_view rest = block; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      if (rest.starts_with(wanted)) return std::string(rest.substr(wanted.size(), end - wanted.size()));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
  };
}

std::string first_place(const Patient& patient) {
  if (!patient.options.listen.empty()) return patient.options.listen.front();
  if (patient.serving.places.empty()) return "127.0.0.1:8080";
  const std::string& place = patient.serving.places.front();
  return place.substr(place.find("://") + 3);
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::warning:
      return "warning";
    case Verdict::problem:
      break;
  }
  return "problem";
}

void Report::ok(std::string check, std::string words) {
  findings_.push_back({std::move(check), Verdict::ok, std::move(words), {}});
}
void Report::warning(std::string check, std::string words, std::string advice) {
  findings_.push_back({std::move(check), Verdict::warning, std::move(words), std::move(advice)});
}
void Report::problem(std::string check, std::string words, std::string advice) {
  findings_.push_back({std::move(check), Verdict::problem, std::move(words), std::move(advice)});
}

std::size_t Report::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(findings_.begin(), findings_.end(),
                    [&](const Finding& finding) { return finding.verdict == verdict; }));
}

std::string Report::text() const {
  std::string out;
  const auto padded = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
  };
  for (const Finding& finding : findings_) {
    std::string check = finding.check;
    std::replace(check.begin(), check.end(), '_', ' ');
    out += padded(name_of(finding.verdict), 9) + padded(check, check_width) + finding.words + "\n";
    if (!finding.advice.empty()) out += std::string(9 + check_width, ' ') + "> " + finding.advice + "\n";
  }
  const auto counted = [&](Verdict verdict, const char* noun) {
    const std::size_t number = count(verdict);
    return (number == 0 ? "No " : std::to_string(number) + " ") + noun + (number == 1 ? "" : "s");
  };
  const std::string warnings = counted(Verdict::warning, "warning");
  out += counted(Verdict::problem, "problem") + ", " +
         (count(Verdict::warning) == 0 ? "n" + warnings.substr(1) : warnings) + ".\n";
  return out;
}

json::Value Report::as_json() const {
  json::Array checks;
  for (const Finding& finding : findings_) {
    checks.push_back(json::Object{{"check", finding.check},
                                  {"verdict", name_of(finding.verdict)},
                                  {"words", finding.words},
                                  {"advice", finding.advice}});
  }
  return json::Object{{"problems", static_cast<std::int64_t>(count(Verdict::problem))},
                      {"warnings", static_cast<std::int64_t>(count(Verdict::warning))},
                      {"checks", std::move(checks)}};
}

std::string write_note(int pid, const std::vector<std::string>& places) {
  std::string note = std::to_string(pid) + "\n";
  for (const std::string& place : places) note += place + "\n";
  return note;
}

Serving read_serving(const std::string& folder) {
  const store::LockNote holder = store::read_lock_note(folder);
  Serving serving{.running = holder.held, .pid = 0, .places = {}};
  std::istringstream lines(holder.text);
  std::string line;
  if (std::getline(lines, line)) serving.pid = std::max(0, std::atoi(line.c_str()));
  while (std::getline(lines, line)) {
    if (line.find("://") != std::string::npos) serving.places.push_back(line);
  }
  return serving;
}

Report examine(const Options& options, const Machine& machine) {
  Report report;
  Patient patient{options, machine, read_serving(options.folder), std::nullopt, std::nullopt};
  if (options.running) {
    check_server(patient, report);
    return report;
  }
  check_folder(patient, report);
  // Of a folder that we cannot enter there is no more to say.
  if (::access(options.folder.c_str(), R_OK | X_OK) != 0) return report;
  check_disk(patient, report);
  check_database(patient, report);
  check_clock(patient, report);
  auto config = Config::load(options.folder, first_place(patient), environment_of(machine, patient.serving));
  if (config.ok()) {
    patient.config = std::move(*config);
  } else {
    report.problem(
        "settings", describe(config.failure()),
        "Correct it; no server starts with it. The checks of certificates, backups and mail wait for it.");
  }
  check_server(patient, report);
  if (!patient.config.has_value()) return report;
  check_settings(patient, report);
  check_certificate(patient, report);
  check_backups(patient, report);
  check_mail(patient, report);
  check_sms(patient, report);
  check_names(patient, report);
  return report;
}

std::string bytes_in_words(std::int64_t bytes) {
  const char* units[] = {"bytes", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  std::int64_t tenths = bytes * 10;
  while (tenths >= 10'240 && unit + 1 < std::size(units)) tenths /= 1024, ++unit;
  std::string text = std::to_string(tenths / 10);
  if (unit > 0 && tenths < 100) text += "." + std::to_string(tenths % 10);
  return text + " " + units[unit];
}

std::string span_in_words(std::int64_t us) {
  const std::int64_t seconds = std::max<std::int64_t>(us, 0) / 1'000'000;
  const auto said = [](std::int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (seconds < 120) return said(seconds, "second");
  if (seconds < 2 * 3600) return said(seconds / 60, "minute");
  if (seconds < 2 * 86'400) return said(seconds / 3600, "hour");
  return said(seconds / 86'400, "day");
}

}  // namespace ringup::doctor
