#include "server/sales/exchange.h"

#include "server/store/journal.h"
#include "server/store/tills.h"

namespace ringup::sales {
namespace {

constexpr std::int64_t retry_batch = 500;
constexpr std::size_t small_records_max = 10;  // a request with more makes others wait

Result<store::Till> till_behind(store::Database& db, const http::TillPrincipal& principal,
                                std::int64_t now_us) {
  auto found = TRY(store::find_till(db, principal.till));
  // A folder that was restored from before the enrolment takes the token's word.
  if (!found) {
    Result<store::Till> restored =
        store::restore_till(db, principal.till, principal.tenant, principal.series, principal.epoch, now_us);
    if (!restored.ok() && restored.error() == Error::not_found)
      return fail(Error::invalid_token, {}, "The business of this token is not known here.");
    return restored;
  }
  if (found->tenant != principal.tenant) return Error::invalid_token;
  if (found->epoch < principal.epoch) {
    TRY(store::raise_epoch(db, found->id, principal.epoch));
    found->epoch = principal.epoch;
  }
  return *found;
}

}  // namespace

Result<journal::Answer> receive_journal(store::Store& store, const http::TillPrincipal& principal,
                                        const journal::Request& request, const std::string& generation,
                                        std::int64_t now_us, const store::DurableMarks* marks) {
  std::vector<store::ReadBody> bodies(request.records.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const journal::Envelope& envelope = request.records[i];
    if (envelope.record && envelope.right_hash) bodies[i] = store::read_body(*envelope.record);
  }
  // A booking hardly ever fails, and a savepoint per record copies every page that it touches: first without.
  using Guards = store::JournalLedger::Guards;
  Guards guards = Guards::none;
  bool again = false;
  const auto job = [&](store::Database& db) -> Result<journal::Answer> {
    const store::Till till = TRY(till_behind(db, principal, now_us));
    const std::string currency = TRY(store::tenant_currency(db, till.tenant));
    journal::Context context;
    context.till = till.id;
    context.token_epoch = principal.epoch;
    context.newest_epoch = till.epoch;
    context.revoked = till.revoked_at.has_value();
    context.generation = generation;
    context.durable_through = marks != nullptr
                                  ? marks->of(till.id, request.epoch)
                                  : TRY(store::durable_through(db, till.id, request.epoch, now_us));
    store::JournalLedger ledger(db, till, currency, request, bodies, now_us, guards);
    Result<journal::Answer> answer = journal::receive(context, request, ledger);
    again = ledger.wants_guards();
    if (answer.ok()) TRY(ledger.finish());
    return answer;
  };
  using Writer = store::Writer;
  const Writer::Size size =
      request.records.size() > small_records_max ? Writer::Size::large : Writer::Size::small;
  Result<journal::Answer> answer =
      store.writer().write_for<journal::Answer>(job, Writer::Again::possible, size);
  if (!again) return answer;
  guards = Guards::each;
  return store.writer().write_for<journal::Answer>(job, Writer::Again::possible, size);
}

Result<std::int64_t> retry_quarantined(store::Store& store, std::int64_t now_us) {
  std::int64_t booked = 0, after = 0;
  for (;;) {
    const std::vector<store::Unbooked> batch =
        TRY(store.read([&](store::Database& db) { return store::unbooked_records(db, after, retry_batch); }));
    if (batch.empty()) return booked;
    after = batch.back().number;
    for (const store::Unbooked& unbooked : batch) {
      const journal::Envelope envelope = journal::read_envelope(unbooked.raw);
      if (!envelope.record || !envelope.right_hash || envelope.record->till != unbooked.till) continue;
      const store::ReadBody body = store::read_body(*envelope.record);
      const Result<void> done = store.writer().write([&](store::Database& db) -> Result<void> {
        const auto till = TRY(store::find_till(db, unbooked.till));
        if (!till) return Error::not_found;
        const std::string currency = TRY(store::tenant_currency(db, till->tenant));
        return store::book_again(db, unbooked, *till, currency, *envelope.record, body, now_us);
      });
      if (done.ok()) ++booked;
      if (!done.ok() && (done.error() == Error::storage || done.error() == Error::busy))
        return done.failure();
    }
  }
}

}  // namespace ringup::sales
