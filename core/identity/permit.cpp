#include "core/identity/permit.h"

#include "core/base/base64.h"

namespace ringup {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t rights_max = 200;
constexpr int iterations_max = 10'000'000;  // more would stand still for minutes

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '+' || c == '/' || c == '=') return Error::invalid_value;
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (plain.size() % 4 != 0) plain += '=';
  return base64_decode(plain);
}

json::Value to_json(const PinVerifier& pin) {
  return json::Object{{"salt", to_base64url(pin.salt)},
                      {"iterations", std::int64_t{pin.iterations}},
                      {"hash", to_base64url(pin.hash)}};
}

Result<PinVerifier> read_pin_verifier(const json::Value& value, std::string_view where) {
  json::Reader in = TRY(json::Reader::object(value, std::string(where)));
  PinVerifier pin;
  pin.salt = TRY(from_base64url(TRY(in.string("salt", 200, 1))));
  pin.iterations = static_cast<int>(TRY(in.integer("iterations", 1, iterations_max)));
  pin.hash = TRY(from_base64url(TRY(in.string("hash", 200, 1))));
  if (pin.hash.size() != pin_hash_bytes)
    return fail(Error::invalid_value, in.path_of("hash"), "A hash of 32 bytes is expected here.");
  return pin;
}

json::Array right_names(Rights rights) {
  json::Array names;
  for (int i = 0; i < right_count; ++i) {
    const Right right = static_cast<Right>(i);
    if (rights.has(right)) names.emplace_back(right_name(right));
  }
  return names;
}

Result<Rights> read_right_names(const json::Value& names) {
  const json::Array* array = names.as_array();
  if (array == nullptr || array->size() > rights_max)
    return fail(Error::wrong_type, "rights", "A list of rights is expected here.");
  Rights rights;
  for (const json::Value& name : *array) {
    const std::string* text = name.as_string();
    if (text == nullptr) return fail(Error::wrong_type, "rights", "Names of rights are expected here.");
    if (const auto right = parse_right(*text)) rights.add(*right);
  }
  return rights;
}

json::Value to_json(const Permit& permit) {
  return json::Object{{"user", permit.user},
                      {"first_name", permit.first_name},
                      {"last_name", permit.last_name},
                      {"role", role_name(permit.role)},
                      {"rights", right_names(permit.rights)},
                      {"till", permit.till},
                      {"tenant", permit.tenant},
                      {"issued_at", permit.issued_at_s},
                      {"not_after", permit.not_after_s},
                      {"pin", to_json(permit.pin)}};
}

Result<Permit> read_permit(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value, "permit"));
  Permit permit;
  permit.user = TRY(in.id("user"));
  permit.first_name = TRY(in.string("first_name", name_bytes_max));
  permit.last_name = TRY(in.string("last_name", name_bytes_max));
  permit.role = parse_role(TRY(in.string("role", 40))).value_or(Role::customer);
  permit.rights = TRY(read_right_names(*TRY(in.any("rights"))));
  permit.till = TRY(in.id("till"));
  permit.tenant = TRY(in.id("tenant"));
  permit.issued_at_s = TRY(in.integer("issued_at", 0, json::integer_max));
  permit.not_after_s = TRY(in.integer("not_after", 0, json::integer_max));
  permit.pin = TRY(read_pin_verifier(*TRY(in.any("pin")), "permit.pin"));
  return permit;
}

}  // namespace ringup
