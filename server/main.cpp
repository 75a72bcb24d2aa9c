#include <sys/stat.h>

#include <cstdio>
#include <cstring>

#include "server/commands/commands.h"

namespace {

using namespace ringup;
using commands::Command;

constexpr Command table[] = {
    {"backup", "--data DIR --to FILE",
     "Writes everything a shop needs into one file, while it sells, and verifies it; encrypted where "
     "BACKUP_PASSPHRASE is set. Holds the folder's keys.",
     commands::run_backup},
    {"cert local", "--data DIR --host HOSTS [--port PORT] [--new-authority]",
     "Makes a certificate for names and addresses of a local network (HOSTS: with commas between), from an "
     "authority of this folder that devices are told to trust once.",
     commands::run_cert_local},
    {"demo", "--data DIR [--json]", "Fills an empty data folder with a demo shop and prints its accounts.",
     commands::run_demo},
    {"doctor", "--data DIR [--listen HOST:PORT] [--quick] [--running] [--json]",
     "Looks at folder, disk, database, clock, settings, server and mail, changes nothing, and says what to "
     "do. "
     "--quick leaves out what takes seconds; --running only asks the server whether it is ready.",
     commands::run_doctor},
    {"import products", "--data DIR --tenant S FILE.csv",
     "Puts the products of a CSV file into a business's catalogue.", commands::run_import_products},
    {"journal import", "--data DIR FILE",
     "Books the records of a till's exported file, as the endpoint would.", commands::run_journal_import},
    {"keys rotate", "--data DIR [--at-once]",
     "Signs access tokens by a new key from now on; older ones stay good until they expire, with --at-once "
     "not.",
     commands::run_keys_rotate},
    {"mobile-auth cleanup", "--data DIR", "Deletes expired one-time codes and says how many.",
     commands::run_mobile_auth_cleanup},
    {"mobile-auth setup", "--data DIR --tenant S [--create-groups] [--create-test-user]",
     "Says who may sign in by one-time code; makes employee groups, and a user to try it with.",
     commands::run_mobile_auth_setup},
    {"restore", "--from FILE --data DIR",
     "Puts a backup into a new or empty folder, after verifying all of it; tills then send again what it "
     "does "
     "not have.",
     commands::run_restore},
    {"serve", "--data DIR [--listen HOST:PORT] [--check-config]",
     "Runs the server: API, till, pages and jobs, all from this file. Several addresses: with commas "
     "between.",
     commands::run_serve},
    {"tenant create",
     "--data DIR --slug S --name N --owner-email E [--host H] [--country CC] [--currency CUR] "
     "[--password-stdin]",
     "Makes a business with its owner; the first password is read from standard input, or made and printed "
     "once.",
     commands::run_tenant_create},
    {"tenant host", "--data DIR --tenant S --host H",
     "Gives a business a host name of its own, beside those it has.", commands::run_tenant_host},
    {"till pair", "--data DIR --tenant S [--branch B] [--till ID]",
     "Prints a code that enrols a till within 15 minutes, once; with --till, one that was wiped.",
     commands::run_till_pair},
    {"verify", "--data DIR",
     "Checks every till's hash chain and every total against the records as they came.",
     commands::run_verify},
    {"version", "", "Says which version this is and what is linked in.", commands::run_version},
};

void print_help() {
  std::printf("ringup: the till, back office, web shop and server of a shop, in one file\n\n");
  for (const Command& command : table) {
    std::printf("  ringup %s %s\n      %s\n", command.name, command.usage, command.summary);
  }
  std::printf("\nringup COMMAND --help explains one. Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

void print_usage(const Command& command, std::FILE* out) {
  std::fprintf(out, "usage: ringup %s %s\n%s\n", command.name, command.usage, command.summary);
}

/// How many words of the command line the command's name takes; 0 where it is another command.
std::size_t words_of_name(const Command& command, const std::vector<std::string>& words) {
  std::string name;
  for (std::size_t i = 0; i < words.size() && i < 2; ++i) {
    name += (i > 0 ? " " : "") + words[i];
    if (name == command.name) return i + 1;
  }
  return 0;
}

bool is_help(const std::string& word) {
  return word == "--help" || word == "-h";
}

/// What can be said to words that name no command: which ones begin so, or where they are listed.
std::string words_for_unknown(const std::string& word) {
  std::string begin_so;
  for (const Command& command : table) {
    const std::string name = command.name;
    if (name.starts_with(word + ' ')) begin_so += (begin_so.empty() ? "" : ", ") + ("'ringup " + name + "'");
  }
  if (begin_so.empty()) return word + ": There is no such command; see 'ringup help'.";
  return word + ": This begins a command of two words: " + begin_so + ".";
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);  // what we write holds a business's data: its owner's alone
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "help" || is_help(words[0])) {
    print_help();
    return words.empty() ? commands::wrong_usage : commands::done;
  }
  for (const Command& command : table) {
    const std::size_t used = words_of_name(command, words);
    if (used == 0) continue;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(used));
    for (const std::string& word : words) {
      if (is_help(word)) return print_usage(command, stdout), commands::done;
    }
    auto arguments = commands::parse_arguments(command.usage, words);
    if (!arguments.ok()) {
      commands::report(arguments.failure());
      print_usage(command, stderr);
      return commands::wrong_usage;
    }
    return command.run(*arguments);
  }
  std::fprintf(stderr, "ringup: %s\n", words_for_unknown(words[0]).c_str());
  return commands::wrong_usage;
}
