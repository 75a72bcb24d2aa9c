#include "core/base/qr.h"

#include <qrcodegen.h>

namespace ringup {
namespace {
// The largest version that 300 bytes need at level M is 12; some room for none, so that the buffers stay
// small.
constexpr int version_max = 14;
constexpr int svg_pixels = 4;  // a module, where no style says another size
}  // namespace

Result<QrCode> QrCode::of(std::string_view text) {
  if (text.size() > qr_bytes_max) {
    return fail(Error::limit_exceeded, {},
                "A QR code holds at most " + std::to_string(qr_bytes_max) + " bytes.");
  }
  if (text.empty() || text.find('\0') != std::string_view::npos)
    return fail(Error::invalid_value, {}, "This text cannot be a QR code.");
  std::uint8_t spare[qrcodegen_BUFFER_LEN_FOR_VERSION(version_max)];
  std::uint8_t modules[qrcodegen_BUFFER_LEN_FOR_VERSION(version_max)];
  const std::string ended(text);
  const bool made = qrcodegen_encodeText(ended.c_str(), spare, modules, qrcodegen_Ecc_MEDIUM,
                                         qrcodegen_VERSION_MIN, version_max, qrcodegen_Mask_AUTO, true);
  ASSERT(made);
  QrCode code;
  code.size_ = qrcodegen_getSize(modules);
  code.dark_.reserve(static_cast<std::size_t>(code.size_ * code.size_));
  for (int y = 0; y < code.size_; ++y) {
    for (int x = 0; x < code.size_; ++x) code.dark_.push_back(qrcodegen_getModule(modules, x, y));
  }
  return code;
}

bool QrCode::dark(int x, int y) const {
  if (x < 0 || y < 0 || x >= size_ || y >= size_) return false;
  return dark_[static_cast<std::size_t>(y * size_ + x)];
}

std::string QrCode::svg_path() const {
  std::string path;
  for (int y = 0; y < size_; ++y) {
    for (int x = 0; x < size_; ++x) {
      const int begin = x;
      while (dark(x, y)) ++x;
      if (x == begin) continue;
      path += "M" + std::to_string(begin + qr_margin) + " " + std::to_string(y + qr_margin) + "h" +
              std::to_string(x - begin) + "v1H" + std::to_string(begin + qr_margin) + "z";
    }
  }
  return path;
}

std::string QrCode::svg(std::string_view name) const {
  const std::string whole = std::to_string(size_ + 2 * qr_margin);
  const std::string pixels = std::to_string(svg_pixels * (size_ + 2 * qr_margin));
  return "<svg class=\"qr\" role=\"img\" aria-label=\"" + std::string(name) + "\" width=\"" + pixels +
         "\" height=\"" + pixels + "\" viewBox=\"0 0 " + whole + " " + whole +
         "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + whole + "v" + whole +
         "H0z\"/><path d=\"" + svg_path() + "\"/></svg>";
}

}  // namespace ringup
