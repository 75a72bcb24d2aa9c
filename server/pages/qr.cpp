#include "server/pages/qr.h"

#include "core/base/qr.h"
#include "server/http/http.h"

namespace ringup::pages {

std::string qr_svg(const std::string& text, const std::string& words) {
  return QrCode::of(text).value().svg(http::escape_html(words));
}

std::string qr_text(const std::string& text, bool colours) {
  const QrCode code = QrCode::of(text).value();
  std::string out;
  for (int y = -qr_margin; y < code.size() + qr_margin; y += 2) {
    if (colours) out += "\x1b[30;107m";
    for (int x = -qr_margin; x < code.size() + qr_margin; ++x) {
      const bool above = code.dark(x, y) == colours, below = code.dark(x, y + 1) == colours;
      out += above && below ? "█" : above ? "▀" : below ? "▄" : " ";
    }
    out += colours ? "\x1b[0m\n" : "\n";
  }
  return out;
}

}  // namespace ringup::pages
