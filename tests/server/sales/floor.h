#pragma once
/// A shop for tests: a data folder with a business, a cashier and products, its routes without a network, and
/// tills that write journals. Time stands still unless a test moves it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/till/chain.h"
#include "core/till/record.h"
#include "server/sales/sales.h"
#include "server/store/store.h"
#include "tests/server/support.h"

namespace ringup::test {

inline constexpr std::int64_t start_us = 1'772'000'000'000'000;  // 2026-02-25

/// A till as it is outside the server: it seals records and remembers the end of its chain.
class TestTill {
 public:
  std::string token;
  Id id;
  std::string series;
  std::int64_t epoch = 1;
  std::int64_t seq = 0;
  std::string prev{journal::no_hash};
  Id user;
  std::optional<Id> shift;
  std::int64_t at_ms = start_us / 1000;

  /// The next record; the chain moves on to it.
  journal::Record record(journal::Kind kind, json::Value body);
  /// The same as text.
  std::string text(journal::Kind kind, json::Value body) {
    return journal::record_text(record(kind, std::move(body)));
  }
  /// A sale of `quantity` pieces at 1.19 EUR with 7 % inside, in cash.
  std::string sale(const Id& product, std::int64_t quantity = 1);
  std::string next_receipt();

 private:
  std::int64_t receipts_ = 0;
};

class ShopFloor {
 public:
  explicit ShopFloor(store::StoreOptions options = {.readers = 2, .make_if_missing = true});
  /// A copy of another one, which is closed: its folder as it is, its business, its products.
  ShopFloor(const ShopFloor& pattern, store::StoreOptions options);
  store::Store& store() { return *store_; }
  sales::Sales& sales() { return *sales_; }
  void close();
  /// Ends the capability and the store, and begins anew on the same folder.
  void restart();

  http::Response call(std::string_view method, std::string_view path, std::string body = {},
                      std::vector<std::pair<std::string, std::string>> headers = {});
  json::Value json(const http::Response& response);

  std::string pair(const std::optional<Id>& till = {});
  TestTill enrol(const std::optional<Id>& again = {});
  /// Sends records; 200 expected.
  journal::Answer send(const TestTill& till, const std::vector<std::string>& records,
                       std::string_view more_members = {});
  http::Response post_journal(const TestTill& till, std::string body);
  std::string request(const TestTill& till, const std::vector<std::string>& records,
                      std::string_view more_members = {});

  std::int64_t count(const std::string& sql);
  std::string text(const std::string& sql);
  void run(const std::string& sql);
  std::vector<std::string> tasks();

  Folder folder;
  std::int64_t now_us = start_us;
  Id tenant, branch, cashier, milk, bread;
  Role role = Role::owner;  // of the user behind requests without a till's token

 private:
  void open();
  const store::StoreOptions options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<sales::Sales> sales_;
  std::unique_ptr<http::Router> router_;
};

}  // namespace ringup::test
