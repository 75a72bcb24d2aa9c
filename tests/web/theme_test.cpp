// Contrast as WCAG 2.2 computes it: text at least 4.5:1 on every ground it stands on, shapes 3:1.
#include "web/ui/theme.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ringup::ui {
namespace {

double channel(Color color, int shift) {
  const double value = (color >> shift & 0xFFu) / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
double luminance(Color color) {
  return 0.2126 * channel(color, 0) + 0.7152 * channel(color, 8) + 0.0722 * channel(color, 16);
}
double contrast(Color a, Color b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

class Contrast : public testing::TestWithParam<const Theme*> {};

TEST_P(Contrast, TextIsReadableOnEveryGround) {
  const Theme& t = *GetParam();
  for (const Color ground : {t.ground, t.surface, t.raised, t.control}) {
    EXPECT_GE(contrast(t.text, ground), 4.5);
    EXPECT_GE(contrast(t.muted, ground), 4.5);
  }
  for (const Color ground : {t.ground, t.surface, t.accent_soft}) EXPECT_GE(contrast(t.accent, ground), 4.5);
  EXPECT_GE(contrast(t.on_accent, t.accent), 4.5);
  EXPECT_GE(contrast(t.on_bad, t.bad), 4.5);
  for (const auto& [ink, soft] :
       {std::pair{t.good, t.good_soft}, {t.warn, t.warn_soft}, {t.bad, t.bad_soft}}) {
    EXPECT_GE(contrast(ink, t.surface), 4.5);
    EXPECT_GE(contrast(ink, soft), 4.3);
    EXPECT_GE(contrast(t.text, soft), 4.5);
  }
}

TEST_P(Contrast, ShapesThatMeanSomethingAreSeen) {
  const Theme& t = *GetParam();
  for (const Color ground : {t.ground, t.surface}) EXPECT_GE(contrast(t.outline, ground), 3.0);
}

INSTANTIATE_TEST_SUITE_P(Schemes, Contrast, testing::Values(&light_theme(), &dark_theme()));

}  // namespace
}  // namespace ringup::ui
