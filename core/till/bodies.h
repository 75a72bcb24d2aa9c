#pragma once
/// Bodies of the journal's records, but those of sale and refund (core/sale/sale.h).
/// Amounts are in minor units of `currency` (three capital letters). Readers are strict: every member named
/// here is required unless it is optional, none other may stand there; wrong_type, missing_member,
/// unknown_member, out_of_range, invalid_value, each with its path ("body.amount").
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::journal {

struct VoidBody {
  Id sale;
  std::string reason;
  bool operator==(const VoidBody&) const = default;
};
struct ShiftOpenBody {
  std::int64_t float_amount = 0;  // "float": cash in the drawer at the start, >= 0
  std::string currency;
  bool operator==(const ShiftOpenBody&) const = default;
};
struct ShiftCloseBody {
  std::int64_t counted = 0;   // >= 0
  std::int64_t expected = 0;  // what the till thinks should be there; may be below zero
  std::string currency;
  bool operator==(const ShiftCloseBody&) const = default;
};
/// Body of cash_in and of cash_out; the amount is >= 0 in both.
struct CashBody {
  std::int64_t amount = 0;
  std::string currency;
  std::string reason;
  bool operator==(const CashBody&) const = default;
};
struct Consent {
  bool email = false;
  bool sms = false;
  bool operator==(const Consent&) const = default;
};
struct CustomerBody {
  Id customer;
  std::optional<std::string> email;
  std::string first_name;
  std::string last_name;
  std::optional<std::string> phone_number;
  Consent consent;  // {"email": bool, "sms": bool}
  bool operator==(const CustomerBody&) const = default;
};
struct NoteBody {
  std::string text;
  bool operator==(const NoteBody&) const = default;
};

/// A new customer as typed, made ready for the record: texts without space around them, e-mail address and
/// phone number in their normal form, empty ones left out. The server books what passes here. `where` is the
/// member that is wrong ("email"), the detail says what to do: missing_member without any name, invalid_value
/// for an address or number of another form, and for consent to what cannot be reached.
Result<CustomerBody> check_new_customer(CustomerBody typed);

Result<VoidBody> read_void_body(const json::Value&);
Result<ShiftOpenBody> read_shift_open_body(const json::Value&);
Result<ShiftCloseBody> read_shift_close_body(const json::Value&);
Result<CashBody> read_cash_body(const json::Value&);
Result<CustomerBody> read_customer_body(const json::Value&);
Result<NoteBody> read_note_body(const json::Value&);

json::Value to_json(const VoidBody&);
json::Value to_json(const ShiftOpenBody&);
json::Value to_json(const ShiftCloseBody&);
json::Value to_json(const CashBody&);
json::Value to_json(const CustomerBody&);
json::Value to_json(const NoteBody&);

}  // namespace ringup::journal
