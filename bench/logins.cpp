// What a flood of sign-ins does to sales: tills sell one sale a request while 250 people sign in at once, and
// all of them again a second later, each from an address of their own; beside the same sales without them, in
// turns.
//
//   bench_logins [--seconds N] [--tills N]
//
// A password costs some 25 ms of a processor and 19 MiB on purpose. Two are computed at a time, at low
// priority, and few wait; everybody else is told at once to come again in a moment.
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

#include "bench/figures.h"
#include "bench/till.h"
#include "server/identity/password.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr int people = 250, rounds = 3, products = 200;
constexpr char password[] = "seven small green boats";

struct Business {
  Id tenant = store::new_id(), branch = store::new_id(), cashier = store::new_id(),
     category = store::new_id();
  std::vector<Product> products;
  std::vector<store::Till> tills;
};

Business make_business(store::Store& store, int tills) {
  Business shop;
  const std::string hash = identity::hash_password(password, {});
  must(store.writer().write([&](store::Database& db) -> Result<void> {
    TRY(
        db.run("INSERT INTO tenant (id, slug, name, country, currency, tax_mode, tax_placement, created_at)"
               " VALUES ($1, 'bench', 'Bench', 'DE', 'EUR', 'per_line', 'inside', 0)",
               shop.tenant));
    TRY(
        db.run("INSERT INTO branch (id, tenant, code, name, is_default, created_at)"
               " VALUES ($1, $2, 'main', 'Main', 1, 0)",
               shop.branch, shop.tenant));
    TRY(db.run("INSERT INTO tax_class (tenant, name, rate) VALUES ($1, 'reduced', 70000)", shop.tenant));
    for (int i = 0; i < people; ++i) {
      TRY(
          db.run("INSERT INTO user (id, tenant, email, password_hash, role, created_at)"
                 " VALUES ($1, $2, $3, $4, 'cashier', 0)",
                 i == 0 ? shop.cashier : store::new_id(), shop.tenant,
                 "cashier" + std::to_string(i) + "@example.com", hash));
    }
    TRY(db.run("INSERT INTO category (id, tenant, name) VALUES ($1, $2, 'All')", shop.category, shop.tenant));
    for (int i = 0; i < products; ++i) {
      Product product;
      product.id = store::new_id();
      product.sku = "SKU-" + std::to_string(i);
      product.name = "Product";
      product.unit_price = UnitPrice{11900};
      product.tax_class = "reduced";
      shop.products.push_back(product);
      TRY(
          db.run("INSERT INTO product (id, tenant, sku, name, category, unit_price, tax_class, version,"
                 " created_at) VALUES ($1, $2, $3, 'Product', $4, 11900, 'reduced', 1, 0)",
                 product.id, shop.tenant, product.sku, shop.category));
      TRY(db.run(
          "INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, 1000000000)",
          product.id, shop.branch, shop.tenant));
    }
    for (int i = 0; i < tills; ++i)
      shop.tills.push_back(TRY(store::add_till(db, shop.tenant, shop.branch, "", 0)));
    return {};
  }));
  return shop;
}

std::vector<std::vector<std::string>> sales_of(const Business& shop, std::vector<SellingTill>& tills,
                                               std::size_t each) {
  static std::size_t at = 0;
  std::vector<std::vector<std::string>> requests(tills.size());
  for (std::size_t t = 0; t < tills.size(); ++t) {
    for (std::size_t i = 0; i < each; ++i) {
      const Product* sold[] = {&shop.products[at % products], &shop.products[(at + 1) % products]};
      ++at;
      requests[t].push_back(tills[t].request({tills[t].next_sale(shop.cashier, sold)}));
    }
  }
  return requests;
}

std::vector<std::vector<std::string>> sign_ins() {
  std::vector<std::vector<std::string>> requests;
  for (int i = 0; i < people; ++i) {
    const std::string body = R"({"email":"cashier)" + std::to_string(i) + R"(@example.com","password":")" +
                             std::string(password) + R"("})";
    requests.push_back({"POST /api/accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.0.0." +
                        std::to_string(i) + "\r\nContent-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body});
  }
  return requests;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 3;
  int tills = 8;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--seconds") seconds = std::atof(argv[i + 1]);
    if (name == "--tills") tills = std::max(1, std::atoi(argv[i + 1]));
  }
  const Folder folder;
  Business shop;
  {
    auto store = must(store::Store::open(folder.path(), {.readers = 1, .make_if_missing = true}));
    shop = make_business(*store, tills * rounds * 2);
  }
  ::setenv("TRUSTED_PROXIES", "1", 1);  // each person has an address
  const Child server(binary_path(), folder.path());

  Measured quiet, flooded;
  std::map<int, std::size_t> answers;
  std::size_t signed_in = 0;
  for (int round = 0; round < rounds; ++round) {
    for (const bool flood : {false, true}) {
      // Tills of their own each time: of the sales that are made ahead not all are sent.
      std::vector<SellingTill> sellers;
      for (int i = 0; i < tills; ++i) {
        sellers.emplace_back(shop.tills.back(), shop.tenant, folder.path());
        shop.tills.pop_back();
      }
      const auto requests = sales_of(shop, sellers, static_cast<std::size_t>(seconds * 3'000));
      std::thread crowd;
      if (flood) {
        crowd = std::thread([&] {
          for (const Clock::time_point begun = Clock::now(); ms_since(begun) < seconds * 1000;) {
            const Clock::time_point wave = Clock::now();
            (void)load(server, sign_ins(), seconds, false, [&](std::string_view answer) -> std::size_t {
              const int status = std::atoi(answer.data() + 9);
              ++answers[status];
              signed_in += status == 200 ? 1 : 0;
              if (status != 200 && status != 503) die(std::string(answer));
              return 1;
            });
            // As Retry-After says.
            std::this_thread::sleep_until(wave + std::chrono::seconds(1));
          }
        });
      }
      const Measured measured = load(server, requests, seconds, false, [](std::string_view answer) {
        if (answer.find("\"accepted\"") == std::string_view::npos)
          die("not accepted: " + std::string(answer));
        return std::size_t{1};
      });
      if (crowd.joinable()) crowd.join();
      std::printf("%-22s %8.0f sales/s   p50 %7.2f ms   p99 %7.2f ms   max %7.2f ms\n",
                  flood ? "250 people sign in" : "nobody signs in", measured.per_second, measured.p50_ms,
                  measured.p99_ms, measured.max_ms);
      Measured& worst = flood ? flooded : quiet;
      if (measured.p99_ms > worst.p99_ms) worst = measured;
    }
  }
  for (const auto& [status, count] : answers) std::printf("sign-ins answered %d: %zu\n", status, count);
  figure("logins.sale_p99_ms", flooded.p99_ms);
  figure("logins.quiet_sale_p99_ms", quiet.p99_ms);
  figure("logins.rate", static_cast<double>(signed_in) / (seconds * rounds));
  return 0;
}
