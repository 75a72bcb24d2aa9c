#pragma once
/// Load for servers on loopback: a server as a child process, and one thread that keeps some connections busy
/// over epoll, each with one request under way at a time. Everything dies with words where it fails: a
/// measurement that went wrong is none.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ringup::bench {

using Clock = std::chrono::steady_clock;

inline double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

[[noreturn]] inline void die(const std::string& words) {
  std::fprintf(stderr, "bench: %s\n", words.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result.ok()) die(describe(result.failure()));
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "ringup-bench-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) die("no temporary folder");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The program under test: $RINGUP_BINARY, else `ringup` beside this program.
inline std::string binary_path() {
  if (const char* named = std::getenv("RINGUP_BINARY")) return named;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ringup").string();
}

/// A child process that listens; told to end, and waited for, at the end.
class Child {
 public:
  /// `ringup serve` on a port of its choice.
  Child(const std::string& binary, const std::string& folder) {
    start([&] {
      const int null = ::open("/dev/null", O_WRONLY);
      ::dup2(null, 2);
      ::execl(binary.c_str(), binary.c_str(), "serve", "--data", folder.c_str(), "--listen", "127.0.0.1:0",
              nullptr);
    });
  }
  /// A server of our own: `serve` binds, prints "is ready at :PORT\n" to standard output, flushes, and runs.
  explicit Child(const std::function<void()>& serve) { start(serve); }
  ~Child() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ::close(out_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int port() const { return port_; }
  double ready_ms() const { return ready_ms_; }  // from the fork to its word that it is ready
  /// Processor seconds of the child so far.
  double cpu() const {
    const std::string path = "/proc/" + std::to_string(pid_) + "/stat";
    std::FILE* file = std::fopen(path.c_str(), "r");
    long user = 0, system = 0;
    if (file == nullptr) return 0;
    const int read =
        std::fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    std::fclose(file);
    return read == 2 ? static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
  }
  /// Resident memory in bytes: now and at its highest; of the first, how much is the process's own.
  struct Memory {
    double now = 0, own = 0, highest = 0;
  };
  Memory memory() const {
    Memory memory;
    const std::string path = "/proc/" + std::to_string(pid_) + "/status";
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) return memory;
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      const std::string_view text(line);
      const std::size_t colon = std::min(text.find(':'), text.size());
      const double bytes = std::atof(line + std::min(colon + 1, text.size())) * 1024;
      if (text.starts_with("VmRSS:")) memory.now = bytes;
      if (text.starts_with("VmHWM:")) memory.highest = bytes;
      if (text.starts_with("RssAnon:")) memory.own = bytes;
    }
    std::fclose(file);
    return memory;
  }

 private:
  void start(const std::function<void()>& serve) {
    int out[2];
    if (::pipe(out) != 0) die("pipe");
    std::fflush(stdout);
    const Clock::time_point begun = Clock::now();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], 1);
      serve();
      ::_exit(127);
    }
    ::close(out[1]);
    out_ = out[0];
    std::string line;
    char c = 0;
    while (::read(out_, &c, 1) == 1 && line.find("is ready at") == std::string::npos) {
      if (c == '\n') line.clear();
      line += c;
    }
    while (::read(out_, &c, 1) == 1 && c != '\n') line += c;
    ready_ms_ = ms_since(begun);
    const std::size_t colon = line.rfind(':');
    if (colon == std::string::npos) die("the server did not start");
    port_ = std::atoi(line.c_str() + colon + 1);
  }

  pid_t pid_ = -1;
  int out_ = -1, port_ = 0;
  double ready_ms_ = 0;
};

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// One good answer; dies with what came instead of a 200.
inline std::size_t good(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 200")) die("not 200: " + std::string(answer.substr(0, 600)));
  return 1;
}

struct Measured {
  double per_second = 0, p50_ms = 0, p99_ms = 0, max_ms = 0;
  double cpu = 0;  // processors that the server kept busy
};

/// Bytes of a whole answer at the front of `text`, or 0.
inline std::size_t answer_size(std::string_view text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  const std::size_t length = text.find("Content-Length: ");
  if (length == std::string_view::npos || length > head)
    die("an answer without a length: " + std::string(text));
  const std::size_t size = head + 4 + static_cast<std::size_t>(std::atoll(text.data() + length + 16));
  return text.size() >= size ? size : 0;
}

struct Connection {
  int socket = -1;
  const std::vector<std::string>* requests = nullptr;
  std::size_t next = 0, written = 0;
  bool ended = false;
  std::string answer;
  Clock::time_point begun;

  void write_on() {
    const std::string& request = (*requests)[next];
    while (written < request.size()) {
      const ssize_t sent = ::send(socket, request.data() + written, request.size() - written, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent <= 0) die("the server closed a connection");
      written += static_cast<std::size_t>(sent);
    }
  }
};

inline int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("connect");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// Sends requests[i] on the i-th connection, one after the other, until the time is over. `again`: from the
/// front when they are all sent; else the load ends as soon as one connection has none left, for then it is
/// no longer what was asked for. `count` looks at an answer (head and body) and says what it counts for.
inline Measured load(const Child& server, const std::vector<std::vector<std::string>>& requests,
                     double seconds, bool again, const std::function<std::size_t(std::string_view)>& count) {
  const int poll = ::epoll_create1(0);
  std::vector<Connection> connections(requests.size());
  for (std::size_t i = 0; i < connections.size(); ++i) {
    Connection& connection = connections[i];
    connection.requests = &requests[i];
    connection.socket = connect_to(server.port());
    ::fcntl(connection.socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &event);
  }
  std::vector<double> latencies;
  std::size_t counted = 0, waiting = 0;
  bool ran_out = false;
  const double cpu_before = server.cpu();
  const Clock::time_point begun = Clock::now();
  for (Connection& connection : connections) {
    connection.begun = Clock::now();
    connection.write_on();
    ++waiting;
  }
  double elapsed = 0;
  std::vector<char> buffer(1 << 16);
  while (waiting > 0) {
    epoll_event events[64];
    const int ready = ::epoll_wait(poll, events, 64, 10'000);
    if (ready <= 0) die("no answer for ten seconds");
    for (int e = 0; e < ready; ++e) {
      Connection& connection = connections[events[e].data.u64];
      if (!connection.ended) connection.write_on();
      for (;;) {
        const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (got == 0) die("the server closed a connection");
        if (got < 0) break;
        connection.answer.append(buffer.data(), static_cast<std::size_t>(got));
        if (static_cast<std::size_t>(got) < buffer.size()) break;
      }
      const std::size_t size = answer_size(connection.answer);
      if (size == 0) continue;
      latencies.push_back(ms_since(connection.begun));
      counted += count(std::string_view(connection.answer).substr(0, size));
      connection.answer.erase(0, size);
      connection.written = 0;
      if (++connection.next == connection.requests->size()) {
        connection.next = 0;
        ran_out = ran_out || !again;
      }
      elapsed = std::chrono::duration<double>(Clock::now() - begun).count();
      if (elapsed > seconds || ran_out) {
        --waiting;
        connection.ended = true;
        continue;
      }
      connection.begun = Clock::now();
      connection.write_on();
    }
  }
  for (Connection& connection : connections) ::close(connection.socket);
  ::close(poll);
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double part) {
    return latencies[static_cast<std::size_t>(static_cast<double>(latencies.size() - 1) * part)];
  };
  return {static_cast<double>(counted) / elapsed, at(0.5), at(0.99), latencies.back(),
          (server.cpu() - cpu_before) / elapsed};
}

/// One request and its answer (head and body) on a connection of its own.
inline std::string ask(int port, const std::string& request) {
  Connection connection;
  const std::vector<std::string> requests{request};
  connection.requests = &requests;
  connection.socket = connect_to(port);
  connection.write_on();
  char buffer[1 << 14];
  while (answer_size(connection.answer) == 0) {
    const ssize_t got = ::recv(connection.socket, buffer, sizeof buffer, 0);
    if (got <= 0) die("no whole answer: " + connection.answer);
    connection.answer.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(connection.socket);
  return connection.answer;
}

/// Signs in; → the access token.
inline std::string sign_in(int port, const std::string& email, const std::string& password) {
  const std::string body = R"({"email":")" + email + R"(","password":")" + password + R"("})";
  const std::string answer = ask(port,
                                 "POST /api/accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                                 "application/json\r\nContent-Length: " +
                                     std::to_string(body.size()) + "\r\n\r\n" + body);
  constexpr std::string_view member = "\"access\":\"";
  const std::size_t at = answer.find(member);
  if (at == std::string::npos) die("no sign-in: " + answer);
  return answer.substr(at + member.size(), answer.find('"', at + member.size()) - at - member.size());
}

}  // namespace ringup::bench
