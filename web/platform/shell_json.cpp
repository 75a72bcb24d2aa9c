#include "web/platform/shell_json.h"

#include "core/base/json.h"

namespace ringup::platform {
namespace {

std::string_view kind_of(PrinterPort port) {
  return port == PrinterPort::usb ? "usb" : "serial";
}

}  // namespace

std::string fetch_json(const FetchRequest& request) {
  json::Array headers;
  for (const auto& [name, value] : request.headers)
    headers.emplace_back(json::Array{json::Value(name), json::Value(value)});
  json::Object head{{"method", request.method},
                    {"url", request.url},
                    {"timeout", request.timeout_ms},
                    {"headers", std::move(headers)}};
  if (request.progress) head.push_back({"progress", true});
  return json::dump(head);
}

Headers read_headers(std::string_view lines) {
  Headers headers;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t name_end = lines.find('\n', at), value_end = lines.find('\n', name_end + 1);
    if (name_end == std::string_view::npos || value_end == std::string_view::npos) break;
    headers.emplace_back(lines.substr(at, name_end - at),
                         lines.substr(name_end + 1, value_end - name_end - 1));
    at = value_end + 1;
  }
  return headers;
}

std::string strip_json(const PaperStrip& strip) {
  json::Array lines;
  for (const PaperStrip::Line& line : strip.lines)
    lines.emplace_back(json::Array{json::Value(line.strong ? 1 : 0), json::Value(line.text)});
  json::Object whole{{"title", strip.title}, {"width", strip.width_mm}, {"lines", std::move(lines)}};
  if (!strip.qr_path.empty())
    whole.push_back({"qr", json::Object{{"path", strip.qr_path}, {"size", strip.qr_size}}});
  return json::dump(whole);
}

std::string choice_json(PrinterPort port) {
  return json::dump(json::Object{{"verb", "choose"}, {"kind", kind_of(port)}});
}

std::string job_json(const PrinterAddress& to) {
  return json::dump(
      json::Object{{"verb", "send"}, {"kind", kind_of(to.port)}, {"device", to.device}, {"baud", to.baud}});
}

}  // namespace ringup::platform
