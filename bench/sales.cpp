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
#include "bench/load.h"
#include "core/sale/cart.h"
#include "core/till/record.h"
#include "server/sales/token.h"
#include "server/store/booking.h"
#include "server/store/store.h"
#include "server/store/tills.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

struct Options {
  double seconds = 4;
  int lines = 2;
  int connections = 64;
  std::string_view only;  // "a" or "b": that one alone
};

struct Product {
  Id id;
  std::string sku;
};
constexpr int products_count = 1000;

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

Business make_business(store::Store& store) {
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

Till make_till(store::Store& store, const Business& shop) {
  Till till;
  till.row = must(store.writer().write_for<store::Till>(
      [&](store::Database& db) { return store::add_till(db, shop.tenant, shop.branch, "", 0); }));
  till.token =
      sales::TillTokens(store.secret()).sign({till.row.id, shop.tenant, till.row.series, till.row.epoch});
  return till;
}

/// The next sale of a till, in cash; `lines` products that move on with every sale.
journal::Record next_sale(const Business& shop, Till& till, int lines) {
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

std::string request_of(const Till& till, const std::vector<std::string>& records) {
  std::string body = "{\"generation\":null,\"epoch\":1,\"records\":[";
  for (std::size_t i = 0; i < records.size(); ++i) body += (i > 0 ? "," : "") + records[i];
  body += "]}";
  return "POST /api/till/journal/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Till " + till.token +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::size_t accepted_in(std::string_view answer) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answer.find("\"accepted\"", at)) != std::string_view::npos; ++at) ++count;
  return count;
}

/// The inserts of one sale, as the server does them, without a look at anything.
Result<void> insert_sale(store::Database& db, const Business& shop, const Till& till,
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
double raw(const std::string& folder, int lines, int per_commit, double seconds) {
  std::filesystem::create_directories(folder);
  Business shop;
  std::vector<Till> tills;
  {
    auto made = must(store::Store::open(folder, {.readers = 1, .make_if_missing = true}));
    shop = make_business(*made);
    for (int i = 0; i < 64; ++i) tills.push_back(make_till(*made, shop));
  }
  auto db = must(store::Database::open(folder + "/ringup.db", store::Database::Mode::read_write));
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
    for (int i = 0; i < 500; ++i) {
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
    sales += 500;
  }
  return static_cast<double>(sales) / spent;
}

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
