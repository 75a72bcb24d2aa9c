#include "core/base/qr.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

std::string drawn(const QrCode& code) {
  std::string rows;
  for (int y = 0; y < code.size(); ++y) {
    for (int x = 0; x < code.size(); ++x) rows += code.dark(x, y) ? '#' : '.';
    rows += '\n';
  }
  return rows;
}

// As the program qrencode 4.1.1 draws it: qrencode -8 -l M -m 0 -t ASCII https://shop.example/r/1
TEST(Qr, IsTheCodeThatAnotherEncoderMakes) {
  EXPECT_EQ("\n" + drawn(QrCode::of("https://shop.example/r/1").value()), R"(
#######.#.##.#....#######
#.....#.####.##.#.#.....#
#.###.#.##..##.#..#.###.#
#.###.#..##..#.##.#.###.#
#.###.#.##...##.#.#.###.#
#.....#..###..#...#.....#
#######.#.#.#.#.#.#######
...........#.##..........
#..########...####..#.###
.#..##...#.#..##...#####.
###.#.####.....#.#.#.#..#
#..##....#.##.#.###..####
...#.##...##..#...#.....#
#..###.#.#..#.###...#..#.
##.#.##..#....##.#..#####
#.##.#.#..#.#....#.#.##.#
#.#...#...####.######.##.
........#.##..#.#...#.##.
#######.#.#.#.#.#.#.#...#
#.....#.#.##.####...#...#
#.###.#.#.###..######....
#.###.#.##..###..##....##
#.###.#..###.#..#...#####
#.....#..####.#..####.###
#######.##.#..#####..#..#
)");
}

TEST(Qr, GrowsWithItsText) {
  EXPECT_EQ(QrCode::of("A").value().size(), 21);
  EXPECT_EQ(QrCode::of("https://shop.example/r/019aa5a2-7c00-7abc-8def-0123456789ab").value().size(), 33);
  EXPECT_LE(QrCode::of(std::string(qr_bytes_max, 'x')).value().size(), 73);
}

TEST(Qr, IsLightOutside) {
  const QrCode code = QrCode::of("A").value();
  EXPECT_TRUE(code.dark(0, 0));
  EXPECT_FALSE(code.dark(-1, 0));
  EXPECT_FALSE(code.dark(0, -1));
  EXPECT_FALSE(code.dark(21, 0));
  EXPECT_FALSE(code.dark(0, 21));
}

TEST(Qr, RefusesWhatNoCodeHolds) {
  EXPECT_EQ(QrCode::of("").error(), Error::invalid_value);
  EXPECT_EQ(QrCode::of(std::string("a\0b", 3)).error(), Error::invalid_value);
  EXPECT_EQ(QrCode::of(std::string(qr_bytes_max + 1, 'x')).error(), Error::limit_exceeded);
}

TEST(Qr, IsAPathOfItsDarkModulesWithAMargin) {
  const QrCode code = QrCode::of("A").value();
  EXPECT_TRUE(code.svg_path().starts_with("M4 4h7v1H4z")) << code.svg_path();
  const std::string svg = code.svg("The address");
  EXPECT_NE(svg.find("viewBox=\"0 0 29 29\""), std::string::npos);
  EXPECT_NE(svg.find("aria-label=\"The address\""), std::string::npos);
  EXPECT_EQ(svg.find("style="), std::string::npos);  // the policy of our pages forbids it
}

}  // namespace
}  // namespace ringup
