#include <csignal>
#include <cstdio>
#include <thread>

#include "server/app.h"
#include "server/commands/commands.h"

namespace ringup::commands {
namespace {

Result<std::pair<std::string, int>> parse_listen(const std::string& listen) {
  const auto refused = [&] {
    return fail(Error::configuration, "--listen", "Write HOST:PORT, not " + listen + ".");
  };
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == listen.size() || listen.size() - colon > 6)
    return refused();
  int port = 0;
  for (const char c : listen.substr(colon + 1)) {
    if (c < '0' || c > '9') return refused();
    port = port * 10 + (c - '0');
  }
  if (port > 65535) return refused();
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::pair(host, port);
}

}  // namespace

int run_serve(const Arguments& arguments) {
  auto listen = parse_listen(arguments.get("--listen", "127.0.0.1:8080"));
  if (!listen.ok()) return report(listen.failure()), wrong_usage;

  // Before any thread starts: all of them inherit the mask, and one waits for the signals in a plain loop.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto store = store::Store::open(arguments.get("--data"), {.make_if_missing = true});
  if (!store.ok()) return report(store.failure());
  auto lock = store::FolderLock::take(arguments.get("--data"));
  if (!lock.ok()) return report(lock.failure());
  auto app = App::make(**store);
  if (!app.ok()) return report(app.failure());

  http::ServerOptions options;
  options.host = listen->first;
  options.port = listen->second;
  options.before_route = [&](const http::Request& request) { return (*app)->before_route(request); };
  options.before_answer = [&](const http::Request& request, http::Response& response) {
    (*app)->before_answer(request, response);
  };
  options.observe = [&](const http::Exchange& exchange) { (*app)->observe(exchange); };
  http::Server server((*app)->router(), options);
  auto port = server.bind();
  if (!port.ok()) return report(port.failure());

  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
  });
  std::printf("ringup is ready at http://%s:%d\n", listen->first.c_str(), *port);
  std::fflush(stdout);
  server.run();
  // run() also ends without a signal, when the listening socket breaks: wake the waiter.
  pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  return done;
}

}  // namespace ringup::commands
