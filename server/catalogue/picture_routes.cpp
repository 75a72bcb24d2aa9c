#include <algorithm>

#include "server/catalogue/api.h"
#include "server/store/pictures.h"
#include "server/store/products.h"

namespace ringup::catalogue {
namespace {

constexpr std::string_view picture_types[] = {"image/jpeg", "image/png", "image/webp"};

/// "{64 hex digits}-{96|320|960}.webp".
struct PictureName {
  Sha256Digest hash{};
  std::size_t size = 0;
};
Result<PictureName> read_name(std::string_view text) {
  constexpr std::size_t digits = 64;
  constexpr std::string_view ending = ".webp";
  if (text.size() <= digits + 1 + ending.size() || text[digits] != '-' || !text.ends_with(ending))
    return Error::not_found;
  PictureName name;
  if (!from_hex(text.substr(0, digits), name.hash.data(), name.hash.size())) return Error::not_found;
  text.remove_prefix(digits + 1);
  text.remove_suffix(ending.size());
  for (; name.size < image::sizes.size(); ++name.size) {
    if (text == std::to_string(image::sizes[name.size])) return name;
  }
  return Error::not_found;
}

}  // namespace

Result<http::Response> Api::put_picture(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  std::string_view type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  if (std::find(std::begin(picture_types), std::end(picture_types), type) == std::end(picture_types)) {
    return fail(Error::unsupported_media_type, "Content-Type",
                "Send the picture itself as image/jpeg, image/png or image/webp.");
  }
  // Decoding costs: not for a product that is not there.
  const Currency currency = TRY(currency_of(who.tenant));
  const auto known =
      TRY(store_.read([&](store::Database& database) { return store::product(database, who.tenant, id); }));
  if (!known.has_value()) return Error::not_found;
  const Picture picture = TRY(picture_maker_.make(request.body));
  const std::int64_t now_us = store::unix_us_now();
  const Product product = TRY(store_.writer().write_for<Product>([&](store::Database& database) {
    Change change(database, who.tenant, who.user, now_us);
    return give_picture(change, id, picture);
  }));
  http::Response response;
  append_json(response.body, product, currency);
  return response;
}

Result<http::Response> Api::remove_picture(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::catalogue_write));
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  const std::int64_t now_us = store::unix_us_now();
  TRY(store_.writer().write([&](store::Database& database) {
    Change change(database, who.tenant, who.user, now_us);
    return take_picture(change, id);
  }));
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

Result<http::Response> Api::get_picture(const http::Request& request) {
  const PictureName name = TRY(read_name(request.parameters[0]));
  const std::string tag = '"' + request.parameters[0].substr(0, request.parameters[0].size() - 5) + '"';
  http::Response response;
  response.with("ETag", tag).with("Cache-Control", "public, max-age=31536000, immutable");
  if (request.header("if-none-match").find(tag) != std::string_view::npos) {
    // The name is the content: whoever has it has the right bytes, also of a picture that is gone here.
    response.status = 304;
    return response;
  }
  std::optional<std::string> bytes = TRY(store_.read(
      [&](store::Database& database) { return store::picture_bytes(database, name.hash, name.size); }));
  if (!bytes.has_value()) return Error::not_found;
  response.content_type = "image/webp";
  response.body = std::move(*bytes);
  return response;
}

}  // namespace ringup::catalogue
