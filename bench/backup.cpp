// A backup of a big shop (bench/big_shop.h) while its tills sell: what it costs them, how long it takes, and
// how much memory and log it needs. Five tills sell twenty times a second each, as a busy shop of a hundred
// would.
//
//   bench_backup [SALES]
#include <sys/resource.h>
#include <sys/wait.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "bench/big_shop.h"
#include "bench/figures.h"
#include "bench/till.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

namespace fs = std::filesystem;
constexpr auto pause_of_a_till = std::chrono::milliseconds(50);
constexpr double quiet_seconds = 15;

struct Sold {
  std::size_t sales = 0;
  double p50_ms = 0, p99_ms = 0, max_ms = 0, log_mb = 0;
};

/// Each till sells on its connection until `over`; the answers must say that they are booked.
class Floor {
 public:
  Floor(const BigShop& shop, const std::string& folder) : shop_(shop), folder_(folder) {
    for (const store::Till& row : shop.tills) tills_.emplace_back(row, shop.tenant, folder);
  }
  Sold sell(int port, const std::function<bool()>& over) {
    std::atomic<bool> stop{false};
    std::vector<std::vector<double>> latencies(tills_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < tills_.size(); ++i)
      threads.emplace_back([&, i] { sell_on(port, i, stop, latencies[i]); });
    Sold sold;
    std::error_code ignored;
    while (!over()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const auto bytes = fs::file_size(folder_ + "/ringup.db-wal", ignored);
      if (!ignored) sold.log_mb = std::max(sold.log_mb, static_cast<double>(bytes) / 1e6);
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    std::vector<double> all;
    for (const std::vector<double>& some : latencies) all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end());
    const auto at = [&](double part) {
      return all[static_cast<std::size_t>(static_cast<double>(all.size() - 1) * part)];
    };
    sold.sales = all.size();
    sold.p50_ms = at(0.5), sold.p99_ms = at(0.99), sold.max_ms = all.back();
    return sold;
  }

 private:
  void sell_on(int port, std::size_t i, const std::atomic<bool>& stop, std::vector<double>& latencies) {
    Connection connection;
    connection.socket = connect_to(port);
    Clock::time_point next = Clock::now() + pause_of_a_till * i / tills_.size();
    for (std::size_t k = 0; !stop; ++k) {
      const Product* sold[] = {&shop_.products[(i * 977 + k) * 37 % shop_.products.size()],
                               &shop_.products[(i * 977 + k) * 53 % shop_.products.size()]};
      const std::vector<std::string> requests{
          tills_[i].request({tills_[i].next_sale(shop_.people[0], sold)})};
      std::this_thread::sleep_until(next);
      next += pause_of_a_till;
      connection.requests = &requests;
      connection.written = 0;
      connection.answer.clear();
      const Clock::time_point begun = Clock::now();
      connection.write_on();
      char buffer[1 << 14];
      while (answer_size(connection.answer) == 0) {
        const ssize_t got = ::recv(connection.socket, buffer, sizeof buffer, 0);
        if (got <= 0) die("no whole answer");
        connection.answer.append(buffer, static_cast<std::size_t>(got));
      }
      latencies.push_back(ms_since(begun));
      if (connection.answer.find("\"accepted\"") == std::string::npos) die(connection.answer);
    }
    ::close(connection.socket);
  }

  const BigShop& shop_;
  std::string folder_;
  std::vector<SellingTill> tills_;
};

void print(const char* what, const Sold& sold) {
  std::printf("%-34s %6zu sales, p50 %.2f ms, p99 %.2f ms, slowest %.1f ms, log at most %.0f MB\n", what,
              sold.sales, sold.p50_ms, sold.p99_ms, sold.max_ms, sold.log_mb);
}

}  // namespace

int main(int argc, char** argv) {
  BigShopOptions options;
  if (argc > 1) options.sales = std::atoll(argv[1]);
  const Folder folder, room;
  const BigShop shop = make_big_shop(folder.path(), options);
  const double megabytes = static_cast<double>(fs::file_size(folder.path() + "/ringup.db")) / 1e6;
  std::printf("%lld sales, %.0f MB\n", static_cast<long long>(options.sales), megabytes);
  Floor floor(shop, folder.path());
  const auto quiet = [&](int port) {
    const Clock::time_point begun = Clock::now();
    return floor.sell(port, [&] { return ms_since(begun) > quiet_seconds * 1000; });
  };
  {
    const Child server(binary_path(), folder.path());
    (void)floor.sell(server.port(), [n = 0]() mutable { return ++n > 50; });  // warm
    const Sold before = quiet(server.port());
    print("without", before);
    const std::string file = room.path() + "/by-hand.backup";
    const Clock::time_point begun = Clock::now();
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::execl(binary_path().c_str(), "ringup", "backup", "--data", folder.path().c_str(), "--to",
              file.c_str(), nullptr);
      ::_exit(127);
    }
    int status = 0;
    rusage used{};
    const Sold during =
        floor.sell(server.port(), [&] { return ::wait4(pid, &status, WNOHANG, &used) == pid; });
    const double seconds = ms_since(begun) / 1000;
    if (status != 0) die("the backup failed");
    const Sold after = quiet(server.port());
    print("while 'ringup backup' runs", during);
    print("after it", after);
    std::printf("by hand: %.1f s (%ld of a processor), %.0f MB/s, file %.0f MB, memory %.1f MB\n", seconds,
                static_cast<long>(used.ru_utime.tv_sec + used.ru_stime.tv_sec), megabytes / seconds,
                static_cast<double>(fs::file_size(file)) / 1e6, static_cast<double>(used.ru_maxrss) / 1024);
    figure("backup.sale_p99_quiet_ms", before.p99_ms);
    figure("backup.sale_p99_ms", during.p99_ms);
    figure("backup.sale_after_max_ms", after.max_ms);
    figure("backup.mb_per_second", megabytes / seconds);
    figure("backup.memory_mb", static_cast<double>(used.ru_maxrss) / 1024);
    figure("backup.log_mb", during.log_mb);
  }
  const std::string place = room.path() + "/scheduled";
  ::setenv("BACKUP_DIR", place.c_str(), 1);
  ::setenv("BACKUP_EVERY", "30d", 1);
  const Child server(binary_path(), folder.path());
  const Clock::time_point begun = Clock::now();
  const auto made = [&] {
    std::error_code code;
    for (fs::directory_iterator at(place, code), end; !code && at != end; at.increment(code))
      if (at->path().extension() == ".backup") return true;
    return false;
  };
  const Sold during = floor.sell(server.port(), made);
  const double seconds = ms_since(begun) / 1000;
  print("while the server makes its own", during);
  const Sold after = quiet(server.port());
  print("after it", after);
  std::printf("by itself: %.1f s, %.0f MB/s, the server's memory at its highest %.1f MB\n", seconds,
              megabytes / seconds, server.memory().highest / 1e6);
  figure("backup.scheduled_sale_p99_ms", during.p99_ms);
  figure("backup.scheduled_mb_per_second", megabytes / seconds);
  figure("backup.scheduled_log_mb", during.log_mb);
  return 0;
}
