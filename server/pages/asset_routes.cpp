#include <algorithm>

#include "server/pages/assets.h"
#include "server/pages/pages.h"

namespace ringup::pages {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Calls `each` for the parts of a comma-separated header until it returns true.
template <class Each>
bool any_part(std::string_view list, Each&& each) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (each(trimmed(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

/// True where Accept-Encoding names the coding, and not with q=0.
bool accepts(std::string_view header, std::string_view coding) {
  return any_part(header, [&](std::string_view part) {
    const std::size_t semicolon = std::min(part.find(';'), part.size());
    if (trimmed(part.substr(0, semicolon)) != coding) return false;
    const std::string_view quality = trimmed(part.substr(std::min(semicolon + 1, part.size())));
    return !(quality.starts_with("q=0") && quality.find_first_not_of("0.", 2) == std::string_view::npos);
  });
}

std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

http::Response serve(const Asset& asset, const http::Request& request) {
  http::Response response;
  response.content_type = std::string(asset.content_type);
  const std::string_view encodings = request.header("accept-encoding");
  std::span<const unsigned char> bytes = asset.raw;
  std::string tag(asset.etag.substr(0, asset.etag.size() - 1));
  std::string_view coding;
  if (!asset.brotli.empty() && accepts(encodings, "br")) {
    bytes = asset.brotli;
    coding = "br";
  } else if (!asset.gzip.empty() && accepts(encodings, "gzip")) {
    bytes = asset.gzip;
    coding = "gzip";
  }
  // Each form has a tag of its own: they are different bytes.
  if (!coding.empty()) response.with("Content-Encoding", std::string(coding)), tag.append("-").append(coding);
  tag += '"';
  response.with("ETag", tag);
  if (!asset.gzip.empty() || !asset.brotli.empty()) response.with("Vary", "Accept-Encoding");
  response.with("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  const bool unchanged = any_part(request.header("if-none-match"), [&](std::string_view known) {
    if (known.starts_with("W/")) known.remove_prefix(2);
    return known == tag || known == "*";
  });
  if (unchanged) {
    response.status = 304;
    return response;
  }
  response.static_body = text_of(bytes);
  return response;
}

http::Handler page(std::string path) {
  return [path = std::move(path)](const http::Request& request) -> Result<http::Response> {
    const Asset* asset = find_asset(path);
    if (asset == nullptr) return Error::not_found;
    return serve(*asset, request);
  };
}

}  // namespace

void add_asset_routes(http::Router& router) {
  router.add("GET", "/", page("/index.html"));
  router.add("GET", "/till/", page("/till.html"));
  router.add("GET", "/console/", page("/console.html"));
  router.add("GET", "/mobile-pos/", [](const http::Request&) -> Result<http::Response> {
    http::Response response =
        http::text_response("The till is at /till.\n", "text/plain; charset=utf-8", 302);
    return std::move(response.with("Location", "/till"));
  });
  const auto hashed = [](const http::Request& request) -> Result<http::Response> {
    const Asset* asset = find_asset("/assets/" + request.parameters[0]);
    if (asset == nullptr) return Error::not_found;
    return serve(*asset, request);
  };
  router.add("GET", "/assets/{path...}", hashed, {.quick = true});
  // Files that keep their names (the service worker, robots.txt). Pages have addresses without ".html".
  for (const Asset& asset : all_assets()) {
    if (!asset.path.starts_with('/') || asset.path.starts_with("/assets/") || asset.path.ends_with(".html"))
      continue;
    router.add("GET", asset.path, page(std::string(asset.path)));
  }
}

}  // namespace ringup::pages
