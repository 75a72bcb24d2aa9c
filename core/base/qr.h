#pragma once
/// A text as a QR code (ISO/IEC 18004), for screens, paper and pages alike. No margin is part of it: readers
/// want `qr_margin` light modules around. Black on white in any colour scheme.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup {

inline constexpr std::size_t qr_bytes_max = 300;  // codes of more are too fine for a receipt and an old phone
inline constexpr int qr_margin = 4;               // modules; what the standard asks for

/// The smallest code that holds the text with level M (15 % of it may be unreadable), or with a higher level
/// where that costs no size.
class QrCode {
 public:
  /// limit_exceeded above qr_bytes_max; invalid_value for a text that is empty or holds a U+0000.
  static Result<QrCode> of(std::string_view text);

  /// Modules along one side: 21, 25, 29 …
  int size() const { return size_; }
  /// Outside the code everything is light.
  bool dark(int x, int y) const;

  /// The dark modules as the path of an SVG whose unit is a module, moved by the margin: "M4 4h7v1H4z…".
  std::string svg_path() const;
  /// A whole SVG, its width and height in modules with the margin, to stand in a page under our
  /// Content-Security-Policy. `name`, as it may stand in an attribute, is for those who do not see it.
  std::string svg(std::string_view name) const;

 private:
  QrCode() = default;
  int size_ = 0;
  std::vector<bool> dark_;
};

}  // namespace ringup
