#include "server/commands/demo_sales.h"

#include <algorithm>
#include <map>

#include "core/sale/cart.h"
#include "core/till/bodies.h"
#include "server/sales/played_till.h"
#include "server/store/stock.h"
#include "server/store/tills.h"
#include "server/store/zones.h"

namespace ringup::commands {
namespace {

constexpr std::int64_t weeks = 8, days = weeks * 7;
constexpr std::int64_t minute_us = 60'000'000, hour_us = 60 * minute_us, day_us = 24 * hour_us;
constexpr Amount float_amount = 15'000;
constexpr std::size_t batch = 150;  // records that a till sends at once

/// Numbers that look random and are the same for every demo.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::int64_t roll(std::int64_t below) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::int64_t>((state_ >> 11) % static_cast<std::uint64_t>(below));
  }
  bool one_in(std::int64_t n) { return roll(n) == 0; }

 private:
  std::uint64_t state_;
};

struct Ware {
  Id id;
  std::string sku, name, tax_class;
  UnitPrice price;
  Rate rate;
};

/// One sale before it is rung up: what will be delivered is known from all of them.
struct Plan {
  std::int64_t at_us = 0;
  Id cashier;
  std::optional<Id> customer;
  struct Line {
    std::size_t ware;
    std::int64_t pieces;
    bool old_price = false;  // the till had not heard of the new one
  };
  std::vector<Line> lines;
  TenderKind tender = TenderKind::cash;
  bool discount = false, given_back = false, voided = false;
};

/// How full a shop is in each hour of the day, and on each day of the week from Monday on.
struct Rhythm {
  int hours[24];
  int weekdays[7];
  std::int64_t sales;  // on a day of weight 10
};
constexpr Rhythm market_rhythm = {
    {0, 0, 0, 0, 0, 0, 0, 0, 3, 7, 9, 10, 12, 9, 7, 7, 10, 13, 11, 5, 0, 0, 0, 0},
    {8, 8, 9, 10, 13, 16, 0},
    36};
constexpr Rhythm station_rhythm = {
    {0, 0, 0, 0, 0, 0, 8, 14, 12, 7, 5, 5, 8, 8, 5, 6, 9, 13, 12, 8, 5, 2, 0, 0},
    {10, 10, 10, 10, 12, 7, 6},
    26};

std::vector<Plan> plan_shop(const DemoPast& past, const Zone& zone, const Rhythm& rhythm, std::size_t wares,
                            Dice& dice) {
  std::vector<Plan> plans;
  int all_hours = 0;
  for (const int weight : rhythm.hours) all_hours += weight;
  const std::int64_t today = zone.day(past.now_us);
  for (std::int64_t day = today - days; day <= today; ++day) {
    const int weekday = rhythm.weekdays[date_of(day).weekday - 1];
    // Business grows a little, and no two days are alike.
    const std::int64_t growth = 90 + 20 * (day - (today - days)) / days;
    const std::int64_t count = rhythm.sales * weekday * growth * (85 + dice.roll(31)) / (10 * 100 * 100);
    // Two people share a day; who they are changes from day to day.
    const auto early = static_cast<std::size_t>(day * 3) % past.cashiers.size();
    const auto late = static_cast<std::size_t>(day * 5 + 1) % past.cashiers.size();
    for (std::int64_t sale = 0; sale < count; ++sale) {
      std::int64_t place = dice.roll(all_hours);
      int hour = 0;
      while (place >= rhythm.hours[hour]) place -= rhythm.hours[hour++];
      Plan plan;
      plan.at_us = zone.moment(day * day_us + hour * hour_us + dice.roll(3600) * 1'000'000);
      plan.cashier = past.cashiers[hour < 14 ? early : late];
      if (dice.one_in(9) && !past.customers.empty())
        plan.customer = past.customers[static_cast<std::size_t>(
            dice.roll(static_cast<std::int64_t>(past.customers.size())))];
      const std::int64_t lines = 1 + dice.roll(1 + dice.roll(6));
      for (std::int64_t line = 0; line < lines; ++line) {
        // Some things sell much better than others, and not those that stand first in the list.
        const auto rank =
            static_cast<std::size_t>(dice.roll(1 + dice.roll(static_cast<std::int64_t>(wares))));
        plan.lines.push_back({rank * 131 % wares, 1 + (dice.one_in(4) ? dice.roll(3) : 0)});
      }
      const std::int64_t tender = dice.roll(100);
      plan.tender = tender < 52   ? TenderKind::card
                    : tender < 92 ? TenderKind::cash
                                  : TenderKind::mobile_money;
      plan.discount = dice.one_in(40);
      plan.given_back = dice.one_in(70);
      plan.voided = !plan.given_back && dice.one_in(330);
      plans.push_back(std::move(plan));
    }
  }
  std::sort(plans.begin(), plans.end(), [](const Plan& a, const Plan& b) { return a.at_us < b.at_us; });
  const auto later = std::find_if(plans.begin(), plans.end(), [&](const Plan& plan) {
    return plan.at_us >= past.now_us - 3 * minute_us;
  });
  plans.erase(later, plans.end());
  // Of the last days one sale each went out at a price that was no longer right.
  for (std::size_t back : {40u, 95u, 180u}) {
    if (plans.size() > back) plans[plans.size() - back].lines.front().old_price = true;
  }
  return plans;
}

Result<std::vector<Ware>> read_wares(store::Database& db, const Id& tenant) {
  std::vector<Ware> wares;
  TRY(db.query(
      "SELECT p.id, p.sku, p.name, p.tax_class, p.unit_price, t.rate FROM product p JOIN tax_class t"
      " ON t.tenant = p.tenant AND t.name = p.tax_class WHERE p.tenant = $1 AND p.deleted_at IS NULL"
      " AND p.unit_price > 0 ORDER BY p.sku",
      [&](const store::Row& row) {
        wares.push_back({row.id(0), row.string(1), row.string(2), row.string(3), UnitPrice{row.integer(4)},
                         Rate{row.integer(5)}});
      },
      tenant));
  return wares;
}

/// What will be sold is delivered before, but for a few things that run out.
Result<void> deliver(store::Database& db, const DemoPast& past, const Id& branch,
                     const std::vector<Ware>& wares, const std::vector<Plan>& plans, bool stocked) {
  std::map<std::size_t, std::int64_t> sold;
  for (const Plan& plan : plans) {
    for (const Plan::Line& line : plan.lines) sold[line.ware] += line.pieces;
  }
  for (const auto& [ware, pieces] : sold) {
    const bool runs_out = ware % 97 == 13;
    // The market's shelves were counted into the product file; the station begins with some of its own.
    const std::int64_t left = stocked ? 0 : 4 + static_cast<std::int64_t>(ware * 7 % 30);
    const std::int64_t wanted = runs_out ? pieces - 2 - (stocked ? 200 : 0) : pieces + left;
    if (wanted <= 0) continue;
    TRY(store::book_movement(
        db, {past.tenant.id, branch, wares[ware].id, wanted * quantity_one, store::MovementKind::import,
             std::nullopt, past.now_us - (days + 1) * day_us, "Deliveries"}));
  }
  return {};
}

/// One branch's till through all its days.
class Player {
 public:
  Player(const DemoPast& past, const Zone& zone, const std::vector<Ware>& wares, sales::PlayedTill till)
      : past_(past), zone_(zone), wares_(wares), till_(std::move(till)) {}

  /// `odd`: at the end, some records that a person must look at, one of each kind.
  Result<std::int64_t> play(const std::vector<Plan>& plans, bool odd) {
    for (const Plan& plan : plans) {
      if (const std::int64_t day = zone_.day(plan.at_us); !shift_ || day != day_) {
        TRY(close());
        TRY(open(plan, day));
      }
      TRY(sell(plan));
      last_us_ = plan.at_us;
      if (till_.waiting() >= batch) TRY(till_.send(last_us_));
    }
    if (odd && !plans.empty()) TRY(play_oddities(plans.back()));
    // Today's shift is open still, unless the shop has closed.
    if (zone_.day(past_.now_us) != day_) TRY(close());
    TRY(till_.send(past_.now_us));
    return sales_;
  }

 private:
  Result<void> open(const Plan& plan, std::int64_t day) {
    day_ = day;
    drawer_ = float_amount;
    till_.stand_at(plan.cashier, std::nullopt);
    const json::Value body =
        journal::to_json(journal::ShiftOpenBody{float_amount, std::string(past_.tenant.currency.code())});
    shift_ = TRY(till_.add(journal::Kind::shift_open, (plan.at_us - 10 * minute_us) / 1000, body));
    return {};
  }

  Result<void> close() {
    if (!shift_) return {};
    till_.stand_at(cashier_, shift_);
    // Once in a while the drawer is not what it should be.
    const Amount counted = drawer_ - (day_ % 9 == 4 ? 50 : 0);
    TRY(till_.add(journal::Kind::shift_close, (last_us_ + 20 * minute_us) / 1000,
                  journal::to_json(
                      journal::ShiftCloseBody{counted, drawer_, std::string(past_.tenant.currency.code())})));
    closed_ = shift_;
    shift_.reset();
    return {};
  }

  /// What happens in every shop once: something sold that is in the catalogue no more, after closing, a void
  /// of a sale that another till still has to bring, a device whose clock began at zero; and somebody who
  /// pays next week.
  Result<void> play_oddities(const Plan& last) {
    const std::int64_t at_ms = last.at_us / 1000;
    const auto sell_one = [&](const CartItem& item, TenderKind kind,
                              const std::optional<Id>& customer) -> Result<void> {
      Cart cart(past_.tenant.currency, Rules{});
      (void)TRY(cart.add(item, Quantity{quantity_one}));
      cart.choose_customer(customer);
      const Tender tender{kind, cart.total(), ""};
      const Sale sale = TRY(cart.finish({&tender, 1}, till_.next_receipt()));
      (void)TRY(till_.add(journal::Kind::sale, at_ms, write_sale_body(sale)));
      ++sales_;
      if (kind == TenderKind::cash) drawer_ += sale.total;
      return {};
    };
    const Ware& ware = wares_.front();
    const CartItem known{ware.id, ware.sku, ware.name, ware.price, ware.tax_class, ware.rate};
    till_.stand_at(last.cashier, shift_);
    TRY(sell_one({store::new_id(), "ADVENT-25", "Advent calendar, last year's", UnitPrice{99'000},
                  ware.tax_class, ware.rate},
                 TenderKind::card, std::nullopt));
    if (!past_.customers.empty()) TRY(sell_one(known, TenderKind::credit, past_.customers.back()));
    (void)TRY(
        till_.add(journal::Kind::void_sale, at_ms,
                  journal::to_json(journal::VoidBody{store::new_id(), "Brought back to another till"})));
    (void)TRY(till_.add(journal::Kind::note, 1'500'000,
                        journal::to_json(journal::NoteBody{"The battery was empty."})));
    if (closed_) {
      till_.stand_at(last.cashier, closed_);
      TRY(sell_one(known, TenderKind::card, std::nullopt));
    }
    till_.stand_at(last.cashier, shift_);
    return {};
  }

  Result<void> sell(const Plan& plan) {
    Rules rules;
    Cart cart(past_.tenant.currency, rules);
    for (const Plan::Line& line : plan.lines) {
      const Ware& ware = wares_[line.ware];
      const UnitPrice price = line.old_price ? UnitPrice{ware.price.value - 2'000} : ware.price;
      (void)TRY(cart.add(
          {ware.id, ware.sku, ware.name, price.value > 0 ? price : ware.price, ware.tax_class, ware.rate},
          Quantity{line.pieces * quantity_one}));
    }
    if (plan.discount) TRY(cart.discount_cart(Discount::of_rate(Rate{100'000}, "Regular customer")));
    cart.choose_customer(plan.customer);
    const bool cash = plan.tender == TenderKind::cash;
    // Cash comes in notes.
    const Amount note = cart.total() < 1'000 ? 1'000 : cart.total() < 2'000 ? 2'000 : 5'000;
    const Amount handed = cash ? (cart.total() + note - 1) / note * note : cart.total();
    const Tender tender{plan.tender, handed, cash ? "" : "demo"};
    const Sale sale = TRY(cart.finish({&tender, 1}, till_.next_receipt()));
    cashier_ = plan.cashier;
    till_.stand_at(plan.cashier, shift_);
    const Id id = TRY(till_.add(journal::Kind::sale, plan.at_us / 1000, write_sale_body(sale)));
    ++sales_;
    if (cash) drawer_ += sale.total;
    if (plan.voided) {
      TRY(till_.add(journal::Kind::void_sale, plan.at_us / 1000 + 40'000,
                    journal::to_json(journal::VoidBody{id, "Rung up twice"})));
      if (cash) drawer_ -= sale.total;
    } else if (plan.given_back) {
      const RefundRequest request{{{sale.lines.front().line, sale.lines.front().quantity}}, {}, plan.tender};
      const Refund refund = TRY(make_refund(id, sale, {}, request, till_.next_receipt()));
      TRY(till_.add(journal::Kind::refund, plan.at_us / 1000 + 90'000, write_refund_body(refund)));
      if (cash) drawer_ += refund.body.total;
    }
    return {};
  }

  const DemoPast& past_;
  const Zone& zone_;
  const std::vector<Ware>& wares_;
  sales::PlayedTill till_;
  std::optional<Id> shift_, closed_;
  Id cashier_;
  std::int64_t day_ = 0, last_us_ = 0, sales_ = 0;
  Amount drawer_ = 0;
};

}  // namespace

Result<std::int64_t> play_demo_past(store::Store& store, const DemoPast& past) {
  const Zone zone = store::zone_or_utc(past.tenant.time_zone);
  const std::vector<Ware> wares =
      TRY(store.read([&](store::Database& db) { return read_wares(db, past.tenant.id); }));
  if (wares.empty()) return std::int64_t{0};
  const std::string generation = TRY(store.writer().write_for<std::string>(store::read_or_make_generation));
  struct Shop {
    Id branch;
    const char* till;
    const Rhythm* rhythm;
    bool stocked;
  };
  const Shop shops[] = {{past.market, "Counter", &market_rhythm, true},
                        {past.station, "Kiosk", &station_rhythm, false}};
  std::int64_t sales = 0;
  std::uint64_t seed = 7;
  for (const Shop& shop : shops) {
    Dice dice(seed++);
    const std::vector<Plan> plans = plan_shop(past, zone, *shop.rhythm, wares.size(), dice);
    const store::Till row =
        TRY(store.writer().write_for<store::Till>([&](store::Database& db) -> Result<store::Till> {
          TRY(deliver(db, past, shop.branch, wares, plans, shop.stocked));
          return store::add_till(db, past.tenant.id, shop.branch, shop.till, past.now_us - days * day_us);
        }));
    Player player(past, zone, wares,
                  sales::PlayedTill(store, {row.id, past.tenant.id, row.series, row.epoch}, generation));
    sales += TRY(player.play(plans, !shop.stocked));
  }
  return sales;
}

}  // namespace ringup::commands
