#pragma once
/// Errors are values. Everything in core, server and web that can fail returns Result<T>; nothing throws.
///
/// `Error` is one closed list: each value has a stable snake_case code (for machines) and a sentence (for
/// people), mapped in one table each (core/base/result.cpp); the HTTP status stands in
/// server/http/problem.cpp. A test walks the list so that none is forgotten. `Failure` adds the place
/// ("lines[2].quantity", "line 17") and what was found.
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ringup {

enum class Error : std::uint8_t {
  invalid_json,            // not JSON, not UTF-8, or cut off
  limit_exceeded,          // larger, deeper or longer than a named limit
  wrong_type,              // another kind of value than the one meant
  unknown_member,          // a member nobody asked for
  missing_member,          // a member that must be there is not
  duplicate_member,        // the same member twice
  out_of_range,            // a number outside its limits
  invalid_value,           // well formed, but not a value of this kind
  amount_overflow,         // money arithmetic left 64 bits
  currency_mismatch,       // two amounts of different currencies met
  unknown_currency,        // no ISO 4217 currency of that name
  invalid_barcode,         // wrong length, character or check digit
  unknown_sku,             // no product has it
  duplicate_sku,           // a product has it already
  duplicate_barcode,       // a product has it already
  not_found,               // nothing here by that name (or it is another tenant's)
  too_many,                // a limit on a count was reached
  not_enough_tendered,     // the tenders do not cover what is due
  already_refunded,        // more would be given back than was sold
  invalid_csv,             // the file's form is broken; where says the line
  invalid_token,           // a token that is malformed, expired, used or revoked
  invalid_credentials,     // wrong e-mail address or password
  account_locked,          // too many wrong tries
  email_not_verified,      // the address must be confirmed first
  forbidden,               // known, but not allowed to do this
  unauthenticated,         // nobody is signed in
  tenant_required,         // several businesses; say which
  proof_required,          // show the password (or a second factor) once more
  misdirected_request,     // no business answers to this host name
  pairing_code_invalid,    // unknown, used or expired pairing code
  conflict,                // the state changed or forbids it
  idempotency_mismatch,    // the same Idempotency-Key with another body
  precondition_failed,     // the thing is not in the state this needs
  method_not_allowed,      // the path exists, this method does not
  unsupported_media_type,  // not application/json
  payload_too_large,       // body above its limit
  too_many_requests,       // slow down
  malformed_request,       // the HTTP request itself is not acceptable
  busy,                    // the queue is full or a deadline passed; try again
  storage,                 // disk full, I/O error, read-only
  damaged,                 // stored data does not read back as written
  newer_version,           // the folder was written by a newer ringup
  in_use,                  // another server holds the folder
  configuration,           // a setting is malformed or unknown
  internal,                // a bug: an invariant of ours does not hold
};
inline constexpr int error_count = static_cast<int>(Error::internal) + 1;

/// Stable snake_case code, e.g. "unknown_member". Never empty.
std::string_view error_code(Error);
/// One sentence for people, without a full stop's worth of detail, e.g. "This member is not known". Never
/// empty.
std::string_view error_words(Error);

/// What went wrong, where, and what was found there. `where` may be empty; `detail` is a whole sentence or
/// empty.
struct Failure {
  Error error = Error::internal;
  std::string where;
  std::string detail;
  bool operator==(const Failure&) const = default;
};
/// "where: detail" for people; falls back to error_words().
std::string describe(const Failure&);

/// Ends the program with a message: an invariant of ours does not hold. Also in release builds.
[[noreturn]] void panic(const char* what, const char* file, int line);
#define ASSERT(condition) ((condition) ? (void)0 : ::ringup::panic(#condition, __FILE__, __LINE__))

/// Either a T or a Failure. Reading the one that is not there is a panic.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  Result(Error error) : state_(std::in_place_index<1>, Failure{error, {}, {}}) {}
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return ASSERT(ok()), std::get<0>(state_); }
  const T& value() const& { return ASSERT(ok()), std::get<0>(state_); }
  T&& value() && { return ASSERT(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Failure& failure() & { return ASSERT(!ok()), std::get<1>(state_); }
  const Failure& failure() const& { return ASSERT(!ok()), std::get<1>(state_); }
  Failure&& failure() && { return ASSERT(!ok()), std::get<1>(std::move(state_)); }
  Error error() const { return failure().error; }

 private:
  std::variant<T, Failure> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Failure failure) : failed_(true), failure_(std::move(failure)) {}
  Result(Error error) : failed_(true), failure_{error, {}, {}} {}
  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  void value() const { ASSERT(ok()); }
  Failure& failure() & { return ASSERT(!ok()), failure_; }
  const Failure& failure() const& { return ASSERT(!ok()), failure_; }
  Failure&& failure() && { return ASSERT(!ok()), std::move(failure_); }
  Error error() const { return failure().error; }

 private:
  bool failed_ = false;
  Failure failure_;
};

inline Failure fail(Error error, std::string where = {}, std::string detail = {}) {
  return Failure{error, std::move(where), std::move(detail)};
}

/// Passes a failure on to the caller, or yields the value: `Money sum = TRY(add(a, b));`
#define TRY(expression)                                             \
  ({                                                                \
    auto try_result_ = (expression);                                \
    if (!try_result_.ok()) return std::move(try_result_).failure(); \
    std::move(try_result_).value();                                 \
  })

}  // namespace ringup
