// How long reports over a million sales take, beside the limit of a second and beside adding up the sales
// themselves in SQL, in the same run.
//
//   bench_reports [--sales N] [--folder DIR]     DIR is kept, and used again if a shop is in it
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "bench/big_shop.h"
#include "bench/figures.h"
#include "server/store/reports.h"
#include "server/store/rollup.h"

using namespace ringup;

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

/// Processor time of this program so far: what a report costs, also where others keep the machine busy.
double cpu_ms() {
  timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1000 + static_cast<double>(spent.tv_nsec) / 1e6;
}

struct Times {
  double p50 = 0, max = 0;
  double cpu = 0;  // of one run, on average
};
template <class Run>
Times measure(int times, Run&& run) {
  std::vector<double> all;
  const double cpu_before = cpu_ms();
  for (int i = 0; i < times; ++i) {
    const Clock::time_point begun = Clock::now();
    run();
    all.push_back(ms_since(begun));
  }
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all.back(), (cpu_ms() - cpu_before) / times};
}

/// What the same report costs without the rollup: plain SQL over the sales, with UTC's days.
const char* naive_sql(ReportBy by) {
  switch (by) {
    case ReportBy::day:
    case ReportBy::hour:
    case ReportBy::weekday:
    case ReportBy::month:
      return "SELECT sold_at / 86400000000, count(*), sum(total), sum(net), sum(tax) FROM sale WHERE"
             " tenant = $1 AND sold_at >= $2 AND sold_at < $3 AND voided_by IS NULL GROUP BY 1";
    case ReportBy::branch:
    case ReportBy::till:
    case ReportBy::cashier:
      return "SELECT user, count(*), sum(total), sum(net), sum(tax) FROM sale WHERE tenant = $1 AND"
             " sold_at >= $2 AND sold_at < $3 AND voided_by IS NULL GROUP BY 1";
    case ReportBy::tender:
      return "SELECT t.kind, count(*), sum(t.amount) FROM sale s JOIN sale_tender t ON t.tenant = s.tenant "
             "AND"
             " t.sale = s.id WHERE s.tenant = $1 AND s.sold_at >= $2 AND s.sold_at < $3 AND s.voided_by IS "
             "NULL"
             " GROUP BY 1";
    default:
      return "SELECT l.product, sum(l.quantity), sum(l.gross), sum(l.net) FROM sale s JOIN sale_line l ON"
             " l.tenant = s.tenant AND l.sale = s.id WHERE s.tenant = $1 AND s.sold_at >= $2 AND"
             " s.sold_at < $3 AND s.voided_by IS NULL GROUP BY 1";
  }
}

}  // namespace

int main(int count, char** words) {
  bench::BigShopOptions options;
  std::string folder;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(words[i], "--sales") == 0) options.sales = std::atoll(words[i + 1]);
    if (std::strcmp(words[i], "--folder") == 0) folder = words[i + 1];
  }
  const bool keep = !folder.empty();
  if (!keep) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ringup-reports-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  if (!std::filesystem::exists(folder + "/ringup.db")) {
    const Clock::time_point begun = Clock::now();
    (void)bench::make_big_shop(folder, options);
    std::printf("%lld sales made in %.0f s\n", static_cast<long long>(options.sales), ms_since(begun) / 1000);
  }
  auto store = bench::must(store::Store::open(folder, {.readers = 2}));
  const Id tenant =
      bench::must(store->read([](store::Database& db) { return store::tenant_by_slug(db, "bench"); }));
  {
    const Clock::time_point begun = Clock::now();
    double longest = 0;
    for (;;) {
      const Clock::time_point step = Clock::now();
      if (!bench::must(store::roll_up(*store)).more) break;
      longest = std::max(longest, ms_since(step));
    }
    std::printf("rolled up in %.0f s, longest step %.0f ms\n", ms_since(begun) / 1000, longest);
  }
  struct Range {
    const char* name;
    std::int64_t from, to;
  };
  constexpr std::int64_t day_us = 86'400'000'000;
  const std::int64_t last = bench::must(store->read([](store::Database& db) {
                              return db.integer("SELECT max(sold_at) FROM sale", 0);
                            })) /
                            day_us;
  const std::int64_t first = last - options.days;
  const Range ranges[] = {
      {"30 days", last - 29, last}, {"all", first, last}, {"worst edges", first + 5, last - 1}};
  std::printf("%-10s %-12s %8s %8s %8s %13s %6s\n", "by", "range", "p50 ms", "max ms", "cpu ms",
              "plain SQL ms", "rows");
  double worst = 0;
  for (int i = 0; i < report_by_count; ++i) {
    const std::string by(to_string(static_cast<ReportBy>(i)));
    double longest = 0;
    for (const Range& range : ranges) {
      store::ReportQuery query;
      query.by = static_cast<ReportBy>(i);
      query.from = range.from;
      query.to = range.to;
      query.limit = 1000;
      std::size_t rows = 0;
      const Times times = measure(5, [&] {
        const Report report = bench::must(
            store->read([&](store::Database& db) { return store::make_report(db, tenant, query); }));
        rows = report.items.size();
        (void)json::dump(to_json(report));
      });
      longest = std::max(longest, times.max);
      worst = std::max(worst, times.max);
      double naive = 0;
      if (&range != &ranges[2]) {
        naive = measure(1, [&] {
                  (void)store->read([&](store::Database& db) {
                    db.set_deadline_ms(0);
                    return db.query(
                        naive_sql(query.by), [](const store::Row&) {}, tenant, range.from * 86'400'000'000,
                        (range.to + 1) * 86'400'000'000);
                  });
                }).max;
      }
      std::printf("%-10s %-12s %8.1f %8.1f %8.1f %13.0f %6zu\n", by.c_str(), range.name, times.p50, times.max,
                  times.cpu, naive, rows);
    }
    bench::figure(("reports." + by + "_max_ms").c_str(), longest);
  }
  const Times day = measure(20, [&] {
    (void)bench::must(store->read([&](store::Database& db) {
      return store::read_day(db, tenant, std::nullopt, (last * 24 + 15) * std::int64_t{3'600'000'000});
    }));
  });
  std::printf("dashboard's day: p50 %.1f ms, max %.1f ms\n", day.p50, day.max);
  std::printf("worst %.0f ms; limit 1000 ms: %s\n", worst, worst < 1000 ? "held" : "MISSED");
  store.reset();
  std::error_code ignored;
  if (!keep) std::filesystem::remove_all(folder, ignored);
  return 0;
}
