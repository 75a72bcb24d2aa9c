#include "tests/server/sales/floor.h"

#include "core/sale/cart.h"
#include "server/store/stock.h"

namespace ringup::test {

journal::Record TestTill::record(journal::Kind kind, json::Value body) {
  journal::Record record;
  record.id = store::new_id();
  record.till = id;
  record.epoch = epoch;
  record.seq = ++seq;
  record.kind = kind;
  record.at = at_ms;
  record.user = user;
  record.shift = shift;
  record.price_list = 1;
  record.body = std::move(body);
  Result<journal::Record> sealed = journal::seal(std::move(record), prev);
  EXPECT_TRUE(sealed.ok()) << describe(sealed.failure());
  prev = sealed->hash;
  return *sealed;
}

std::string TestTill::next_receipt() {
  return to_string(ReceiptNumber{series, epoch, ++receipts_});
}

std::string TestTill::sale(const Id& product, std::int64_t quantity) {
  Cart cart(*parse_currency("EUR"), Rules{});
  const CartItem item{product, "MILK-1L", "Milch 1 L", UnitPrice{11900}, "reduced", Rate{70000}};
  EXPECT_TRUE(cart.add(item, Quantity{quantity * quantity_one}).ok());
  const Tender cash{TenderKind::cash, cart.total() + 100, ""};
  Result<Sale> sale = cart.finish({&cash, 1}, next_receipt());
  EXPECT_TRUE(sale.ok());
  return text(journal::Kind::sale, write_sale_body(*sale));
}

ShopFloor::ShopFloor(store::StoreOptions options) : options_(options) {
  open();
  tenant = store::new_id(), branch = store::new_id(), cashier = store::new_id();
  milk = store::new_id(), bread = store::new_id();
  const Id category = store::new_id();
  const Result<void> made = store_->writer().write([&](store::Database& db) -> Result<void> {
    TRY(
        db.run("INSERT INTO tenant (id, slug, name, country, currency, tax_mode, tax_placement, created_at)"
               " VALUES ($1, 'shop', 'Corner Shop', 'DE', 'EUR', 'per_line', 'inside', $2)",
               tenant, now_us));
    TRY(
        db.run("INSERT INTO branch (id, tenant, code, name, address, is_default, created_at)"
               " VALUES ($1, $2, 'main', 'Main Street', '1 Main Street', 1, $3)",
               branch, tenant, now_us));
    TRY(db.run("INSERT INTO tax_class (tenant, name, rate) VALUES ($1, 'reduced', 70000)", tenant));
    TRY(
        db.run("INSERT INTO user (id, tenant, email, password_hash, role, created_at)"
               " VALUES ($1, $2, 'cashier@example.com', '', 'cashier', $3)",
               cashier, tenant, now_us));
    TRY(db.run("INSERT INTO category (id, tenant, name) VALUES ($1, $2, 'Food')", category, tenant));
    for (const Id& product : {milk, bread}) {
      TRY(
          db.run("INSERT INTO product (id, tenant, sku, name, category, unit_price, tax_class, version,"
                 " created_at) VALUES ($1, $2, $3, 'Milch 1 L', $4, 11900, 'reduced', 1, $5)",
                 product, tenant, product == milk ? "MILK-1L" : "BREAD", category, now_us));
      TRY(store::book_movement(
          db, {tenant, branch, product, 1'000'000, store::MovementKind::import, {}, now_us}));
    }
    return {};
  });
  EXPECT_TRUE(made.ok()) << describe(made.failure());
}

ShopFloor::ShopFloor(const ShopFloor& pattern, store::StoreOptions options)
    : now_us(pattern.now_us),
      tenant(pattern.tenant),
      branch(pattern.branch),
      cashier(pattern.cashier),
      milk(pattern.milk),
      bread(pattern.bread),
      options_(options) {
  for (const char* name : {"/ringup.db", "/secret.key"})
    std::filesystem::copy_file(pattern.folder.path() + name, folder.path() + name);
  open();
}

void ShopFloor::open() {
  auto store = store::Store::open(folder.path(), options_);
  EXPECT_TRUE(store.ok()) << describe(store.failure());
  store_ = std::move(store).value();
  auto sales = sales::Sales::make(*store_, [this] { return now_us; });
  EXPECT_TRUE(sales.ok()) << describe(sales.failure());
  sales_ = std::move(sales).value();
  router_ = std::make_unique<http::Router>();
  http::Access access;
  access.user = [this](const http::Request& request) -> Result<Principal> {
    if (!request.header("authorization").starts_with("Bearer ")) return Error::unauthenticated;
    return Principal{tenant, cashier, {}, role};
  };
  access.till = [this](const http::Request& request) { return sales_->till_of(request); };
  sales_->add_routes(*router_, access);
}

void ShopFloor::close() {
  router_.reset();
  sales_.reset();
  store_.reset();
}

void ShopFloor::restart() {
  close();
  open();
}

http::Response ShopFloor::call(std::string_view method, std::string_view path, std::string body,
                               std::vector<std::pair<std::string, std::string>> headers) {
  http::Request request;
  request.method = method;
  const std::size_t mark = path.find('?');
  request.path = path.substr(0, mark);
  while (mark != std::string_view::npos) {
    std::string_view rest = path.substr(path.find('?') + 1);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
    break;
  }
  request.headers = std::move(headers);
  request.headers.emplace_back("content-type", "application/json");
  if (request.header("authorization").empty()) request.headers.emplace_back("authorization", "Bearer x");
  request.body = std::move(body);
  request.remote_address = "192.0.2.1";
  return http::dispatch(*router_, request);
}

json::Value ShopFloor::json(const http::Response& response) {
  Result<json::Value> value = json::parse(response.body);
  EXPECT_TRUE(value.ok()) << response.body;
  return value.ok() ? *value : json::Value();
}

std::string ShopFloor::pair(const std::optional<Id>& till) {
  const http::Response response =
      call("POST", "/api/till/pairing-codes/", till ? "{\"till\":\"" + to_string(*till) + "\"}" : "{}");
  EXPECT_EQ(response.status, 201) << response.body;
  return *json(response).find("pairing_code")->as_string();
}

TestTill ShopFloor::enrol(const std::optional<Id>& again) {
  const http::Response response =
      call("POST", "/api/till/enrol/", "{\"pairing_code\":\"" + pair(again) + "\"}");
  EXPECT_EQ(response.status, 200) << response.body;
  const json::Value answer = json(response);
  TestTill till;
  till.token = *answer.find("token")->as_string();
  till.id = *parse_id(*answer.find("till")->as_string());
  till.series = *answer.find("series")->as_string();
  till.epoch = *answer.find("epoch")->as_integer();
  till.user = cashier;
  return till;
}

std::string ShopFloor::request(const TestTill& till, const std::vector<std::string>& records,
                               std::string_view more_members) {
  std::string body = "{\"generation\":null,\"epoch\":" + std::to_string(till.epoch) +
                     std::string(more_members) + ",\"records\":[";
  for (std::size_t i = 0; i < records.size(); ++i) body += (i > 0 ? "," : "") + records[i];
  return body + "]}";
}

http::Response ShopFloor::post_journal(const TestTill& till, std::string body) {
  return call("POST", "/api/till/journal/", std::move(body), {{"authorization", "Till " + till.token}});
}

journal::Answer ShopFloor::send(const TestTill& till, const std::vector<std::string>& records,
                                std::string_view more_members) {
  const http::Response response = post_journal(till, request(till, records, more_members));
  EXPECT_EQ(response.status, 200) << response.body;
  Result<journal::Answer> answer = journal::read_answer(response.body);
  EXPECT_TRUE(answer.ok()) << response.body;
  return answer.ok() ? *answer : journal::Answer{};
}

std::int64_t ShopFloor::count(const std::string& sql) {
  Result<std::int64_t> found = store_->read([&](store::Database& db) { return db.integer(sql, -1); });
  EXPECT_TRUE(found.ok()) << describe(found.failure());
  return found.ok() ? *found : -1;
}

std::string ShopFloor::text(const std::string& sql) {
  auto found = store_->read([&](store::Database& db) {
    return db.first(sql, [](const store::Row& row) { return row.string(0); });
  });
  EXPECT_TRUE(found.ok());
  return found.ok() && *found ? **found : "";
}

void ShopFloor::run(const std::string& sql) {
  const Result<void> done = store_->writer().write([&](store::Database& db) -> Result<void> {
    TRY(db.run(sql));
    return {};
  });
  EXPECT_TRUE(done.ok()) << describe(done.failure());
}

std::vector<std::string> ShopFloor::tasks() {
  std::vector<std::string> kinds;
  const Result<void> read = store_->read([&](store::Database& db) {
    return db.query("SELECT kind FROM task WHERE done_at IS NULL ORDER BY kind",
                    [&](const store::Row& row) { kinds.push_back(row.string(0)); });
  });
  EXPECT_TRUE(read.ok());
  return kinds;
}

}  // namespace ringup::test
