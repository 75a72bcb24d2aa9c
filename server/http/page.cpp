#include "server/http/page.h"

#include <algorithm>
#include <charconv>

namespace ringup::http {

Result<Id> Page::cursor_id() const {
  if (cursor.empty()) return Id{};
  Result<Id> id = parse_id(cursor);
  if (!id.ok()) return fail(Error::invalid_value, "cursor", "Use the `next` of the page before.");
  return id;
}

Result<Page> read_page(const Request& request, std::initializer_list<std::string_view> others) {
  for (const auto& [name, value] : request.query) {
    if (name != "limit" && name != "cursor" && std::find(others.begin(), others.end(), name) == others.end())
      return fail(Error::unknown_member, name.substr(0, 80), "This query parameter is not known here.");
  }
  Page page;
  if (const auto limit = request.query_value("limit")) {
    const auto [end, code] = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (code != std::errc() || end != limit->data() + limit->size() || page.limit < 1 ||
        page.limit > page_items_max) {
      return fail(Error::out_of_range, "limit",
                  "Give a number from 1 to " + std::to_string(page_items_max) + ".");
    }
  }
  if (const auto cursor = request.query_value("cursor")) {
    if (cursor->size() > 300)
      return fail(Error::invalid_value, "cursor", "Use the `next` of the page before.");
    page.cursor = std::string(*cursor);
  }
  return page;
}

}  // namespace ringup::http
