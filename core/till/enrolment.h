#pragma once
/// What a till learns when it is enrolled: POST /api/till/enrol/, both directions, both ends.
///
///     request  = {"pairing_code"?: "…", "name"?: "…"}      no code: with the till's own token, after a fork
///     answer   = {"till": id, "series": "A1", "epoch": 1, "token": "…", "tenant": slug, "branch": id,
///                 "settings": {"business","branch_name","header": [line…],"footer":
///                 [line…],"country","currency","public_url"?}}
///
/// Rules, tax classes and barcode patterns change with the catalogue and come with it
/// (core/catalogue/product.h). A till passes over settings it does not know, so that a newer server may add
/// some.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::till {

inline constexpr std::size_t pairing_code_bytes_max = 32;
inline constexpr std::size_t till_name_bytes_max = 80;
inline constexpr std::size_t token_bytes_max = 2048;

struct EnrolRequest {
  std::optional<std::string> pairing_code;
  std::optional<std::string> name;
};

struct Settings {
  std::string business;
  std::string branch_name;
  std::vector<std::string> header;  // of receipts: name, address, tax number
  std::vector<std::string> footer;  // of receipts: "Thank you!"
  std::string country;              // ISO 3166, "DE"
  std::string currency;             // ISO 4217, "EUR"
  std::string public_url = {};  // "https://shop.example": where customers come to; "" from an older server
  bool operator==(const Settings&) const = default;
};

struct Enrolment {
  Id till;
  std::string series;
  std::int64_t epoch = 1;
  std::string token;
  std::string tenant;  // slug
  Id branch;
  Settings settings;
  bool operator==(const Enrolment&) const = default;
};

/// Strict: unknown members are refused.
Result<EnrolRequest> read_enrol_request(const json::Value&);
json::Value to_json(const EnrolRequest&);
/// Lenient towards members of a newer server. Settings travel alone, too: GET /api/till/settings/ answers
/// them as they stand in an enrolment.
Result<Settings> read_settings(const json::Value&);
json::Value to_json(const Settings&);
Result<Enrolment> read_enrolment(const json::Value&);
json::Value to_json(const Enrolment&);

}  // namespace ringup::till
