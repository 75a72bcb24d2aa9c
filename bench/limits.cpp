// What counting costs: takes from the table of buckets by one thread, for one name, for names that come back
// and for a million different ones, and whether the process grows by it.
//
//   bench_limits
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "server/http/rate_table.h"

using namespace ringup;

namespace {

constexpr int requests = 1'000'000;
constexpr http::Rate rate{120, 60'000'000};

long resident_kb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

template <class Name>
double ns_each(http::RateTable& table, Name&& name) {
  const auto begun = std::chrono::steady_clock::now();
  std::int64_t refused = 0, now = 1'000'000'000'000;
  for (int i = 0; i < requests; ++i)
    refused += table.take(0, http::counted_address(name(i)), rate, now += 10) != 0;
  const auto spent = std::chrono::steady_clock::now() - begun;
  std::printf("  of %d takes %lld were refused\n", requests, static_cast<long long>(refused));
  return std::chrono::duration<double, std::nano>(spent).count() / requests;
}

}  // namespace

int main() {
  std::vector<std::string> names;
  names.reserve(requests);
  for (int i = 0; i < requests; ++i) {
    names.push_back("10." + std::to_string(i >> 16 & 255) + "." + std::to_string(i >> 8 & 255) + "." +
                    std::to_string(i & 255));
  }
  http::RateTable table;
  (void)ns_each(table, [&](int) { return names[0]; });  // warm
  const long before = resident_kb();
  const double one = ns_each(table, [&](int) -> std::string_view { return names[0]; });
  const double some =
      ns_each(table, [&](int i) -> std::string_view { return names[static_cast<std::size_t>(i % 1000)]; });
  const double all =
      ns_each(table, [&](int i) -> std::string_view { return names[static_cast<std::size_t>(i)]; });
  const long grown = resident_kb() - before;
  std::printf("one name %.0f ns, a thousand %.0f ns, a million %.0f ns a request; grown by %ld KB\n", one,
              some, all, grown);
  bench::figure("limits.one_us", one / 1000);
  bench::figure("limits.million_us", all / 1000);
  bench::figure("limits.growth_kb", static_cast<double>(grown));
}
