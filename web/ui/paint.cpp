#include <cfloat>
#include <cmath>

#include "web/ui/state.h"

namespace ringup::ui {
namespace {

struct Face {
  ImFont* font;
  float size;     // as ImGui counts it: the font's whole line box
  float leading;  // from one line to the next
};

Face face_of(TextSize text_size, Weight weight) {
  State& s = state();
  const auto css = static_cast<float>(text_size);
  const bool bold = weight == Weight::semibold;
  // Whole numbers only: between two sizes ImGui would stretch glyphs.
  return {bold ? s.semibold : s.regular, std::round(css * (bold ? s.em_semibold : s.em_regular)),
          std::round(css * line_height)};
}

float width_of(const Face& face, const char* begin, const char* end) {
  return begin == end ? 0 : face.font->CalcTextSizeA(face.size, FLT_MAX, 0, begin, end).x;
}

struct Line {
  const char *begin, *end;
  float width;
  bool cut;  // an ellipsis follows
};

constexpr const char* ellipsis = "…";

// Breaks `content` into at most `lines_max` lines no wider than `width`; calls `each` per line.
template <typename Each>
int break_lines(const Face& face, std::string_view content, float width, int lines_max, Each each) {
  const char* at = content.data();
  const char* const end = at + content.size();
  int lines = 0;
  while (at < end && lines < lines_max) {
    const char* newline = at;
    while (newline < end && *newline != '\n') ++newline;
    const bool last = lines + 1 == lines_max;
    const float whole = width_of(face, at, newline);
    const bool more_below = newline < end;
    if (whole <= width + 0.5f && !(last && more_below)) {
      each(Line{at, newline, whole, false});
      at = newline < end ? newline + 1 : end;
      ++lines;
      continue;
    }
    if (last) {
      const float room = width - width_of(face, ellipsis, ellipsis + 3);
      const char* stop = at;
      if (room > 0) face.font->CalcTextSizeA(face.size, room, 0, at, newline, &stop);
      while (stop > at && stop[-1] == ' ') --stop;
      each(Line{at, stop, width_of(face, at, stop), true});
      return lines + 1;
    }
    const char* stop = face.font->CalcWordWrapPosition(face.size, at, newline, width);
    if (stop == at) ++stop;
    while (stop < newline && (static_cast<unsigned char>(*stop) & 0xC0) == 0x80) ++stop;
    const char* trimmed = stop;
    while (trimmed > at && trimmed[-1] == ' ') --trimmed;
    each(Line{at, trimmed, width_of(face, at, trimmed), false});
    at = stop;
    while (at < end && *at == ' ') ++at;
    if (at < end && *at == '\n') ++at;
    ++lines;
  }
  return lines;
}

ImVec2 at(float x, float y) {
  return {x, y};
}

}  // namespace

float line_of(TextSize size) {
  return std::round(static_cast<float>(size) * line_height);
}

float text_width(std::string_view content, const TextStyle& style) {
  const Face face = face_of(style.size, style.weight);
  return std::ceil(width_of(face, content.data(), content.data() + content.size()));
}

float text_height(std::string_view content, float width, const TextStyle& style) {
  const Face face = face_of(style.size, style.weight);
  const int lines = break_lines(face, content, width, style.lines, [](const Line&) {});
  return static_cast<float>(lines) * face.leading;
}

namespace paint {

void box(Rect rect, float radius, Color fill) {
  if (rect.empty()) return;
  state().draw->AddRectFilled(at(rect.x, rect.y), at(rect.right(), rect.bottom()), fill, radius);
}

void top_box(Rect rect, float radius, Color fill) {
  if (rect.empty()) return;
  state().draw->AddRectFilled(at(rect.x, rect.y), at(rect.right(), rect.bottom()), fill, radius,
                              ImDrawFlags_RoundCornersTop);
}

void image(Rect rect, const platform::Picture& picture, float radius, bool top_only) {
  if (rect.empty() || picture.texture == 0 || picture.width <= 0 || picture.height <= 0) return;
  const float across = rect.w / picture.width, down = rect.h / picture.height;
  const float scale = std::max(across, down);
  const float u = (1 - rect.w / (picture.width * scale)) / 2, v = (1 - rect.h / (picture.height * scale)) / 2;
  const auto texture = static_cast<ImTextureID>(picture.texture);
  state().draw->AddImageRounded(texture, at(rect.x, rect.y), at(rect.right(), rect.bottom()), at(u, v),
                                at(1 - u, 1 - v), 0xFFFFFFFFu, radius,
                                top_only ? ImDrawFlags_RoundCornersTop : ImDrawFlags_RoundCornersAll);
}

void frame(Rect rect, float radius, Color color, float width) {
  if (rect.empty()) return;
  const float half = width / 2;  // the stroke lies inside the box
  // AddRect moves by half a point on its own account, so the path is made here.
  State& s = state();
  s.draw->PathRect(at(rect.x + half, rect.y + half), at(rect.right() - half, rect.bottom() - half),
                   std::max(radius - half, 0.0f));
  s.draw->PathStroke(color, ImDrawFlags_Closed, width);
}

void shadow(Rect rect, float radius, float depth) {
  constexpr int layers = 10;
  const Color color = theme().shadow;
  for (int i = layers; i >= 1; --i) {
    const float t = static_cast<float>(i) / layers;
    const float grow = depth * t;
    const Rect layer = rect.inset(-grow * 0.8f, -grow * 0.8f).moved(0, depth * 0.3f);
    box(layer, radius + grow, faded(color, 0.34f * (1 - t) * (1 - t) + 0.02f));
  }
}

void focus_ring(Rect rect, float radius) {
  frame(rect.inset(-4), radius + 4, theme().accent, 2.5f);
}

void circle(float x, float y, float r, Color fill) {
  state().draw->AddCircleFilled(at(x, y), r, fill);
}

void line(float x0, float y0, float x1, float y1, Color color, float width) {
  state().draw->AddLine(at(x0, y0), at(x1, y1), color, width);
}

void icon(Rect rect, Icon icon, Color color, float size) {
  State& s = state();
  if (icon == nullptr || s.icons == nullptr) return;
  const float box_size = std::round(size * s.em_icons);
  const ImVec2 extent = s.icons->CalcTextSizeA(box_size, FLT_MAX, 0, icon);
  s.draw->AddText(s.icons, box_size,
                  at(std::round(rect.middle_x() - extent.x / 2), std::round(rect.middle_y() - extent.y / 2)),
                  color, icon);
}

float words(Rect rect, std::string_view content, const TextStyle& style, Color color) {
  if (content.empty()) return 0;
  State& s = state();
  const Face face = face_of(style.size, style.weight);
  float y = rect.y;
  if (style.middle) y += (rect.h - text_height(content, rect.w, style)) / 2;
  const float above = (face.leading - face.size) / 2;
  const int lines = break_lines(face, content, rect.w, style.lines, [&](const Line& line) {
    const float tail = line.cut ? width_of(face, ellipsis, ellipsis + 3) : 0;
    float x = rect.x;
    if (style.align == Align::centre) x += (rect.w - line.width - tail) / 2;
    if (style.align == Align::right) x += rect.w - line.width - tail;
    x = std::round(x);
    const float top = std::floor(y + above);
    s.draw->AddText(face.font, face.size, at(x, top), color, line.begin, line.end);
    if (line.cut) s.draw->AddText(face.font, face.size, at(x + line.width, top), color, ellipsis);
    if (style.struck) paint::line(x, y + face.leading / 2, x + line.width, y + face.leading / 2, color, 1.5f);
    y += face.leading;
  });
  return static_cast<float>(lines) * face.leading;
}

}  // namespace paint
}  // namespace ringup::ui
