// Static files beside nginx: the same bytes (brotli, as the program embeds them) over the same kept
// connections, each server with one process on one processor, the load generator on another. Both write a
// line of log for each answer. Short turns in pairs, and the median of the pairs' ratios.
//
//   bench_assets [PAIRS [SECONDS]]           nginx on PATH; without it only our own figures
#include <sched.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "server/pages/assets.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr std::size_t connections = 8;

void pin(unsigned processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0) die("no free port");
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

void write_file(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr || std::fwrite(text.data(), 1, text.size(), file) != text.size()) die(path);
  std::fclose(file);
}

/// One process with one worker's work, as its own documentation has it for files that are compressed before.
void serve_nginx(const std::string& folder, int port) {
  write_file(folder + "/nginx.conf",
             "daemon off; master_process off; worker_processes 1; pid " + folder +
                 "/pid; error_log /dev/null;\n"
                 "events { worker_connections 1024; }\n"
                 "http { sendfile on; tcp_nopush on; tcp_nodelay on; access_log /dev/null;\n"
                 "  keepalive_requests 1000000000; default_type application/octet-stream;\n"
                 "  types { text/css css; application/wasm wasm; font/ttf ttf; text/javascript js; }\n"
                 "  client_body_temp_path " +
                 folder + "/a; proxy_temp_path " + folder + "/b; fastcgi_temp_path " + folder +
                 "/c; uwsgi_temp_path " + folder + "/d; scgi_temp_path " + folder +
                 "/e;\n"
                 "  server { listen 127.0.0.1:" +
                 std::to_string(port) + "; root " + folder +
                 "/www; add_header Content-Encoding br;\n"
                 "    add_header Cache-Control \"public, max-age=31536000, immutable\"; } }\n");
  std::printf("is ready at :%d\n", port);
  std::fflush(stdout);
  const int null = ::open("/dev/null", O_WRONLY);
  ::dup2(null, 2);
  ::execlp("nginx", "nginx", "-p", folder.c_str(), "-c", (folder + "/nginx.conf").c_str(), nullptr);
}

/// False where nothing listens there within two seconds.
bool comes_up(int port) {
  for (int i = 0; i < 200; ++i) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool up = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (up) return true;
    ::usleep(10'000);
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 15;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.3;
  // The smallest and the largest that come compressed: a style sheet and, if it was built in, a module.
  const Asset *small = nullptr, *large = nullptr;
  for (const Asset& asset : all_assets()) {
    if (!asset.path.starts_with("/assets/") || asset.brotli.empty()) continue;
    if (asset.path.ends_with(".css") && (small == nullptr || asset.raw.size() < small->raw.size()))
      small = &asset;
    if (large == nullptr || asset.brotli.size() > large->brotli.size()) large = &asset;
  }
  if (small == nullptr || large == nullptr) die("there are no assets in the program");

  Folder data, web;
  std::filesystem::permissions(web.path(), std::filesystem::perms(0755));
  for (const Asset* asset : {small, large}) {
    write_file(web.path() + "/www" + std::string(asset->path),
               {reinterpret_cast<const char*>(asset->brotli.data()), asset->brotli.size()});
  }
  pin(1);  // children inherit it, and take the other one; with a single processor nothing happens
  const auto on_the_other = [](auto&& serve) {
    return [serve] {
      pin(0);
      serve();
    };
  };
  const std::string binary = binary_path(), folder = data.path() + "/shop";
  const Child ours{std::function<void()>(on_the_other([&] {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 2);
    ::execl(binary.c_str(), binary.c_str(), "serve", "--data", folder.c_str(), "--listen", "127.0.0.1:0",
            nullptr);
  }))};
  const int port = free_port();
  const Child nginx{std::function<void()>(on_the_other([&] { serve_nginx(web.path(), port); }))};
  const bool beside = comes_up(port);
  if (!beside) std::printf("nginx does not run here: it is left out\n");

  for (const Asset* asset : {small, large}) {
    const std::string_view size = asset == small ? "small" : "large";
    const std::size_t bytes = asset->brotli.size();
    const auto good = [&](std::string_view answer) -> std::size_t {
      if (!answer.starts_with("HTTP/1.1 200") || answer.size() < bytes)
        die("not 200: " + std::string(answer.substr(0, 300)));
      return 1;
    };
    const std::vector<std::vector<std::string>> requests(
        connections, {"GET " + std::string(asset->path) +
                      " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, br\r\n\r\n"});
    std::vector<double> rates, nginx_rates, shares;
    for (int pair = -1; pair < pairs; ++pair) {
      const double rate = load(ours, requests, seconds, true, good).per_second;
      const double other = beside ? load(nginx, requests, seconds, true, good).per_second : 0;
      if (pair < 0) continue;  // to get warm
      rates.push_back(rate);
      nginx_rates.push_back(other);
      shares.push_back(rate / other);
    }
    std::printf("%s, %zu bytes: %.0f/s\n", std::string(asset->path).c_str(), bytes, median(rates));
    figure(("assets." + std::string(size) + "_rate").c_str(), median(rates));
    if (!beside) continue;
    std::printf("  nginx %.0f/s, ratio %.2f\n", median(nginx_rates), median(shares));
    figure(("assets." + std::string(size) + "_nginx_rate").c_str(), median(nginx_rates));
    figure(("assets." + std::string(size) + "_share").c_str(), median(shares));
  }
  return 0;
}
