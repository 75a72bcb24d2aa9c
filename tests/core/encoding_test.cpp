#include "core/base/encoding.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

std::string text_of(std::string_view bytes, Encoding encoding) {
  const Result<DecodedText> decoded = decode_text(bytes);
  EXPECT_TRUE(decoded.ok()) << describe(decoded.failure());
  if (!decoded.ok()) return {};
  EXPECT_EQ(decoded->encoding, encoding) << encoding_name(decoded->encoding);
  return decoded->utf8;
}

TEST(Encoding, IsKnownByItsMarkOrItsBytes) {
  EXPECT_EQ(text_of("K\xC3\xA4se;1", Encoding::utf8), "Käse;1");
  EXPECT_EQ(text_of("\xEF\xBB\xBFK\xC3\xA4se", Encoding::utf8), "Käse");
  EXPECT_EQ(text_of("K\xE4se \x80 1,19 \x96 \x8Cufs", Encoding::windows_1252), "Käse € 1,19 – Œufs");
  EXPECT_EQ(text_of({"\xFF\xFEK\0\xE4\0s\0e\0\x3D\xD8\x00\xDE", 14}, Encoding::utf16_le), "Käse😀");
  EXPECT_EQ(text_of({"\xFE\xFF\0K\0\xE4", 6}, Encoding::utf16_be), "Kä");
  EXPECT_EQ(text_of({"s\0k\0u\0;\0p\0", 10}, Encoding::utf16_le), "sku;p") << "without a mark";
  EXPECT_EQ(text_of("", Encoding::utf8), "");
}

TEST(Encoding, ThatIsNotKnownIsRefusedInWords) {
  for (const std::string_view bytes :
       {std::string_view("PK\x03\x04 a spreadsheet"), std::string_view("K\xE4se \x81"),
        std::string_view("\xFF\xFEK\0\0", 5), std::string_view("\xFF\xFE\x00\xDC", 4),
        std::string_view("a\0b", 3), std::string_view("\x89PNG\r\n\x1A\n")}) {
    const Result<DecodedText> decoded = decode_text(bytes);
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(describe(decoded.failure()),
              "The encoding of this file is not known: save it as CSV UTF-8 and choose it again.");
  }
}

TEST(Encoding, GuessesWhatControlCharactersMeant) {
  EXPECT_EQ(meant_by_controls("Macaroni 3 \xC2\x8Cufs").value_or(""), "Macaroni 3 Œufs");
  EXPECT_EQ(meant_by_controls("d'\xC2\x92"
                              "Amandes")
                .value_or(""),
            "d'’Amandes");
  EXPECT_FALSE(meant_by_controls("Käse").has_value());
  EXPECT_FALSE(meant_by_controls("Ch\xC2\x8D"
                                 "a")
                   .has_value())
      << "Windows-1252 has nothing there";
}

}  // namespace
}  // namespace ringup
