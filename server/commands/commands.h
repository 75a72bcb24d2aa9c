#pragma once
/// The commands of the binary: one function each, one table (server/main.cpp). A command prints its result to
/// standard output and what went wrong to standard error; its exit status is 0 done, 1 failed, 2 wrong usage.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup::commands {

inline constexpr int done = 0, failed = 1, wrong_usage = 2;

/// What stood on the command line behind the command's name.
struct Arguments {
  std::map<std::string, std::string, std::less<>> options;  // "--data" → "DIR"; flags → ""
  std::vector<std::string> positional;

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
  std::string get(std::string_view option, std::string otherwise = {}) const {
    const auto found = options.find(option);
    return found == options.end() ? otherwise : found->second;
  }
};

struct Command {
  const char* name;   // "till pair"
  const char* usage;  // "--data DIR --tenant S [--branch B] [--till ID]": [..] optional, WORD: takes a value
  const char* summary;  // one sentence
  int (*run)(const Arguments&);
};

int run_backup(const Arguments&);
int run_cert_local(const Arguments&);
int run_demo(const Arguments&);
int run_doctor(const Arguments&);
int run_import_products(const Arguments&);
int run_journal_import(const Arguments&);
int run_keys_rotate(const Arguments&);
int run_mobile_auth_cleanup(const Arguments&);
int run_mobile_auth_setup(const Arguments&);
int run_restore(const Arguments&);
int run_serve(const Arguments&);
int run_tenant_create(const Arguments&);
int run_tenant_host(const Arguments&);
int run_till_pair(const Arguments&);
int run_verify(const Arguments&);
int run_version(const Arguments&);

/// Prints "ringup: " and the failure in words to standard error; returns `failed`.
int report(const Failure&);

/// Reads a command line against a usage string: unknown, doubled, missing options and values, too many words
/// are errors that name what is wrong. Every option and word not in [brackets] must be there.
Result<Arguments> parse_arguments(const char* usage, const std::vector<std::string>& words);

}  // namespace ringup::commands
