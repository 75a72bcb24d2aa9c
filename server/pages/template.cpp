#include "server/pages/template.h"

#include <kainjow/mustache.hpp>
#include <map>

#include "server/http/http.h"
#include "server/pages/assets.h"

namespace ringup::pages {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data data_of(const json::Value& value) {
  if (const auto* text = value.as_string()) return text->empty() ? data(false) : data(*text);
  if (const auto* number = value.as_integer()) return data(std::to_string(*number));
  if (const auto* yes = value.as_bool()) return data(*yes);
  if (const auto* items = value.as_array()) {
    data list(data::type::list);
    for (const json::Value& item : *items) list.push_back(data_of(item));
    return list;
  }
  data object(data::type::object);
  if (const auto* members = value.as_object()) {
    for (const json::Member& member : *members) object.set(member.name, data_of(member.value));
    return object;
  }
  return data(false);
}

/// Control characters become spaces, so that a name with a line break cannot write a line of its own.
std::string one_line(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

std::optional<std::string> text_of(const std::string& name) {
  const Asset* asset = find_asset(name);
  if (asset == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(asset->raw.data()), asset->raw.size());
}

/// Finds parts beside the template that asks for them.
class Context : public kainjow::mustache::context<std::string> {
 public:
  Context(const data* values, std::string before, std::string after)
      : context(values), before_(std::move(before)), after_(std::move(after)) {}
  const data* get_partial(const std::string& name) const override {
    auto found = parts_.find(name);
    if (found == parts_.end()) {
      std::optional<std::string> text = text_of(before_ + name + after_);
      if (!text.has_value()) missing_ = name;
      found = parts_.emplace(name, data(std::move(text).value_or(std::string()))).first;
    }
    return &found->second;
  }
  const std::string& missing() const { return missing_; }

 private:
  const std::string before_, after_;
  mutable std::map<std::string, data> parts_;
  mutable std::string missing_;
};

}  // namespace

Result<std::string> fill(std::string_view name, const json::Object& values, Escape escape) {
  const std::string asset(name);
  const std::optional<std::string> text = text_of(asset);
  if (!text.has_value()) return fail(Error::not_found, asset, "There is no template of this name.");
  const data filled = data_of(values);
  const std::size_t slash = asset.rfind('/') + 1, dot = asset.rfind('.');
  Context context(&filled, asset.substr(0, slash) + "part_", asset.substr(dot));
  mustache page(*text);
  page.set_custom_escape(escape == Escape::html ? [](const std::string& in) { return http::escape_html(in); }
                                                : one_line);
  std::string out = page.render(context);
  if (!page.is_valid()) return fail(Error::internal, asset, page.error_message());
  if (!context.missing().empty())
    return fail(Error::internal, asset, "There is no part " + context.missing() + ".");
  return out;
}

}  // namespace ringup::pages
