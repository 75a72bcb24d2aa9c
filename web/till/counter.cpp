#include "web/till/counter.h"

#include <algorithm>

#include "core/base/fold.h"
#include "core/base/time.h"
#include "web/till/model.h"

namespace ringup::till {
namespace {

constexpr std::string_view no_shift_key = "till/no_shift";  // the day on which nobody wants one
constexpr std::string_view last_z_draft = "last_z";
constexpr std::int64_t minute_ms = 60'000;

Failure no_shift() {
  return fail(Error::precondition_failed, {}, "No shift is open. Open one first.");
}

std::string trimmed(std::string text) {
  while (text.ends_with(' ')) text.pop_back();
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

}  // namespace

struct Counter::Adding {
  ShiftBook book;
  std::vector<Id> records;
  ReportDone done;
  std::size_t at = 0;
  bool inside = false, again = false;
};

void Counter::book(journal::Kind kind, json::Value body, Done done) {
  model_.book(kind, std::move(body), [done = std::move(done)](const Result<journal::Record>& kept) {
    done(kept.ok() ? Result<void>() : Result<void>(kept.failure()));
  });
}

// --- the shift ---

const std::optional<OpenShift>& Counter::shift() const {
  return model_.memory().shift();
}

std::string Counter::local_day(std::int64_t unix_ms) const {
  const std::int64_t offset = model_.bridge().utc_offset_minutes(unix_ms) * minute_ms;
  return to_rfc3339((unix_ms + offset) * 1000).substr(0, 10);
}

std::string Counter::local_minute(std::int64_t unix_us) const {
  const std::int64_t offset = model_.bridge().utc_offset_minutes(unix_us / 1000) * minute_ms;
  const std::string text = to_rfc3339(unix_us + offset * 1000);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

bool Counter::left_open() const {
  return shift().has_value() && local_day(shift()->opened_at) != local_day(model_.bridge().now_ms());
}

bool Counter::offers_shift() const {
  if (shift().has_value() || model_.looks_on()) return false;
  return model_.bridge().local_get(no_shift_key) != local_day(model_.bridge().now_ms());
}

void Counter::sell_without_shift() {
  model_.bridge().local_set(no_shift_key, local_day(model_.bridge().now_ms()));
}

void Counter::open_shift(Amount float_amount, Done done) {
  if (shift().has_value()) return done(fail(Error::conflict, {}, "A shift is open already. Close it first."));
  if (float_amount < 0) return done(Error::out_of_range);
  book(journal::Kind::shift_open,
       journal::to_json(journal::ShiftOpenBody{float_amount, std::string(model_.currency().code())}),
       std::move(done));
}

Result<ShiftReport> Counter::head_of(const OpenShift& open) const {
  ShiftReport head;
  head.shift = open.id;
  head.till_name = model_.memory().enrolment()->series;
  head.branch_name = model_.settings().branch_name;
  if (model_.cashier().has_value() && model_.cashier()->user == open.user)
    head.opened_by = model_.cashier()->name();
  head.opened_at = open.opened_at * 1000;
  head.currency = model_.currency();
  head.float_amount = open.float_amount;
  return head;
}

void Counter::x_report(ReportDone done) {
  if (!shift().has_value()) return done(no_shift());
  if (!model_.memory().complete())
    return done(fail(Error::busy, {}, "The till is still reading its records. Try again in a moment."));
  Result<ShiftReport> head = head_of(*shift());
  if (!head.ok()) return done(head.failure());
  auto adding = std::make_shared<Adding>(Adding{ShiftBook(std::move(head).value()), {}, std::move(done)});
  for (const Kept& kept : model_.memory().kept()) {
    if (kept.shift == shift()->id) adding->records.push_back(kept.id);
  }
  add_next(adding);
}

/// One record after the other. Most are in memory and come at once, so this goes round instead of deeper.
void Counter::add_next(const std::shared_ptr<Adding>& adding) {
  if (adding->inside) {
    adding->again = true;
    return;
  }
  adding->inside = true;
  do {
    adding->again = false;
    if (adding->at == adding->records.size()) return adding->done(adding->book.report());
    model_.memory().read(adding->records[adding->at], [this, adding](const Result<journal::Record>& record) {
      const Result<void> taken = record.ok() ? take(*adding, *record) : Result<void>(record.failure());
      if (!taken.ok()) return adding->done(taken.failure());
      ++adding->at;
      add_next(adding);
    });
  } while (adding->again);
  adding->inside = false;
}

Result<void> Counter::take(Adding& adding, const journal::Record& record) const {
  using journal::Kind;
  switch (record.kind) {
    case Kind::sale:
      return adding.book.add(record.id, TRY(read_sale_body(record.body)));
    case Kind::refund:
      return adding.book.add(record.id, TRY(read_refund_body(record.body)));
    case Kind::void_sale: {
      // What was never of this shift counts in its own.
      (void)adding.book.undo(TRY(journal::read_void_body(record.body)).sale);
      return {};
    }
    case Kind::cash_in:
    case Kind::cash_out: {
      const journal::CashBody body = TRY(journal::read_cash_body(record.body));
      const bool mine = model_.cashier().has_value() && model_.cashier()->user == record.user;
      return adding.book.add(CashMove{record.kind == Kind::cash_in, body.amount, body.reason,
                                      record.at * 1000, mine ? model_.cashier()->name() : std::string(),
                                      false});
    }
    case Kind::shift_open:
    case Kind::shift_close:
    case Kind::customer_new:
    case Kind::note:
      break;
  }
  return {};
}

void Counter::close_shift(Amount counted, ReportDone done) {
  x_report([this, counted, done = std::move(done)](Result<ShiftReport> x) {
    if (!x.ok()) return done(x.failure());
    const journal::ShiftCloseBody body{counted, x->expected, std::string(x->currency.code())};
    model_.book(journal::Kind::shift_close, journal::to_json(body),
                [this, done, report = std::move(x).value()](const Result<journal::Record>& kept) mutable {
                  if (!kept.ok()) return done(kept.failure());
                  report.closed_at = kept->at * 1000;
                  report.closed_by = model_.cashier().has_value() ? model_.cashier()->name() : std::string();
                  const journal::ShiftCloseBody written = journal::read_shift_close_body(kept->body).value();
                  report.counted = written.counted;
                  report.stated = written.expected;
                  model_.memory().keep_draft(last_z_draft, json::dump(to_json(report)));
                  done(std::move(report));
                });
  });
}

std::optional<ShiftReport> Counter::last_z() const {
  const Result<json::Value> value = json::parse(model_.memory().draft(last_z_draft));
  if (!value.ok()) return std::nullopt;
  Result<ShiftReport> report = read_shift_report(*value);
  return report.ok() ? std::optional(std::move(report).value()) : std::nullopt;
}

Receipt Counter::document(const ShiftReport& report) const {
  ReceiptSetup setup = model_.setup_at(model_.bridge().now_ms(), {});
  if (report.closed()) setup.time.clear();
  const auto words = [&](const std::optional<std::int64_t>& us) {
    return us ? local_minute(*us) : std::string();
  };
  return make_shift_receipt(report, setup, {words(report.opened_at), words(report.closed_at)});
}

void Counter::print(const ShiftReport& report, Printer::Done done) const {
  model_.printer().print(document(report), report.closed() ? "Z report" : "X report", std::move(done));
}

// --- the drawer ---

void Counter::move_cash(bool in, Amount amount, std::string reason, Done done) {
  reason = trimmed(std::move(reason));
  if (amount <= 0) return done(fail(Error::out_of_range, "amount", "Enter an amount."));
  if (reason.empty()) return done(fail(Error::missing_member, "reason", "Say why: it stands in the report."));
  const journal::CashBody body{amount, std::string(model_.currency().code()), std::move(reason)};
  book(in ? journal::Kind::cash_in : journal::Kind::cash_out, journal::to_json(body), std::move(done));
}

// --- voids ---

bool Counter::voided(const Id& sale) const {
  const std::vector<Kept>& all = model_.memory().kept();
  return std::any_of(all.rbegin(), all.rend(), [&](const Kept& kept) {
    return kept.kind == journal::Kind::void_sale && kept.sale == sale;
  });
}

Result<void> Counter::may_void(const Id& sale) const {
  const Kept* kept = model_.memory().find(sale);
  if (kept == nullptr || kept->kind != journal::Kind::sale)
    return fail(Error::not_found, {},
                "Only a sale of this till can be voided here. Give the goods back instead.");
  if (voided(sale)) return fail(Error::conflict, {}, "This sale was voided already.");
  for (const Kept& other : model_.memory().kept()) {
    if (other.kind == journal::Kind::refund && other.sale == sale)
      return fail(Error::conflict, {}, "Some of it was given back. Give back the rest instead.");
  }
  const bool same_shift =
      kept->shift.has_value()
          ? shift().has_value() && shift()->id == *kept->shift
          : !shift().has_value() && local_day(kept->at) == local_day(model_.bridge().now_ms());
  if (!same_shift)
    return fail(Error::precondition_failed, {},
                "It was sold in another shift, which is counted. Give the goods back instead.");
  return {};
}

void Counter::void_sale(const Id& sale, std::string reason, Done done) {
  reason = trimmed(std::move(reason));
  if (Result<void> may = may_void(sale); !may.ok()) return done(may);
  if (reason.empty()) return done(fail(Error::missing_member, "reason", "Say why: the owner will see it."));
  book(journal::Kind::void_sale, journal::to_json(journal::VoidBody{sale, std::move(reason)}),
       std::move(done));
}

// --- customers, notes ---

void Counter::add_customer(journal::CustomerBody typed, Done done) {
  std::array<std::uint8_t, 10> random;
  model_.bridge().random(random);
  typed.customer = make_id(model_.bridge().now_ms(), random);
  Result<journal::CustomerBody> ready = journal::check_new_customer(std::move(typed));
  if (!ready.ok()) return done(ready.failure());
  const Customer customer{ready->customer, ready->first_name, ready->last_name, ready->email.value_or("")};
  book(journal::Kind::customer_new, journal::to_json(*ready),
       [this, customer, done = std::move(done)](const Result<void>& kept) {
         if (kept.ok()) {
           made_.push_back(customer);
           model_.choose_customer(customer);
         }
         done(kept);
       });
}

std::vector<Customer> Counter::made_here(std::string_view query) const {
  std::vector<Customer> found;
  const std::u16string wanted = fold(query);
  for (const Customer& customer : made_) {
    if (fold(customer.name() + " " + customer.email).find(wanted) != std::u16string::npos)
      found.push_back(customer);
  }
  return found;
}

void Counter::note(std::string text, Done done) {
  text = trimmed(std::move(text));
  if (text.empty()) return done(fail(Error::missing_member, "text", "Write something first."));
  book(journal::Kind::note, journal::to_json(journal::NoteBody{std::move(text)}), std::move(done));
}

}  // namespace ringup::till
