/// The database: can it be read, is it whole, of which schema, and is its log written back.
#include "core/base/time.h"
#include "server/doctor/doctor.h"
#include "server/store/store.h"

namespace ringup::doctor {
namespace {

constexpr int quick_check_ms = 10'000;
constexpr std::int64_t wal_bytes_max = 512LL << 20;  // written back every 64 MB

constexpr char restore_advice[] =
    "Stop the server, keep the folder as it is for an expert, and restore the last backup into a new folder: "
    "ringup restore.";

void check_schema(const Patient& patient, const store::Checkup& found, Report& report) {
  const std::string schema = std::to_string(found.schema), ours = std::to_string(store::schema_version());
  if (found.schema == store::schema_version()) {
    report.ok("database", bytes_in_words(found.bytes) + ", schema " + schema + ", " +
                              std::to_string(found.businesses) +
                              (found.businesses == 1 ? " business." : " businesses."));
  } else if (found.schema > store::schema_version()) {
    report.problem(
        "database", "It has schema " + schema + "; this ringup knows up to " + ours + ".",
        "Use the newer program that wrote it; to go back, see \"Downgrade\" in docs/operations.md.");
    return;
  } else if (found.schema == 0) {
    report.problem("database", "ringup.db holds no tables of ringup.", restore_advice);
    return;
  } else {
    report.warning(
        "database", "It has schema " + schema + "; this ringup brings it to " + ours + ".",
        patient.serving.running
            ? "The server that runs is of an older version than this program: start it anew."
            : "The next start does it, and keeps a copy as before-" + schema + ".db. Have a backup.");
  }
  if (found.schema > 0 && found.businesses == 0)
    report.warning("businesses", "No business is in it yet.", "ringup tenant create makes the first one.");
}

void check_log(const Patient& patient, const store::Checkup& found, Report& report) {
  const std::string words = found.wal_bytes == 0
                                ? std::string("Nothing waits to be written back")
                                : bytes_in_words(found.wal_bytes) + " of log beside the database";
  const std::string since = "; last written back " + to_rfc3339(found.written_back_us) + ".";
  if (found.wal_bytes > wal_bytes_max) {
    report.warning(
        "write_ahead_log", words + since,
        "Something reads the database for very long: end other programs that have it open (fuser " +
            patient.options.folder + "/ringup.db).");
  } else if (found.wal_bytes > 0 && !patient.serving.running) {
    report.ok("write_ahead_log", words + since +
                                     " No server runs: it was not stopped but killed. The next start "
                                     "takes it in, nothing is lost.");
  } else {
    report.ok("write_ahead_log", words + since);
  }
}

}  // namespace

void check_database(Patient& patient, Report& report) {
  const auto found = store::check_up(patient.options.folder, patient.options.quick ? 0 : quick_check_ms);
  if (!found.ok()) {
    if (found.error() == Error::not_found) {
      report.warning(
          "database", "There is none yet.",
          "'ringup tenant create' makes it with a first business, 'ringup demo' with a shop to try.");
    } else if (found.error() == Error::busy) {
      report.warning("database", describe(found.failure()), "Another process holds it; try again.");
    } else {
      report.problem("database", describe(found.failure()), restore_advice);
    }
    return;
  }
  patient.database = *found;
  check_schema(patient, *found, report);
  switch (found->sound) {
    case store::Checkup::Sound::yes:
      report.ok("integrity", "Every page reads back as it should.");
      break;
    case store::Checkup::Sound::no:
      report.problem("integrity", "It is damaged: " + found->damage + ".", restore_advice);
      break;
    case store::Checkup::Sound::not_known:
      if (!patient.options.quick) {
        report.ok("integrity",
                  "Ten seconds were not enough to read all of it; nothing wrong was found so far. "
                  "'ringup verify' takes its time.");
      }
      break;
  }
  check_log(patient, *found, report);
}

}  // namespace ringup::doctor
