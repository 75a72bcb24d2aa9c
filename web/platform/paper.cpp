#include "web/platform/paper.h"

#include "core/base/json.h"

namespace ringup::platform {
namespace {

std::string_view kind_of(PrinterPort port) {
  return port == PrinterPort::usb ? "usb" : "serial";
}

}  // namespace

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
