#pragma once
/// A shop that sells thousands of products over many tills, its sales as requests to the journal, and the
/// same sales inserted into SQLite alone: what those who measure booking share.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/load.h"
#include "core/sale/cart.h"
#include "core/till/record.h"
#include "server/sales/token.h"
#include "server/store/booking.h"
#include "server/store/store.h"
#include "server/store/tills.h"

namespace ringup::bench {

struct Product {
  Id id;
  std::string sku;
};
inline constexpr int products_count = 1000;

struct Business {
  Id tenant, branch, cashier, category;
  std::vector<Product> products;
};

/// A till with the end of its chain.
struct Till {
  store::Till row;
  std::string token, prev{journal::no_hash};
  std::int64_t seq = 0;
};

inline Business make_business(store::Store& store) {
  Business shop{store::new_id(), store::new_id(), store::new_id(), store::new_id(), {}};
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
    TRY(
        db.run("INSERT INTO user (id, tenant, email, password_hash, role, created_at)"
               " VALUES ($1, $2, 'cashier@example.com', '', 'cashier', 0)",
               shop.cashier, shop.tenant));
    TRY(db.run("INSERT INTO category (id, tenant, name) VALUES ($1, $2, 'All')", shop.category, shop.tenant));
    for (int i = 0; i < products_count; ++i) {
      shop.products.push_back({store::new_id(), "SKU-" + std::to_string(i)});
      TRY(
          db.run("INSERT INTO product (id, tenant, sku, name, category, unit_price, tax_class, version,"
                 " created_at) VALUES ($1, $2, $3, 'Product', $4, 11900, 'reduced', 1, 0)",
                 shop.products.back().id, shop.tenant, shop.products.back().sku, shop.category));
      TRY(db.run(
          "INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, 1000000000)",
          shop.products.back().id, shop.branch, shop.tenant));
    }
    return {};
  }));
  return shop;
}

inline Till make_till(store::Store& store, const Business& shop) {
  Till till;
  till.row = must(store.writer().write_for<store::Till>(
      [&](store::Database& db) { return store::add_till(db, shop.tenant, shop.branch, "", 0); }));
  till.token =
      sales::TillTokens(store.secret()).sign({till.row.id, shop.tenant, till.row.series, till.row.epoch});
  return till;
}

/// The next sale of a till, in cash; `lines` products that move on with every sale.
inline journal::Record next_sale(const Business& shop, Till& till, int lines) {
  static std::size_t at = 0;
  Cart cart(*parse_currency("EUR"), Rules{});
  for (int i = 0; i < lines; ++i) {
    const Product& product = shop.products[at++ % shop.products.size()];
    (void)must(cart.add({product.id, product.sku, "Product with a name of usual length", UnitPrice{11900},
                         "reduced", Rate{70000}},
                        Quantity{quantity_one * (1 + i)}));
  }
  const Tender cash{TenderKind::cash, cart.total() + 100, ""};
  journal::Record record;
  record.id = store::new_id();
  record.till = till.row.id;
  record.epoch = till.row.epoch;
  record.seq = ++till.seq;
  record.kind = journal::Kind::sale;
  record.at = store::unix_us_now() / 1000;
  record.user = shop.cashier;
  record.price_list = 1;
  record.body = write_sale_body(
      must(cart.finish({&cash, 1}, to_string(ReceiptNumber{till.row.series, till.row.epoch, till.seq}))));
  record = must(journal::seal(std::move(record), till.prev));
  till.prev = record.hash;
  return record;
}

inline std::string request_of(const Till& till, const std::vector<std::string>& records) {
  std::string body = "{\"generation\":null,\"epoch\":1,\"records\":[";
  for (std::size_t i = 0; i < records.size(); ++i) body += (i > 0 ? "," : "") + records[i];
  body += "]}";
  return "POST /api/till/journal/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Till " + till.token +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

inline std::size_t accepted_in(std::string_view answer) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answer.find("\"accepted\"", at)) != std::string_view::npos; ++at) ++count;
  return count;
}

/// The inserts of one sale, as the server does them, without a look at anything.
inline Result<void> insert_sale(store::Database& db, const Business& shop, const Till& till,
                                const journal::Record& record, const Sale& sale, const std::string& text,
                                std::string_view hash) {
  const std::span<const std::uint8_t> hash_bytes(reinterpret_cast<const std::uint8_t*>(hash.data()),
                                                 hash.size());
  const std::span<const std::uint8_t> raw(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const Amounts sums = TRY(sum_of(sale.lines));
  for (const SaleLine& line : sale.lines) {
    TRY(db.run(
        "INSERT INTO sale_line (tenant, sale, line, product, sku, name, quantity, unit_price, tax_class,"
        " rate, discount, net, tax, gross)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        shop.tenant, record.id, line.line, line.product, line.sku, line.name, line.quantity.thousandths,
        line.unit_price.value, line.tax_class, line.rate.ppm, line.discount, line.amounts.net,
        line.amounts.tax, line.amounts.gross));
    TRY(
        db.run("INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, reference, note, at)"
               " VALUES ($1, $2, $3, $4, $5, 'sale', $6, NULL, $7)",
               store::new_id(), shop.tenant, shop.branch, line.product, -line.quantity.thousandths, record.id,
               record.at * 1000));
    TRY(
        db.run("INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, $4)"
               " ON CONFLICT (product, branch) DO UPDATE SET quantity = quantity + excluded.quantity",
               line.product, shop.branch, shop.tenant, -line.quantity.thousandths));
  }
  TRY(
      db.run("INSERT INTO sale_tender (tenant, sale, position, kind, amount, reference)"
             " VALUES ($1, $2, 1, 'cash', $3, '')",
             shop.tenant, record.id, sale.tenders[0].amount));
  TRY(db.run(
      "INSERT INTO sale (tenant, id, kind, refund_of, till, branch, user, shift, customer, receipt,"
      " currency, net, tax, total, discount, rounding, change, sold_at, flags) VALUES ($1, $2, 'sale', NULL,"
      " $3, $4, $5, NULL, NULL, $6, 'EUR', $7, $8, $9, 0, 0, $10, $11, 0)",
      shop.tenant, record.id, till.row.id, shop.branch, record.user, sale.receipt, sums.net, sums.tax,
      sale.total, sale.change, record.at * 1000));
  TRY(db.run(
      "INSERT INTO outbox (tenant, kind, payload, at) VALUES ($1, 'sale', $2, $3)", shop.tenant,
      "{\"id\":\"" + to_string(record.id) + "\",\"till\":\"" + to_string(till.row.id) + "\",\"total\":1}",
      record.at * 1000));
  TRY(db.run(
      "INSERT INTO journal_record (tenant, till, epoch, seq, branch, id, kind, hash, right_hash, apart,"
      " result, booked, flags, received_at, raw) VALUES ($1, $2, 1, $3, 0, $4, 'sale', $5, 1, 0, 'accepted',"
      " 1, 0, $6, $7)",
      shop.tenant, till.row.id, record.seq, record.id, hash_bytes, record.at * 1000, raw));
  TRY(
      db.run("INSERT INTO journal_branch (till, epoch, branch, last, last_hash, last_day)"
             " VALUES ($1, 1, 0, $2, $3, 0) ON CONFLICT (till, epoch, branch) DO UPDATE SET"
             " last = excluded.last, last_hash = excluded.last_hash, last_day = excluded.last_day",
             till.row.id, record.seq, hash_bytes));
  return {};
}

/// SQLite alone: `per_commit` sales in each transaction for some seconds. Sales a second.
inline double raw(const std::string& folder, int lines, int per_commit, double seconds) {
  std::filesystem::create_directories(folder);
  Business shop;
  std::vector<Till> tills;
  {
    auto made = must(store::Store::open(folder, {.readers = 1, .make_if_missing = true}));
    shop = make_business(*made);
    for (int i = 0; i < 64; ++i) tills.push_back(make_till(*made, shop));
  }
  auto db = must(store::Database::open(folder + "/ringup.db", store::Database::Mode::read_write));
  const int made_at_once = per_commit * std::max(1, 500 / per_commit);
  std::int64_t sales = 0;
  double spent = 0;
  while (spent < seconds) {
    // The records are made outside the measured time.
    struct Made {
      const Till* till;
      journal::Record record;
      Sale sale;
      std::string text, hash;
    };
    std::vector<Made> batch;
    for (int i = 0; i < made_at_once; ++i) {
      // A request's sales are all of one till.
      Till& till = tills[static_cast<std::size_t>(sales / per_commit + i / per_commit) % tills.size()];
      Made made{&till, next_sale(shop, till, lines), {}, {}, std::string(32, '\0')};
      made.sale = must(read_sale_body(made.record.body));
      made.text = journal::record_text(made.record);
      (void)from_hex(made.record.hash, reinterpret_cast<std::uint8_t*>(made.hash.data()), 32);
      batch.push_back(std::move(made));
    }
    const Clock::time_point begun = Clock::now();
    for (std::size_t i = 0; i < batch.size(); i += static_cast<std::size_t>(per_commit)) {
      (void)must(db->run("BEGIN IMMEDIATE"));
      for (std::size_t k = i; k < i + static_cast<std::size_t>(per_commit); ++k) {
        must(insert_sale(*db, shop, *batch[k].till, batch[k].record, batch[k].sale, batch[k].text,
                         batch[k].hash));
      }
      (void)must(db->run("COMMIT"));
    }
    spent += std::chrono::duration<double>(Clock::now() - begun).count();
    sales += made_at_once;
  }
  return static_cast<double>(sales) / spent;
}

}  // namespace ringup::bench
