#include "core/base/fold.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

TEST(Fold, TakesCaseAndAccentsAwayInEveryAlphabetShopsWrite) {
  const struct {
    const char* text;
    const char* like;
  } cases[] = {
      {"Crème BRÛLÉE", "creme brulee"},
      {"Straße", "STRASSE"},
      {"STRAẞE", "strasse"},
      {"Œuf, Ægir", "oeuf aegir"},
      {"Łódź", "lodz"},
      {"Smørbrød Ångström", "smorbrod angstrom"},
      {"Þorskur ðað", "thorskur dad"},
      {"İstanbul ışık", "istanbul isik"},
      {"Ελιές Καλαμών", "ΕΛΙΕΣ ΚΑΛΑΜΩΝ"},
      {"ᾠδή", "ωδη"},
      {"Ёжик Йогурт", "ежик иогурт"},
      {"Ґанок Їжа", "ганок іжа"},
      {"cafe\xCC\x81", "café"},
      {"ＦＵＬＬ１２", "full12"},
      {"カタカナ", "かたかな"},
      {"٣٤", "34"},
      {"أحمد", "احمد"},
      {"ข้าว", "ขาว"},
      {"Việt Nam đậu", "viet nam dau"},
      {"Češnjak Šunka Žito", "cesnjak sunka zito"},
  };
  for (const auto& [text, like] : cases) EXPECT_EQ(fold_words(text), fold_words(like)) << text;
  EXPECT_EQ(fold("Straße"), u"strasse");
  EXPECT_NE(fold("olive"), fold("alive"));
  EXPECT_NE(fold("мир"), fold("мор"));
}

TEST(Fold, PartsWordsAtEverythingThatIsNeitherLetterNorDigit) {
  using Words = std::vector<std::u16string>;
  EXPECT_EQ(fold_words("L'Oréal 3-in-1 (200ml)"), (Words{u"l", u"oreal", u"3", u"in", u"1", u"200ml"}));
  EXPECT_EQ(fold_words("huile d’olive/citron"), (Words{u"huile", u"d", u"olive", u"citron"}));
  EXPECT_EQ(fold_words("50 % – «bio»…★"), (Words{u"50", u"bio"}));
  EXPECT_EQ(fold_words(" \t☕ 😀 "), (Words{}));
  EXPECT_EQ(fold_words("soft\xC2\xADhyphen"), (Words{u"softhyphen"}));
}

TEST(Fold, ComparesWithoutFoldingTheWhole) {
  const std::vector<std::string> texts = {"",       "a",      "A b",   "ä",     "äb",   "Strasse",
                                          "Straße", "straßf", "œuf",   "oeuf",  "o",    "cafe\xCC\x81",
                                          "café",   "cafés",  "Ελιές", "ελιεσ", "a-b",  "a b",
                                          "ab",     "茶",     "緑茶",  "à la",  "a la", "À LA"};
  const auto sign = [](int n) { return n < 0 ? -1 : n > 0 ? 1 : 0; };
  for (const std::string& text : texts)
    for (const std::string& other : texts)
      EXPECT_EQ(sign(compare_folded(text, other)), sign(fold(text).compare(fold(other))))
          << text << " " << other;
}

TEST(Fold, TakesInvalidBytesAsGaps) {
  EXPECT_EQ(fold("a\xFF"
                 "b"),
            u"a b");
  EXPECT_EQ(fold_words("caf\xC3").size(), 1u);
}

}  // namespace
}  // namespace ringup
