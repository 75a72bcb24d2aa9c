#pragma once
/// The catalogue's routes: /api/catalogue/ for people and integrators, /api/till/catalogue/ for tills.
///
///     GET/POST         /api/catalogue/products/        ?q= &category=ID &barcode= &sort= &tax_class=
///     &price_min=
///                                                      &price_max= &stock_max= &changed_since= &limit=
///                                                      &cursor=
///     GET/PATCH/DELETE /api/catalogue/products/{id}/
///     POST             /api/catalogue/products/{id}/restore/
///     GET              /api/catalogue/products/{id}/prices/   ?limit= &cursor=
///     GET/POST         /api/catalogue/products/{id}/stock/    ?limit= &cursor=
///     POST             /api/catalogue/products/bulk/
///     GET/POST         /api/catalogue/categories/             ?limit= &cursor=
///     GET/PATCH/DELETE /api/catalogue/categories/{id}/
///     PUT/DELETE       /api/catalogue/products/{id}/picture/  the body is the picture
///     POST             /api/catalogue/imports/                ?check= &stock=counted|left   the body is CSV
///     GET              /api/catalogue/imports/{id}/           how far it is, what was refused
///     GET              /api/catalogue/imports/{id}/refusals/  all refused lines as CSV
///     GET              /pictures/{hash}-{size}.webp           for anybody
///     GET              /api/catalogue/changes/                ?since=   (what tills get, for people)
///     GET              /api/till/catalogue/                   ?since= &pictures=true
///
/// Products are given in the JSON of core/catalogue/product.h. `sort` is `sku` (as it is without), `name`
/// (as people sort; a product that is added or renamed between two pages can move the rest by one) or
/// `-changed` (last changed first). `q` gives the best matches first, at most 1,000 of them. `barcode` stands
/// alone and gives the product that a scan of it means, or none.
/// What narrows a list beside the category goes with the orders sku and -changed. PATCH and DELETE take the
/// product's version that was seen, as `If-Match` or as the member `version`: with another one nothing is
/// changed (conflict).
/// Reading needs the right `sell`, changing `catalogue_write`. POST honours Idempotency-Key.
#include "server/catalogue/import_jobs.h"
#include "server/catalogue/live_catalogue.h"
#include "server/catalogue/pictures.h"
#include "server/catalogue/till_pages.h"
#include "server/http/access.h"

namespace ringup::catalogue {

class Api {
 public:
  /// The store and the doors must outlive this, and this the router's handlers.
  Api(store::Store& store, const http::Access& access);
  void add_routes(http::Router& router);

 private:
  struct Listing;

  Result<http::Response> list_products(const http::Request& request);
  Result<http::Response> find_by_barcode(const Id& tenant, std::string_view barcode);
  Result<http::Response> search_products(const Id& tenant, const Listing& listing);
  Result<http::Response> add_product(const http::Request& request);
  Result<http::Response> get_product(const http::Request& request);
  Result<http::Response> patch_product(const http::Request& request);
  Result<http::Response> remove_product(const http::Request& request);
  Result<http::Response> restore_product(const http::Request& request);
  Result<http::Response> change_products(const http::Request& request);
  Result<http::Response> list_prices(const http::Request& request);

  Result<http::Response> put_picture(const http::Request& request);
  Result<http::Response> remove_picture(const http::Request& request);
  Result<http::Response> get_picture(const http::Request& request);

  Result<http::Response> start_import(const http::Request& request);
  Result<http::Response> get_import(const http::Request& request);
  Result<http::Response> get_refusals(const http::Request& request);

  Result<http::Response> get_stock(const http::Request& request);
  Result<http::Response> add_movement(const http::Request& request);

  Result<http::Response> list_categories(const http::Request& request);
  Result<http::Response> add_category(const http::Request& request);
  Result<http::Response> get_category(const http::Request& request);
  Result<http::Response> patch_category(const http::Request& request);
  Result<http::Response> remove_category(const http::Request& request);

  Result<http::Response> list_changes(const http::Request& request);
  Result<http::Response> till_catalogue(const http::Request& request);

  Result<Currency> currency_of(const Id& tenant);

  store::Store& store_;
  const http::Access& access_;
  LiveCatalogues live_;
  TillPages till_pages_;
  PictureMaker picture_maker_;
  ImportJobs imports_;
};

}  // namespace ringup::catalogue
