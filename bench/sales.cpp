// How many sales a second the server books, validated and on the disk, over real HTTP; beside what SQLite
// does alone with the same inserts on the same disk in the same run.
//
//   bench_sales [--seconds N] [--lines N] [--connections N] [--only a|b]
//
// (a) one sale per request on 64 keep-alive connections  against  one commit per sale
// (b) 100 sales per request on 8 connections             against  100 sales per commit
// Everything is synced (synchronous=FULL) on both sides. The load comes from one thread over epoll; records
// are made before the clock starts. The raw side runs before and after the server; the mean of both counts.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/sale_shop.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

struct Options {
  double seconds = 4;
  int lines = 2;
  int connections = 64;
  std::string_view only;  // "a" or "b": that one alone
};

/// The server with `connections` tills, each sending `per_request` sales at once.
Measured served(const std::string& binary, const std::string& folder, const Options& options, int connections,
                int per_request, std::size_t requests_each) {
  Business shop;
  std::vector<std::vector<std::string>> requests(static_cast<std::size_t>(connections));
  {
    auto made = must(store::Store::open(folder, {.readers = 1, .make_if_missing = true}));
    shop = make_business(*made);
    for (std::vector<std::string>& of_one : requests) {
      Till till = make_till(*made, shop);
      for (std::size_t i = 0; i < requests_each; ++i) {
        std::vector<std::string> records;
        for (int k = 0; k < per_request; ++k)
          records.push_back(journal::record_text(next_sale(shop, till, options.lines)));
        of_one.push_back(request_of(till, records));
      }
    }
  }
  const Child server(binary, folder);
  return load(server, requests, options.seconds, false, [&](std::string_view answer) {
    const std::size_t accepted = accepted_in(answer);
    if (accepted != static_cast<std::size_t>(per_request))
      die("not all were accepted: " + std::string(answer.substr(0, 2000)));
    return accepted;
  });
}

void print(const char* name, double raw_rate, const Measured& measured, double wanted) {
  std::printf("%-34s %10.0f %10.0f %7.2fx (wanted %.1fx) %8.2f %8.2f %8.2f %6.2f\n", name, raw_rate,
              measured.per_second, measured.per_second / raw_rate, wanted, measured.p50_ms, measured.p99_ms,
              measured.max_ms, measured.cpu);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--seconds") options.seconds = std::atof(argv[i + 1]);
    if (name == "--lines") options.lines = std::max(1, std::atoi(argv[i + 1]));
    if (name == "--only") options.only = argv[i + 1];
    if (name == "--connections") options.connections = std::max(1, std::atoi(argv[i + 1]));
  }
  const std::string binary = binary_path();
  const Folder folder;
  const std::string& top = folder.path();

  std::printf("sales of %d lines; %d processors; folder %s\n", options.lines,
              static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)), top.c_str());
  std::printf("%-34s %10s %10s %8s %15s %8s %8s %8s %6s\n", "", "raw/s", "server/s", "ratio", "", "p50 ms",
              "p99 ms", "max ms", "cpus");
  const double raw_seconds = options.seconds / 2;
  if (options.only != "b") {
    const double before = raw(top + "/raw-1", options.lines, 1, raw_seconds);
    const Measured single = served(binary, top + "/single", options, options.connections, 1,
                                   static_cast<std::size_t>(options.seconds * 25'000 / options.connections));
    const double after = raw(top + "/raw-2", options.lines, 1, raw_seconds);
    print("(a) one sale per request, 64 tills", (before + after) / 2, single, 2.0);
    figure("sales.single_rate", single.per_second);
    figure("sales.single_raw_rate", (before + after) / 2);
    figure("sales.single_p99_ms", single.p99_ms);
  }
  if (options.only != "a") {
    const double before = raw(top + "/raw-3", options.lines, 100, raw_seconds);
    const Measured many = served(binary, top + "/many", options, 8, 100,
                                 static_cast<std::size_t>(options.seconds * 30'000 / 800));
    const double after = raw(top + "/raw-4", options.lines, 100, raw_seconds);
    print("(b) 100 sales per request, 8 tills", (before + after) / 2, many, 0.7);
    figure("sales.hundred_rate", many.per_second);
    figure("sales.hundred_raw_rate", (before + after) / 2);
  }
  return 0;
}
