#include "core/base/json.h"
#include "server/pages/assets.h"
#include "server/pages/pages.h"

namespace ringup::pages {
namespace {

constexpr std::string_view marker = "<!-- operations -->";

std::string_view text_of(const Asset& asset) {
  return {reinterpret_cast<const char*>(asset.raw.data()), asset.raw.size()};
}

std::string_view string_of(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->as_string() != nullptr ? std::string_view(*value->as_string())
                                                           : std::string_view();
}

/// A schema in a few words: its name, or its members.
std::string words_of(const json::Value* schema) {
  if (schema == nullptr) return {};
  if (const std::string_view reference = string_of(*schema, "$ref"); !reference.empty())
    return std::string(reference.substr(reference.rfind('/') + 1));
  if (string_of(*schema, "type") == "array") return "list of " + words_of(schema->find("items"));
  const json::Value* properties = schema->find("properties");
  if (properties == nullptr || properties->as_object() == nullptr)
    return std::string(string_of(*schema, "type"));
  std::string words = "{";
  for (const json::Member& member : *properties->as_object()) {
    bool required = false;
    if (const json::Value* names = schema->find("required");
        names != nullptr && names->as_array() != nullptr) {
      for (const json::Value& name : *names->as_array())
        required = required || name == json::Value(member.name);
    }
    words += (words.size() > 1 ? ", " : "") + member.name + (required ? "" : "?");
  }
  return words + "}";
}

std::string body_words(const json::Value& holder) {
  const json::Value* content = holder.find("content");
  if (content == nullptr || content->as_object() == nullptr) return {};
  std::string words;
  for (const json::Member& kind : *content->as_object()) {
    const std::string schema = words_of(kind.value.find("schema"));
    words += (words.empty() ? "" : " · ") +
             (schema.empty() || kind.name != "application/json" ? kind.name : schema);
  }
  return words;
}

void row(std::string& out, const std::string& term, const std::string& text) {
  out += "<dt>" + http::escape_html(term) + "</dt><dd>" + http::escape_html(text) + "</dd>\n";
}

void operation(std::string& out, std::string_view verb, std::string_view path, const json::Value& operation) {
  std::string upper(verb);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  out += "<article><h3><code><span class=\"verb\">" + upper + "</span> " + http::escape_html(path) +
         "</code></h3>\n<p>" + http::escape_html(string_of(operation, "summary")) + "</p>\n";
  if (const auto more = string_of(operation, "description"); !more.empty())
    out += "<p class=\"soft\">" + http::escape_html(more) + "</p>\n";
  out += "<dl>\n";
  if (const json::Value* parameters = operation.find("parameters");
      parameters != nullptr && parameters->as_array() != nullptr) {
    for (const json::Value& parameter : *parameters->as_array()) {
      if (const auto reference = string_of(parameter, "$ref"); !reference.empty())
        row(out, std::string(reference.substr(reference.rfind('/') + 1)), "see Lists");
      else
        row(out, std::string(string_of(parameter, "name")), std::string(string_of(parameter, "description")));
    }
  }
  if (const json::Value* body = operation.find("requestBody")) row(out, "body", body_words(*body));
  if (const json::Value* answers = operation.find("responses");
      answers != nullptr && answers->as_object() != nullptr) {
    for (const json::Member& answer : *answers->as_object()) {
      const std::string words = body_words(answer.value);
      row(out, answer.name,
          std::string(string_of(answer.value, "description")) + (words.empty() ? "" : ": " + words));
    }
  }
  out += "</dl></article>\n";
}

/// The page is made from the document, grouped by the first tag, in the document's order.
std::string render(const json::Value& document) {
  std::string out = "<h1>" + http::escape_html(string_of(*document.find("info"), "title")) + "</h1>\n<p>" +
                    http::escape_html(string_of(*document.find("info"), "description")) +
                    "</p>\n<p><a href=\"/api/openapi.json\">OpenAPI document</a></p>\n";
  for (const json::Value& tag : *document.find("tags")->as_array()) {
    const std::string_view name = string_of(tag, "name");
    out += "<h2>" + http::escape_html(name) + "</h2>\n<p class=\"soft\">" +
           http::escape_html(string_of(tag, "description")) + "</p>\n";
    for (const json::Member& path : *document.find("paths")->as_object()) {
      for (const json::Member& verb : *path.value.as_object()) {
        const json::Value* tags = verb.value.find("tags");
        if (tags != nullptr && tags->as_array() != nullptr && tags->as_array()->front() == json::Value(name))
          operation(out, verb.name, path.name, verb.value);
      }
    }
  }
  return out;
}

}  // namespace

void add_reference_routes(http::Router& router) {
  router.add("GET", "/api/openapi.json", [](const http::Request&) -> Result<http::Response> {
    const Asset* asset = find_asset("openapi.json");
    if (asset == nullptr) return Error::not_found;
    http::Response response;
    response.static_body = text_of(*asset);
    return std::move(response.with("Cache-Control", "no-cache").with("ETag", std::string(asset->etag)));
  });
  router.add("GET", "/api/docs/", [](const http::Request&) -> Result<http::Response> {
    // Compiled in, so always the same: made once.
    static const std::string page = []() -> std::string {
      const Asset *frame = find_asset("/docs.html"), *document = find_asset("openapi.json");
      if (frame == nullptr || document == nullptr) return {};
      const auto value = json::parse(text_of(*document));
      ASSERT(value.ok());
      std::string html(text_of(*frame));
      const std::size_t at = html.find(marker);
      ASSERT(at != std::string::npos);
      return html.replace(at, marker.size(), render(*value));
    }();
    if (page.empty()) return Error::not_found;
    return http::text_response(page, "text/html; charset=utf-8");
  });
}

}  // namespace ringup::pages
