#include "server/store/booking.h"

#include <algorithm>
#include <limits>

#include "core/identity/account.h"
#include "core/sale/replay.h"
#include "server/store/customers.h"
#include "server/store/outbox.h"
#include "server/store/pins.h"
#include "server/store/sales.h"
#include "server/store/stock.h"
#include "server/store/store.h"
#include "server/store/tasks.h"

namespace ringup::store {

using journal::Flag;
using journal::Kind;
using journal::Record;

namespace {

constexpr std::size_t differences_told_max = 10;
constexpr std::size_t detail_bytes_max = 1000;

std::string words_of(const Result<std::vector<Difference>>& differences) {
  if (!differences.ok()) return describe(differences.failure());
  std::string words;
  for (std::size_t i = 0; i < differences->size() && i < differences_told_max; ++i) {
    if (i > 0) words += "; ";
    words += describe((*differences)[i]);
  }
  return words;
}

template <class T>
void take(ReadBody& out, Result<T> body) {
  if (body.ok())
    out.body = std::move(body).value();
  else
    out.failure = body.failure();
}

std::int64_t us_of(std::int64_t ms) {
  constexpr std::int64_t ms_max = std::numeric_limits<std::int64_t>::max() / 1000;
  return std::clamp(ms, -ms_max, ms_max) * 1000;
}

}  // namespace

ReadBody read_body(const Record& record) {
  ReadBody out;
  switch (record.kind) {
    case Kind::sale: {
      take(out, read_sale_body(record.body, "body"));
      if (const Sale* sale = std::get_if<Sale>(&out.body)) {
        out.differences = words_of(replay(*sale));
        if (const Result<void> paid = check_tenders(*sale); out.differences.empty() && !paid.ok())
          out.differences = "tenders: " + describe(paid.failure());
      }
      break;
    }
    case Kind::refund:
      take(out, read_refund_body(record.body, "body"));
      if (const Refund* refund = std::get_if<Refund>(&out.body)) out.differences = words_of(replay(*refund));
      break;
    case Kind::void_sale:
      take(out, journal::read_void_body(record.body));
      break;
    case Kind::shift_open:
      take(out, journal::read_shift_open_body(record.body));
      break;
    case Kind::shift_close:
      take(out, journal::read_shift_close_body(record.body));
      break;
    case Kind::cash_in:
    case Kind::cash_out:
      take(out, journal::read_cash_body(record.body));
      break;
    case Kind::customer_new:
      take(out, journal::read_customer_body(record.body));
      break;
    case Kind::note:
      take(out, journal::read_note_body(record.body));
      break;
  }
  return out;
}

void Booker::note(Flag flag, std::string_view words) {
  flags_.add(flag);
  if (words.empty() || detail_.size() > detail_bytes_max) return;
  if (!detail_.empty()) detail_ += "; ";
  detail_ += words.substr(0, detail_bytes_max);
}

Result<journal::Flags> Booker::book(const Record& record, const ReadBody& read, journal::Flags flags) {
  flags_ = flags;
  detail_.clear();
  if (std::holds_alternative<std::monostate>(read.body)) return read.failure;
  TRY(check_user(record.user));
  if (record.kind != Kind::shift_open && record.kind != Kind::shift_close) TRY(check_shift(record.shift));
  if (const auto* sale = std::get_if<Sale>(&read.body)) {
    TRY(book(record, *sale, read.differences));
  } else if (const auto* refund = std::get_if<Refund>(&read.body)) {
    TRY(book(record, *refund, read.differences));
  } else if (const auto* body = std::get_if<journal::VoidBody>(&read.body)) {
    TRY(book(record, *body));
  } else if (const auto* open = std::get_if<journal::ShiftOpenBody>(&read.body)) {
    TRY(book(record, *open));
  } else if (const auto* close = std::get_if<journal::ShiftCloseBody>(&read.body)) {
    TRY(book(record, *close));
  } else if (const auto* cash = std::get_if<journal::CashBody>(&read.body)) {
    TRY(book(record, *cash));
  } else if (const auto* customer = std::get_if<journal::CustomerBody>(&read.body)) {
    TRY(book(record, *customer));
  }
  return flags_;
}

Result<void> Booker::check_user(const Id& user) {
  auto found = users_.find(user);
  if (found == users_.end()) {
    found = users_.emplace(user, TRY(may_sell(db_, till_.tenant, user))).first;
  }
  if (!found->second)
    note(Flag::user_deactivated, "who rang it up is not active here, or has no right to sell");
  return {};
}

Result<void> Booker::check_shift(const std::optional<Id>& shift) {
  if (!shift) return {};
  const std::int64_t closed = TRY(db_.integer(
      "SELECT closed_at IS NOT NULL FROM shift WHERE tenant = $1 AND id = $2", 0, till_.tenant, *shift));
  if (closed != 0) note(Flag::shift_closed, "its shift was closed before");
  return {};
}

Result<void> Booker::check_price(const SaleLine& line, bool& known) {
  if (!rates_read_) {
    rates_read_ = true;
    TRY(db_.query(
        "SELECT name, rate FROM tax_class WHERE tenant = $1",
        [&](const Row& row) { rates_.emplace(row.string(0), row.integer(1)); }, till_.tenant));
  }
  bool differs = false;
  known = false;
  TRY(db_.query(
      "SELECT unit_price, tax_class, deleted_at FROM product WHERE id = $1 AND tenant = $2",
      [&](const Row& row) {
        known = true;
        if (!row.is_null(2)) return note(Flag::product_unknown, line.sku + " was deleted");
        // A product without a price of its own is sold at an open price.
        const std::int64_t price = row.integer(0);
        differs = (price != 0 && price != line.unit_price.value) || row.text(1) != line.tax_class;
      },
      line.product, till_.tenant));
  if (!known) {
    if (!line.product.is_nil()) note(Flag::product_unknown, "no product " + line.sku);
    return {};
  }
  const auto rate = rates_.find(line.tax_class);
  if (differs || (rate != rates_.end() && rate->second != line.rate.ppm))
    note(Flag::price_differs, line.sku + " was sold at another price or tax");
  return {};
}

Result<void> Booker::move_stock(const Id& product, const Id& branch, std::int64_t quantity, MovementKind kind,
                                const Id& reference, std::int64_t at) {
  if (quantity == 0) return {};
  const Result<Booked> booked =
      book_movement(db_, {till_.tenant, branch, product, quantity, kind, reference, at});
  // Beyond its limits the level is wrong already; a paid sale is booked all the same.
  if (!booked.ok() && booked.error() != Error::out_of_range) return booked.failure();
  if (quantity < 0 && (!booked.ok() || booked->level < 0)) {
    flags_.add(Flag::stock_below_zero);
    TRY(add_task(db_, till_.tenant, journal::flag_name(Flag::stock_below_zero), product,
                 "Sold more than was in stock.", now_us_));
  }
  return {};
}

Result<void> Booker::book_line(const Record& record, const SaleLine& line, bool is_refund) {
  bool known = false;
  if (is_refund) {
    known = TRY(db_.integer("SELECT 1 FROM product WHERE id = $1 AND tenant = $2", 0, line.product,
                            till_.tenant)) != 0;
  } else {
    TRY(check_price(line, known));
  }
  TRY(db_.run(
      "INSERT INTO sale_line (tenant, sale, line, product, sku, name, quantity, unit_price, tax_class,"
      " rate, discount, net, tax, gross)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      till_.tenant, record.id, line.line, line.product, line.sku, line.name, line.quantity.thousandths,
      line.unit_price.value, line.tax_class, line.rate.ppm, line.discount, line.amounts.net, line.amounts.tax,
      line.amounts.gross));
  if (!known) return {};
  return move_stock(line.product, till_.branch, -line.quantity.thousandths,
                    is_refund ? MovementKind::refund : MovementKind::sale, record.id, us_of(record.at));
}

Result<void> Booker::insert_sale(const Record& record, const Sale& sale, const std::optional<Id>& refund_of) {
  const bool is_refund = record.kind == Kind::refund;
  if (sale.currency.code() != currency_) note(Flag::totals_differ, "another currency than the business's");
  const Amounts sums = TRY(sum_of(sale.lines));
  Amount rounding = 0;
  for (const Rounding& step : sale.roundings) rounding = TRY(add(rounding, step.amount));
  for (const SaleLine& line : sale.lines) TRY(book_line(record, line, is_refund));
  std::int64_t position = 0;
  for (const Tender& tender : sale.tenders) {
    TRY(db_.run(
        "INSERT INTO sale_tender (tenant, sale, position, kind, amount, reference)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        till_.tenant, record.id, ++position, to_string(tender.kind), tender.amount, tender.reference));
  }
  TRY(db_.run(
      "INSERT INTO sale (tenant, id, kind, refund_of, till, branch, user, shift, customer, receipt,"
      " currency, net, tax, total, discount, rounding, change, sold_at, flags) VALUES ($1, $2, $3, $4,"
      " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
      till_.tenant, record.id, journal::kind_name(record.kind), refund_of, till_.id, till_.branch,
      record.user, record.shift, sale.customer, sale.receipt, sale.currency.code(), sums.net, sums.tax,
      sale.total, sale.discount, rounding, sale.change, us_of(record.at),
      static_cast<std::int64_t>(flags_.bits())));
  std::string payload = "{\"id\":\"" + to_string(record.id) + "\",\"till\":\"" + to_string(till_.id) +
                        "\",\"total\":" + std::to_string(sale.total) + "}";
  TRY(add_event(db_, till_.tenant, journal::kind_name(record.kind), payload, now_us_));
  return apply_early_void(record.id);
}

Result<void> Booker::book(const Record& record, const Sale& sale, std::string_view differences) {
  if (!differences.empty()) note(Flag::totals_differ, differences);
  return insert_sale(record, sale, std::nullopt);
}

Result<void> Booker::book(const Record& record, const Refund& refund, std::string_view differences) {
  if (!differences.empty()) note(Flag::totals_differ, differences);
  if (refund.sale) {
    const auto sold = TRY(read_for_refund(db_, till_.tenant, *refund.sale));
    if (!sold) {
      note(Flag::totals_differ, "the sale that is given back is not known here");
    } else {
      if (sold->voided) note(Flag::totals_differ, "the sale that is given back was voided");
      const std::string against = words_of(replay(refund, sold->sale, sold->refunded));
      if (!against.empty() && differences.empty()) note(Flag::totals_differ, against);
    }
  }
  return insert_sale(record, refund.body, refund.sale);
}

Result<void> Booker::book(const Record& record, const journal::VoidBody& body) {
  const std::int64_t voided =
      TRY(db_.run("UPDATE sale SET voided_by = $3 WHERE tenant = $1 AND id = $2 AND voided_by IS NULL",
                  till_.tenant, body.sale, record.id));
  if (voided != 0) return take_back(body.sale, record.id, us_of(record.at));
  if (TRY(find_sale(db_, till_.tenant, body.sale))) {
    note(Flag::totals_differ, "the sale that is voided was voided before");
    return {};
  }
  note(Flag::totals_differ, "the sale that is voided has not come yet");
  // A till that was offline may still bring it; the first void of a sale counts.
  TRY(
      db_.run("INSERT INTO early_void (tenant, sale, record, at) VALUES ($1, $2, $3, $4)"
              " ON CONFLICT (tenant, sale) DO NOTHING",
              till_.tenant, body.sale, record.id, us_of(record.at)));
  return {};
}

/// Applies the void that came before this sale, if there is one, and ends its task.
Result<void> Booker::apply_early_void(const Id& sale) {
  struct Early {
    Id record;
    std::int64_t at;
  };
  const auto early = TRY(db_.first(
      "DELETE FROM early_void WHERE tenant = $1 AND sale = $2 RETURNING record, at",
      [](const Row& row) {
        return Early{row.id(0), row.integer(1)};
      },
      till_.tenant, sale));
  if (!early) return {};
  TRY(db_.run("UPDATE sale SET voided_by = $3 WHERE tenant = $1 AND id = $2", till_.tenant, sale,
              early->record));
  TRY(take_back(sale, early->record, early->at));
  return end_task(db_, till_.tenant, journal::flag_name(Flag::totals_differ), early->record, now_us_);
}

/// What a void moves: the stock of a sale that is marked as voided, and the event.
Result<void> Booker::take_back(const Id& sale, const Id& record, std::int64_t at) {
  struct Sold {
    Id product, branch;
    std::int64_t quantity;
  };
  std::vector<Sold> movements;
  TRY(db_.query(
      "SELECT l.product, s.branch, l.quantity FROM sale s JOIN sale_line l ON l.tenant = s.tenant AND"
      " l.sale = s.id JOIN product p ON p.id = l.product AND p.tenant = s.tenant"
      " WHERE s.tenant = $1 AND s.id = $2",
      [&](const Row& row) {
        movements.push_back({row.id(0), row.id(1), row.integer(2)});
      },
      till_.tenant, sale));
  for (const Sold& movement : movements)
    TRY(move_stock(movement.product, movement.branch, movement.quantity, MovementKind::void_sale, record,
                   at));
  return add_event(db_, till_.tenant, "void", "{\"sale\":\"" + to_string(sale) + "\"}", now_us_);
}

Result<void> Booker::book(const Record& record, const journal::ShiftOpenBody& body) {
  TRY(
      db_.run("INSERT INTO shift (tenant, id, till, branch, opened_by, opened_at, float_amount, currency)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, id) DO UPDATE SET"
              " opened_by = excluded.opened_by, opened_at = excluded.opened_at,"
              " float_amount = excluded.float_amount, currency = excluded.currency",
              till_.tenant, record.id, till_.id, till_.branch, record.user, us_of(record.at),
              body.float_amount, body.currency));
  return add_event(db_, till_.tenant, "shift_open", "{\"shift\":\"" + to_string(record.id) + "\"}", now_us_);
}

Result<void> Booker::book(const Record& record, const journal::ShiftCloseBody& body) {
  if (!record.shift) return fail(Error::missing_member, "shift", "A close names the shift that it ends.");
  TRY(check_shift(record.shift));
  // The first close stands; what a second one says is in its record and its task.
  TRY(
      db_.run("INSERT INTO shift (tenant, id, till, branch, float_amount, currency, closed_by, closed_at,"
              " counted, expected) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9)"
              " ON CONFLICT (tenant, id) DO UPDATE SET closed_by = excluded.closed_by,"
              " closed_at = excluded.closed_at, counted = excluded.counted, expected = excluded.expected"
              " WHERE closed_at IS NULL",
              till_.tenant, *record.shift, till_.id, till_.branch, body.currency, record.user,
              us_of(record.at), body.counted, body.expected));
  return add_event(db_, till_.tenant, "shift_close", "{\"shift\":\"" + to_string(*record.shift) + "\"}",
                   now_us_);
}

Result<void> Booker::book(const Record& record, const journal::CashBody& body) {
  TRY(
      db_.run("INSERT INTO cash_movement (tenant, id, kind, till, shift, user, amount, currency, reason, at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
              till_.tenant, record.id, journal::kind_name(record.kind), till_.id, record.shift, record.user,
              body.amount, body.currency, body.reason, us_of(record.at)));
  return add_event(db_, till_.tenant, journal::kind_name(record.kind),
                   "{\"id\":\"" + to_string(record.id) + "\"}", now_us_);
}

Result<void> Booker::book(const Record& record, const journal::CustomerBody& body) {
  Customer customer{body.customer,
                    body.email,
                    body.first_name,
                    body.last_name,
                    body.phone_number,
                    body.consent.email,
                    body.consent.sms,
                    us_of(record.at),
                    {},
                    {}};
  if (customer.email) {
    const Result<std::string> email = read_email(*customer.email);
    if (!email.ok()) return email.failure();
    customer.email = *email;
    // A till that was offline could not know. The customer is made all the same, for sales name them; the
    // address stays with whom it belongs to.
    if (TRY(address_is_taken(db_, till_.tenant, *email, customer.id)))
      customer.email.reset(), customer.consent_email = false;
  }
  customer.till = till_.id;
  customer.made_by = record.user;
  return add_customer(db_, till_.tenant, customer);
}

}  // namespace ringup::store
