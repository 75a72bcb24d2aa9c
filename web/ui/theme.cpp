#include "web/ui/theme.h"

#include <array>

#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr Theme light{.dark = false,
                      .ground = rgb(0xF6F7F9),
                      .surface = rgb(0xFFFFFF),
                      .raised = rgb(0xFFFFFF),
                      .line = rgb(0xE3E6EB),
                      .text = rgb(0x14181F),
                      .muted = rgb(0x5B6472),
                      .accent = rgb(0x0B6BCB),
                      .on_accent = rgb(0xFFFFFF),
                      .accent_soft = rgb(0xE6F0FB),
                      .good = rgb(0x12805C),
                      .warn = rgb(0xA15C00),
                      .bad = rgb(0xC22F2F),
                      .on_bad = rgb(0xFFFFFF),
                      .good_soft = rgb(0xE4F4EE),
                      .warn_soft = rgb(0xFCF1E0),
                      .bad_soft = rgb(0xFCEBEB),
                      .control = rgb(0xEDEFF3),
                      .outline = rgb(0x868F9C),
                      .scrim = 0x73171310u,
                      .shadow = 0x1F3A2A14u};

constexpr Theme dark{.dark = true,
                     .ground = rgb(0x0F1216),
                     .surface = rgb(0x181C22),
                     .raised = rgb(0x20262E),
                     .line = rgb(0x2C333D),
                     .text = rgb(0xF1F4F8),
                     .muted = rgb(0x9AA5B4),
                     .accent = rgb(0x4DA3FF),
                     .on_accent = rgb(0x08121D),
                     .accent_soft = rgb(0x172A40),
                     .good = rgb(0x34C793),
                     .warn = rgb(0xF0A93B),
                     .bad = rgb(0xFF6B6B),
                     .on_bad = rgb(0x1D0808),
                     .good_soft = rgb(0x142B24),
                     .warn_soft = rgb(0x2F2616),
                     .bad_soft = rgb(0x331C1F),
                     .control = rgb(0x2A313B),
                     .outline = rgb(0x6B7686),
                     .scrim = 0x99000000u,
                     .shadow = 0x66000000u};

}  // namespace

const Theme& light_theme() {
  return light;
}
const Theme& dark_theme() {
  return dark;
}
const Theme& theme() {
  return *state().theme;
}

Color faded(Color color, float alpha) {
  const auto a = static_cast<Color>(static_cast<float>(color >> 24) * alpha + 0.5f);
  return (color & 0x00FFFFFFu) | (a << 24);
}

Color mixed(Color a, Color b, float amount) {
  Color out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const float from = static_cast<float>(a >> shift & 0xFFu), to = static_cast<float>(b >> shift & 0xFFu);
    out |= static_cast<Color>(from + (to - from) * amount + 0.5f) << shift;
  }
  return out;
}

Color color_of(Tone tone) {
  const Theme& t = theme();
  switch (tone) {
    case Tone::text:
      return t.text;
    case Tone::muted:
      return t.muted;
    case Tone::accent:
      return t.accent;
    case Tone::good:
      return t.good;
    case Tone::warn:
      return t.warn;
    case Tone::bad:
      return t.bad;
    case Tone::on_accent:
      return t.on_accent;
    case Tone::on_bad:
      return t.on_bad;
  }
  return t.text;
}

Color soft_of(Tone tone) {
  const Theme& t = theme();
  switch (tone) {
    case Tone::accent:
      return t.accent_soft;
    case Tone::good:
      return t.good_soft;
    case Tone::warn:
      return t.warn_soft;
    case Tone::bad:
      return t.bad_soft;
    default:
      return t.control;
  }
}

InitialsColor initials_color(std::uint32_t seed) {
  struct Pair {
    std::uint32_t light_ground, light_on, dark_ground, dark_on;
  };
  static constexpr std::array<Pair, 8> pairs{{{0xE3EEFB, 0x1B569A, 0x1A2B3F, 0x8CC0F5},
                                              {0xE2F3EC, 0x14664B, 0x15302A, 0x7AD6B3},
                                              {0xFBF0DE, 0x85500A, 0x332918, 0xEDBF79},
                                              {0xFBE7E7, 0x9A2F35, 0x372023, 0xF29C9C},
                                              {0xEFE9FA, 0x5D3FA0, 0x2A2440, 0xBFA9F2},
                                              {0xE1F2F5, 0x14616E, 0x163037, 0x7FD0DD},
                                              {0xFAE8F2, 0x93326B, 0x361F2E, 0xEDA0CB},
                                              {0xECF1DF, 0x4F6414, 0x262E18, 0xB9CF7E}}};
  const Pair& pair = pairs[seed % pairs.size()];
  if (theme().dark) return {rgb(pair.dark_ground), rgb(pair.dark_on)};
  return {rgb(pair.light_ground), rgb(pair.light_on)};
}

}  // namespace ringup::ui
