// The journal: whatever a till or a file sends, something is made of it and kept; what is whole survives the
// way there and back.
#include <string>

#include "core/till/bodies.h"
#include "core/till/exchange.h"
#include "core/till/record.h"
#include "tests/core/till/memory_ledger.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

namespace {

template <typename Body>
void try_body(const json::Value& value, Result<Body> (*read)(const json::Value&)) {
  const Result<Body> body = read(value);
  if (!body) return;
  const Result<Body> again = read(journal::to_json(*body));
  fuzz::promise(again && *again == *body, "a body survives being written");
}

void try_bodies(const json::Value& value) {
  try_body(value, journal::read_void_body);
  try_body(value, journal::read_shift_open_body);
  try_body(value, journal::read_shift_close_body);
  try_body(value, journal::read_cash_body);
  try_body(value, journal::read_customer_body);
  try_body(value, journal::read_note_body);
}

void try_envelope(const journal::Envelope& envelope) {
  fuzz::promise(envelope.digest.size() == 64, "everything has a digest");
  if (!envelope.record) return;
  try_bodies(envelope.record->body);
  if (!envelope.right_hash) return;
  const std::string text = journal::record_text(*envelope.record);
  const auto again = journal::read_record(std::string_view(text));
  fuzz::promise(again && *again == *envelope.record, "a record survives being stored");
  fuzz::promise(journal::hash_of(*again) == envelope.record->hash, "its hash stays the same");
}

/// Whatever arrives, the second time it changes nothing.
void try_receive(const journal::Request& request) {
  journal::MemoryLedger ledger;
  const Id till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
  const journal::Context context{till, request.epoch, request.epoch, false, "g", 0};
  const auto first = journal::receive(context, request, ledger);
  fuzz::promise(first.ok(), "every request that can be read is answered");
  fuzz::promise(first->need_from || first->results.size() == request.records.size(), "each has a result");
  const std::size_t kept = ledger.rows.size();
  const auto second = journal::receive(context, request, ledger);
  fuzz::promise(second.ok() && second->acked_through >= first->acked_through, "nothing is taken back");
  for (std::size_t i = 0; i < first->results.size(); ++i)
    fuzz::promise(second->results[i].result == journal::Outcome::duplicate, "what was kept is a duplicate");
  if (!first->need_from) fuzz::promise(ledger.rows.size() == kept, "nothing is kept twice");
  for (const auto& row : ledger.rows)
    fuzz::promise(!row.kept.id || ledger.times_booked(*row.kept.id) <= 1, "nothing is booked twice");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const journal::Envelope envelope = journal::read_envelope(std::string(text));
  fuzz::promise(envelope.raw == text, "the bytes are kept");
  try_envelope(envelope);

  if (const auto request = journal::read_request(text)) {
    for (const journal::Envelope& one : request->records) try_envelope(one);
    try_receive(*request);
  }
  if (const auto answer = journal::read_answer(text)) {
    const auto again = journal::read_answer(journal::write_answer(*answer));
    fuzz::promise(again && *again == *answer, "an answer survives");
  }
  if (const auto header = journal::read_export_header(text)) {
    const auto again = journal::read_export_header(journal::write_export_header(*header));
    fuzz::promise(again && *again == *header, "the head of an export survives");
  }
  return 0;
}
