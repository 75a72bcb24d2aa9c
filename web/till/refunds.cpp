#include "web/till/refunds.h"

#include <utility>

namespace ringup::till {

void Refunds::of(const Id& sale, DraftDone done) {
  memory_.read(sale, [this, sale, done = std::move(done)](Result<journal::Record> record) {
    if (!record.ok()) return done(record.failure());
    Result<Sale> read =
        record->kind == journal::Kind::sale ? read_sale_body(record->body) : Result<Sale>(Error::not_found);
    if (!read.ok()) return done(read.failure());
    RefundDraft draft{sale, std::move(read).value(), {}, {}};
    draft.chosen.assign(draft.sale.lines.size(), Quantity{0});
    add_own(std::move(draft), false, done);
  });
}

struct Refunds::Gathering {
  RefundDraft draft;
  std::vector<Id> waiting;
  DraftDone done;
};

/// Adds what this till gave back of the sale, one record after the other.
void Refunds::add_own(RefundDraft draft, bool undelivered_only, DraftDone done) {
  auto gathering = std::make_shared<Gathering>(Gathering{std::move(draft), {}, std::move(done)});
  for (const Kept& kept : memory_.kept()) {
    if (kept.kind == journal::Kind::refund && kept.sale == gathering->draft.sale_id &&
        !(undelivered_only && kept.delivered))
      gathering->waiting.push_back(kept.id);
  }
  gather(std::move(gathering));
}

void Refunds::gather(std::shared_ptr<Gathering> gathering) {
  if (gathering->waiting.empty()) return gathering->done(std::move(gathering->draft));
  const Id id = gathering->waiting.back();
  gathering->waiting.pop_back();
  memory_.read(id, [this, gathering](Result<journal::Record> record) {
    if (!record.ok())
      return gathering->done(record.failure());  // unknown what is left: nothing is given back
    const Result<Refund> refund = read_refund_body(record->body);
    if (refund.ok()) (void)ringup::add(gathering->draft.before, *refund);
    gather(gathering);
  });
}

void Refunds::find(const std::string& number, bool offline, DraftDone done) {
  if (offline) {
    for (const Kept& kept : memory_.kept()) {
      if (kept.kind != journal::Kind::sale || kept.receipt != number) continue;
      return of(kept.id, [this, number, done = std::move(done)](Result<RefundDraft> draft) {
        if (draft.ok()) return done(std::move(draft));
        ask_server(number, done);
      });
    }
  }
  ask_server(number, std::move(done));
}

/// The server knows refunds of other tills; this till knows its own that have not arrived yet. Both count.
void Refunds::ask_server(const std::string& number, DraftDone done) {
  server_.sale_by_receipt(memory_.enrolment()->token, number,
                          [this, done = std::move(done)](Result<FoundSale> found) {
                            if (!found.ok()) return done(found.failure());
                            RefundDraft draft{found->id, std::move(found->sale), {}, {}};
                            draft.chosen.assign(draft.sale.lines.size(), Quantity{0});
                            for (const Refund& refund : found->refunds) {
                              if (Result<void> added = ringup::add(draft.before, refund); !added.ok())
                                return done(added.failure());
                            }
                            add_own(std::move(draft), true, done);
                          });
}

Result<Refund> Refunds::make(const RefundDraft& draft, TenderKind kind, std::string_view number) {
  RefundRequest request;
  request.rest = kind;
  for (std::size_t i = 0; i < draft.chosen.size(); ++i) {
    if (draft.chosen[i].thousandths > 0) request.lines.push_back({draft.sale.lines[i].line, draft.chosen[i]});
  }
  return make_refund(draft.sale_id, draft.sale, draft.before, request, number);
}

Result<Amount> Refunds::total(const RefundDraft& draft, TenderKind kind) {
  const Refund refund = TRY(make(draft, kind, "A1-1-000001"));
  Amount given = 0;
  for (const Tender& tender : refund.body.tenders) given -= tender.amount;
  return given;
}

}  // namespace ringup::till
