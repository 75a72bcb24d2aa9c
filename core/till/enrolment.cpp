#include "core/till/enrolment.h"

namespace ringup::till {
namespace {

constexpr std::size_t text_bytes_max = 200;
constexpr std::size_t receipt_lines_max = 12;

Result<std::vector<std::string>> read_lines(json::Reader& in, std::string_view name) {
  std::vector<std::string> lines;
  for (const json::Value& item : *TRY(in.array(name, receipt_lines_max))) {
    const std::string* text = item.as_string();
    if (text == nullptr || text->size() > text_bytes_max)
      return fail(Error::wrong_type, in.path_of(name), "Lines of text are expected here.");
    lines.push_back(*text);
  }
  return lines;
}

json::Array array_of(const std::vector<std::string>& lines) {
  json::Array array;
  for (const std::string& line : lines) array.emplace_back(line);
  return array;
}

}  // namespace

Result<EnrolRequest> read_enrol_request(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  EnrolRequest request;
  if (const auto code = TRY(in.optional_string("pairing_code", pairing_code_bytes_max, 1)))
    request.pairing_code = *code;
  if (const auto name = TRY(in.optional_string("name", till_name_bytes_max, 1))) request.name = *name;
  TRY(in.done());
  return request;
}

json::Value to_json(const EnrolRequest& request) {
  json::Object members;
  if (request.pairing_code.has_value()) members.push_back({"pairing_code", *request.pairing_code});
  if (request.name.has_value()) members.push_back({"name", *request.name});
  return members;
}

Result<Settings> read_settings(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value, "settings"));
  Settings settings;
  settings.business = TRY(in.string("business", text_bytes_max));
  settings.branch_name = TRY(in.string("branch_name", text_bytes_max));
  settings.header = TRY(read_lines(in, "header"));
  settings.footer = TRY(read_lines(in, "footer"));
  settings.country = TRY(in.string("country", 2, 2));
  settings.currency = TRY(in.string("currency", 3, 3));
  settings.public_url = TRY(in.optional_string("public_url", text_bytes_max)).value_or("");
  return settings;
}

json::Value to_json(const Settings& settings) {
  json::Object object{{"business", settings.business},       {"branch_name", settings.branch_name},
                      {"header", array_of(settings.header)}, {"footer", array_of(settings.footer)},
                      {"country", settings.country},         {"currency", settings.currency}};
  if (!settings.public_url.empty()) object.push_back({"public_url", settings.public_url});
  return object;
}

Result<Enrolment> read_enrolment(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  Enrolment enrolment;
  enrolment.till = TRY(in.id("till"));
  enrolment.series = TRY(in.string("series", 16, 1));
  enrolment.epoch = TRY(in.integer("epoch", 1, json::integer_max));
  enrolment.token = TRY(in.string("token", token_bytes_max, 1));
  enrolment.tenant = TRY(in.string("tenant", text_bytes_max, 1));
  enrolment.branch = TRY(in.id("branch"));
  enrolment.settings = TRY(read_settings(*TRY(in.any("settings"))));
  return enrolment;
}

json::Value to_json(const Enrolment& enrolment) {
  return json::Object{{"till", enrolment.till},
                      {"series", enrolment.series},
                      {"epoch", enrolment.epoch},
                      {"token", enrolment.token},
                      {"tenant", enrolment.tenant},
                      {"branch", enrolment.branch},
                      {"settings", to_json(enrolment.settings)}};
}

}  // namespace ringup::till
