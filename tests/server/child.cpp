#include "tests/server/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace ringup::test {
namespace {

constexpr int patience_ms = 30'000;

}  // namespace

std::string program_path() {
  if (const char* named = std::getenv("RINGUP_BINARY")) return named;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ringup").string();
}

Child::Child(const std::string& folder, const std::vector<std::string>& settings,
             const std::vector<std::string>& before) {
  std::vector<std::string> words = before;
  for (const std::string& word : {program_path(), std::string("serve"), std::string("--data"), folder,
                                  std::string("--listen"), std::string("127.0.0.1:0")})
    words.push_back(word);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int out[2], log[2];
  EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(log, O_CLOEXEC | O_NONBLOCK), 0);
  (void)::fcntl(log[1], F_SETFL, 0);                 // the child's end waits for room
  (void)::fcntl(log[1], F_SETPIPE_SZ, 1024 * 1024);  // what no test reads must not stop it
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(out[1], 1);
    ::dup2(log[1], 2);
    for (const std::string& setting : settings) ::putenv(::strdup(setting.c_str()));
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(log[1]);
  out_ = out[0];  // kept open, so that the child's words do not end it
  log_ = log[0];
  std::string line;
  char c = 0;
  while (port_ == 0 && ::read(out_, &c, 1) == 1) {
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line.find("is ready at") != std::string::npos)
      port_ = std::atoi(line.substr(line.rfind(':') + 1).c_str());
    line.clear();
  }
}

Child::~Child() {
  kill();
  ::close(out_);
  ::close(log_);
}

void Child::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int Child::wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  // Its log is read on, so that it never waits for us.
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    pollfd ready{log_, POLLIN, 0};
    ::poll(&ready, 1, 10);
    (void)log();
  }
  pid_ = -1;
  (void)log();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Child::kill() {
  signal(SIGKILL);
  wait();
}

const std::string& Child::log() {
  char buffer[16 * 1024];
  for (ssize_t size; (size = ::read(log_, buffer, sizeof buffer)) > 0;)
    logged_.append(buffer, static_cast<std::size_t>(size));
  return logged_;
}

bool Child::says(const std::string& part) {
  for (int spent = 0; log().find(part) == std::string::npos; spent += 10) {
    if (spent > patience_ms) return false;
    pollfd ready{log_, POLLIN, 0};
    ::poll(&ready, 1, 10);
    if ((ready.revents & POLLHUP) != 0 && (ready.revents & POLLIN) == 0)
      return log().find(part) != std::string::npos;
  }
  return true;
}

}  // namespace ringup::test
