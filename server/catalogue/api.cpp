#include "server/catalogue/api.h"

#include "server/store/tenants.h"

namespace ringup::catalogue {

Api::Api(store::Store& store, const http::Access& access)
    : store_(store), access_(access), live_(store), till_pages_(store), imports_(store) {}

void Api::add_routes(http::Router& router) {
  const auto add = [&](std::string_view method, std::string_view path,
                       Result<http::Response> (Api::*handler)(const http::Request&),
                       http::RouteOptions options = {}) {
    router.add(
        method, path, [this, handler](const http::Request& request) { return (this->*handler)(request); },
        options);
  };
  add("GET", "/api/catalogue/products/", &Api::list_products);
  add("POST", "/api/catalogue/products/", &Api::add_product);
  add("GET", "/api/catalogue/products/{id}/", &Api::get_product);
  add("PATCH", "/api/catalogue/products/{id}/", &Api::patch_product);
  add("DELETE", "/api/catalogue/products/{id}/", &Api::remove_product);
  add("POST", "/api/catalogue/products/{id}/restore/", &Api::restore_product);
  add("GET", "/api/catalogue/products/{id}/prices/", &Api::list_prices);
  add("POST", "/api/catalogue/products/bulk/", &Api::change_products);
  add("GET", "/api/catalogue/products/{id}/stock/", &Api::get_stock);
  add("POST", "/api/catalogue/products/{id}/stock/", &Api::add_movement);
  add("PUT", "/api/catalogue/products/{id}/picture/", &Api::put_picture, {image::file_bytes_max});
  add("DELETE", "/api/catalogue/products/{id}/picture/", &Api::remove_picture);
  add("POST", "/api/catalogue/imports/", &Api::start_import, {import_bytes_max});
  add("GET", "/api/catalogue/imports/{id}/", &Api::get_import);
  add("GET", "/api/catalogue/imports/{id}/refusals/", &Api::get_refusals);
  add("GET", "/pictures/{name}", &Api::get_picture);
  add("GET", "/api/catalogue/categories/", &Api::list_categories);
  add("POST", "/api/catalogue/categories/", &Api::add_category);
  add("GET", "/api/catalogue/categories/{id}/", &Api::get_category);
  add("PATCH", "/api/catalogue/categories/{id}/", &Api::patch_category);
  add("DELETE", "/api/catalogue/categories/{id}/", &Api::remove_category);
  add("GET", "/api/catalogue/changes/", &Api::list_changes);
  add("GET", "/api/till/catalogue/", &Api::till_catalogue);
}

Result<Currency> Api::currency_of(const Id& tenant) {
  const auto found =
      TRY(store_.read([&](store::Database& database) { return store::find_tenant(database, tenant); }));
  if (!found.has_value()) return Error::not_found;
  return found->currency;
}

}  // namespace ringup::catalogue
