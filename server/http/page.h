#pragma once
/// Lists: `?limit=&cursor=` in, `{"items": [...], "next": "…"|null}` out. A cursor is the key of the last
/// item that was given; clients treat it as opaque.
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/http.h"

namespace ringup::http {

inline constexpr std::int64_t page_items_default = 50;
inline constexpr std::int64_t page_items_max = 200;

struct Page {
  std::int64_t limit = page_items_default;
  std::string cursor;  // "" at the beginning

  /// The cursor as the id it must be here; the nil id at the beginning. invalid_value.
  Result<Id> cursor_id() const;
};

/// Reads limit and cursor, and refuses query parameters other than these and `others`.
/// unknown_member, out_of_range, invalid_value.
Result<Page> read_page(const Request& request, std::initializer_list<std::string_view> others = {});

/// Ask the store for limit + 1 items; here the surplus one is dropped and `next` becomes the key of the last
/// that stays: `key(item)` yields it.
template <class Item, class ToJson, class Key>
Response list_response(const std::vector<Item>& found, const Page& page, ToJson&& to_json, Key&& key) {
  json::Array items;
  const bool more = found.size() > static_cast<std::size_t>(page.limit);
  const std::size_t count = more ? static_cast<std::size_t>(page.limit) : found.size();
  for (std::size_t i = 0; i < count; ++i) items.push_back(to_json(found[i]));
  return json_response(json::Object{{"items", std::move(items)},
                                    {"next", more ? json::Value(key(found[count - 1])) : json::Value()}});
}

}  // namespace ringup::http
