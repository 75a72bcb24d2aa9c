#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

#include "server/app.h"
#include "server/commands/commands.h"
#include "server/config.h"

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

AppOptions app_options(const Config& config) {
  AppOptions options;
  options.accounts.jwt_key = config.text("JWT_SECRET_KEY");
  options.accounts.access_minutes = static_cast<int>(config.integer("JWT_ACCESS_TOKEN_EXPIRE_MINUTES"));
  options.accounts.refresh_days = static_cast<int>(config.integer("JWT_REFRESH_TOKEN_EXPIRE_DAYS"));
  // Only one that was set: the default is an address, which every business of this server would answer to.
  if (config.is_given("PUBLIC_URL")) options.public_host = config.public_host();
  options.secure = config.public_https();
  options.background = true;
  // One write per line, so that lines of several threads do not mix.
  options.log = [](const std::string& line) {
    // Not through stderr: its lock would make the threads wait for each other's system call.
    for (std::string_view rest = line; !rest.empty();) {
      const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written <= 0 && errno != EINTR) return;
      rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
  };
  return options;
}

/// Whoever may read the folder may read the metrics from elsewhere: the token stands in DIR/metrics.token.
Result<void> keep_metrics_token(const std::string& folder, const std::string& token) {
  const std::string path = folder + "/metrics.token";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return fail(Error::storage, path, "Cannot write the token for metrics.");
  const std::string line = token + "\n";
  const bool whole = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(file);
  if (!whole) return fail(Error::storage, path, "Cannot write the token for metrics.");
  return {};
}

}  // namespace

int run_serve(const Arguments& arguments) {
  // A thread per connection, and an arena of the allocator for each of them, keeps what all of them once
  // needed.
  ::mallopt(M_ARENA_MAX, std::max(2, static_cast<int>(std::thread::hardware_concurrency())));
  const std::string listen_text = arguments.get("--listen", "127.0.0.1:8080");
  auto listen = parse_listen(listen_text);
  if (!listen.ok()) return report(listen.failure()), wrong_usage;
  const auto config = Config::load(arguments.get("--data"), listen_text);
  if (!config.ok()) return report(config.failure());
  if (config->is_set("SSL_CERT_PATH") || config->boolean("FORCE_HTTPS")) {
    // Better no server than one whose owner believes that it speaks TLS.
    return report(fail(Error::configuration, "SSL_CERT_PATH, FORCE_HTTPS",
                       "This version speaks plain HTTP only: put a proxy in front that ends TLS, and set "
                       "PUBLIC_URL and TRUSTED_PROXIES."));
  }
  if (arguments.has("--check-config")) return std::fputs(config->describe().c_str(), stdout), done;

  // Before any thread starts: all of them inherit the mask, and one waits for the signals in a plain loop.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const bool fresh = ::access((arguments.get("--data") + "/secret.key").c_str(), F_OK) != 0;
  auto store = store::Store::open(arguments.get("--data"), {.make_if_missing = true});
  if (!store.ok()) return report(store.failure());
  if (fresh && !config->is_set("JWT_SECRET_KEY")) {
    std::fprintf(stderr,
                 "No JWT_SECRET_KEY is set: made a secret and keep it in %s/secret.key (mode 0600).\n",
                 arguments.get("--data").c_str());
  }
  auto lock = store::FolderLock::take(arguments.get("--data"));
  if (!lock.ok()) return report(lock.failure());
  auto app = App::make(**store, app_options(*config));
  if (!app.ok()) return report(app.failure());

  if (Result<void> kept = keep_metrics_token(arguments.get("--data"), (*app)->metrics_token()); !kept.ok())
    return report(kept.failure());

  http::ServerOptions options;
  options.host = listen->first;
  options.port = listen->second;
  options.trusted_proxies = static_cast<int>(config->integer("TRUSTED_PROXIES"));
  options.before_route = [&](const http::Request& request) { return (*app)->before_route(request); };
  options.before_answer = [&](const http::Request& request, http::Response& response) {
    (*app)->before_answer(request, response);
  };
  options.observe = [&](const http::Exchange& exchange) { (*app)->observe(exchange); };
  http::Server server((*app)->router(), options);
  (*app)->watch([&] { return server.numbers(); });
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
