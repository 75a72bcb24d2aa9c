#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/time.h"
#include "server/commands/commands.h"
#include "server/config.h"
#include "server/http/tls_authority.h"
#include "server/pages/qr.h"
#include "server/store/store.h"

namespace ringup::commands {
namespace {

Result<std::vector<std::string>> read_hosts(const std::string& list) {
  std::vector<std::string> hosts;
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string host = TRY(http::read_local_host(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(std::move(host));
  }
  if (hosts.size() > http::local_hosts_max)
    return fail(Error::too_many, "--host", "A certificate takes at most 32 hosts.");
  return hosts;
}

Result<int> read_port(const std::string& text) {
  int port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (code != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    return fail(Error::invalid_value, "--port", "This must be a port, 1 to 65535.");
  return port;
}

/// Adds lines to DIR/ringup.env, whole or not at all.
Result<void> add_settings(const std::string& folder, const std::string& lines) {
  const std::string path = folder + "/ringup.env", beside = path + ".new";
  std::string text;
  struct stat about {};
  const bool there = ::stat(path.c_str(), &about) == 0;
  if (there) {
    std::ifstream file(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file.good() && !file.eof()) return fail(Error::storage, path, "Cannot be read.");
    if (!text.empty() && text.back() != '\n') text += '\n';
  } else if (::stat(folder.c_str(), &about) == 0) {
    about.st_mode = 0600;
  }
  text += lines;
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return fail(Error::storage, beside, std::strerror(errno));
  if (::geteuid() == 0) (void)!::fchown(file, about.st_uid, about.st_gid);
  const bool whole = ::fchmod(file, about.st_mode & 07777) == 0 &&
                     ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!whole || ::rename(beside.c_str(), path.c_str()) != 0) {
    ::unlink(beside.c_str());
    return fail(Error::storage, path,
                std::string("Cannot be written: ") + std::strerror(whole ? errno : error) + ".");
  }
  return {};
}

/// Writes the paths into ringup.env unless it names some; → what to tell.
Result<std::string> name_certificate(const std::string& folder, const http::LocalPaths& paths) {
  const auto nothing = [](const char*) { return std::optional<std::string>(); };
  const Config file = TRY(Config::load(folder, "127.0.0.1:8080", nothing));
  const std::string env = folder + "/ringup.env";
  if (!file.is_given("SSL_CERT_PATH")) {
    // Relative to the folder, so that a folder which is moved or restored elsewhere still finds them.
    TRY(add_settings(folder, "SSL_CERT_PATH=tls/server.crt\nSSL_KEY_PATH=tls/server.key\n"));
    return "Wrote SSL_CERT_PATH and SSL_KEY_PATH into " + env + ".";
  }
  struct stat named {
  }, ours{};
  const bool same = ::stat(file.text("SSL_CERT_PATH").c_str(), &named) == 0 &&
                    ::stat(paths.certificate.c_str(), &ours) == 0 && named.st_ino == ours.st_ino &&
                    named.st_dev == ours.st_dev;
  if (same) return env + " names the certificate already.";
  return env + " names another certificate and was left alone. To use this one, write there:\n" +
         "  SSL_CERT_PATH=tls/server.crt\n  SSL_KEY_PATH=tls/server.key";
}

std::string listed(const std::vector<std::string>& hosts) {
  std::string out;
  for (const std::string& host : hosts) out += (out.empty() ? "" : ", ") + host;
  return out;
}

std::string day_of(std::int64_t us) {
  return to_rfc3339(us).substr(0, 10);
}

}  // namespace

int run_cert_local(const Arguments& arguments) {
  const std::string folder = arguments.get("--data");
  const auto hosts = read_hosts(arguments.get("--host"));
  if (!hosts.ok()) return report(hosts.failure()), wrong_usage;
  const auto port = read_port(arguments.get("--port", "80"));
  if (!port.ok()) return report(port.failure()), wrong_usage;

  const auto made =
      http::make_local_certificate(folder, *hosts, arguments.has("--new-authority"), store::unix_us_now());
  if (!made.ok()) return report(made.failure());
  const http::LocalPaths paths = http::local_paths(folder);
  const auto named = name_certificate(folder, paths);
  if (!named.ok()) return report(named.failure());

  const std::string& host = hosts->front();
  const std::string page = "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") +
                           (*port == 80 ? "" : ":" + std::to_string(*port)) + "/trust";
  std::printf("%s\n\n", made->new_authority
                            ? "Made a local authority and a certificate from it."
                            : "Made a new certificate from the authority that is there; devices that "
                              "trust it need nothing.");
  std::printf("  authority    %s, until %s\n", paths.authority.c_str(),
              day_of(made->authority.facts.not_after_us).c_str());
  std::printf("               listed on devices as \"%s\"; vouches only for %s\n",
              made->authority.name.c_str(), listed(made->authority.hosts).c_str());
  std::printf("  certificate  %s, until %s; serve renews it by itself\n\n", paths.certificate.c_str(),
              day_of(made->certificate.not_after_us).c_str());
  std::printf("%s\n", named->c_str());
  std::printf(
      "Start the server where devices reach it; one that runs with this certificate takes the new one by "
      "itself:\n"
      "  ringup serve --data %s --listen 0.0.0.0:443,0.0.0.0:80\n\n",
      folder.c_str());
  std::printf("Then open this page on each device, once (with another port than 80: --port):\n  %s\n\n%s\n",
              page.c_str(), pages::qr_text(page, ::isatty(STDOUT_FILENO) == 1).c_str());
  std::printf("The page shows a fingerprint (SHA-256). Go on there only if it is this one:\n  %s\n  %s\n",
              made->authority.facts.fingerprint.substr(0, 48).c_str(),
              made->authority.facts.fingerprint.substr(48).c_str());
  return done;
}

}  // namespace ringup::commands
