#pragma once
/// The account routes alone, asked without a socket: a folder, a store, the business "shop" with its owner,
/// a clock and second factors that the test sets.
#include <gtest/gtest.h>

#include <atomic>

#include "server/identity/business.h"
#include "server/identity/routes.h"
#include "tests/server/running.h"

namespace ringup::test {

/// Second factors as a test wants them.
class WishedFactors : public identity::SecondFactors {
 public:
  std::vector<std::string> asked;  // of everybody; set before requests run
  std::string right_code = "123456";
  Result<std::vector<std::string>> methods(store::Database&, const store::User&) const override {
    return asked;
  }
  Result<bool> prove(store::Database&, const store::User&, std::string_view code) override {
    return code == right_code;
  }
};

class House {
 public:
  explicit House(identity::AccountSettings settings = {}) {
    auto opened = store::Store::open(folder_.path(), {.make_if_missing = true});
    EXPECT_TRUE(opened.ok());
    store_ = std::move(opened).value();
    identity::World world;
    world.now_us = [this] { return now_us_.load(); };
    identity::NewBusiness wish;
    wish.slug = "shop";
    wish.name = "Olga's corner";
    wish.owner_email = owner_email;
    wish.password = owner_password;
    wish.first_name = "Olga";
    const auto made = identity::make_business(*store_, wish, world);
    EXPECT_TRUE(made.ok()) << describe(made.failure());
    owner_ = made->owner;
    accounts_ = std::make_unique<identity::Accounts>(*store_, settings, world);
    accounts_->set_second_factors(factors);
    identity::add_account_routes(router_, *accounts_, false);
    identity::add_registration_routes(router_, *accounts_);
  }

  /// Adds /api/admin/users/ to what may be asked.
  void open_people() {
    http::Access access;
    access.user = identity::user_door(*accounts_);
    identity::add_user_routes(router_, *accounts_, access);
  }

  Answer send(std::string_view method, std::string_view path, const json::Value& body,
              const Headers& headers = {}) const {
    http::Request request;
    request.method = method;
    request.path = path;
    request.target = path;
    request.remote_address = "192.0.2.1";
    if (!body.is_null()) {
      request.body = json::dump(body);
      request.headers.emplace_back("content-type", "application/json");
    }
    for (const auto& [name, value] : headers) {
      std::string lower;
      for (const char c : name) lower += static_cast<char>(std::tolower(c));
      if (lower == "x-test-address")
        request.remote_address = value;
      else
        request.headers.emplace_back(lower, value);
    }
    const http::Response response = http::dispatch(router_, request);
    Answer answer;
    answer.status = response.status;
    answer.body = response.body;
    for (const auto& [name, value] : response.headers) {
      std::string lower;
      for (const char c : name) lower += static_cast<char>(std::tolower(c));
      answer.headers.emplace_back(lower, value);
    }
    return answer;
  }
  Answer post(std::string_view path, const json::Value& body, const Headers& headers = {}) const {
    return send("POST", path, body, headers);
  }
  Answer get(std::string_view path, const Headers& headers = {}) const {
    return send("GET", path, {}, headers);
  }
  Answer login(std::string_view email = owner_email, std::string_view password = owner_password,
               std::string_view device_token = {}, const Headers& headers = {}) const {
    json::Object body{{"email", email}, {"password", password}};
    if (!device_token.empty()) body.push_back({"device_token", device_token});
    return post("/api/accounts/login/", body, headers);
  }

  std::int64_t count(std::string_view sql) const {
    return *store_->read([&](store::Database& db) { return db.integer(sql, 0); });
  }
  std::int64_t audited(const std::string& action) const {
    return *store_->read([&](store::Database& db) {
      return db.integer("SELECT count(*) FROM audit_entry WHERE action = $1", 0, action);
    });
  }
  std::int64_t mailed(const std::string& template_name) const {
    return *store_->read([&](store::Database& db) {
      return db.integer("SELECT count(*) FROM message WHERE template = $1", 0, template_name);
    });
  }
  /// The values of the last message of that template.
  json::Value last_mail(const std::string& template_name) const {
    const store::Vault vault(store_->secret(), store::message_vault_label);
    return *store_->read([&](store::Database& db) -> Result<json::Value> {
      const auto found = TRY(db.first(
          "SELECT id, sealed FROM message WHERE template = $1 ORDER BY queued_at DESC, id DESC LIMIT 1",
          [](const store::Row& row) {
            const auto sealed = row.bytes(1);
            return std::pair(row.id(0), std::string(sealed.begin(), sealed.end()));
          },
          template_name));
      if (!found.has_value()) return json::Value();
      return json::parse(TRY(vault.open(found->second, to_string(found->first))));
    });
  }
  void change(std::string_view sql) const {
    ASSERT_TRUE(store_->writer()
                    .write([&](store::Database& db) -> Result<void> { return db.script(std::string(sql)); })
                    .ok());
  }
  void pass(std::int64_t seconds) { now_us_ += seconds * 1'000'000; }

  identity::Accounts& accounts() const { return *accounts_; }
  store::Store& store() const { return *store_; }
  const store::User& owner() const { return owner_; }
  WishedFactors factors;

 private:
  Folder folder_;
  std::atomic<std::int64_t> now_us_{store::unix_us_now()};
  std::unique_ptr<store::Store> store_;
  store::User owner_;
  std::unique_ptr<identity::Accounts> accounts_;
  http::Router router_;
};

inline Headers bearer(const Answer& answer) {
  return {{"Authorization", "Bearer " + answer.text("access")}};
}

}  // namespace ringup::test
