#pragma once
/// A program that a test talks to: its standard input and output; it ends with the test.
#include <string>
#include <vector>

namespace ringup::test {

class Program {
 public:
  /// Looks the program up on PATH. Its standard error is the test's own.
  explicit Program(const std::vector<std::string>& words);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The next line it prints, without its end; "" when it has ended.
  std::string line();
  /// Closes its standard input, waits for it to end and yields what else it printed.
  std::string rest();
  /// Waits for it to end (after rest()) and yields its exit status, 128 + signal where one ended it.
  int status();
  int pid() const { return pid_; }

 private:
  int pid_ = -1, in_ = -1, out_ = -1, status_ = -1;
};

/// Runs a program to its end and yields its exit status; what it prints goes to `out`.
int run_program(const std::vector<std::string>& words, std::string* out = nullptr);

/// Makes FOLDER/NAME.pem and FOLDER/NAME.key: a certificate for `host` (a name, or an address where `host`
/// begins with a digit) that signs itself, valid for `days` days; `more` are further extensions as openssl
/// names them.
void make_certificate(const std::string& folder, const std::string& name, const std::string& host,
                      int days = 30, const std::vector<std::string>& more = {});

}  // namespace ringup::test
