#include "server/pages/qr.h"

#include <qrcodegen/QrCode.hpp>

#include "core/base/result.h"
#include "server/http/http.h"

namespace ringup::pages {
namespace {

constexpr int margin = 4;  // modules; what the standard asks for

qrcodegen::QrCode code_of(const std::string& text) {
  ASSERT(!text.empty() && text.size() <= qr_bytes_max);
  return qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
}

}  // namespace

std::string qr_svg(const std::string& text, const std::string& words) {
  const qrcodegen::QrCode code = code_of(text);
  const int size = code.getSize();
  std::string dark;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const int begin = x;
      while (code.getModule(x, y)) ++x;  // light outside
      if (x == begin) continue;
      dark += "M" + std::to_string(begin + margin) + " " + std::to_string(y + margin) + "h" +
              std::to_string(x - begin) + "v1H" + std::to_string(begin + margin) + "z";
    }
  }
  const std::string whole = std::to_string(size + 2 * margin);
  return "<svg class=\"qr\" role=\"img\" aria-label=\"" + http::escape_html(words) + "\" viewBox=\"0 0 " +
         whole + " " + whole + "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + whole +
         "v" + whole + "H0z\"/><path d=\"" + dark + "\"/></svg>";
}

std::string qr_text(const std::string& text, bool colours) {
  const qrcodegen::QrCode code = code_of(text);
  std::string out;
  for (int y = -margin; y < code.getSize() + margin; y += 2) {
    if (colours) out += "\x1b[30;107m";
    for (int x = -margin; x < code.getSize() + margin; ++x) {
      const bool above = code.getModule(x, y) == colours, below = code.getModule(x, y + 1) == colours;
      out += above && below ? "█" : above ? "▀" : below ? "▄" : " ";
    }
    out += colours ? "\x1b[0m\n" : "\n";
  }
  return out;
}

}  // namespace ringup::pages
