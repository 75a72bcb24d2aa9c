#pragma once
/// A shop with two branches in Berlin, in the week in which its clocks go forward, and what the test itself
/// knows of its sales, without asking the program.
#include <algorithm>
#include <map>

#include "core/sale/cart.h"
#include "core/sale/dashboard.h"
#include "core/sale/refund.h"
#include "core/till/bodies.h"
#include "server/reports/reports.h"
#include "server/store/reports.h"
#include "server/store/rollup.h"
#include "server/store/tenants.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {

inline constexpr std::int64_t hour_ms = 3'600'000;

struct Known {
  Id id;
  std::string day;  // in Berlin
  int hour = 0;
  bool refund = false, voided = false;
  Id branch, till, user;
  Amount gross = 0, net = 0, tax = 0, cash = 0, card = 0;
};

struct Piece {
  Id product;
  std::int64_t count;
};

class ReportShop : public ShopFloor {
 public:
  ReportShop() {
    run("UPDATE tenant SET time_zone = 'Europe/Berlin'");
    second = store::new_id();
    const Result<void> added = store().writer().write([&](store::Database& db) {
      return store::insert_branch(db, {second, tenant, "two", "Second Street", "", false, 0});
    });
    EXPECT_TRUE(added.ok());
    here = enrol();
    there = enrol();
    run("UPDATE till SET branch = (SELECT id FROM branch WHERE code = 'two') WHERE series = '" +
        there.series + "'");
    there.user = store::new_id();
    asking = tenant;
    router_ = std::make_unique<http::Router>();
    http::Access access;
    access.user = [this](const http::Request& request) -> Result<Principal> {
      if (request.header("authorization").empty()) return Error::unauthenticated;
      return Principal{asking, cashier, {}, role};
    };
    reports::add_routes(*router_, store(), access, roller_, [this] { return now_us; });
  }

  /// Sells pieces at 1.19 with 7 % inside at a quarter past; the hours are UTC's and that of Berlin's walls.
  const Known& sell(TestTill& till, std::string_view date, int utc_hour, int local_hour,
                    const std::vector<Piece>& pieces, bool card = false) {
    till.at_ms = *parse_date(date) * 24 * hour_ms + utc_hour * hour_ms + 15 * 60'000;
    Cart cart(*parse_currency("EUR"), Rules{});
    Known known;
    for (const Piece& piece : pieces) {
      EXPECT_TRUE(cart.add({piece.product, "SKU", "Thing", UnitPrice{11900}, "reduced", Rate{70000}},
                           Quantity{piece.count * quantity_one})
                      .ok());
      const Amount gross = piece.count * 119, tax = (gross * 14 + 107) / 214;  // gross * 7 / 107, rounded
      known.gross += gross;
      known.tax += tax;
      known.net += gross - tax;
    }
    EXPECT_EQ(cart.total(), known.gross);
    const Tender tender{card ? TenderKind::card : TenderKind::cash, cart.total() + (card ? 0 : 81), ""};
    const Sale sale = *cart.finish({&tender, 1}, till.next_receipt());
    known.id = book(till, journal::Kind::sale, write_sale_body(sale));
    sales_[known.id] = sale;
    known.day = utc_hour > local_hour ? date_text(*parse_date(date) + 1) : std::string(date);
    known.hour = local_hour;
    (card ? known.card : known.cash) = known.gross;
    return keep(known, till);
  }

  /// Gives all of a sale back in cash.
  void give_back(TestTill& till, const Id& sale, std::string_view date, int utc_hour, int local_hour) {
    till.at_ms = *parse_date(date) * 24 * hour_ms + utc_hour * hour_ms;
    const Refund refund =
        *make_refund(sale, sales_[sale], {}, all_that_is_left(sales_[sale], {}), till.next_receipt());
    Known known = *std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.id == sale; });
    known.id = book(till, journal::Kind::refund, write_refund_body(refund));
    for (Amount* amount : {&known.gross, &known.net, &known.tax}) *amount = -*amount;
    known.cash = known.gross;
    known.card = 0;
    known.refund = true;
    known.day = date;
    known.hour = local_hour;
    keep(known, till);
  }

  void void_sale(TestTill& till, const Id& sale) {
    till.at_ms += 60'000;
    book(till, journal::Kind::void_sale, journal::to_json(journal::VoidBody{sale, "wrong customer"}));
    for (Known& known : known_) known.voided = known.voided || known.id == sale;
  }

  /// The week that the tests look at.
  void trade() {
    sell(here, "2026-03-27", 9, 10, {{milk, 3}});
    sell(here, "2026-03-28", 8, 9, {{milk, 1}, {bread, 2}}, true);
    sell(there, "2026-03-28", 23, 0, {{bread, 5}});  // the 29th in Berlin, still in winter time
    const Id early = sell(there, "2026-03-29", 0, 1, {{milk, 7}}).id;
    const Id returned = sell(here, "2026-03-29", 1, 3, {{milk, 2}}, true).id;  // there is no hour 2
    sell(there, "2026-03-29", 21, 23, {{bread, 1}});
    sell(here, "2026-03-29", 22, 0, {{milk, 4}});  // the 30th
    give_back(there, returned, "2026-03-30", 10, 12);
    void_sale(there, early);
    const Id late = sell(here, "2026-03-31", 7, 9, {{milk, 1}, {bread, 1}}).id;
    sell(here, "2026-03-31", 8, 10, {{store::new_id(), 6}});  // a product that nobody knows
    void_sale(here, late);
  }

  Report report(const store::ReportQuery& query) {
    auto made = store().read([&](store::Database& db) { return store::make_report(db, tenant, query); });
    EXPECT_TRUE(made.ok()) << describe(made.failure());
    return made.ok() ? *made : Report{};
  }
  static store::ReportQuery week(ReportBy by) {
    store::ReportQuery query;
    query.by = by;
    query.from = *parse_date("2026-03-27");
    query.to = *parse_date("2026-03-31");
    return query;
  }
  /// Sums of what the test knows by some key; `hour` holds how many sales there were.
  template <class Key>
  std::map<std::string, Known> expected(Key&& key) const {
    std::map<std::string, Known> sums;
    for (const Known& known : known_) {
      if (known.voided) continue;
      Known& to = sums[key(known)];
      to.gross += known.gross;
      to.net += known.net;
      to.tax += known.tax;
      to.cash += known.cash;
      to.card += known.card;
      to.hour += known.refund ? 0 : 1;
    }
    return sums;
  }
  void roll() {
    while (store::roll_up(store())->more) {
    }
  }
  http::Response get(std::string_view path, std::string accept = "application/json") {
    http::Request request;
    request.method = "GET";
    const std::size_t mark = path.find('?');
    request.path = path.substr(0, mark);
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
    request.headers = {{"authorization", "Bearer x"}, {"accept", std::move(accept)}};
    return http::dispatch(*router_, request);
  }

  TestTill here, there;
  Id second, asking;
  std::vector<Known> known_;

 private:
  Id book(TestTill& till, journal::Kind kind, json::Value body) {
    const journal::Record record = till.record(kind, std::move(body));
    EXPECT_EQ(send(till, {journal::record_text(record)}).results[0].result, journal::Outcome::accepted);
    return record.id;
  }
  const Known& keep(Known known, const TestTill& till) {
    known.branch = till.id == here.id ? branch : second;
    known.till = till.id;
    known.user = till.user;
    known_.push_back(std::move(known));
    return known_.back();
  }

  std::map<Id, Sale> sales_;
  reports::Roller roller_{store()};
  std::unique_ptr<http::Router> router_;
};

}  // namespace ringup::test
