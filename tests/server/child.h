#pragma once
/// The real program as a child process: `ringup serve` from beside the test program, its log in a file.
#include <string>
#include <vector>

#include "tests/server/support.h"

namespace ringup::test {

/// The program under test: $RINGUP_BINARY, else `ringup` beside the test program.
std::string program_path();

class Child {
 public:
  /// Waits for its word that it is ready. `settings` ("NAME=value") go into its environment. `before` words
  /// stand before the program: {"prlimit", "--fsize=…"}.
  explicit Child(const std::string& folder, const std::vector<std::string>& settings = {},
                 const std::vector<std::string>& before = {});
  /// Kills it where it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const;
  /// Waits for its end; → its exit status, or 128 + the signal that ended it.
  int wait();
  void kill();
  int port() const { return port_; }  // 0: it did not start
  int pid() const { return pid_; }
  /// What it has logged so far.
  const std::string& log();
  /// Waits until `part` stands in its log; false where it ends, or 30 s pass, without it.
  bool says(const std::string& part);

 private:
  Folder room_;
  int pid_ = -1, port_ = 0, out_ = -1, log_ = -1;
  std::string logged_;
};

}  // namespace ringup::test
