#pragma once
/// The files compiled into the binary: pages, scripts, the till's module, fonts, and data for the program
/// itself. Made at build time by cmake/embed_assets.py from shell/, assets/ and build/wasm. Everything here
/// is constant and lives as long as the program; any thread may read it.
#include <span>
#include <string_view>

namespace ringup {

struct Asset {
  /// The path of its URL ("/till.html", "/assets/app.3fa9c1d2e4.js"), or a name without a leading slash
  /// ("demo/products.csv") for what no URL may reach.
  std::string_view path;
  std::string_view content_type;
  /// With its quotes, as the header ETag wants it.
  std::string_view etag;
  /// The hash of the content is in the path: it may be cached for ever.
  bool immutable;
  /// The bytes, and the same compressed. An empty form means that it would not be smaller: send raw then.
  std::span<const unsigned char> raw, gzip, brotli;
};

/// nullptr when there is none.
const Asset* find_asset(std::string_view path);

/// Sorted by path.
std::span<const Asset> all_assets();

}  // namespace ringup
