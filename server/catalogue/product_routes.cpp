#include <charconv>

#include "server/catalogue/api.h"
#include "server/catalogue/product_json.h"
#include "server/catalogue/products.h"
#include "server/http/audited.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/store/products.h"
#include "server/store/tenants.h"

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

http::Response raw_json(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

Failure wrong_cursor() {
  return fail(Error::invalid_value, "cursor", "Use the `next` of the page before.");
}

/// `If-Match: "41"`: the version that was seen, as the member `version` says it.
Result<void> read_if_match(const http::Request& request, std::optional<std::int64_t>& seen_version) {
  std::string_view text = request.header("if-match");
  if (text.empty() || text == "*") return {};
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (problem != std::errc() || end != text.data() + text.size() || version < 0)
    return fail(Error::invalid_value, "If-Match", "Give the product's version in quotes.");
  seen_version = version;
  return {};
}

template <class T>
Result<T> in_parameter(const char* name, Result<T> result) {
  if (!result.ok()) result.failure().where = name;
  return result;
}

/// Whether anything of the filter but the category is asked for.
Result<bool> read_filter(const http::Request& request, Currency currency, store::ProductFilter& filter) {
  bool any = false;
  const auto asked = [&](const char* name) {
    const auto value = request.query_value(name);
    any = any || value.has_value();
    return value;
  };
  if (const auto name = asked("tax_class")) filter.tax_class = std::string(*name);
  if (const auto text = asked("price_min"))
    filter.price_min = TRY(in_parameter("price_min", parse_unit_price(*text, currency)));
  if (const auto text = asked("price_max"))
    filter.price_max = TRY(in_parameter("price_max", parse_unit_price(*text, currency)));
  if (const auto text = asked("stock_max"))
    filter.stock_max = TRY(in_parameter("stock_max", parse_quantity(*text)));
  if (const auto text = asked("changed_since")) {
    const auto [end, problem] =
        std::from_chars(text->data(), text->data() + text->size(), filter.changed_since);
    if (problem != std::errc() || end != text->data() + text->size() || filter.changed_since < 0)
      return fail(Error::invalid_value, "changed_since", "Give the `version` that you know.");
  }
  return any;
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
  store::ProductFilter filter;
  std::string sort;
  http::Page page;
  Currency currency;

  std::int64_t limit() const { return page.limit; }
};

Result<http::Response> Api::list_products(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  Listing listing;
  listing.page = TRY(http::read_page(request, {"q", "category", "barcode", "sort", "tax_class", "price_min",
                                               "price_max", "stock_max", "changed_since"}));
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
    listing.filter.category = *id;
  }
  const bool narrowed = TRY(read_filter(request, listing.currency, listing.filter));
  listing.sort = std::string(request.query_value("sort").value_or(listing.query.empty() ? "sku" : ""));
  if (!listing.query.empty() && !listing.sort.empty())
    return fail(Error::invalid_value, "sort", "A search gives the best matches first and is not sorted.");
  if (narrowed && (!listing.query.empty() || listing.sort == "name")) {
    return fail(Error::invalid_value, listing.query.empty() ? "sort" : "q",
                "Lists narrowed by tax_class, price_min, price_max, stock_max or changed_since are sorted by "
                "sku or -changed.");
  }
  if (!listing.query.empty() || listing.sort == "name") return search_products(who.tenant, listing);

  const std::int64_t asked = listing.limit() + 1;
  std::vector<Product> found;
  const std::string& cursor = listing.page.cursor;
  if (listing.sort == "sku") {
    found = TRY(store_.read([&](store::Database& database) {
      return store::in_snapshot(database, [&] {
        return store::products_by_sku(database, who.tenant, listing.filter, cursor, asked);
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
        return store::products_by_change(database, who.tenant, listing.filter, version, id, asked);
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
      page = catalogue.browse(listing.filter.category, offset, limit);
      reachable = page.total;
    } else {
      const std::size_t hits = std::min(offset + limit, search_hits_max);
      page = catalogue.search(listing.query, listing.filter.category, hits, scratch);
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
        Change change(database, who.tenant, who.user, now_us);
        const Product product = TRY(create_product(change, fields));
        TRY(http::tell_deed(
            database, request, who,
            {"product_made",
             "product",
             product.id,
             {{"sku", product.sku}, {"unit_price", to_decimal(product.unit_price, currency)}}},
            now_us));
        return store::Answer{201, product_json(product, currency)};
      }));
  return http::answer_response(std::move(answer));
}

Result<http::Response> Api::get_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  return store_.read([&](store::Database& database) {
    return store::in_snapshot(database, [&]() -> Result<http::Response> {
      const auto tenant = TRY(store::find_tenant(database, who.tenant));
      const std::optional<Product> product = TRY(store::product(database, who.tenant, id));
      if (!tenant.has_value() || !product.has_value()) return Error::not_found;
      return raw_json(product_json(*product, tenant->currency));
    });
  });
}

Result<http::Response> Api::patch_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const json::Value body = TRY(request.json_body());
  const Currency currency = TRY(currency_of(who.tenant));
  ProductFields fields = TRY(read_product_change(body, currency));
  TRY(read_if_match(request, fields.seen_version));
  const std::int64_t now_us = store::unix_us_now();
  const auto write = [&](store::Database& database) -> Result<Product> {
    const auto before = TRY(store::product(database, who.tenant, id));
    Change change(database, who.tenant, who.user, now_us);
    Product after = TRY(change_product(change, id, fields));
    json::Object details{{"sku", after.sku}, {"members", http::members_of(body)}};
    if (before.has_value() && before->unit_price != after.unit_price) {
      details.push_back({"unit_price", json::Object{{"from", to_decimal(before->unit_price, currency)},
                                                    {"to", to_decimal(after.unit_price, currency)}}});
    }
    TRY(http::tell_deed(database, request, who, {"product_changed", "product", id, std::move(details)},
                        now_us));
    return after;
  };
  const Product product = TRY(store_.writer().write_for<Product>(write));
  return raw_json(product_json(product, currency));
}

Result<http::Response> Api::remove_product(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  std::optional<std::int64_t> seen_version;
  TRY(read_if_match(request, seen_version));
  const std::int64_t now_us = store::unix_us_now();
  TRY(store_.writer().write([&](store::Database& database) -> Result<void> {
    Change change(database, who.tenant, who.user, now_us);
    TRY(catalogue::delete_product(change, id, seen_version));
    return http::tell_deed(database, request, who, {"product_deleted", "product", id}, now_us);
  }));
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

}  // namespace ringup::catalogue
