#include "core/till/bodies.h"

#include <algorithm>

#include "core/identity/account.h"
#include "core/till/record.h"

namespace ringup::journal {
namespace {

constexpr std::int64_t max = json::integer_max;
// The record's own limit is the only one on texts: what a till once stored must stay readable.
constexpr std::size_t text_bytes_max = record_bytes_max;

Result<json::Reader> open_body(const json::Value& value) {
  return json::Reader::object(value, "body");
}

Result<std::string> read_currency(json::Reader& in) {
  const std::string_view code = TRY(in.string("currency", 64));
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return fail(Error::invalid_value, in.path_of("currency"), "A currency is three capital letters.");
  return std::string(code);
}

Result<std::string> read_text(json::Reader& in, std::string_view name) {
  return std::string(TRY(in.string(name, text_bytes_max)));
}

Result<std::optional<std::string>> read_optional_text(json::Reader& in, std::string_view name) {
  const std::optional<std::string_view> text = TRY(in.optional_string(name, text_bytes_max));
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

Result<CustomerBody> check_new_customer(CustomerBody typed) {
  typed.first_name = trimmed(typed.first_name);
  typed.last_name = trimmed(typed.last_name);
  if (typed.first_name.empty() && typed.last_name.empty())
    return fail(Error::missing_member, "last_name", "Write a name, so that you find this customer again.");
  if (typed.email && trimmed(*typed.email).empty()) typed.email.reset();
  if (typed.phone_number && trimmed(*typed.phone_number).empty()) typed.phone_number.reset();
  if (typed.email) {
    Result<std::string> email = read_email(*typed.email);
    if (!email.ok())
      return fail(Error::invalid_value, "email", "Write an e-mail address like ada@example.com.");
    typed.email = std::move(email).value();
  }
  if (typed.phone_number) {
    Result<std::string> number = read_phone_number(*typed.phone_number);
    if (!number.ok()) {
      return fail(Error::invalid_value, "phone_number",
                  "Write a phone number with its country, like +49 30 1234567.");
    }
    typed.phone_number = std::move(number).value();
  }
  if (typed.consent.email && !typed.email)
    return fail(Error::invalid_value, "email", "Write the e-mail address that may be written to.");
  if (typed.consent.sms && !typed.phone_number)
    return fail(Error::invalid_value, "phone_number", "Write the phone number that may be written to.");
  return typed;
}

Result<VoidBody> read_void_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  VoidBody body;
  body.sale = TRY(in.id("sale"));
  body.reason = TRY(read_text(in, "reason"));
  TRY(in.done());
  return body;
}

Result<ShiftOpenBody> read_shift_open_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  ShiftOpenBody body;
  body.float_amount = TRY(in.integer("float", 0, max));
  body.currency = TRY(read_currency(in));
  TRY(in.done());
  return body;
}

Result<ShiftCloseBody> read_shift_close_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  ShiftCloseBody body;
  body.counted = TRY(in.integer("counted", 0, max));
  body.expected = TRY(in.integer("expected", -max, max));
  body.currency = TRY(read_currency(in));
  TRY(in.done());
  return body;
}

Result<CashBody> read_cash_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  CashBody body;
  body.amount = TRY(in.integer("amount", 0, max));
  body.currency = TRY(read_currency(in));
  body.reason = TRY(read_text(in, "reason"));
  TRY(in.done());
  return body;
}

Result<CustomerBody> read_customer_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  CustomerBody body;
  body.customer = TRY(in.id("customer"));
  body.email = TRY(read_optional_text(in, "email"));
  body.first_name = TRY(read_text(in, "first_name"));
  body.last_name = TRY(read_text(in, "last_name"));
  body.phone_number = TRY(read_optional_text(in, "phone_number"));
  json::Reader consent = TRY(json::Reader::object(*TRY(in.any("consent")), "body.consent"));
  body.consent.email = TRY(consent.boolean("email"));
  body.consent.sms = TRY(consent.boolean("sms"));
  TRY(consent.done());
  TRY(in.done());
  return body;
}

Result<NoteBody> read_note_body(const json::Value& value) {
  json::Reader in = TRY(open_body(value));
  NoteBody body;
  body.text = TRY(read_text(in, "text"));
  TRY(in.done());
  return body;
}

json::Value to_json(const VoidBody& body) {
  return json::Object{{"sale", body.sale}, {"reason", body.reason}};
}

json::Value to_json(const ShiftOpenBody& body) {
  return json::Object{{"float", body.float_amount}, {"currency", body.currency}};
}

json::Value to_json(const ShiftCloseBody& body) {
  return json::Object{{"counted", body.counted}, {"expected", body.expected}, {"currency", body.currency}};
}

json::Value to_json(const CashBody& body) {
  return json::Object{{"amount", body.amount}, {"currency", body.currency}, {"reason", body.reason}};
}

json::Value to_json(const CustomerBody& body) {
  json::Object members{{"customer", body.customer}};
  if (body.email) members.push_back({"email", *body.email});
  members.push_back({"first_name", body.first_name});
  members.push_back({"last_name", body.last_name});
  if (body.phone_number) members.push_back({"phone_number", *body.phone_number});
  members.push_back({"consent", json::Object{{"email", body.consent.email}, {"sms", body.consent.sms}}});
  return members;
}

json::Value to_json(const NoteBody& body) {
  return json::Object{{"text", body.text}};
}

}  // namespace ringup::journal
