#include "web/ui/qr.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/base/qr.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr Color dark_module = rgb(0x000000), light_module = rgb(0xFFFFFF);

/// The code drawn last is kept: a screen shows one, frame after frame.
const QrCode* code_of(std::string_view text) {
  static std::string kept_text;
  static std::optional<QrCode> kept;
  if (!kept.has_value() || kept_text != text) {
    Result<QrCode> made = QrCode::of(text);
    if (!made.ok()) return nullptr;
    kept = std::move(made).value();
    kept_text = text;
  }
  return &*kept;
}

float module_of(const QrCode& code, float side) {
  return std::max(std::floor(side / static_cast<float>(code.size() + 2 * qr_margin)), 1.0f);
}

}  // namespace

float qr_side(std::string_view text, float side) {
  const QrCode* code = code_of(text);
  return code == nullptr ? 0 : module_of(*code, side) * static_cast<float>(code->size() + 2 * qr_margin);
}

void qr(std::string_view key, Rect rect, std::string_view text, std::string_view name) {
  const QrCode* code = code_of(text);
  if (code == nullptr) return;
  const float side = qr_side(text, std::min(rect.w, rect.h)),
              module = module_of(*code, std::min(rect.w, rect.h));
  const Rect ground{std::round(rect.middle_x() - side / 2), std::round(rect.middle_y() - side / 2), side,
                    side};
  record(id_of(key), Role::image, std::string(name) + ", QR code: " + std::string(text), ground);
  paint::box(ground, radius::field, light_module);
  for (int y = 0; y < code->size(); ++y) {
    for (int x = 0; x < code->size(); ++x) {
      const int begin = x;
      while (code->dark(x, y)) ++x;
      if (x == begin) continue;
      paint::box({ground.x + static_cast<float>(begin + qr_margin) * module,
                  ground.y + static_cast<float>(y + qr_margin) * module,
                  static_cast<float>(x - begin) * module, module},
                 0, dark_module);
    }
  }
}

}  // namespace ringup::ui
