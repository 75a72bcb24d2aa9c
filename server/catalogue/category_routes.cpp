#include <algorithm>

#include "server/catalogue/api.h"
#include "server/catalogue/products.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/store/categories.h"

namespace ringup::catalogue {
namespace {

json::Value category_json(const Category& category) {
  return json::Object{{"id", category.id}, {"name", category.name}};
}

}  // namespace

Result<http::Response> Api::list_categories(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  const http::Page page = TRY(http::read_page(request));
  std::vector<Category> found =
      TRY(store_.read([&](store::Database& database) { return store::categories(database, who.tenant); }));
  const auto behind = std::find_if(found.begin(), found.end(),
                                   [&](const Category& category) { return category.name > page.cursor; });
  found.erase(found.begin(), behind);
  return http::list_response(found, page, category_json, [](const Category& last) { return last.name; });
}

Result<http::Response> Api::add_category(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const std::string name = TRY(read_category_name(TRY(request.json_body())));
  const auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, store::unix_us_now(), [&](store::Database& database) -> Result<store::Answer> {
        return http::answer_of(category_json(TRY(create_category(database, who.tenant, name))), 201);
      }));
  return http::answer_response(std::move(answer));
}

Result<http::Response> Api::get_category(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const std::optional<Category> found =
      TRY(store_.read([&](store::Database& database) { return store::category(database, who.tenant, id); }));
  if (!found.has_value()) return Error::not_found;
  return http::json_response(category_json(*found));
}

Result<http::Response> Api::patch_category(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const std::string name = TRY(read_category_name(TRY(request.json_body())));
  const Category renamed = TRY(store_.writer().write_for<Category>(
      [&](store::Database& database) { return catalogue::rename_category(database, who.tenant, id, name); }));
  return http::json_response(category_json(renamed));
}

Result<http::Response> Api::remove_category(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  TRY(store_.writer().write(
      [&](store::Database& database) { return catalogue::delete_category(database, who.tenant, id); }));
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

}  // namespace ringup::catalogue
