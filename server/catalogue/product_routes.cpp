#include <charconv>

#include "server/catalogue/api.h"
#include "server/catalogue/products.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/store/products.h"

namespace ringup::catalogue {
namespace {

constexpr std::size_t search_hits_max = 1'000;

std::string list_json(const std::vector<Product>& products, std::size_t count, Currency currency,
                      const std::optional<std::string>& next) {
  std::string out = "{\"items\":[";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.push_back(',');
    append_json(out, products[i], currency);
  }
  out += "],\"next\":";
  if (next.has_value()) {
    json::append_quoted(out, *next);
  } else {
    out += "null";
  }
  out.push_back('}');
  return out;
}

std::string product_json(const Product& product, Currency currency) {
  std::string out;
  append_json(out, product, currency);
  return out;
}

http::Response raw_json(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

Failure wrong_cursor() {
  return fail(Error::invalid_value, "cursor", "Use the `next` of the page before.");
}

Result<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) return wrong_cursor();
  return number;
}

}  // namespace

/// What a list request asks for.
struct Api::Listing {
  std::string query;
  Id category;  // nil: all
  std::string sort;
  http::Page page;
  Currency currency;

  std::int64_t limit() const { return page.limit; }
};

Result<http::Response> Api::list_products(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::sell));
  Listing listing;
  listing.page = TRY(http::read_page(request, {"q", "category", "barcode", "sort"}));
  listing.currency = TRY(currency_of(who.tenant));
  listing.query = std::string(request.query_value("q").value_or(""));
  if (const auto barcode = request.query_value("barcode")) {
    if (request.query.size() > 1)
      return fail(Error::invalid_value, "barcode", "A barcode is asked for without any other parameter.");
    return find_by_barcode(who.tenant, *barcode);
  }
  if (const auto category = request.query_value("category")) {
    Result<Id> id = parse_id(*category);
    if (!id.ok() || id->is_nil()) return fail(Error::invalid_value, "category", "This is no category's id.");
    listing.category = *id;
  }
  listing.sort = std::string(request.query_value("sort").value_or(listing.query.empty() ? "sku" : ""));
  if (!listing.query.empty() && !listing.sort.empty())
    return fail(Error::invalid_value, "sort", "A search gives the best matches first and is not sorted.");
  if (!listing.query.empty() || listing.sort == "name") return search_products(who.tenant, listing);

  const std::int64_t asked = listing.limit() + 1;
  std::vector<Product> found;
  const std::string& cursor = listing.page.cursor;
  if (listing.sort == "sku") {
    found = TRY(store_.read([&](store::Database& database) {
      return store::in_snapshot(database, [&] {
        return store::products_by_sku(database, who.tenant, listing.category, cursor, asked);
      });
    }));
  } else if (listing.sort == "-changed") {
    std::int64_t version = INT64_MAX;
    Id id;
    if (!cursor.empty()) {
      const std::size_t dot = std::min(cursor.find('.'), cursor.size());
      version = TRY(read_number(std::string_view(cursor).substr(0, dot)));
      Result<Id> read = parse_id(std::string_view(cursor).substr(std::min(dot + 1, cursor.size())));
      if (!read.ok()) return wrong_cursor();
      id = *read;
    }
    found = TRY(store_.read([&](store::Database& database) {
      return store::in_snapshot(database, [&] {
        return store::products_by_change(database, who.tenant, listing.category, version, id, asked);
      });
    }));
  } else {
    return fail(Error::invalid_value, "sort", "Sorted by sku, name or -changed.");
  }
  const bool more = found.size() == static_cast<std::size_t>(asked);
  const std::size_t count = more ? found.size() - 1 : found.size();
  std::optional<std::string> next;
  if (more) {
    const Product& last = found[count - 1];
    next = listing.sort == "sku" ? last.sku : std::to_string(last.version) + '.' + to_string(last.id);
  }
  return raw_json(list_json(found, count, listing.currency, next));
}

/// Products come from the catalogue in memory, their stock from the store: sales move it without a new
/// version.
Result<http::Response> Api::search_products(const Id& tenant, const Listing& listing) {
  const auto offset =
      static_cast<std::size_t>(listing.page.cursor.empty() ? 0 : TRY(read_number(listing.page.cursor)));
  const auto limit = static_cast<std::size_t>(listing.limit());
  if (!listing.query.empty() && offset >= search_hits_max) return wrong_cursor();
  std::vector<Product> products;
  std::size_t reachable = 0;
  TRY(live_.use(tenant, [&](const Catalogue& catalogue, SearchIndex::Scratch& scratch) {
    Catalogue::Page page;
    std::size_t begin = 0;
    if (listing.query.empty()) {
      page = catalogue.browse(listing.category, offset, limit);
      reachable = page.total;
    } else {
      const std::size_t hits = std::min(offset + limit, search_hits_max);
      page = catalogue.search(listing.query, listing.category, hits, scratch);
      begin = std::min(offset, page.handles.size());
      reachable = std::min(page.total, search_hits_max);
    }
    for (std::size_t i = begin; i < page.handles.size(); ++i)
      products.push_back(catalogue.at(page.handles[i]));
  }));
  TRY(store_.read([&](store::Database& database) {
    return store::in_snapshot(database, [&]() -> Result<void> {
      for (Product& product : products)
        product.stock.thousandths = TRY(store::total_stock(database, product.id));
      return {};
    });
  }));
  std::optional<std::string> next;
  if (!products.empty() && offset + products.size() < reachable)
    next = std::to_string(offset + products.size());
  return raw_json(list_json(products, products.size(), listing.currency, next));
}

Result<http::Response> Api::find_by_barcode(const Id& tenant, std::string_view barcode) {
  Scan scan;
  Currency currency;
  TRY(live_.use(tenant, [&](const Catalogue& catalogue, SearchIndex::Scratch&) {
    currency = catalogue.currency();
    scan = resolve(barcode, catalogue, catalogue.scale_patterns(), currency);
  }));
  if (scan.kind == Scan::Kind::unknown && scan.problem.has_value() &&
      scan.problem->error == Error::invalid_barcode) {
    scan.problem->where = "barcode";
    return *scan.problem;
  }
  std::vector<Product> found;
  if (scan.kind != Scan::Kind::unknown) {
    std::optional<Product> product = TRY(store_.read(
        [&](store::Database& database) { return store::product(database, tenant, scan.product); }));
    if (product.has_value()) found.push_back(std::move(*product));
  }
  return raw_json(list_json(found, found.size(), currency, std::nullopt));
}

Result<http::Response> Api::add_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const json::Value body = TRY(request.json_body());
  const Currency currency = TRY(currency_of(who.tenant));
  const ProductFields fields = TRY(read_new_product(body, currency));
  const auto once = TRY(http::read_once_key(request, who.tenant, who.user));
  const std::int64_t now_us = store::unix_us_now();
  store::Answer answer = TRY(store::write_once(
      store_.writer(), once, now_us, [&](store::Database& database) -> Result<store::Answer> {
        const Product product = TRY(create_product(database, who.tenant, fields, now_us));
        return store::Answer{201, product_json(product, currency)};
      }));
  return http::answer_response(std::move(answer));
}

Result<http::Response> Api::get_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::sell));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const Currency currency = TRY(currency_of(who.tenant));
  const std::optional<Product> product =
      TRY(store_.read([&](store::Database& database) { return store::product(database, who.tenant, id); }));
  if (!product.has_value()) return Error::not_found;
  return raw_json(product_json(*product, currency));
}

Result<http::Response> Api::patch_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const json::Value body = TRY(request.json_body());
  const Currency currency = TRY(currency_of(who.tenant));
  const ProductFields fields = TRY(read_product_change(body, currency));
  const Product product = TRY(store_.writer().write_for<Product>(
      [&](store::Database& database) { return change_product(database, who.tenant, id, fields); }));
  return raw_json(product_json(product, currency));
}

Result<http::Response> Api::remove_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const std::int64_t now_us = store::unix_us_now();
  TRY(store_.writer().write([&](store::Database& database) {
    return catalogue::delete_product(database, who.tenant, id, now_us);
  }));
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

}  // namespace ringup::catalogue
