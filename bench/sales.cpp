// How many sales a second the server books, validated and on the disk, over real HTTP; beside what SQLite
// does alone with the same inserts on the same disk in the same run.
//
//   bench_sales [--seconds N] [--lines N] [--connections N] [--only a|b]
//
// (a) one sale per request on 64 keep-alive connections  against  one commit per sale
// (b) 100 sales per request on 8 connections             against  100 sales per commit
// Everything is synced (synchronous=FULL) on both sides. The load comes from one thread over epoll; records
// are made before the clock starts. The raw side runs before and after the server; the mean of both counts.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "core/sale/cart.h"
#include "core/till/record.h"
#include "server/sales/token.h"
#include "server/store/booking.h"
#include "server/store/store.h"
#include "server/store/tills.h"

using namespace ringup;

namespace {

using Clock = std::chrono::steady_clock;

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

[[noreturn]] void die(const std::string& words) {
  std::fprintf(stderr, "bench_sales: %s\n", words.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result.ok()) die(describe(result.failure()));
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

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

/// `ringup serve` as a child on a port of its choice; killed and waited for at the end.
class Child {
 public:
  Child(const std::string& binary, const std::string& folder) {
    int out[2];
    if (::pipe(out) != 0) die("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], 1);
      const int null = ::open("/dev/null", O_WRONLY);
      ::dup2(null, 2);
      ::execl(binary.c_str(), binary.c_str(), "serve", "--data", folder.c_str(), "--listen", "127.0.0.1:0",
              nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    out_ = out[0];
    std::string line;
    char c = 0;
    while (::read(out_, &c, 1) == 1 && line.find("is ready at") == std::string::npos) {
      if (c == '\n') line.clear();
      line += c;
    }
    while (::read(out_, &c, 1) == 1 && c != '\n') line += c;
    const std::size_t colon = line.rfind(':');
    if (colon == std::string::npos) die("the server did not start: " + binary);
    port_ = std::atoi(line.c_str() + colon + 1);
  }
  ~Child() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ::close(out_);
  }
  int port() const { return port_; }
  /// Processor seconds of the child so far.
  double cpu() const {
    std::string path = "/proc/" + std::to_string(pid_) + "/stat";
    std::FILE* file = std::fopen(path.c_str(), "r");
    long user = 0, system = 0;
    if (file == nullptr) return 0;
    const int read =
        std::fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    std::fclose(file);
    return read == 2 ? static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1, port_ = 0;
};

struct Measured {
  double per_second = 0, p50_ms = 0, p99_ms = 0, max_ms = 0, cpu = 0;
};

struct Connection {
  int socket = -1;
  const std::vector<std::string>* requests = nullptr;
  std::size_t next = 0, written = 0;
  std::string answer;
  Clock::time_point begun;
};

/// Bytes of a whole answer at the front of `text`, or 0.
std::size_t answer_size(const std::string& text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  const std::size_t length = text.find("Content-Length: ");
  if (length == std::string::npos || length > head) die("an answer without a length");
  const std::size_t size = head + 4 + static_cast<std::size_t>(std::atoll(text.c_str() + length + 16));
  return text.size() >= size ? size : 0;
}

std::size_t accepted_in(const std::string& answer) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answer.find("\"accepted\"", at)) != std::string::npos; ++at) ++count;
  return count;
}

/// Sends each connection's requests one after the other until the time is over.
Measured load(const Child& server, const std::vector<std::vector<std::string>>& requests,
              std::size_t per_request, double seconds) {
  const int poll = ::epoll_create1(0);
  std::vector<Connection> connections(requests.size());
  const auto write_on = [&](Connection& connection) {
    const std::string& request = (*connection.requests)[connection.next];
    while (connection.written < request.size()) {
      const ssize_t sent = ::send(connection.socket, request.data() + connection.written,
                                  request.size() - connection.written, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent <= 0) die("the server closed a connection");
      connection.written += static_cast<std::size_t>(sent);
    }
  };
  for (std::size_t i = 0; i < connections.size(); ++i) {
    Connection& connection = connections[i];
    connection.requests = &requests[i];
    connection.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(connection.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      die("connect");
    const int on = 1;
    ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(connection.socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &event);
  }
  std::vector<double> latencies;
  std::size_t sales = 0, waiting = 0;
  bool ran_out = false;
  const double cpu_before = server.cpu();
  const Clock::time_point begun = Clock::now();
  const auto spent = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
  for (Connection& connection : connections) {
    connection.begun = Clock::now();
    write_on(connection);
    ++waiting;
  }
  double elapsed = 0;
  std::vector<char> buffer(1 << 16);
  while (waiting > 0) {
    epoll_event events[64];
    const int ready = ::epoll_wait(poll, events, 64, 10'000);
    if (ready <= 0) die("no answer for ten seconds");
    for (int e = 0; e < ready; ++e) {
      Connection& connection = connections[events[e].data.u64];
      if (connection.next < connection.requests->size()) write_on(connection);
      for (;;) {
        const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (got == 0) die("the server closed a connection");
        if (got < 0) break;
        connection.answer.append(buffer.data(), static_cast<std::size_t>(got));
      }
      const std::size_t size = answer_size(connection.answer);
      if (size == 0) continue;
      const std::size_t accepted = accepted_in(connection.answer);
      if (accepted != per_request) die("not all were accepted: " + connection.answer.substr(0, 2000));
      sales += accepted;
      latencies.push_back(std::chrono::duration<double, std::milli>(Clock::now() - connection.begun).count());
      connection.answer.erase(0, size);
      connection.written = 0;
      ++connection.next;
      elapsed = spent();
      ran_out = ran_out || connection.next == connection.requests->size();
      // Once one has nothing left the load is no longer the one that was asked for.
      if (elapsed > seconds || ran_out) {
        --waiting;
        connection.next = connection.requests->size();
        continue;
      }
      connection.begun = Clock::now();
      write_on(connection);
    }
  }
  for (Connection& connection : connections) ::close(connection.socket);
  ::close(poll);
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double part) {
    return latencies[static_cast<std::size_t>(static_cast<double>(latencies.size() - 1) * part)];
  };
  return {static_cast<double>(sales) / elapsed, at(0.5), at(0.99), latencies.back(),
          (server.cpu() - cpu_before) / elapsed};
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
  return load(server, requests, static_cast<std::size_t>(per_request), options.seconds);
}

std::string binary_path() {
  if (const char* named = std::getenv("RINGUP_BINARY")) return named;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ringup").string();
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
  std::string top = (std::filesystem::temp_directory_path() / "ringup-bench-XXXXXX").string();
  if (::mkdtemp(top.data()) == nullptr) die("no temporary folder");

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
  }
  if (options.only != "a") {
    const double before = raw(top + "/raw-3", options.lines, 100, raw_seconds);
    const Measured many = served(binary, top + "/many", options, 8, 100,
                                 static_cast<std::size_t>(options.seconds * 30'000 / 800));
    const double after = raw(top + "/raw-4", options.lines, 100, raw_seconds);
    print("(b) 100 sales per request, 8 tills", (before + after) / 2, many, 0.7);
  }
  std::error_code ignored;
  std::filesystem::remove_all(top, ignored);
  return 0;
}
