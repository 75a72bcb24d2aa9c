#pragma once
/// A shop that has been open for two years: 100,000 products, 1,000,000 sales over five tills and eight
/// people, written straight into the tables as booking writes them, with their events, without their journal
/// records (nobody reads those again but `verify`). The same every time but for ids. About a minute.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load.h"
#include "bench/made.h"
#include "core/base/result.h"
#include "core/sale/tax.h"
#include "server/catalogue/import.h"
#include "server/identity/business.h"
#include "server/store/products.h"
#include "server/store/store.h"
#include "server/store/tills.h"

namespace ringup::bench {

inline constexpr char big_shop_owner[] = "olga@shop.example";
inline constexpr char big_shop_password[] = "seven small green boats";

struct BigShopOptions {
  std::int64_t sales = 1'000'000;
  int days = 730;  // the last of them is yesterday
  int tills = 5;
  int people = 8;
};

struct BigShop {
  Id tenant, branch;
  std::vector<store::Till> tills;
  std::vector<Id> people;
  std::vector<Product> products;
};

/// Numbers without chance in them.
class Sequence {
 public:
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::uint64_t below(std::uint64_t end) { return next() % end; }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15;
};

inline Result<void> insert_made_sale(store::Database& db, const BigShop& shop, Sequence& chance,
                                     std::int64_t number, std::int64_t at_us) {
  constexpr std::int64_t rate_ppm = 190'000;
  std::array<std::uint8_t, 10> random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(chance.next() >> 11);
  const Id sale = make_id(at_us / 1000, random);
  const store::Till& till = shop.tills[chance.below(shop.tills.size())];
  const Id& person = shop.people[chance.below(shop.people.size())];
  const std::int64_t lines = 1 + static_cast<std::int64_t>(chance.below(3));
  Amounts sums;
  for (std::int64_t line = 1; line <= lines; ++line) {
    // Few products make most of the sales.
    const std::uint64_t most = chance.below(4) == 0 ? shop.products.size() : shop.products.size() / 50;
    const Product& product = shop.products[chance.below(most)];
    const std::int64_t pieces = 1 + static_cast<std::int64_t>(chance.below(4));
    const std::int64_t cents = product.unit_price.value / 100 * pieces;
    const Amounts amounts = TRY(tax_of({cents, Rate{rate_ppm}}, TaxPlace::inside));
    sums = TRY(add(sums, amounts));
    TRY(db.run(
        "INSERT INTO sale_line (tenant, sale, line, product, sku, name, quantity, unit_price, tax_class,"
        " rate, discount, net, tax, gross) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'standard', $9, 0, $10,"
        " $11, $12)",
        shop.tenant, sale, line, product.id, product.sku, product.name, pieces * quantity_one,
        product.unit_price.value, rate_ppm, amounts.net, amounts.tax, amounts.gross));
    TRY(
        db.run("INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, reference, note, at)"
               " VALUES ($1, $2, $3, $4, $5, 'sale', $6, NULL, $7)",
               store::new_id(), shop.tenant, shop.branch, product.id, -pieces * quantity_one, sale, at_us));
  }
  TRY(
      db.run("INSERT INTO sale_tender (tenant, sale, position, kind, amount, reference) VALUES ($1, $2, 1, "
             "$3, $4, '')",
             shop.tenant, sale, chance.below(3) == 0 ? "cash" : "card", sums.gross));
  TRY(db.run(
      "INSERT INTO sale (tenant, id, kind, refund_of, till, branch, user, shift, customer, receipt, currency,"
      " net, tax, total, discount, rounding, change, sold_at, flags) VALUES ($1, $2, 'sale', NULL, $3, $4, "
      "$5,"
      " NULL, NULL, $6, 'EUR', $7, $8, $9, 0, 0, 0, $10, 0)",
      shop.tenant, sale, till.id, shop.branch, person,
      till.series + "-1-" + std::to_string(1'000'000 + number), sums.net, sums.tax, sums.gross, at_us));
  TRY(db.run("INSERT INTO outbox (tenant, kind, payload, at) VALUES ($1, 'sale', $2, $3)", shop.tenant,
             "{\"id\":\"" + to_string(sale) + "\",\"till\":\"" + to_string(till.id) +
                 "\",\"total\":" + std::to_string(sums.gross) + "}",
             at_us));
  return {};
}

/// Makes it in an empty folder. Dies where something fails.
inline BigShop make_big_shop(const std::string& folder, const BigShopOptions& options = {}) {
  BigShop shop;
  {
    auto made = must(store::Store::open(folder, {.readers = 1, .make_if_missing = true}));
    identity::NewBusiness wish;
    wish.slug = wish.name = "bench";
    wish.owner_email = big_shop_owner;
    wish.password = big_shop_password;
    const auto business = must(identity::make_business(*made, wish, identity::World{}));
    shop.tenant = business.tenant.id;
    shop.branch = business.branch;
    (void)must(catalogue::import_products(made->writer(), shop.tenant, products_csv()));
    std::string after;
    for (bool more = true; more;) {
      auto page = must(made->read(
          [&](store::Database& db) { return store::products_by_sku(db, shop.tenant, {}, after, 5'000); }));
      more = !page.empty();
      if (more) after = page.back().sku;
      for (Product& product : page) shop.products.push_back(std::move(product));
    }
    must(made->writer().write([&](store::Database& db) -> Result<void> {
      for (int i = 0; i < options.tills; ++i)
        shop.tills.push_back(TRY(store::add_till(db, shop.tenant, shop.branch, "", 0)));
      for (int i = 0; i < options.people; ++i) {
        shop.people.push_back(store::new_id());
        TRY(
            db.run("INSERT INTO user (id, tenant, email, password_hash, role, created_at)"
                   " VALUES ($1, $2, $3, '', 'cashier', 0)",
                   shop.people.back(), shop.tenant, "cashier" + std::to_string(i) + "@shop.example"));
      }
      return {};
    }));
  }
  // Nothing here must survive a power cut.
  auto db = must(store::Database::open(folder + "/ringup.db", store::Database::Mode::read_write));
  for (const char* pragma :
       {"PRAGMA synchronous=OFF", "PRAGMA cache_size=-1048576", "PRAGMA foreign_keys=OFF"})
    (void)must(db->run(pragma));
  Sequence chance;
  constexpr std::int64_t day_us = 86'400'000'000, minute_us = 60'000'000;
  const std::int64_t begin = (store::unix_us_now() / day_us - options.days) * day_us;
  for (std::int64_t number = 0; number < options.sales; ++number) {
    if (number % 20'000 == 0) (void)must(db->run("BEGIN IMMEDIATE"));
    // From eight to eighteen o'clock, evenly.
    const std::int64_t day = number * options.days / options.sales;
    const std::int64_t of_day = number - day * options.sales / options.days;
    const std::int64_t per_day = std::max<std::int64_t>(1, options.sales / options.days);
    const std::int64_t at = begin + day * day_us + 480 * minute_us + of_day * 600 * minute_us / (per_day + 1);
    must(insert_made_sale(*db, shop, chance, number, at));
    if (number % 20'000 == 19'999 || number + 1 == options.sales) (void)must(db->run("COMMIT"));
  }
  (void)must(db->run("PRAGMA wal_checkpoint(TRUNCATE)"));
  return shop;
}

}  // namespace ringup::bench
