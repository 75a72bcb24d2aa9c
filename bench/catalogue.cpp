// What the server's catalogue costs: the import of a file, its repetition, the till's first download, and
// searches by eight threads at once through the routes (without sockets).
//
//     bench_catalogue [FILE.csv]      default: the real 100,000 products where they are, else made ones
//
// The import's limit is raw SQLite in the same run: the same rows into the same tables and indexes in one
// transaction, without reading CSV, without looking anything up.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "bench/figures.h"
#include "bench/load.h"
#include "bench/made.h"
#include "server/catalogue/api.h"
#include "server/catalogue/import.h"
#include "server/store/products.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace {

using namespace ringup;
using namespace ringup::bench;

constexpr std::size_t search_threads = 8, searches_each = 500;

long long us_since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun).count();
}

struct Shop {
  Folder folder;
  std::unique_ptr<store::Store> store;
  Id tenant = store::new_id(), branch = store::new_id();

  Shop() {
    store = must(store::Store::open(folder.path(), {.readers = 8, .make_if_missing = true}));
    must(store->writer().write([&](store::Database& db) -> Result<void> {
      store::Tenant row;
      row.id = tenant;
      row.slug = row.name = "bench";
      row.country = "DE";
      row.currency = TRY(parse_currency("EUR"));
      TRY(store::insert_tenant(db, row));
      TRY(store::insert_branch(db, {branch, tenant, "main", "Main", "", true, 0}));
      TRY(store::insert_tax_class(db, tenant, {"standard", Rate{190000}}));
      TRY(store::insert_tax_class(db, tenant, {"reduced", Rate{70000}}));
      return store::insert_tax_class(db, tenant, {"zero", Rate{0}});
    }));
  }
};

/// The limit: the rows alone.
long long raw_inserts_us(const Shop& from) {
  std::vector<Product> rows;
  std::string after;
  for (;;) {
    std::vector<Product> page = must(from.store->read(
        [&](store::Database& db) { return store::products_by_sku(db, from.tenant, {}, after, 5'000); }));
    if (page.empty()) break;
    after = page.back().sku;
    std::move(page.begin(), page.end(), std::back_inserter(rows));
  }
  std::sort(rows.begin(), rows.end(), [](const Product& a, const Product& b) { return a.id < b.id; });
  Shop shop;
  const Clock::time_point begun = Clock::now();
  must(shop.store->writer().write([&](store::Database& db) -> Result<void> {
    const Id category = store::new_id();
    TRY(db.run("INSERT INTO category (id, tenant, name) VALUES ($1, $2, 'All')", category, shop.tenant));
    for (Product& row : rows) {
      row.category = category;
      TRY(store::insert_product(db, shop.tenant, row, 0));
      if (row.stock.thousandths == 0) continue;
      TRY(
          db.run("INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, at)"
                 " VALUES ($1, $2, $3, $1, $4, 'import', 0)",
                 row.id, shop.tenant, shop.branch, row.stock.thousandths));
      TRY(db.run("INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, $4)",
                 row.id, shop.branch, shop.tenant, row.stock.thousandths));
    }
    return {};
  }));
  return us_since(begun);
}

http::Request request_for(std::string path) {
  http::Request request;
  request.method = "GET";
  request.path = std::move(path);
  return request;
}

/// Walks the till's pages; the plain walk finds the cursors, the compressed ones use them.
void download(const http::Router& router, bool compressed, const char* what) {
  static std::vector<std::string> cursors;
  const Clock::time_point begun = Clock::now();
  std::size_t bytes = 0, pages = 0;
  long long worst = 0;
  for (bool more = true; more; ++pages) {
    http::Request request = request_for("/api/till/catalogue/");
    if (compressed) request.headers.emplace_back("accept-encoding", "gzip");
    if (pages > 0) request.query.emplace_back("since", cursors[pages - 1]);
    const Clock::time_point page_begun = Clock::now();
    const http::Response response = http::dispatch(router, request);
    worst = std::max(worst, us_since(page_begun));
    bytes += response.body.size();
    if (!compressed) {
      constexpr std::string_view member = "\"cursor\":\"";
      const std::size_t at = response.body.find(member) + member.size();
      cursors.push_back(response.body.substr(at, response.body.find('"', at) - at));
      more = response.body.find("\"next\":null") == std::string::npos;
    } else {
      more = pages + 1 < cursors.size();
    }
  }
  std::printf("%-34s %7lld ms   %zu pages, %zu KB, slowest page %lld ms\n", what, us_since(begun) / 1000,
              pages, bytes / 1024, worst / 1000);
}

void search(const http::Router& router) {
  const char* const queries[] = {"choc", "mil", "organic cof", "butr",       "a",
                                 "p123", "cre", "sal",         "noodle tea", "2000"};
  http::Request warm = request_for("/api/catalogue/products/");
  warm.query.emplace_back("q", "milk");
  const Clock::time_point built = Clock::now();
  http::dispatch(router, warm);
  std::printf("%-34s %7lld ms\n", "first search, builds the index", us_since(built) / 1000);
  for (const std::size_t thread_count : {std::size_t{1}, search_threads}) {
    std::vector<std::vector<long long>> times(thread_count);
    std::vector<std::thread> threads;
    const Clock::time_point begun = Clock::now();
    for (std::size_t t = 0; t < thread_count; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = 0; i < searches_each; ++i) {
          http::Request request = request_for("/api/catalogue/products/");
          request.query.emplace_back("q", queries[(i + t) % std::size(queries)]);
          const Clock::time_point one = Clock::now();
          http::dispatch(router, request);
          times[t].push_back(us_since(one));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    const long long all = us_since(begun);
    std::vector<long long> sorted;
    for (const auto& of_thread : times) sorted.insert(sorted.end(), of_thread.begin(), of_thread.end());
    std::sort(sorted.begin(), sorted.end());
    std::printf("search, %zu at once, 50 shown         p50 %lld us, p99 %lld us, %lld a second\n",
                thread_count, sorted[sorted.size() / 2], sorted[sorted.size() * 99 / 100],
                static_cast<long long>(sorted.size()) * 1'000'000 / std::max(all, 1LL));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  if (argc > 1) {
    std::ifstream in(argv[1], std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  } else {
    file = products_csv();
  }
  Shop shop;
  const auto import = [&](const char* what) {
    const Clock::time_point begun = Clock::now();
    const catalogue::ImportReport report =
        must(catalogue::import_products(shop.store->writer(), shop.tenant, file));
    const long long us = us_since(begun);
    std::printf("%-34s %7lld ms   %lld added, %zu refused\n", what, us / 1000,
                static_cast<long long>(report.added), report.refused.size());
    return us;
  };
  const long long first = import("import");
  import("the same import again");
  const long long raw = raw_inserts_us(shop);
  std::printf("%-34s %7lld ms   the import takes %lld %% of that\n", "raw inserts of the same rows",
              raw / 1000, first * 100 / std::max(raw, 1LL));
  figure("import.ms", static_cast<double>(first) / 1000);
  figure("import.raw_ms", static_cast<double>(raw) / 1000);

  http::Access access;
  access.user = [&](const http::Request&) -> Result<Principal> {
    return Principal{shop.tenant, shop.branch, shop.branch, Role::owner};
  };
  access.till = [&](const http::Request&) -> Result<http::TillPrincipal> {
    return http::TillPrincipal{shop.branch, shop.tenant, "A1", 1};
  };
  catalogue::Api api(*shop.store, access);
  http::Router router;
  api.add_routes(router);
  download(router, false, "till's first download, plain");
  download(router, true, "the same, gzip");
  download(router, true, "the same, gzip, kept");
  search(router);
  return 0;
}
