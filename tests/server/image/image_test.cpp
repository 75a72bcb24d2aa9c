#include "server/image/image.h"

#include "tests/server/image/made_picture.h"

namespace ringup::image {
namespace {

using test::blue, test::green, test::red, test::white;
using test::colours_of, test::make_jpeg, test::make_png, test::make_webp, test::quarters;

const std::vector<int> upright = {red, green, blue, white};

Pixels decoded(const std::string& file) {
  Result<Pixels> pixels = decode(file);
  EXPECT_TRUE(pixels.ok()) << describe(pixels.failure());
  return pixels.ok() ? *pixels : Pixels{1, 1, {0, 0, 0, 0}};
}

TEST(Image, ReadsEveryFormat) {
  const Pixels picture = quarters(400, 200);
  const std::string files[] = {
      make_jpeg(picture),      make_jpeg(picture, {.progressive = true}), make_jpeg(picture, {.cmyk = true}),
      make_png(picture),       make_png(picture, {.interlaced = true}),   make_webp(picture),
      make_webp(picture, true)};
  for (std::size_t i = 0; i < std::size(files); ++i) {
    const Pixels pixels = decoded(files[i]);
    EXPECT_EQ(pixels.width, 400) << i;
    EXPECT_EQ(pixels.height, 200) << i;
    EXPECT_EQ(colours_of(pixels), upright) << i;
  }
  const Pixels grey = decoded(make_jpeg(picture, {.grey = true}));
  EXPECT_EQ(colours_of(grey), (std::vector<int>{white, 0, 0, white})) << "the red part as brightness";
}

TEST(Image, TurnsAPictureUprightInEveryFormat) {
  const std::vector<std::vector<int>> expected = {{red, green, blue, white}, {green, red, white, blue},
                                                  {white, blue, green, red}, {blue, white, red, green},
                                                  {red, blue, green, white}, {blue, red, white, green},
                                                  {white, green, blue, red}, {green, white, red, blue}};
  const Pixels picture = quarters(400, 200);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool png : {false, true}) {
      const Pixels pixels = decoded(png ? make_png(picture, {.orientation = orientation})
                                        : make_jpeg(picture, {.orientation = orientation}));
      EXPECT_EQ(pixels.width, orientation < 5 ? 400 : 200) << orientation;
      EXPECT_EQ(colours_of(pixels), expected[static_cast<std::size_t>(orientation - 1)])
          << orientation << (png ? " PNG" : " JPEG");
    }
  }
}

TEST(Image, BelievesNoNonsenseOfAnOrientation) {
  EXPECT_EQ(orientation_in(""), 1);
  EXPECT_EQ(orientation_in("MM"), 1);
  EXPECT_EQ(orientation_in(std::string("MM\0*\xFF\xFF\xFF\xFF", 8)), 1);
  EXPECT_EQ(orientation_in(test::exif(9)), 1);
  EXPECT_EQ(orientation_in(test::exif(6)), 6);
  EXPECT_EQ(orientation_in(test::exif(6).substr(0, 19)), 1);
}

TEST(Image, MakesThreeSizesWithoutMakingAnyLarger) {
  const auto longer_sides = [](const std::string& file) {
    std::vector<int> sides;
    const auto made = make_sizes(file);
    EXPECT_TRUE(made.ok());
    for (const std::string& one : *made) {
      const Head head = *read_head(one);
      EXPECT_EQ(head.format, Format::webp);
      EXPECT_EQ(colours_of(decoded(one)), upright);
      sides.push_back(static_cast<int>(std::max(head.width, head.height)));
    }
    return sides;
  };
  EXPECT_EQ(longer_sides(make_jpeg(quarters(3000, 2000))), (std::vector<int>{96, 320, 960}));
  EXPECT_EQ(longer_sides(make_png(quarters(1000, 2500))), (std::vector<int>{96, 320, 960}));
  EXPECT_EQ(longer_sides(make_webp(quarters(2500, 1000))), (std::vector<int>{96, 320, 960}));
  EXPECT_EQ(longer_sides(make_png(quarters(200, 100))), (std::vector<int>{96, 200, 200}));
}

TEST(Image, KeepsWhatIsSeeThrough) {
  const auto made = make_sizes(make_png(quarters(1200, 1200, 0)));
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(decoded((*made)[0]).rgba[3], 0);
}

TEST(Image, KeepsNothingThatTheFileSaysBesideItsPixels) {
  const auto made = make_sizes(make_jpeg(quarters(400, 200), {.orientation = 1, .comment = "52.5N 13.4E"}));
  ASSERT_TRUE(made.ok());
  for (const std::string& one : *made) {
    EXPECT_EQ(one.find("Exif"), std::string::npos);
    EXPECT_EQ(one.find("EXIF"), std::string::npos);
    EXPECT_EQ(one.find("13.4E"), std::string::npos);
  }
}

TEST(Image, RefusesWhatIsCutOffBrokenOrNoPicture) {
  const Pixels picture = quarters(400, 200);
  for (const std::string& file : {make_jpeg(picture), make_jpeg(picture, {.progressive = true}),
                                  make_png(picture), make_webp(picture), make_webp(picture, true)}) {
    for (const std::size_t part : {file.size() / 8, file.size() / 2, file.size() * 9 / 10}) {
      const auto cut = decode(std::string_view(file).substr(0, part));
      ASSERT_FALSE(cut.ok()) << part << " of " << file.size();
      EXPECT_EQ(cut.error(), Error::invalid_value);
    }
  }
  for (const std::string_view text : {"", "hello", "\xFF\xD8\xFF", "\x89PNG\r\n\x1A\n", "RIFF\1\0\0\0WEBP",
                                      "GIF89a", "<svg xmlns='http://www.w3.org/2000/svg'/>"}) {
    EXPECT_EQ(decode(text).error(), Error::invalid_value) << text;
  }
}

TEST(Image, RefusesTooManyPixelsBeforeTheyTakeMemory) {
  std::string png = make_png(quarters(8, 8), {.one_bit = true});
  const auto with_size = [&](std::uint32_t width, std::uint32_t height) {
    // The size stands behind "IHDR"; its checksum follows the head's 17 bytes.
    for (std::size_t i = 0; i < 4; ++i) {
      png[16 + i] = static_cast<char>(width >> (24 - 8 * i));
      png[20 + i] = static_cast<char>(height >> (24 - 8 * i));
    }
    const unsigned long crc = crc32(0, reinterpret_cast<const Bytef*>(png.data() + 12), 17);
    for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
    return decode(png);
  };
  EXPECT_EQ(with_size(8000, 8000).error(), Error::limit_exceeded);
  EXPECT_EQ(with_size(0x7FFFFFFF, 0x7FFFFFFF).error(), Error::limit_exceeded);
  EXPECT_EQ(with_size(70'000, 10).error(), Error::limit_exceeded);
  EXPECT_EQ(with_size(7000, 7000).error(), Error::invalid_value) << "its rows are missing";
}

TEST(Image, ReadsFiftyMegapixels) {
  const Pixels pixels = decoded(make_png({7000, 7000, {}}, {.one_bit = true}));
  EXPECT_EQ(pixels.width, 1000);
  const auto interlaced = decode(make_png({7000, 7000, {}}, {.interlaced = true, .one_bit = true}));
  ASSERT_FALSE(interlaced.ok());
  EXPECT_EQ(interlaced.failure().detail,
            "This picture is too large for an interlaced PNG; save it smaller and send it again.");
}

}  // namespace
}  // namespace ringup::image
