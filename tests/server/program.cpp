#include "tests/server/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace ringup::test {

Program::Program(const std::vector<std::string>& words) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return;
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  in_ = in[1];
  out_ = out[0];
}

Program::~Program() {
  rest();
  status();
  if (out_ >= 0) ::close(out_);
}

std::string Program::line() {
  std::string line;
  char c = 0;
  while (::read(out_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

std::string Program::rest() {
  if (in_ >= 0) ::close(std::exchange(in_, -1));
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(out_, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  return text;
}

int Program::status() {
  if (pid_ > 0) {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return status_;
}

int run_program(const std::vector<std::string>& words, std::string* out) {
  Program program(words);
  const std::string text = program.rest();
  if (out != nullptr) *out = text;
  return program.status();
}

void make_certificate(const std::string& folder, const std::string& name, const std::string& host, int days,
                      const std::vector<std::string>& more) {
  const std::string at = folder + "/" + name;
  const bool number = !host.empty() && host[0] >= '0' && host[0] <= '9';
  std::vector<std::string> words = {"sh",
                                    "-c",
                                    "exec openssl \"$@\" 2>/dev/null",
                                    "-",
                                    "req",
                                    "-x509",
                                    "-newkey",
                                    "ec",
                                    "-pkeyopt",
                                    "ec_paramgen_curve:prime256v1",
                                    "-nodes",
                                    "-subj",
                                    "/CN=" + name,
                                    "-addext",
                                    "subjectAltName=" + std::string(number ? "IP:" : "DNS:") + host,
                                    "-days",
                                    std::to_string(days),
                                    "-keyout",
                                    at + ".key",
                                    "-out",
                                    at + ".pem"};
  for (const std::string& extension : more) words.insert(words.end(), {"-addext", extension});
  EXPECT_EQ(run_program(words), 0);
}

}  // namespace ringup::test
