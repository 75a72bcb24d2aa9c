#pragma once
/// Looks at a data folder and the machine under it as an experienced operator would, and says what to do.
///
/// Changes nothing, works whether or not a server runs. Each group of checks is one function in a file of its
/// own; it adds findings to the report. What a test cannot bring about for real (a full disk, a wrong clock)
/// comes through `Machine`.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/config.h"
#include "server/store/checkup.h"

namespace ringup::doctor {

enum class Verdict : std::uint8_t { ok, warning, problem };
const char* name_of(Verdict);

/// `check` is stable and snake_case ("disk_space"), several findings may share one; `words` is a sentence on
/// what was found, `advice` what to do about it ("" where all is well).
struct Finding {
  std::string check;
  Verdict verdict = Verdict::ok;
  std::string words, advice;
};

class Report {
 public:
  void ok(std::string check, std::string words);
  void warning(std::string check, std::string words, std::string advice);
  void problem(std::string check, std::string words, std::string advice);
  const std::vector<Finding>& findings() const { return findings_; }
  std::size_t count(Verdict verdict) const;
  /// For people: a line per finding, its advice below, and a sum at the end.
  std::string text() const;
  json::Value as_json() const;

 private:
  std::vector<Finding> findings_;
};

/// What a file system says of itself.
struct Volume {
  std::int64_t bytes_free = 0;    // for others than root
  std::int64_t inodes_free = -1;  // -1: it has no fixed number of them
  std::uint64_t device = 0;
  std::uint32_t kind = 0;  // f_type of statfs(2)
  bool read_only = false;
};

/// The kernel's opinion of its clock.
struct ClockState {
  bool known = false, synchronised = false;
  std::int64_t error_us_max = 0;
};

/// The world that the checks look at.
struct Machine {
  std::function<std::int64_t()> now_us;
  std::int64_t built_us = 0;  // 0: not known
  std::function<Result<Volume>(const std::string& path)> volume;
  std::function<ClockState()> clock;
  /// Addresses of a host name; none where it is not known.
  std::function<std::vector<std::string>(const std::string& host)> resolve;
  std::function<std::vector<std::string>()> own_addresses;
  std::function<std::int64_t(int pid)> files_max;  // of a process, or (0) of one started here; -1: not known
  Config::Environment environment = Config::process_environment;
  std::string authorities;  // PEM file that mail servers are held against; "": the machine's
};
/// This one.
Machine this_machine();

struct Options {
  std::string folder;
  std::vector<std::string> listen;  // where a server would listen; none: where the last one did
  bool quick = false;               // leaves out what may take seconds: reading all pages, mail, names
  bool running = false;             // asks only whether a server runs and is ready, and minds where none is
};

/// Where a server runs or ran, from serve.lock.
struct Serving {
  bool running = false;
  int pid = 0;                      // 0: not known
  std::vector<std::string> places;  // "http://127.0.0.1:8080"
};
/// The note that `serve` leaves in its lock.
std::string write_note(int pid, const std::vector<std::string>& places);
Serving read_serving(const std::string& folder);

/// What one check may lean on.
struct Patient {
  const Options& options;
  const Machine& machine;
  Serving serving;
  std::optional<Config> config;            // none: it is malformed, and the report says so
  std::optional<store::Checkup> database;  // none: there is none, or it cannot be read
};

void check_folder(const Patient&, Report&);
void check_disk(const Patient&, Report&);
void check_database(Patient&, Report&);  // fills Patient::database
void check_clock(const Patient&, Report&);
void check_settings(const Patient&, Report&);
void check_certificate(const Patient&, Report&);
void check_backups(const Patient&, Report&);
void check_server(const Patient&, Report&);
void check_mail(const Patient&, Report&);
void check_sms(const Patient&, Report&);
void check_names(const Patient&, Report&);

/// All of them, in the order in which one would look.
Report examine(const Options& options, const Machine& machine = this_machine());

/// May the user to whom the data folder belongs do that (R_OK, W_OK, X_OK) to a path? Asked by root, it is
/// that user's rights that count, as a server has no others.
bool owner_may(const std::string& folder, const std::string& path, int what);

/// "1.5 GB"; "3 days", "2 hours".
std::string bytes_in_words(std::int64_t bytes);
std::string span_in_words(std::int64_t us);

}  // namespace ringup::doctor
