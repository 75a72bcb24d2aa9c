#pragma once
/// Boxes, and how screens share them out. A screen begins with screen() and cuts strips off it:
///     Rect rest = ui::screen();
///     const Rect bar = rest.cut_top(64);
///     const Rect cart = rest.cut_right(360, space::l);
/// Units: points (see web/platform/platform.h).
#include <algorithm>

namespace ringup::ui {

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  float right() const { return x + w; }
  float bottom() const { return y + h; }
  float middle_x() const { return x + w / 2; }
  float middle_y() const { return y + h / 2; }
  bool empty() const { return w <= 0 || h <= 0; }
  bool contains(float px, float py) const { return px >= x && px < x + w && py >= y && py < y + h; }
  bool operator==(const Rect&) const = default;

  /// Takes a strip off one side and leaves the rest, less a gap. Never takes more than there is.
  Rect cut_top(float height, float gap = 0) {
    const float taken = std::clamp(height, 0.0f, h);
    const Rect strip{x, y, w, taken};
    const float gone = std::min(taken + gap, h);
    y += gone;
    h -= gone;
    return strip;
  }
  Rect cut_bottom(float height, float gap = 0) {
    const float taken = std::clamp(height, 0.0f, h);
    const Rect strip{x, y + h - taken, w, taken};
    h -= std::min(taken + gap, h);
    return strip;
  }
  Rect cut_left(float width, float gap = 0) {
    const float taken = std::clamp(width, 0.0f, w);
    const Rect strip{x, y, taken, h};
    const float gone = std::min(taken + gap, w);
    x += gone;
    w -= gone;
    return strip;
  }
  Rect cut_right(float width, float gap = 0) {
    const float taken = std::clamp(width, 0.0f, w);
    const Rect strip{x + w - taken, y, taken, h};
    w -= std::min(taken + gap, w);
    return strip;
  }

  Rect inset(float all) const { return inset(all, all); }
  Rect inset(float horizontal, float vertical) const {
    return {x + horizontal, y + vertical, std::max(w - 2 * horizontal, 0.0f),
            std::max(h - 2 * vertical, 0.0f)};
  }
  Rect moved(float dx, float dy) const { return {x + dx, y + dy, w, h}; }
  /// Column `index` of `count` equal ones; or row.
  Rect column(int index, int count, float gap = 0) const {
    const float each = (w - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
    return {x + (each + gap) * static_cast<float>(index), y, each, h};
  }
  Rect row(int index, int count, float gap = 0) const {
    const float each = (h - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
    return {x, y + (each + gap) * static_cast<float>(index), w, each};
  }
  /// A box of this size in the middle.
  Rect centred(float width, float height) const {
    return {x + (w - width) / 2, y + (h - height) / 2, width, height};
  }
  Rect intersect(const Rect& other) const {
    const float left = std::max(x, other.x), top = std::max(y, other.y);
    return {left, top, std::max(std::min(right(), other.right()) - left, 0.0f),
            std::max(std::min(bottom(), other.bottom()) - top, 0.0f)};
  }
};

}  // namespace ringup::ui
