// The listening side ends whenever it is told to.
#include <gtest/gtest.h>

#include <thread>

#include "server/http/server.h"

namespace ringup::http {
namespace {

ServerOptions any_port() {
  ServerOptions options;
  options.port = 0;
  return options;
}

TEST(Stop, IsHeardBeforeItRuns) {
  const Router router;
  Server server(router, any_port());
  ASSERT_TRUE(server.bind().ok());
  server.stop();
  server.run();  // returns
}

TEST(Stop, IsHeardAtAnyMomentOfItsStart) {
  for (int i = 0; i < 200; ++i) {
    const Router router;
    Server server(router, any_port());
    ASSERT_TRUE(server.bind().ok());
    std::thread running([&] { server.run(); });
    server.stop();
    running.join();
  }
}

}  // namespace
}  // namespace ringup::http
