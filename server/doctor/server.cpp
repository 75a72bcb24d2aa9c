/// The server: does it run, does it answer, is it ready; or where none runs, could one.
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "server/doctor/doctor.h"
#include "server/notify/fetch.h"

namespace ringup::doctor {
namespace {

constexpr int answer_ms = 5'000;
constexpr std::size_t said_bytes_max = 300;

struct Place {
  std::string scheme, host, port;  // host without brackets
};

Place read_place(const std::string& text) {
  Place place{"http", text, ""};
  if (const std::size_t scheme = text.find("://"); scheme != std::string::npos) {
    place.scheme = text.substr(0, scheme);
    place.host = text.substr(scheme + 3);
  }
  const std::size_t colon = place.host.rfind(':');
  if (colon == std::string::npos) return place;
  place.port = place.host.substr(colon + 1);
  place.host.resize(colon);
  if (place.host.starts_with('[') && place.host.ends_with(']')) place.host = place.host.substr(1, colon - 2);
  return place;
}

/// Where to knock at a server that listens on all addresses.
std::string url_of(Place place) {
  if (place.host == "0.0.0.0" || place.host == "*") place.host = "127.0.0.1";
  if (place.host == "::") place.host = "::1";
  if (place.host.find(':') != std::string::npos) place.host = "[" + place.host + "]";
  return place.scheme + "://" + place.host + ":" + place.port;
}

std::string said(const notify::Page& page) {
  if (const auto answer = json::parse(page.body); answer.ok()) {
    if (const json::Value* detail = answer->find("detail");
        detail != nullptr && detail->as_string() != nullptr)
      return ": " + *detail->as_string();
  }
  return page.body.empty() ? "" : ": " + page.body.substr(0, said_bytes_max);
}

void ask(const std::string& place, Report& report) {
  const std::string url = url_of(read_place(place));
  // Its certificate is judged elsewhere; here only counts whether the server lives.
  const notify::FetchOptions options{.deadline_ms = answer_ms, .connect_to = "", .check_certificate = false};
  const auto alive = notify::fetch(url + "/healthz", options);
  if (!alive.ok() || alive->status != 200) {
    report.problem(
        "server",
        alive.ok() ? url + " answers with " + std::to_string(alive->status) + said(*alive)
                   : describe(alive.failure()),
        "The process runs but does not answer: look into its log (journalctl -u ringup), then start it "
        "anew.");
    return;
  }
  const auto ready = notify::fetch(url + "/readyz", options);
  if (!ready.ok() || ready->status != 200) {
    report.problem(
        "server",
        url + " is not ready" + (ready.ok() ? said(*ready) : " (" + describe(ready.failure()) + ")"),
        "Look at the findings on disk and database, and into its log (journalctl -u ringup).");
    return;
  }
  report.ok("server", url + " is ready.");
}

/// Who has the right to low ports as a matter of course.
int free_port_min() {
  int port = 1024;
  std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> port;
  return port;
}

/// 0, or why the port cannot be had. Nothing listens: a client that tries meanwhile is refused as before.
int try_port(const Place& place) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
  if (::getaddrinfo(place.host.c_str(), place.port.c_str(), &wanted, &found) != 0) return EADDRNOTAVAIL;
  int code = 0;
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (socket < 0 || ::bind(socket, found->ai_addr, found->ai_addrlen) != 0) code = errno;
  if (socket >= 0) ::close(socket);
  ::freeaddrinfo(found);
  return code;
}

void check_port(const Patient& patient, const std::string& text, Report& report) {
  const Place place = read_place(text);
  const bool bare = place.host.find(':') != std::string::npos;
  const std::string name = (bare ? "[" + place.host + "]" : place.host) + ":" + place.port;
  const int code = try_port(place), port = std::atoi(place.port.c_str());
  if (code == EADDRINUSE) {
    report.problem(
        "port", name + " is taken by another program.",
        "See which one: ss -ltnp 'sport = :" + place.port + "'. Stop it, or choose another with --listen.");
    return;
  }
  struct stat about {};
  const bool owner_is_root = ::stat(patient.options.folder.c_str(), &about) == 0 && about.st_uid == 0;
  if (code == EACCES || (code == 0 && port > 0 && port < free_port_min() && !owner_is_root)) {
    report.warning("port", name + " may be opened only by root or with the right to low ports.",
                   "AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, as docs/ringup.service has it.");
  } else if (code != 0) {
    report.problem("port", name + ": " + std::strerror(code) + ".",
                   "Choose an address of this machine with --listen.");
  } else {
    report.ok("port", name + " is free.");
  }
}

}  // namespace

void check_server(const Patient& patient, Report& report) {
  const Serving& serving = patient.serving;
  std::vector<std::string> places = serving.places;
  if (!patient.options.listen.empty() || places.empty()) places = patient.options.listen;
  if (places.empty()) places = {"127.0.0.1:8080"};
  if (serving.running) {
    for (const std::string& place : places) ask(place, report);
    return;
  }
  if (patient.options.running) {
    report.problem("server", "No server runs on this folder.", "systemctl start ringup");
    return;
  }
  report.warning("server", "No server runs on this folder.",
                 "systemctl start ringup; if it does not stay up, journalctl -u ringup says why.");
  for (const std::string& place : places) check_port(patient, place, report);
}

}  // namespace ringup::doctor
