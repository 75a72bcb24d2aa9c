#include "core/catalogue/product_csv.h"
#include "server/catalogue/api.h"
#include "server/http/once.h"

namespace ringup::catalogue {
namespace {

constexpr std::size_t refusals_shown_max = 1'000;

Result<bool> read_flag(const http::Request& request, std::string_view name, std::string_view yes,
                       std::string_view no) {
  const std::string_view text = request.query_value(name).value_or(no);
  if (text != yes && text != no)
    return fail(Error::invalid_value, std::string(name),
                "This is " + std::string(yes) + " or " + std::string(no) + ".");
  return text == yes;
}

json::Value refusal_json(const RefusedLine& refused) {
  json::Array values;
  for (const std::string& value : refused.values) values.push_back(value);
  return json::Object{{"line", refused.line},
                      {"column", refused.column.empty() ? json::Value() : json::Value(refused.column)},
                      {"code", error_code(refused.error)},
                      {"detail", refused.detail},
                      {"values", std::move(values)}};
}

json::Value state_json(const ImportState& state, std::size_t refused) {
  json::Array refusals;
  for (const RefusedLine& one : state.refused) refusals.push_back(refusal_json(one));
  json::Value problem;
  if (state.failure.has_value()) {
    problem = json::Object{{"code", error_code(state.failure->error)}, {"detail", describe(*state.failure)}};
  }
  return json::Object{{"id", to_string(state.id)},
                      {"state", phase_name(state.phase)},
                      {"check", state.check},
                      {"rows", state.rows},
                      {"rows_done", state.rows_done},
                      {"added", state.added},
                      {"changed", state.changed},
                      {"unchanged", state.unchanged},
                      {"refused", static_cast<std::int64_t>(refused)},
                      {"refusals", std::move(refusals)},
                      {"problem", std::move(problem)}};
}

Failure unknown_import() {
  return fail(Error::not_found, {},
              "This import is not known any more: the server may have been started anew. If it was not done, "
              "nothing of it was written; import the file again.");
}

}  // namespace

Result<http::Response> Api::start_import(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({"check", "stock"}));
  std::string_view type = request.header("content-type");
  if (type.substr(0, type.find(';')) != "text/csv")
    return fail(Error::unsupported_media_type, "Content-Type", "Send the file as text/csv.");
  ImportWish wish;
  wish.tenant = who.tenant;
  wish.check = TRY(read_flag(request, "check", "true", "false"));
  wish.stock = TRY(read_flag(request, "stock", "left", "counted")) ? StockColumn::left : StockColumn::counted;
  wish.file = request.body;
  auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  // The same file as a check and as an import are two requests.
  if (once.has_value()) {
    once->request = sha256(to_hex(once->request) + (wish.check ? " check" : " import") +
                           (wish.stock == StockColumn::left ? " left" : " counted"));
  }
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, store::unix_us_now(), [&](store::Database&) -> Result<store::Answer> {
        const Id id = TRY(imports_.start(std::move(wish)));
        return http::answer_of(json::Object{{"id", to_string(id)}, {"state", "waiting"}}, 202);
      }));
  return http::answer_response(std::move(answer));
}

Result<http::Response> Api::get_import(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  std::size_t refused = 0;
  const auto state = imports_.state(who.tenant, TRY(request.parameter_id(0)), refusals_shown_max, refused);
  if (!state.has_value()) return unknown_import();
  return http::json_response(state_json(*state, refused));
}

Result<http::Response> Api::get_refusals(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  std::size_t refused = 0;
  const auto state = imports_.state(who.tenant, TRY(request.parameter_id(0)), SIZE_MAX, refused);
  if (!state.has_value()) return unknown_import();
  std::string out = "\xEF\xBB\xBF" + std::string(product_csv_header) + ",line,reason\r\n";
  constexpr std::size_t columns = 7;
  for (const RefusedLine& one : state->refused) {
    for (std::size_t i = 0; i < columns; ++i) {
      if (i < one.values.size()) append_product_csv_text(out, one.values[i]);
      out.push_back(',');
    }
    out.append(std::to_string(one.line)).push_back(',');
    append_product_csv_text(out, one.column.empty() ? one.detail : one.column + ": " + one.detail);
    out.append("\r\n");
  }
  http::Response response = http::text_response(std::move(out), "text/csv; charset=utf-8");
  response.with("Content-Disposition", "attachment; filename=\"refused-lines.csv\"");
  return response;
}

}  // namespace ringup::catalogue
