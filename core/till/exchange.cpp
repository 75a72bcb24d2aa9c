#include "core/till/exchange.h"

#include <iterator>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/json_scan.h"
#include "core/base/utf8.h"

namespace ringup::journal {
namespace {

constexpr std::string_view outcome_names[] = {"accepted", "duplicate", "quarantined", "conflict"};
static_assert(std::size(outcome_names) == outcome_count);
constexpr std::string_view flag_names[] = {
    "price_differs", "product_unknown", "shift_closed", "user_deactivated", "stock_below_zero",
    "clock_off",     "totals_differ",   "fork",         "revoked_till",     "wrong_till"};
static_assert(std::size(flag_names) == flag_count);

constexpr std::int64_t max = json::integer_max;

/// A number or null.
json::Value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::Value(*number) : json::Value(nullptr);
}

Result<std::optional<std::int64_t>> read_number_or_null(json::Reader& in, std::string_view name,
                                                        std::int64_t min) {
  const json::Value* value = in.find(name);
  if (value == nullptr || value->is_null()) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(TRY(in.integer(name, min, max)));
}

Result<std::optional<Id>> read_id_or_null(json::Reader& in, std::string_view name) {
  const json::Value* value = in.find(name);
  if (value == nullptr || value->is_null()) return std::optional<Id>();
  return std::optional<Id>(TRY(in.id(name)));
}

json::Value to_json(const RecordResult& result) {
  json::Object members{{"id", result.id ? json::Value(*result.id) : json::Value(nullptr)},
                       {"seq", or_null(result.seq)},
                       {"result", outcome_name(result.result)}};
  if (result.first) members.push_back({"first", outcome_name(*result.first)});
  json::Array flags;
  for (int i = 0; i < flag_count; ++i) {
    if (result.flags.has(static_cast<Flag>(i))) flags.push_back(flag_name(static_cast<Flag>(i)));
  }
  members.push_back({"flags", std::move(flags)});
  if (result.sale) members.push_back({"sale", *result.sale});
  return members;
}

/// nullopt: a kind of result that is not known here.
Result<std::optional<RecordResult>> read_result(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  RecordResult result;
  result.id = TRY(read_id_or_null(in, "id"));
  result.seq = TRY(read_number_or_null(in, "seq", 1));
  const std::optional<Outcome> outcome = outcome_of(TRY(in.string("result", 64)));
  if (!outcome) return std::optional<RecordResult>();
  result.result = *outcome;
  if (const std::optional<std::string_view> first = TRY(in.optional_string("first", 64)))
    result.first = outcome_of(*first);
  const json::Array* flags = TRY(in.array("flags", 64));
  for (const json::Value& name : *flags) {
    if (name.as_string() == nullptr) return fail(Error::wrong_type, in.path_of("flags"));
    if (const std::optional<Flag> flag = flag_of(*name.as_string())) result.flags.add(*flag);
  }
  result.sale = TRY(read_id_or_null(in, "sale"));
  return std::optional<RecordResult>(std::move(result));
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> outcome_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(outcome_names); ++i) {
    if (outcome_names[i] == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

std::string_view flag_name(Flag flag) {
  return flag_names[static_cast<std::size_t>(flag)];
}

std::optional<Flag> flag_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(flag_names); ++i) {
    if (flag_names[i] == name) return static_cast<Flag>(i);
  }
  return std::nullopt;
}

Envelope read_outgoing(std::string_view text) {
  std::optional<std::vector<json::MemberText>> members;
  if (text.find("raw") != std::string_view::npos) members = json::members_of(text);
  if (members && members->size() == 2) {
    const json::Limits limits{request_bytes_max, 2, 8};
    const Result<json::Value> value = json::parse(text, limits);
    if (value && value->find("raw") != nullptr && value->find("seq") != nullptr) {
      const std::string* raw = value->find("raw")->as_string();
      const std::int64_t* seq = value->find("seq")->as_integer();
      if (raw != nullptr && seq != nullptr && *seq >= 1) {
        Result<std::string> bytes = base64_decode(*raw);
        if (bytes) return read_envelope(std::move(bytes).value(), *seq);
      }
    }
  }
  return read_envelope(std::string(text));
}

std::string write_outgoing(const Outgoing& record) {
  if (!record.as_raw) return std::string(record.text);
  return "{\"seq\":" + std::to_string(record.seq) + ",\"raw\":\"" + base64_encode(record.text) + "\"}";
}

Result<Request> read_request(std::string_view text) {
  if (text.size() > request_bytes_max)
    return fail(Error::payload_too_large, {}, "A request has at most 1 MiB.");
  if (!utf8::valid(text)) return fail(Error::invalid_json, {}, "JSON is UTF-8.");
  const std::optional<std::vector<json::MemberText>> members = json::members_of(text);
  if (!members) return fail(Error::invalid_json, {}, "The request is not a JSON object.");

  // The frame is read strictly, as if the list of records were empty; each record is read on its own.
  std::string frame = "{";
  std::optional<std::vector<std::string_view>> items;
  for (const json::MemberText& member : *members) {
    if (frame.size() > 1) frame += ',';
    frame.append(member.name).append(":");
    std::optional<std::vector<std::string_view>> list;
    const Result<json::Value> name = json::parse(member.name);
    if (name && *name->as_string() == "records") list = json::items_of(member.value);
    if (list) {
      frame += "[]";
      items = std::move(list);
    } else {
      frame += member.value;
    }
  }
  frame += '}';

  const json::Value value = TRY(json::parse(frame));
  json::Reader in = TRY(json::Reader::object(value));
  Request request;
  const json::Value* generation = TRY(in.any("generation"));
  if (!generation->is_null())
    request.generation = std::string(TRY(in.string("generation", generation_bytes_max)));
  request.epoch = TRY(in.integer("epoch", 1, max));
  request.sent_at = TRY(in.optional_integer("sent_at", -max, max));
  request.have_from = TRY(in.optional_integer("have_from", 1, max));
  TRY(in.array("records", 0));
  TRY(in.done());
  if (items->size() > request_records_max)
    return fail(Error::payload_too_large, "records", "At most 200 records travel in one request.");
  request.records.reserve(items->size());
  for (const std::string_view item : *items) request.records.push_back(read_outgoing(item));
  return request;
}

std::string write_request(const std::optional<std::string>& generation, std::int64_t epoch,
                          std::optional<std::int64_t> sent_at, std::optional<std::int64_t> have_from,
                          std::span<const Outgoing> records) {
  std::string out = "{\"generation\":";
  if (generation)
    json::append_quoted(out, *generation);
  else
    out += "null";
  out += ",\"epoch\":" + std::to_string(epoch);
  if (sent_at) out += ",\"sent_at\":" + std::to_string(*sent_at);
  if (have_from) out += ",\"have_from\":" + std::to_string(*have_from);
  out += ",\"records\":[";
  bool first = true;
  for (const Outgoing& record : records) {
    if (!first) out += ',';
    first = false;
    if (record.as_raw)
      out += write_outgoing(record);
    else
      out += record.text;
  }
  out += "]}";
  return out;
}

std::string write_answer(const Answer& answer) {
  json::Array results;
  results.reserve(answer.results.size());
  for (const RecordResult& result : answer.results) results.push_back(to_json(result));
  return json::dump(json::Object{{"generation", answer.generation},
                                 {"epoch", answer.epoch},
                                 {"acked_through", answer.acked_through},
                                 {"durable_through", answer.durable_through},
                                 {"need_from", or_null(answer.need_from)},
                                 {"next_epoch", or_null(answer.next_epoch)},
                                 {"results", std::move(results)}});
}

Result<Answer> read_answer(std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  json::Reader in = TRY(json::Reader::object(value));
  Answer answer;
  answer.generation = TRY(in.string("generation", generation_bytes_max));
  answer.epoch = TRY(in.integer("epoch", 1, max));
  answer.acked_through = TRY(in.integer("acked_through", 0, max));
  answer.durable_through = TRY(in.integer("durable_through", 0, max));
  answer.need_from = TRY(read_number_or_null(in, "need_from", 1));
  answer.next_epoch = TRY(read_number_or_null(in, "next_epoch", 1));
  const json::Array* results = TRY(in.array("results", request_records_max));
  for (std::size_t i = 0; i < results->size(); ++i) {
    std::optional<RecordResult> result =
        TRY(read_result((*results)[i], "results[" + std::to_string(i) + "]"));
    if (result) answer.results.push_back(std::move(*result));
  }
  return answer;
}

bool clock_is_off(std::optional<std::int64_t> sent_at, std::int64_t now_ms) {
  return sent_at && (*sent_at < now_ms - clock_off_ms || *sent_at > now_ms + clock_off_ms);
}

std::string write_export_header(const ExportHeader& header) {
  return json::dump(json::Object{
      {"ringup_journal", 1}, {"till", header.till}, {"epoch", header.epoch}, {"token", header.token}});
}

Result<ExportHeader> read_export_header(std::string_view line) {
  const json::Value value = TRY(json::parse(line));
  json::Reader in = TRY(json::Reader::object(value));
  const std::int64_t version = TRY(in.integer("ringup_journal", 1, max));
  if (version > 1)
    return fail(Error::newer_version, "ringup_journal", "This file was written by a newer till.");
  ExportHeader header;
  header.till = TRY(in.id("till"));
  header.epoch = TRY(in.integer("epoch", 1, max));
  header.token = TRY(in.string("token", 8192, 1));
  TRY(in.done());
  return header;
}

}  // namespace ringup::journal
