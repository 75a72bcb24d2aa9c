// The server over a big shop (bench/big_shop.h): how long it takes to start, and how much memory it holds
// after it has been used like one.
//
//   bench_big [SALES]
#include <cstdio>
#include <filesystem>
#include <string>

#include "bench/big_shop.h"
#include "bench/figures.h"
#include "bench/till.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

std::string get(const std::string& path, const std::string& token) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

void print(const char* what, const Child::Memory& memory) {
  std::printf("%-40s %6.1f MB, its own %6.1f, highest %6.1f\n", what, memory.now / 1e6, memory.own / 1e6,
              memory.highest / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  BigShopOptions options;
  if (argc > 1) options.sales = std::atoll(argv[1]);
  const Folder folder;
  const Clock::time_point begun = Clock::now();
  const BigShop shop = make_big_shop(folder.path(), options);
  const double megabytes =
      static_cast<double>(std::filesystem::file_size(folder.path() + "/ringup.db")) / 1e6;
  std::printf("%lld sales, %zu products: made in %.0f s, %.0f MB\n", static_cast<long long>(options.sales),
              shop.products.size(), ms_since(begun) / 1000, megabytes);
  figure("big.database_mb", megabytes);

  std::vector<double> starts;
  for (int i = 0; i < 5; ++i) starts.push_back(Child(binary_path(), folder.path()).ready_ms());
  std::sort(starts.begin(), starts.end());
  std::printf("start to ready: %.0f ms, slowest of five %.0f\n", starts[2], starts[4]);
  figure("big.start_ms", starts[2]);

  const Child server(binary_path(), folder.path());
  print("memory, just started", server.memory());
  const std::string token = sign_in(server.port(), big_shop_owner, big_shop_password);
  const auto good = [](std::string_view answer) -> std::size_t {
    if (!answer.starts_with("HTTP/1.1 200")) die("not 200: " + std::string(answer.substr(0, 600)));
    return 1;
  };
  std::vector<std::vector<std::string>> reads(8), searches(8), lists(8);
  for (std::size_t i = 0; i < 4'000; ++i)
    reads[i % 8].push_back(
        get("/api/catalogue/products/" + to_string(shop.products[i * 23].id) + "/", token));
  for (const char* typed : {"m", "mi", "mil", "milk", "choc", "br", "coffee", "te"})
    for (std::vector<std::string>& of_one : searches)
      of_one.push_back(get("/api/catalogue/products/?q=" + std::string(typed), token));
  (void)load(server, reads, 1, true, good);
  print("after reading products", server.memory());
  (void)load(server, searches, 2, true, good);
  print("after searching", server.memory());
  for (std::vector<std::string>& of_one : lists) of_one.push_back(get("/api/sales/?limit=200", token));
  (void)load(server, lists, 1, true, good);
  print("after listing sales", server.memory());

  std::vector<std::vector<std::string>> sales;
  for (std::size_t i = 0; i < shop.tills.size(); ++i) {
    SellingTill till(shop.tills[i], shop.tenant, folder.path());
    sales.emplace_back();
    for (std::size_t k = 0; k < 400; ++k) {
      const Product* sold[] = {&shop.products[(i * 400 + k) * 37 % shop.products.size()],
                               &shop.products[(i * 400 + k) * 53 % shop.products.size()]};
      sales.back().push_back(till.request({till.next_sale(shop.people[0], sold)}));
    }
  }
  (void)load(server, sales, 20, false, [](std::string_view answer) -> std::size_t {
    if (answer.find("\"accepted\"") == std::string_view::npos) die("not accepted: " + std::string(answer));
    return 1;
  });
  const Child::Memory memory = server.memory();
  print("after 2,000 sales", memory);
  figure("big.memory_mb", memory.now / 1e6);
  figure("big.memory_highest_mb", memory.highest / 1e6);
  return 0;
}
