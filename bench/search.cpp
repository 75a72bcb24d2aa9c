// Search over 100,000 products, as a till does it: time to build, memory, time per keystroke, quality. Runs
// natively and, as build/wasm/bench_search.js, under node.
//   bench_search [PRODUCTS.csv [verbose]]
// Without a file: $RINGUP_PRODUCTS, ../shared/data/products-100k.csv beside the checkout, else the demo
// shop's.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

#include "bench/figures.h"
#include "bench/made.h"
#include "core/base/utf8.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/product_csv.h"

using namespace ringup;
using bench::read_file;
using bench::real_products_path;

namespace {

/// Processor time of this program in milliseconds, so that a busy machine does not change the numbers.
#ifdef __EMSCRIPTEN__
EM_JS(double, processor_ms, (), {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1000;
});
#else
double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
#endif

double ms_since(double start) {
  return processor_ms() - start;
}

/// A figure of this build: "search.wasm.key_p99_ms".
void figure(const std::string& name, double value) {
#ifdef __EMSCRIPTEN__
  bench::figure(("search.wasm." + name).c_str(), value);
#else
  bench::figure(("search.native." + name).c_str(), value);
#endif
}

/// Prints; → p99 in milliseconds.
double report(const char* name, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t percent) { return times[(times.size() - 1) * percent / 100]; };
  std::printf("%-34s n %6zu  p50 %7.3f  p99 %7.3f  max %7.3f ms\n", name, times.size(), at(50), at(99),
              at(100));
  return at(99);
}

struct Query {
  std::string kind, text, wanted;
};

std::vector<Query> read_queries(const std::string& file) {
  std::vector<Query> queries;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t end = std::min(file.find('\n', at), file.size());
    const std::string line = file.substr(at, end - at);
    at = end + 1;
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) continue;
    queries.push_back(
        {line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return queries;
}

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  std::string query_file;
  const bool all = read_file(argc > 1 ? argv[1] : real_products_path(), file);
  if ((!all && (argc > 1 || !read_file("assets/demo/products.csv", file))) ||
      !read_file("bench/search/queries.tsv", query_file)) {
    std::fprintf(stderr, "usage: bench_search [PRODUCTS.csv [verbose]], at the top of the checkout\n");
    return 2;
  }
  if (!all) std::printf("The 100,000 products are not here; these are the demo shop's.\n");
  const bool verbose = argc > 2;
  const Currency currency = *parse_currency("EUR");

  double start = processor_ms();
  std::vector<Product> products;
  std::map<std::string, Id> category_ids;
  std::size_t refused = 0;
  const auto number_id = [](std::uint32_t number) {
    Id id;
    for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
  };
  std::vector<Category> categories;
  const auto done = read_product_csv(
      file, currency, {"standard", "reduced"},
      [&](ProductRow&& row) {
        Id& category = category_ids[row.category];
        if (category.is_nil()) {
          category = number_id(0x80000000u + static_cast<std::uint32_t>(category_ids.size()));
          categories.push_back({category, row.category});
        }
        Product product;
        product.id = number_id(static_cast<std::uint32_t>(products.size() + 1));
        product.sku = std::move(row.sku);
        product.name = std::move(row.name);
        product.category = category;
        if (row.barcode) product.barcodes.push_back(*row.barcode);
        product.unit_price = row.unit_price;
        product.tax_class = std::move(row.tax_class);
        product.stock = row.stock.value_or(Quantity{0});
        product.version = static_cast<std::int64_t>(products.size() + 1);
        products.push_back(std::move(product));
      },
      [&](const Failure& failure) {
        ++refused;
        if (verbose) std::printf("refused: %s\n", describe(failure).c_str());
      });
  if (!done) {
    std::fprintf(stderr, "%s\n", describe(done.failure()).c_str());
    return 1;
  }
  std::printf("%-34s %zu products, %zu refused, %.0f ms\n", "csv read", products.size(), refused,
              ms_since(start));

  std::vector<std::string> pages;
  start = processor_ms();
  for (std::size_t at = 0; at < products.size(); at += delta_products_max) {
    CatalogueDelta delta;
    delta.currency = currency;
    delta.reset = at == 0;
    if (at == 0) delta.categories = categories;
    const std::size_t end = std::min(products.size(), at + delta_products_max);
    delta.products.assign(products.begin() + static_cast<std::ptrdiff_t>(at),
                          products.begin() + static_cast<std::ptrdiff_t>(end));
    delta.version = static_cast<std::int64_t>(end);
    delta.cursor = std::to_string(end);
    delta.more = end != products.size();
    pages.push_back(to_json(delta));
  }
  std::size_t bytes = 0;
  for (const std::string& page : pages) bytes += page.size();
  std::printf("%-34s %zu pages, %.1f MB, %.0f ms\n", "delta written", pages.size(),
              static_cast<double>(bytes) / 1e6, ms_since(start));

  Catalogue catalogue;
  double parse_ms = 0;
  double apply_ms = 0;
  double page_max = 0;
  for (const std::string& page : pages) {
    start = processor_ms();
    Result<CatalogueDelta> delta = read_delta(page);
    if (!delta) {
      std::fprintf(stderr, "%s\n", describe(delta.failure()).c_str());
      return 1;
    }
    const double parsed = ms_since(start);
    parse_ms += parsed;
    start = processor_ms();
    if (!catalogue.apply(std::move(*delta))) return 1;
    const double applied = ms_since(start);
    apply_ms += applied;
    page_max = std::max(page_max, parsed + applied);
  }
  std::printf("%-34s %.0f ms\n", "delta read", parse_ms);
  std::printf("%-34s %.0f ms, limit 1000 (worst page with reading %.1f ms)\n", "index ready", apply_ms,
              page_max);
  std::printf("%-34s %.1f MB, limit 60\n", "memory", static_cast<double>(catalogue.memory()) / 1e6);
  if (all) {
    figure("ready_ms", apply_ms);
    figure("memory_mb", static_cast<double>(catalogue.memory()) / 1e6);
  }

  SearchIndex::Scratch scratch;
  const std::vector<Query> queries = read_queries(query_file);
  std::map<std::string, std::pair<int, int>> found;
  for (const Query& query : queries) {
    const Catalogue::Page page = catalogue.search(query.text, {}, 20, scratch);
    bool good = false;
    for (std::size_t i = 0; i < std::min<std::size_t>(5, page.handles.size()); ++i)
      good = good || fold(catalogue.at(page.handles[i]).name) == fold(query.wanted);
    ++found[query.kind].second;
    ++found["all"].second;
    found[query.kind].first += good;
    found["all"].first += good;
    if (!good && verbose) {
      std::printf("missed (%s): %s -> %s (%zu found)\n", query.kind.c_str(), query.text.c_str(),
                  query.wanted.c_str(), page.total);
      for (std::size_t i = 0; i < std::min<std::size_t>(5, page.handles.size()); ++i)
        std::printf("    %s\n", catalogue.at(page.handles[i]).name.c_str());
    }
  }
  for (const auto& [kind, count] : found)
    std::printf("among the first 5: %-15s %d of %d (%.1f %%, limit 95)\n", kind.c_str(), count.first,
                count.second, 100.0 * count.first / count.second);

  std::vector<double> keys;
  std::vector<double> strict_keys;
  std::vector<std::pair<double, std::string>> slowest;
  std::size_t total = 0;
  for (const Query& query : queries) {
    for (const bool typed_well : {false, true}) {
      const std::string& text = typed_well ? query.wanted : query.text;
      for (std::size_t length = 1; length <= utf8::length(text); ++length) {
        const std::string_view typed = utf8::prefix(text, length);
        start = processor_ms();
        total += catalogue.search(typed, {}, 50, scratch).total;
        const double took = ms_since(start);
        (typed_well ? strict_keys : keys).push_back(took);
        slowest.emplace_back(took, typed);
      }
    }
  }
  std::printf("limits: keystroke p99 8 ms, barcode 1 ms\n");
  const double key_p99 = report("keystroke, with the mistakes", keys);
  report("keystroke, typed well", strict_keys);
  std::sort(slowest.rbegin(), slowest.rend());
  if (verbose)
    for (std::size_t i = 0; i < 10; ++i)
      std::printf("slow: %.2f ms %s\n", slowest[i].first, slowest[i].second.c_str());

  std::vector<double> scans;
  const std::vector<ScalePattern> patterns = {
      {std::string(norwegian_weight_pattern), ScalePattern::Value::weight}};
  for (std::size_t i = 0; i < 20'000; ++i) {
    const Product& product = products[i * 7919 % products.size()];
    const std::string code = product.barcodes.empty() ? product.sku : to_string(product.barcodes[0]);
    start = processor_ms();
    total += resolve(code, catalogue, patterns, currency).kind == Scan::Kind::product;
    scans.push_back(ms_since(start));
  }
  const double barcode_p99 = report("barcode", scans);
  if (all) {
    figure("key_p50_ms", keys[(keys.size() - 1) / 2]);
    figure("key_p99_ms", key_p99);
    figure("barcode_p99_ms", barcode_p99);
    figure("quality_percent", 100.0 * found["all"].first / found["all"].second);
  }

  std::vector<double> changes;
  for (std::size_t i = 0; i < 500; ++i) {
    CatalogueDelta delta;
    delta.currency = currency;
    delta.cursor = "x";
    delta.products.push_back(products[i * 7919 % products.size()]);
    delta.products[0].name += " neu" + std::to_string(i % 50);
    start = processor_ms();
    if (!catalogue.apply(std::move(delta))) return 1;
    changes.push_back(ms_since(start));
  }
  report("one product renamed", changes);
  std::vector<double> browses;
  for (std::size_t i = 0; i < 50; ++i) {
    start = processor_ms();
    total += catalogue.browse(categories[i % categories.size()].id, i * 100, 50).total;
    browses.push_back(ms_since(start));
  }
  report("a page of a category", browses);
  return total == 0;
}
