// What one request costs: reading one product and searching 100,000 of them, over real HTTP with 8
// connections that are kept, beside the rate at which the bare HTTP library answers an empty JSON to the same
// load generator. Client and server share the machine's processors.
//
//   bench_server [SECONDS [product|search]]      with a word: that load alone, for a profiler
#include <httplib.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "bench/made.h"
#include "server/catalogue/import.h"
#include "server/identity/business.h"
#include "server/store/products.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr std::size_t connections = 8;
constexpr char owner[] = "olga@shop.example";
constexpr char password[] = "seven small green boats";

/// The library alone, with the settings that ours gives it, and its own pool of threads.
void serve_bare() {
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{}", "application/json");
  });
  std::printf("is ready at :%d\n", server.bind_to_any_port("127.0.0.1"));
  std::fflush(stdout);
  server.listen_after_bind();
}

std::string get(const std::string& path, const std::string& token = {}) {
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  return request + "\r\n";
}

std::string encoded(std::string_view text) {
  std::string out;
  char escaped[4];
  for (const char c : text) {
    std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
    out += escaped;
  }
  return out;
}

/// What people type, key by key, shared out to the connections in turn.
std::vector<std::vector<std::string>> searches(const std::string& token) {
  std::vector<std::vector<std::string>> requests(connections);
  std::string file;
  if (!read_file("bench/search/queries.tsv", file)) die("run it at the top of the checkout");
  std::size_t count = 0;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t end = std::min(file.find('\n', at), file.size());
    const std::string line = file.substr(at, end - at);
    at = end + 1;
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) continue;
    const std::string text = line.substr(first + 1, second - first - 1);
    for (std::size_t length = 1; length <= text.size(); ++length) {
      // Whole letters only.
      if (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) continue;
      requests[count++ % connections].push_back(
          get("/api/catalogue/products/?q=" + encoded(text.substr(0, length)), token));
    }
  }
  return requests;
}

void print(const char* what, const Measured& measured) {
  std::printf("%-36s %9.0f/s  p50 %6.3f  p99 %6.3f  max %7.3f ms  server on %.2f processors\n", what,
              measured.per_second, measured.p50_ms, measured.p99_ms, measured.max_ms, measured.cpu);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 4;
  Folder folder;
  std::vector<std::string> ids;
  {
    auto store = must(store::Store::open(folder.path(), {.readers = 1, .make_if_missing = true}));
    identity::NewBusiness wish;
    wish.slug = wish.name = "bench";
    wish.owner_email = owner;
    wish.password = password;
    const auto made = must(identity::make_business(*store, wish, identity::World{}));
    (void)must(catalogue::import_products(store->writer(), made.tenant.id, products_csv()));
    std::string after;
    for (int page = 0; page < 8; ++page) {
      const auto products = must(store->read(
          [&](store::Database& db) { return store::products_by_sku(db, made.tenant.id, {}, after, 1'000); }));
      if (products.empty()) break;
      after = products.back().sku;
      for (const Product& product : products) ids.push_back(to_string(product.id));
    }
  }
  std::vector<std::vector<std::string>> empty(connections, {get("/")});
  const Child bare{std::function<void()>(serve_bare)};
  const Child ours(binary_path(), folder.path());
  const std::string token = sign_in(ours.port(), owner, password);
  std::vector<std::vector<std::string>> reads(connections);
  for (std::size_t i = 0; i < ids.size(); ++i)
    reads[i % connections].push_back(get("/api/catalogue/products/" + ids[i] + "/", token));

  if (argc > 2) {
    const bool search = std::string_view(argv[2]) == "search";
    print(argv[2], load(ours, search ? searches(token) : reads, seconds, true, good));
    return 0;
  }
  (void)load(bare, empty, seconds / 8, true, good);
  (void)load(ours, reads, seconds / 8, true, good);
  // In turns, so that a machine that changes its mood changes both.
  Measured bare_first = load(bare, empty, seconds / 2, true, good);
  const Measured product_first = load(ours, reads, seconds / 2, true, good);
  const Measured bare_second = load(bare, empty, seconds / 2, true, good);
  const Measured product_second = load(ours, reads, seconds / 2, true, good);
  print("the library alone, {}", bare_second);
  print("GET one product", product_second);
  const double bare_rate = (bare_first.per_second + bare_second.per_second) / 2;
  const double product_rate = (product_first.per_second + product_second.per_second) / 2;
  std::printf("%.1f %% of the bare rate\n", 100 * product_rate / bare_rate);
  print("healthz", load(ours, std::vector<std::vector<std::string>>(connections, {get("/healthz")}),
                        seconds / 4, true, good));
  const auto typed = searches(token);
  (void)load(ours, typed, seconds / 8, true, good);
  const Measured search = load(ours, typed, seconds, true, good);
  print("search, key by key, 50 shown", search);
  const std::vector<std::vector<std::string>> one(typed.begin(), typed.begin() + 1);
  print("the same, one connection", load(ours, one, seconds / 4, true, good));
  figure("server.bare_rate", bare_rate);
  figure("server.product_rate", product_rate);
  figure("server.product_p99_ms", product_second.p99_ms);
  figure("server.search_rate", search.per_second);
  figure("server.search_p99_ms", search.p99_ms);
  return 0;
}
