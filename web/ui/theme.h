#pragma once
/// The look, in one place: colours of the light and the dark scheme, spacing, radii, type, motion. Screens
/// take everything from here and name no number of their own. Contrast: text on each ground at least 4.5:1,
/// shapes 3:1; tests/web/theme_test.cpp computes it.
#include <cstdint>

namespace ringup::ui {

/// 0xAABBGGRR, as ImGui packs it.
using Color = std::uint32_t;
constexpr Color rgb(std::uint32_t hex) {
  return 0xFF000000u | ((hex & 0xFFu) << 16) | (hex & 0xFF00u) | (hex >> 16 & 0xFFu);
}
/// The same colour, `alpha` 0 to 1 of its opacity.
Color faded(Color color, float alpha);
/// From a towards b by `amount` 0 to 1.
Color mixed(Color a, Color b, float amount);

struct Theme {
  bool dark;
  Color ground, surface, raised, line;
  Color text, muted;
  Color accent, on_accent, accent_soft;  // soft: a tint for selected and pressed grounds
  Color good, warn, bad, on_bad;
  Color good_soft, warn_soft, bad_soft;
  Color control;  // a secondary button's ground
  Color outline;  // borders that must be seen: fields, 3:1
  Color scrim;    // over what is behind a sheet
  Color shadow;   // its opacity is the deepest
};
const Theme& light_theme();
const Theme& dark_theme();
/// The scheme of this frame.
const Theme& theme();

namespace space {
inline constexpr float xs = 4, s = 8, m = 12, l = 16, xl = 24, xxl = 32;
}
namespace radius {
inline constexpr float field = 8, button = 12, tile = 12, sheet = 20;
}
/// No target is smaller than this, and no two are closer than space::s.
inline constexpr float touch_min = 48;
inline constexpr float line_height = 1.35f;
inline constexpr float motion_ms = 160;
/// From this width on there is room for two columns: grid left, cart right.
inline constexpr float wide_min = 768;

enum class TextSize : std::uint8_t { small = 14, body = 16, title = 20, large = 28, amount = 40 };
enum class Weight : std::uint8_t { regular, semibold };
enum class Tone : std::uint8_t { text, muted, accent, good, warn, bad, on_accent, on_bad };
enum class Align : std::uint8_t { left, centre, right };

Color color_of(Tone tone);
/// The soft ground that goes with a tone.
Color soft_of(Tone tone);
/// One of a few calm grounds for coloured initials, chosen by the text; initials are drawn on it in `on`.
struct InitialsColor {
  Color ground, on;
};
InitialsColor initials_color(std::uint32_t seed);

}  // namespace ringup::ui
