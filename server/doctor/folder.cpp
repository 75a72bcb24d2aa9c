/// The data folder: is it there, whose is it, who may read what, and is nothing missing.
#include <dirent.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "server/doctor/doctor.h"

namespace ringup::doctor {
namespace {

constexpr std::size_t entries_max = 10'000;  // outbox and tls hold few; more is somebody else's folder
constexpr off_t secret_bytes = 32;

std::string user_name(uid_t user) {
  const passwd* found = ::getpwuid(user);
  return found != nullptr ? found->pw_name : "user " + std::to_string(user);
}

std::string mode_text(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

/// What holds a secret, or everything: nobody but its owner may read it.
bool is_private(const std::string& name) {
  return name == "secret.key" || name == "metrics.token" || name == "ringup.env" ||
         name.starts_with("ringup.db") || (name.starts_with("before-") && name.ends_with(".db")) ||
         name.ends_with(".key");
}

struct Entries {
  std::vector<std::string> strangers, open;  // paths; owned by others, readable by others
  bool too_many = false;
};

void walk(const std::string& folder, const std::string& under, uid_t owner, Entries& entries,
          std::size_t& seen) {
  DIR* directory = ::opendir((folder + under).c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (++seen > entries_max) {
      entries.too_many = true;
      break;
    }
    const std::string path = under + "/" + name;
    struct stat about {};
    if (::lstat((folder + path).c_str(), &about) != 0) continue;  // gone meanwhile
    if (about.st_uid != owner) entries.strangers.push_back(path.substr(1));
    if (S_ISREG(about.st_mode) && is_private(name) && (about.st_mode & 077) != 0)
      entries.open.push_back(path.substr(1));
    // What certbot writes is root's, and nothing secret.
    if (S_ISDIR(about.st_mode) && under.empty() && name != "acme") walk(folder, path, owner, entries, seen);
  }
  ::closedir(directory);
}

std::string listed(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 4; ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > 4) text += " and " + std::to_string(names.size() - 4) + " more";
  return text;
}

void check_secret(const std::string& folder, Report& report) {
  struct stat about {};
  const std::string path = folder + "/secret.key";
  const bool database = ::access((folder + "/ringup.db").c_str(), F_OK) == 0;
  if (::stat(path.c_str(), &about) != 0) {
    if (database) {
      report.problem(
          "secret", "secret.key is missing, though there is a database.",
          "Put it back from the backup the database is from; with a new one every till would have to "
          "be paired again.");
    }
    return;
  }
  if (!database) {
    report.problem("secret", "secret.key is here, but ringup.db is gone.",
                   "Restore a backup into another, empty folder: ringup restore.");
  } else if (about.st_size != secret_bytes) {
    report.problem("secret", "secret.key has " + std::to_string(about.st_size) + " bytes instead of 32.",
                   "Put it back from the backup the database is from.");
  } else {
    report.ok("secret", "secret.key is whole.");
  }
}

}  // namespace

void check_folder(const Patient& patient, Report& report) {
  const std::string& folder = patient.options.folder;
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) {
    if (errno == ENOENT) {
      report.problem("folder", folder + " does not exist.",
                     "Check --data; for a new shop 'ringup tenant create' or 'ringup serve' makes it.");
    } else {
      report.problem("folder", folder + ": " + std::strerror(errno) + ".",
                     "Run the doctor as the folder's owner, or with sudo.");
    }
    return;
  }
  if (!S_ISDIR(about.st_mode)) {
    report.problem("folder", folder + " is not a folder.", "Check --data.");
    return;
  }
  const std::string owner = user_name(about.st_uid);
  if (::access(folder.c_str(), R_OK | X_OK) != 0) {
    report.problem("folder",
                   folder + " belongs to " + owner + ", and you are " + user_name(::geteuid()) + ".",
                   "Run it as its owner: sudo -u " + owner + " ringup doctor --data " + folder);
    return;
  }
  if ((about.st_mode & S_IWUSR) == 0 || (about.st_mode & S_IXUSR) == 0) {
    report.problem("folder",
                   folder + " has the mode " + mode_text(about.st_mode) + ": its owner " + owner +
                       " cannot write into it.",
                   "chmod 700 " + folder);
  } else {
    report.ok("folder", folder + " belongs to " + owner + ", mode " + mode_text(about.st_mode) + ".");
  }
  if (::geteuid() != about.st_uid && ::geteuid() != 0) {
    report.warning("owner",
                   "You are " + user_name(::geteuid()) + ", not " + owner + ", to whom the folder belongs.",
                   "A server must run as " + owner +
                       ", or the folder must be given to its user: chown -R USER " + folder);
  }

  Entries entries;
  std::size_t seen = 0;
  walk(folder, "", about.st_uid, entries, seen);
  if (!entries.strangers.empty()) {
    report.problem("owner", listed(entries.strangers) + ": not " + owner + "'s, as the folder is.",
                   "A command was run as another user. chown -R " + owner + " " + folder);
  } else {
    report.ok("owner", "Everything inside belongs to " + owner + ".");
  }
  const bool closed = (about.st_mode & 077) == 0;
  if (!entries.open.empty() && closed) {
    report.warning("modes",
                   listed(entries.open) + ": only the folder's own mode keeps others from reading them.",
                   "chmod 600 each of them.");
  } else if (!entries.open.empty()) {
    report.problem("modes", listed(entries.open) + ": others on this machine can read them.",
                   "chmod 600 each of them, and chmod 700 " + folder);
  } else if (!closed) {
    report.warning("modes",
                   "Others on this machine can look into the folder (mode " + mode_text(about.st_mode) + ").",
                   "chmod 700 " + folder);
  } else {
    report.ok("modes", "Nobody else can read secrets or data.");
  }
  if (entries.too_many) {
    report.warning("folder", "There are more than " + std::to_string(entries_max) + " files in it.",
                   "Is it a folder of Ringup's alone? It must be.");
  }
  check_secret(folder, report);
}

}  // namespace ringup::doctor
