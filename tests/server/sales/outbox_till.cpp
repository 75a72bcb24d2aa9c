#include "tests/server/sales/outbox_till.h"

#include "core/sale/cart.h"
#include "core/till/bodies.h"
#include "tests/server/child.h"
#include "tests/server/program.h"

namespace ringup::test {
namespace {

using journal::Kind;

constexpr std::int64_t past_any_pause_ms = 3'600'000;
constexpr int requests_max = 10'000;

Sale sale_of(const Id& product, std::int64_t pieces, const std::string& receipt) {
  Cart cart(*parse_currency("EUR"), Rules{});
  const CartItem item{product, "MILK-1L", "Milch 1 L", UnitPrice{11900}, "reduced", Rate{70000}};
  EXPECT_TRUE(cart.add(item, Quantity{pieces * quantity_one}).ok());
  const Tender cash{TenderKind::cash, cart.total() + 100, ""};
  Result<Sale> sale = cart.finish({&cash, 1}, receipt);
  EXPECT_TRUE(sale.ok());
  return *sale;
}

std::int64_t pieces_of(const Sale& sale) {
  std::int64_t pieces = 0;
  for (const SaleLine& line : sale.lines) pieces += line.quantity.thousandths;
  return pieces;
}

}  // namespace

Books& Books::operator+=(const Books& other) {
  records += other.records, sales += other.sales, refunds += other.refunds, voids += other.voids;
  total += other.total, pieces += other.pieces, shifts += other.shifts, closed += other.closed;
  cash_in += other.cash_in, cash_out += other.cash_out, customers += other.customers;
  return *this;
}

OutboxTill::OutboxTill(TestTill till, std::uint64_t seed) : till_(std::move(till)), chance_(seed) {
  outbox_.enrolled(till_.epoch);
}

journal::Record OutboxTill::keep(Kind kind, json::Value body) {
  journal::Record record = till_.record(kind, std::move(body));
  texts_.push_back(journal::record_text(record));
  EXPECT_TRUE(outbox_.add(till_.epoch, record.seq, record.id, texts_.back().size()).ok());
  ++books_.records;
  return record;
}

void OutboxTill::sell(const Id& product) {
  const Sale sale = sale_of(product, 1, till_.next_receipt());
  sold_.push_back({keep(Kind::sale, write_sale_body(sale)).id, sale});
  ++books_.sales;
  books_.total += sale.total;
  books_.pieces += pieces_of(sale);
}

void OutboxTill::act(const Id& product) {
  const int what = chance_.below(20);
  if (what == 0 && !till_.shift) {
    till_.shift = keep(Kind::shift_open, to_json(journal::ShiftOpenBody{10'000, "EUR"})).id;
    ++books_.shifts;
  } else if (what == 1 && till_.shift) {
    keep(Kind::shift_close, to_json(journal::ShiftCloseBody{9'990, 10'000, "EUR"}));
    till_.shift.reset();
    ++books_.closed;
  } else if (what == 2 || what == 3) {
    const std::int64_t amount = 1 + chance_.below(5'000);
    keep(what == 2 ? Kind::cash_in : Kind::cash_out,
         to_json(journal::CashBody{amount, "EUR", "change for the drawer"}));
    (what == 2 ? books_.cash_in : books_.cash_out) += amount;
  } else if (what == 4) {
    journal::CustomerBody customer;
    customer.customer = store::new_id();
    customer.first_name = "Ada";
    customer.last_name = "Lovelace";
    keep(Kind::customer_new, to_json(customer));
    ++books_.customers;
  } else if (what == 5) {
    keep(Kind::note, json::Object{{"text", "the drawer sticks"}});
  } else if (what <= 8 && !sold_.empty() && !sold_.back().undone) {
    undo(what != 8);
  } else {
    sell(product);
  }
}

void OutboxTill::undo(bool refund) {
  Sold& sold = sold_.back();
  sold.undone = true;
  books_.pieces -= pieces_of(sold.sale);
  if (!refund) {
    keep(Kind::void_sale, to_json(journal::VoidBody{sold.id, "rung up by mistake"}));
    ++books_.voids;
    return;
  }
  const Result<Refund> given =
      make_refund(sold.id, sold.sale, {}, all_that_is_left(sold.sale, {}), till_.next_receipt());
  ASSERT_TRUE(given.ok()) << describe(given.failure());
  books_.total += given->body.total;
  ++books_.refunds;
  keep(Kind::refund, write_refund_body(*given));
}

bool OutboxTill::step(const Post& post) {
  const journal::Outbox::Plan plan = outbox_.plan(now_ms_);
  if (plan.action != journal::Outbox::Action::send) return false;
  std::vector<std::string> texts;
  for (const std::int64_t seq : plan.seqs) texts.push_back(texts_[static_cast<std::size_t>(seq - 1)]);
  const std::optional<std::string> before = outbox_.generation();
  const Answer answer = post(outbox_.write(plan, texts, std::nullopt));
  const Result<journal::Answer> read = journal::read_answer(answer.body);
  if (answer.status == 200 && read.ok()) {
    if (read->generation == before) {
      EXPECT_GE(read->acked_through, acked) << "what was acknowledged is gone";
    }
    for (const journal::RecordResult& result : read->results) {
      EXPECT_TRUE(result.result == journal::Outcome::accepted || result.result == journal::Outcome::duplicate)
          << journal::outcome_name(result.result);
      EXPECT_FALSE(result.flags.has(journal::Flag::fork));
    }
    acked = read->acked_through;
    durable = read->durable_through;
  }
  // An answer that was cut off is none.
  outbox_.answered(plan, read.ok() || answer.status != 200 ? answer.status : 0, answer.body, now_ms_);
  return true;
}

bool OutboxTill::sync(const Post& post) {
  now_ms_ += past_any_pause_ms;
  outbox_.reconnected();
  for (int requests = 0; requests < requests_max; ++requests) {
    bool answered = false;
    const bool sent = step([&](const std::string& body) {
      Answer answer = post(body);
      answered = answer.status == 200;
      return answer;
    });
    if (!sent) return outbox_.pending() == 0;
    if (!answered) return false;
  }
  return false;
}

bool OutboxTill::sync(int port) {
  return sync([&](const std::string& body) {
    return send(port, "POST", "/api/till/journal/", body, {{"Authorization", "Till " + till_.token}});
  });
}

void expect_books(const std::string& folder, const std::vector<OutboxTill>& tills) {
  Books books;
  for (const OutboxTill& till : tills) books += till.books();
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  ASSERT_TRUE(db.ok());
  const auto number = [&](const char* sql) {
    const Result<std::int64_t> found = (*db)->integer(sql, -1);
    EXPECT_TRUE(found.ok()) << sql;
    return found.ok() ? *found : -1;
  };
  EXPECT_EQ(number("SELECT count(*) FROM journal_record"), books.records);
  EXPECT_EQ(number("SELECT count(*) FROM journal_record WHERE booked = 1 AND result = 'accepted'"),
            books.records);
  EXPECT_EQ(number("SELECT count(DISTINCT id) FROM journal_record"), books.records);
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE kind = 'sale'"), books.sales);
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE kind = 'refund'"), books.refunds);
  EXPECT_EQ(number("SELECT count(DISTINCT receipt) FROM sale"), books.sales + books.refunds);
  EXPECT_EQ(number("SELECT coalesce(sum(total), 0) FROM sale"), books.total);
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE voided_by IS NOT NULL"), books.voids);
  EXPECT_EQ(number("SELECT 1000000 - min(quantity) FROM stock_level"), books.pieces);
  EXPECT_EQ(number("SELECT count(*) FROM shift"), books.shifts);
  EXPECT_EQ(number("SELECT count(*) FROM shift WHERE closed_at IS NOT NULL"), books.closed);
  EXPECT_EQ(number("SELECT coalesce(sum(amount), 0) FROM cash_movement WHERE kind = 'cash_in'"),
            books.cash_in);
  EXPECT_EQ(number("SELECT coalesce(sum(amount), 0) FROM cash_movement WHERE kind = 'cash_out'"),
            books.cash_out);
  EXPECT_EQ(number("SELECT count(*) FROM customer"), books.customers);
  for (const OutboxTill& till : tills) {
    const Result<std::int64_t> booked = (*db)->integer(
        "SELECT count(*) FROM journal_record WHERE till = $1 AND booked = 1", -1, till.till().id);
    EXPECT_EQ(booked.ok() ? *booked : -1, till.recorded());
  }
  db->reset();
  std::string words;
  EXPECT_EQ(run_program({program_path(), "verify", "--data", folder}, &words), 0) << words;
}

}  // namespace ringup::test
