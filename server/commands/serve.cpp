#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "generated/version.h"
#include "server/app.h"
#include "server/commands/commands.h"
#include "server/commands/notify.h"
#include "server/commands/serve_tls.h"
#include "server/config.h"
#include "server/doctor/doctor.h"
#include "server/log/log.h"
#include "server/notify/settings.h"
#include "server/store/lock_note.h"

namespace ringup::commands {
namespace {

constexpr int draining_said_ms = 2'000;
constexpr int clock_looked_at_ms = 10'000;

/// Tells once of each jump of the wall clock against the one that only goes forward.
class ClockWatch {
 public:
  void look() {
    const std::int64_t now = apart();
    const std::int64_t jump = now - apart_;
    if (jump > -jump_us && jump < jump_us) return;
    apart_ = now;
    log::event(log::Level::warning, "clock_jump",
               "The clock of this machine jumped. Limits and deadlines go on; times that were written before "
               "stay as they were written.",
               {{"seconds", jump / 1'000'000}});
  }

 private:
  static constexpr std::int64_t jump_us = 60'000'000;
  static std::int64_t apart() {
    const auto steady = std::chrono::steady_clock::now().time_since_epoch();
    return store::unix_us_now() - std::chrono::duration_cast<std::chrono::microseconds>(steady).count();
  }
  std::int64_t apart_ = apart();
};

using Address = std::pair<std::string, int>;

Result<Address> parse_address(const std::string& listen) {
  const auto refused = [&] {
    return fail(Error::configuration, "--listen",
                "Write HOST:PORT, or several of them with commas between, not " + listen + ".");
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
  return Address(host, port);
}

Result<std::vector<Address>> parse_listen(const std::string& listen) {
  std::vector<Address> all;
  for (std::string_view rest = listen;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    all.push_back(TRY(parse_address(std::string(rest.substr(0, comma)))));
    if (comma == rest.size()) return all;
    rest.remove_prefix(comma + 1);
  }
}

AppOptions app_options(const Config& config) {
  AppOptions options;
  options.accounts.jwt_key = config.text("JWT_SECRET_KEY");
  options.accounts.access_minutes = static_cast<int>(config.integer("JWT_ACCESS_TOKEN_EXPIRE_MINUTES"));
  options.accounts.refresh_days = static_cast<int>(config.integer("JWT_REFRESH_TOKEN_EXPIRE_DAYS"));
  options.accounts.public_url = config.text("PUBLIC_URL");
  // Only one that was set: the default is an address, which every business of this server would answer to.
  if (config.is_given("PUBLIC_URL")) options.public_host = config.public_host();
  options.secure = config.public_https();
  options.totp_issuer = config.text("TOTP_ISSUER");
  options.background = true;
  options.gate.origins.allowed = gate::read_origins(config.text("CORS_ALLOWED_ORIGINS"));
  options.messages = notify::courier_settings(config);
  options.backups.folder = config.text("BACKUP_DIR");
  options.backups.every_us = config.seconds("BACKUP_EVERY") * 1'000'000;
  options.backups.passphrase = config.text("BACKUP_PASSPHRASE");
  options.backups.program = std::string(version) + " (" + commit + ")";
  return options;
}

/// Whoever may read the folder may read the metrics from elsewhere: the token stands in DIR/metrics.token.
/// Written only where it is another, so that a server starts on a full disk, too.
Result<void> keep_metrics_token(const std::string& folder, const std::string& token) {
  const std::string path = folder + "/metrics.token", line = token + "\n";
  std::string kept(line.size() + 1, '\0');
  const int known = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (known >= 0) {
    const ssize_t size = ::read(known, kept.data(), kept.size());
    ::close(known);
    kept.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    if (kept == line) return {};
  }
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return fail(Error::storage, path, "Cannot write the token for metrics.");
  const bool whole = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(file);
  if (!whole) return fail(Error::storage, path, "Cannot write the token for metrics.");
  return {};
}

std::int64_t count(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

void log_start(const Config& config, const std::string& folder, const std::string& listen) {
  log::event(log::Level::info, "start", {},
             {{"version", version},
              {"commit", commit},
              {"folder", folder},
              {"listen", listen},
              {"public_url", config.text("PUBLIC_URL")},
              {"tls", config.is_set("SSL_CERT_PATH")},
              {"trusted_proxies", config.integer("TRUSTED_PROXIES")},
              {"backups", config.is_set("BACKUP_DIR")}});
}

void log_draining(const http::GuardNumbers& door, const store::Writer::Numbers& writer) {
  log::event(log::Level::info, "draining",
             "Waiting for requests that are here and for the writer; a second signal ends at once.",
             {{"connections", count(door.connections)},
              {"waiting", count(door.waiting)},
              {"answering", count(door.answering)},
              {"writes", count(writer.queued)}});
}

/// Waits for the signals; the first one begins the drain, the second ends the process at once. Returns when
/// `over` says that the server has ended.
void wait_for_signals(const sigset_t& signals, http::Server& server, store::Store& store, Tls& tls,
                      const std::atomic<bool>& over) {
  const int every_ms = watchdog_ms();
  // Where a terminal was closed, SIGHUP means the end; under a service manager it asks to look at the files
  // again.
  const bool hang_up_ends = ::isatty(STDIN_FILENO) == 1 || !tls.spoken();
  bool draining = false;
  ClockWatch clock;
  while (!over) {
    const int idle_ms = tls.spoken() ? std::min(Tls::look_ms, clock_looked_at_ms) : clock_looked_at_ms;
    const int wait_ms = draining ? draining_said_ms : every_ms > 0 ? std::min(every_ms, idle_ms) : idle_ms;
    const timespec time{wait_ms / 1000, wait_ms % 1000 * 1'000'000L};
    const int signal = ::sigtimedwait(&signals, nullptr, &time);
    if (over) return;
    clock.look();
    if (every_ms > 0) notify("WATCHDOG=1");
    if (!draining && (signal <= 0 || (signal == SIGHUP && !hang_up_ends))) {
      tls.look(signal == SIGHUP);
      continue;
    }
    if (signal > 0 && draining) {
      log::event(log::Level::warning, "stopped_at_once",
                 "A second signal: what was not answered is lost to its client, what was answered is kept.");
      ::_exit(128 + signal);
    }
    if (signal > 0) {
      draining = true;
      notify("STOPPING=1");
      log::event(log::Level::info, "stopping", {}, {{"signal", signal}});
      server.stop();
    }
    if (draining) log_draining(server.numbers(), store.writer().numbers());
  }
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
  if (arguments.has("--check-config")) return check_config(*config);

  // Before any thread starts: all of them inherit the mask, and one waits for the signals in a plain loop.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is an error of the write, not the end of us
  log::to_stderr();
  log_start(*config, arguments.get("--data"), listen_text);

  const auto tls = Tls::load(*config, arguments.get("--data"));
  if (!tls.ok()) return report(tls.failure());

  const bool fresh = ::access((arguments.get("--data") + "/secret.key").c_str(), F_OK) != 0;
  auto store = store::Store::open(arguments.get("--data"), {.make_if_missing = true});
  if (!store.ok()) return report(store.failure());
  if (fresh && !config->is_set("JWT_SECRET_KEY")) {
    log::event(log::Level::info, "secret_made",
               "No JWT_SECRET_KEY is set: made a secret and keep it in secret.key (mode 0600) in the data "
               "folder.",
               {{"folder", arguments.get("--data")}});
  }
  auto lock = store::FolderLock::take(arguments.get("--data"));
  if (!lock.ok()) return report(lock.failure());
  AppOptions wished = app_options(*config);
  wished.https = https_policy(*config, **tls, *listen);
  auto app = App::make(**store, wished);
  if (!app.ok()) return report(app.failure());

  if (Result<void> kept = keep_metrics_token(arguments.get("--data"), (*app)->metrics_token()); !kept.ok())
    return report(kept.failure());

  http::ServerOptions options;
  options.host = listen->front().first;
  options.port = listen->front().second;
  options.also.assign(listen->begin() + 1, listen->end());
  options.wire = (*tls)->wire();
  options.trusted_proxies = static_cast<int>(config->integer("TRUSTED_PROXIES"));
  if (wished.https.force)
    options.instead = [&](const http::Request& request) { return (*app)->instead(request); };
  options.before_route = [&](const http::Request& request, std::string_view route) {
    return (*app)->before_route(request, route);
  };
  options.refused = [&](const http::Request& request, std::string_view route,
                        const http::Response& response) { (*app)->refused(request, route, response); };
  options.before_answer = [&](const http::Request& request, http::Response& response) {
    (*app)->before_answer(request, response);
  };
  options.observe = [&](const http::Exchange& exchange) { (*app)->observe(exchange); };
  options.end_streams = [&] { (*app)->end_streams(); };
  http::Server server((*app)->router(), options);
  (*app)->watch([&] { return server.numbers(); });
  if ((*tls)->spoken()) (*app)->watch_tls([&] { return (*tls)->figures(); });
  auto port = server.bind();
  if (!port.ok()) return report(port.failure());

  std::atomic<bool> over{false};
  std::thread waiter([&] { wait_for_signals(signals, server, **store, **tls, over); });
  std::vector<std::string> addresses;
  std::string where;
  for (const std::string& address : server.addresses()) {
    addresses.push_back(((*tls)->spoken() ? "https://" : "http://") + address);
    where += (where.empty() ? "" : ", ") + addresses.back();
  }
  store::write_lock_note(arguments.get("--data"), doctor::write_note(::getpid(), addresses));
  std::printf("ringup is ready at %s\n", where.c_str());
  std::fflush(stdout);
  log::event(log::Level::info, "ready", {}, {{"port", *port}});
  notify("READY=1");
  server.run();
  // run() also ends without a signal, when the listening socket breaks: wake the waiter.
  over = true;
  pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  app->reset();
  store->reset();
  log::event(log::Level::info, "stopped", "Every request that was here has its answer.");
  return done;
}

}  // namespace ringup::commands
