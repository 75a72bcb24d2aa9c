// A whole shop comes back after a day without network: 30 tills with 5,000 waiting sales each send them at
// once, in batches as a till's outbox makes them, while one more till, which was never away, sells on.
//
//   bench_sync [--tills N] [--each N] [--raw-seconds N]
//
// Told: how many sales a second until the last one is acknowledged, beside what SQLite does alone with the
// same inserts, 200 a commit, before and after; and how long the one sale of the other till takes meanwhile.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "bench/figures.h"
#include "bench/sale_shop.h"
#include "core/till/exchange.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr int lines = 2;
constexpr int online_every_ms = 25;
constexpr int batch = static_cast<int>(journal::request_records_max);

/// One request on a connection that stays; → the answer (head and body).
std::string ask_on(int socket, const std::string& request) {
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t more = ::send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) die("the server closed a connection");
    sent += static_cast<std::size_t>(more);
  }
  std::string answer;
  char buffer[1 << 15];
  while (answer_size(answer) == 0) {
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) die("the server closed a connection");
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  return answer;
}

std::int64_t acked_in(const std::string& answer) {
  const std::size_t body = answer.find("\r\n\r\n") + 4;
  (void)good(answer);
  const journal::Answer read = must(journal::read_answer(std::string_view(answer).substr(body)));
  for (const journal::RecordResult& result : read.results) {
    if (result.result != journal::Outcome::accepted) die("not accepted: " + answer.substr(0, 2000));
  }
  return read.acked_through;
}

}  // namespace

int main(int argc, char** argv) {
  int tills = 30, each = 5'000;
  double raw_seconds = 3;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--tills") tills = std::max(1, std::atoi(argv[i + 1]));
    if (name == "--each") each = std::max(1, std::atoi(argv[i + 1]));
    if (name == "--raw-seconds") raw_seconds = std::atof(argv[i + 1]);
  }
  const Folder folder;
  const std::string top = folder.path(), data = top + "/data";
  std::vector<std::vector<std::string>> requests(static_cast<std::size_t>(tills));
  std::vector<std::string> online;
  {
    auto store = must(store::Store::open(data, {.readers = 1, .make_if_missing = true}));
    const Business shop = make_business(*store);
    for (std::vector<std::string>& of_one : requests) {
      Till till = make_till(*store, shop);
      for (int left = each; left > 0; left -= batch) {
        std::vector<std::string> records;
        for (int i = 0; i < std::min(batch, left); ++i)
          records.push_back(journal::record_text(next_sale(shop, till, lines)));
        of_one.push_back(request_of(till, records));
      }
    }
    Till till = make_till(*store, shop);
    for (int i = 0; i < 20'000; ++i)
      online.push_back(request_of(till, {journal::record_text(next_sale(shop, till, lines))}));
  }
  const double raw_before = raw(top + "/raw-1", lines, batch, raw_seconds);
  std::vector<double> online_ms;
  double seconds = 0, cpus = 0;
  {
    const Child server(binary_path(), data);
    std::atomic<bool> over = false;
    std::atomic<int> left = tills;
    std::thread counter([&] {
      const int socket = connect_to(server.port());
      for (std::size_t i = 0; i < online.size() && !over; ++i) {
        const Clock::time_point begun = Clock::now();
        if (acked_in(ask_on(socket, online[i])) != static_cast<std::int64_t>(i) + 1) die("a sale is missing");
        if (left < tills || i > 10) online_ms.push_back(ms_since(begun));
        std::this_thread::sleep_until(begun + std::chrono::milliseconds(online_every_ms));
      }
      ::close(socket);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(online_every_ms * 8));
    const double cpu_before = server.cpu();
    const Clock::time_point begun = Clock::now();
    std::vector<std::thread> threads;
    for (const std::vector<std::string>& of_one : requests) {
      threads.emplace_back([&] {
        const int socket = connect_to(server.port());
        std::int64_t acked = 0;
        for (const std::string& request : of_one) acked = acked_in(ask_on(socket, request));
        if (acked != each) die("not all sales were acknowledged");
        ::close(socket);
        --left;
      });
    }
    for (std::thread& thread : threads) thread.join();
    seconds = ms_since(begun) / 1000;
    cpus = (server.cpu() - cpu_before) / seconds;
    over = true;
    counter.join();
  }
  const double raw_after = raw(top + "/raw-2", lines, batch, raw_seconds);
  const double rate = tills * static_cast<double>(each) / seconds, raw_rate = (raw_before + raw_after) / 2;
  std::sort(online_ms.begin(), online_ms.end());
  const auto at = [&](double part) {
    return online_ms[static_cast<std::size_t>(static_cast<double>(online_ms.size() - 1) * part)];
  };
  std::printf(
      "%d tills with %d sales each: %.1f s, %.0f sales/s (raw %.0f, %.0f; %.2f of it), %.2f processors\n",
      tills, each, seconds, rate, raw_before, raw_after, rate / raw_rate, cpus);
  std::printf("a sale of another till meanwhile, of %zu: p50 %.1f ms, p99 %.1f ms, max %.1f ms\n",
              online_ms.size(), at(0.5), at(0.99), online_ms.back());
  figure("sync.rate", rate);
  figure("sync.raw_rate", raw_rate);
  figure("sync.seconds", seconds);
  figure("sync.online_p50_ms", at(0.5));
  figure("sync.online_p99_ms", at(0.99));
  figure("sync.online_max_ms", online_ms.back());
  return 0;
}
