#include "core/base/result.h"

#include <cstdio>

namespace ringup {
namespace {

struct Words {
  Error error;
  std::string_view code;
  std::string_view words;
};

constexpr Words words_table[] = {
    {Error::invalid_json, "invalid_json", "This is not valid JSON"},
    {Error::limit_exceeded, "limit_exceeded", "This is larger than allowed"},
    {Error::wrong_type, "wrong_type", "This is another kind of value than the one expected"},
    {Error::unknown_member, "unknown_member", "This member is not known"},
    {Error::missing_member, "missing_member", "This member is missing"},
    {Error::duplicate_member, "duplicate_member", "This member stands here twice"},
    {Error::out_of_range, "out_of_range", "This number is outside its limits"},
    {Error::invalid_value, "invalid_value", "This value is not valid"},
    {Error::amount_overflow, "amount_overflow", "This amount is too large"},
    {Error::currency_mismatch, "currency_mismatch", "Two currencies cannot be mixed"},
    {Error::unknown_currency, "unknown_currency", "This currency is not known"},
    {Error::invalid_barcode, "invalid_barcode", "This barcode is not valid"},
    {Error::unknown_sku, "unknown_sku", "No product has this SKU"},
    {Error::duplicate_sku, "duplicate_sku", "Another product already has this SKU"},
    {Error::duplicate_barcode, "duplicate_barcode", "Another product already has this barcode"},
    {Error::not_found, "not_found", "There is nothing here by that name"},
    {Error::too_many, "too_many", "There are too many of these"},
    {Error::not_enough_tendered, "not_enough_tendered", "The payment does not cover the amount due"},
    {Error::already_refunded, "already_refunded", "More would be given back than was sold"},
    {Error::invalid_csv, "invalid_csv", "This CSV file cannot be read"},
    {Error::invalid_token, "invalid_token", "This token is not valid any more"},
    {Error::invalid_credentials, "invalid_credentials", "The e-mail address or the password is wrong"},
    {Error::account_locked, "account_locked", "Too many wrong tries; wait a little and try again"},
    {Error::email_not_verified, "email_not_verified", "Confirm your e-mail address first"},
    {Error::forbidden, "forbidden", "You are not allowed to do this"},
    {Error::unauthenticated, "unauthenticated", "Sign in first"},
    {Error::tenant_required, "tenant_required", "Say which business is meant"},
    {Error::proof_required, "proof_required", "Show your password once more for this"},
    {Error::misdirected_request, "misdirected_request", "No business answers to this host name"},
    {Error::pairing_code_invalid, "pairing_code_invalid", "This pairing code is wrong, used or expired"},
    {Error::conflict, "conflict", "This does not fit what is stored now"},
    {Error::idempotency_mismatch, "idempotency_mismatch",
     "This Idempotency-Key was used with another request"},
    {Error::precondition_failed, "precondition_failed", "This is not possible in its present state"},
    {Error::method_not_allowed, "method_not_allowed", "This method is not possible here"},
    {Error::unsupported_media_type, "unsupported_media_type", "Send the body as application/json"},
    {Error::payload_too_large, "payload_too_large", "The request is too large"},
    {Error::too_many_requests, "too_many_requests", "Too many requests; wait a little and try again"},
    {Error::malformed_request, "malformed_request", "This request cannot be read"},
    {Error::busy, "busy", "The server is busy; try again in a moment"},
    {Error::storage, "storage", "The disk does not take the data"},
    {Error::damaged, "damaged", "The stored data is damaged"},
    {Error::newer_version, "newer_version", "This data was written by a newer version of ringup"},
    {Error::in_use, "in_use", "Another ringup server is using this folder"},
    {Error::configuration, "configuration", "A setting is not valid"},
    {Error::internal, "internal", "Something went wrong on our side"},
};
static_assert(std::size(words_table) == error_count);

const Words& words_of(Error error) {
  const auto index = static_cast<std::size_t>(error);
  ASSERT(index < std::size(words_table) && words_table[index].error == error);
  return words_table[index];
}

}  // namespace

std::string_view error_code(Error error) {
  return words_of(error).code;
}
std::string_view error_words(Error error) {
  return words_of(error).words;
}

std::string describe(const Failure& failure) {
  std::string text = failure.detail.empty() ? std::string(error_words(failure.error)) : failure.detail;
  return failure.where.empty() ? text : failure.where + ": " + text;
}

void panic(const char* what, const char* file, int line) {
  std::fprintf(stderr, "ringup: broken invariant: %s (%s:%d)\n", what, file, line);
  std::abort();
}

}  // namespace ringup
