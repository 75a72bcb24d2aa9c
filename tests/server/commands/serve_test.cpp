// How `ringup serve` begins and ends, told to people, to a service manager and to the folder.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "core/base/json.h"
#include "tests/server/child.h"
#include "tests/server/running.h"

namespace ringup::test {
namespace {

/// A connection with half a request on it: the server waits for the other half when it is told to stop.
class HalfARequest {
 public:
  explicit HalfARequest(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    say("GET /healthz HTTP/1.1\r\n");
  }
  ~HalfARequest() { ::close(socket_); }
  void say(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  std::string rest() const {
    std::string got;
    char buffer[4096];
    for (ssize_t size; (size = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(size));
    return got;
  }

 private:
  int socket_;
};

TEST(Serve, EndsWithOneFileToCopyAndSaysWhatItDid) {
  const Folder folder;
  Child child(folder.path());
  ASSERT_NE(child.port(), 0) << child.log();
  EXPECT_EQ(send(child.port(), "GET", "/readyz").status, 200);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
  std::set<std::string> events;
  std::string_view rest = child.log();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    std::string text(rest.substr(0, end));
    if (const std::size_t ms = text.find(",\"ms\":"); ms != std::string::npos)
      text.erase(text.find('.', ms), 4);  // our reader knows no fractions
    const auto line = json::parse(text);
    ASSERT_TRUE(line.ok()) << rest;
    for (const char* name : {"at", "level", "event"}) EXPECT_NE(line->find(name), nullptr) << rest;
    events.insert(*line->find("event")->as_string());
    rest.remove_prefix(end + 1);
  }
  for (const char* event : {"start", "ready", "request", "stopping", "draining", "stopped"})
    EXPECT_EQ(events.count(event), 1u) << event << "\n" << child.log();
  EXPECT_TRUE(std::filesystem::exists(folder.path() + "/ringup.db"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/ringup.db-wal"));
}

TEST(Serve, AnswersWhatIsHalfHereAndThenEnds) {
  const Folder folder;
  Child child(folder.path());
  ASSERT_NE(child.port(), 0) << child.log();
  const HalfARequest half(child.port());
  EXPECT_EQ(send(child.port(), "GET", "/healthz").status, 200);  // the half one has been accepted before it
  child.signal(SIGTERM);
  ASSERT_TRUE(child.says("\"event\":\"draining\"")) << child.log();
  half.say("Host: localhost\r\n\r\n");
  EXPECT_NE(half.rest().find("200 OK"), std::string::npos);
  EXPECT_EQ(child.wait(), 0);
}

TEST(Serve, EndsAtOnceWhenToldTwice) {
  const Folder folder;
  Child child(folder.path());
  ASSERT_NE(child.port(), 0) << child.log();
  const HalfARequest half(child.port());
  EXPECT_EQ(send(child.port(), "GET", "/healthz").status, 200);
  child.signal(SIGTERM);
  ASSERT_TRUE(child.says("\"event\":\"draining\"")) << child.log();
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 128 + SIGTERM);
  EXPECT_NE(child.log().find("\"event\":\"stopped_at_once\""), std::string::npos) << child.log();
}

TEST(Serve, TellsAServiceManagerThatWaits) {
  const Folder folder, room;
  const std::string path = room.path() + "/notify";
  const int manager = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(manager, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const timeval patience{30, 0};
  ::setsockopt(manager, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto heard = [&]() -> std::string {
    char buffer[256];
    const ssize_t size = ::recv(manager, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
  };
  Child child(folder.path(), {"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=200000"});
  ASSERT_NE(child.port(), 0) << child.log();
  EXPECT_EQ(heard(), "READY=1");
  EXPECT_EQ(heard(), "WATCHDOG=1");
  child.signal(SIGTERM);
  std::string last = heard();
  while (last == "WATCHDOG=1") last = heard();
  EXPECT_EQ(last, "STOPPING=1");
  EXPECT_EQ(child.wait(), 0);
  ::close(manager);
}

}  // namespace
}  // namespace ringup::test
