#include "core/base/fold.h"

#include <algorithm>
#include <iterator>

#include "core/base/utf8.h"

namespace ringup {
namespace {

// The tables give the letter that remains of a code point: its base letter in lower case. A space is a gap,
// "!" a mark that vanishes, "*" stands for more than one letter (see expansions). Made from the Unicode
// Character Database: compatibility decomposition, case folding, marks taken away, then strokes and hooks.
constexpr char16_t mark = u'!';
constexpr char16_t several = u'*';

// clang-format off
constexpr char16_t latin_first = 0x0080;
constexpr std::u16string_view latin =
    u"                                          a       23 μ   1o 113 "  // U+0080
    u"aaaaaa*ceeeeiiiidnooooo ouuuuy**aaaaaa*ceeeeiiiidnooooo ouuuuy*y"  // U+00C0
    u"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"  // U+0100
    u"lllnnnnnn*nnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"  // U+0140
    u"bbbbƅƅɔccddddƍǝeɛffgɣƕɩikklƛɯnnoooƣƣppʀƨƨʃƪttttuuʊvyyzzʒƹƹƺƻƽƽƾƿ"  // U+0180
    u"ǀǁǂǃ*********aaiioouuuuuuuuuuǝaaaa**ggggkkooooʒʒj***ggƕƿnnaa**oo"  // U+01C0
    u"aaaaeeeeiiiioooorrrruuuussttȝȝhhndȣȣzzaaeeooooooooyylntȷ**acclts"  // U+0200
    u"zɂɂbʉʌeejjqqrryy";  // U+0240
constexpr char16_t greek_cyrillic_first = 0x0370;
constexpr std::u16string_view greek_cyrillic =
    u"ͱͱͳͳʹ ͷͷ   ͻͼͽ ϳ      α εηι ο υωιαβγδεζηθικλμνξοπρ στυφχψωιυαεηι"  // U+0370
    u"υαβγδεζηθικλμνξοπρσστυφχψωιυουωϗβθυυυφπϗϙϙϛϛϝϝϟϟϡϡϣϣϥϥϧϧϩϩϫϫϭϭϯϯ"  // U+03B0
    u"κρσϳθε ϸϸσϻϻϼͻͼͽееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэюя"  // U+03F0
    u"абвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯ"  // U+0430
    u"ѱѱѳѳѵѵѵѵѹѹѻѻѡѡѿѿҁҁ !!!!!!!ииҍҍррггггггжжззккккккҡҡннҥҥппҩҩссттүү"  // U+0470
    u"үүххҵҵччччһһҽҽҽҽӏжжккллннннӌӌммӏааааӕӕееәәәәжжззӡӡииииооөөөөээуу"  // U+04B0
    u"ууууччггыыггххххԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑллԕԕԗԗԙԙԛԛԝԝԟԟллннппһһннԫԫԭԭлл";  // U+04F0
constexpr char16_t extended_first = 0x1E00;
constexpr std::u16string_view extended =
    u"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"  // U+1E00
    u"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"  // U+1E40
    u"wwwwwwwwwwxxxxyyzzzzzzhtwyasẜẝ*ẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"  // U+1E80
    u"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽyy"  // U+1EC0
    u"ααααααααααααααααεεεεεε  εεεεεε  ηηηηηηηηηηηηηηηηιιιιιιιιιιιιιιιι"  // U+1F00
    u"οοοοοο  οοοοοο  υυυυυυυυ υ υ υ υωωωωωωωωωωωωωωωωααεεηηιιοουυωω  "  // U+1F40
    u"ααααααααααααααααηηηηηηηηηηηηηηηηωωωωωωωωωωωωωωωωααααα ααααααα ι "  // U+1F80
    u"  ηηη ηηεεηηη   ιιιι  ιιιιιι    υυυυρρυυυυυυρ     ωωω ωωοοωωω   ";  // U+1FC0

struct Expansion {
  char16_t from;
  std::u16string_view to;
};
constexpr Expansion expansions[] = {
    {0x00C6, u"ae"}, {0x00DE, u"th"}, {0x00DF, u"ss"}, {0x00E6, u"ae"},
    {0x00FE, u"th"}, {0x0132, u"ij"}, {0x0133, u"ij"}, {0x0149, u"n"},
    {0x0152, u"oe"}, {0x0153, u"oe"}, {0x01C4, u"dz"}, {0x01C5, u"dz"},
    {0x01C6, u"dz"}, {0x01C7, u"lj"}, {0x01C8, u"lj"}, {0x01C9, u"lj"},
    {0x01CA, u"nj"}, {0x01CB, u"nj"}, {0x01CC, u"nj"}, {0x01E2, u"ae"},
    {0x01E3, u"ae"}, {0x01F1, u"dz"}, {0x01F2, u"dz"}, {0x01F3, u"dz"},
    {0x01FC, u"ae"}, {0x01FD, u"ae"}, {0x0238, u"db"}, {0x0239, u"qp"},
    {0x1E9E, u"ss"},
};
// clang-format on

bool within(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

/// ASCII: letters to lower case, digits stay, the rest parts or joins words.
char16_t fold_ascii(char32_t c) {
  if (within(c, 'a', 'z') || within(c, '0', '9')) return static_cast<char16_t>(c);
  if (within(c, 'A', 'Z')) return static_cast<char16_t>(c + 32);
  return c == '\'' || c == '-' || c == '.' || c == '&' ? fold_join : fold_gap;
}

bool vanishes(char32_t c) {
  return c == 0xAD || within(c, 0x300, 0x36F) || within(c, 0x483, 0x489) || within(c, 0x591, 0x5BD) ||
         c == 0x5BF || c == 0x5C1 || c == 0x5C2 || c == 0x640 || within(c, 0x64B, 0x65F) || c == 0x670 ||
         within(c, 0xE47, 0xE4E) || within(c, 0x200B, 0x200F) || c == 0x2060 || within(c, 0xFE00, 0xFE0F) ||
         c == 0xFEFF;
}

bool joins(char32_t c) {
  return c == 0xB7 || c == 0x2BC || c == 0x5BE || c == 0x5F3 || c == 0x5F4 || c == 0x2010 || c == 0x2011 ||
         c == 0x2018 || c == 0x2019;
}

bool is_gap(char32_t c) {
  return within(c, 0x2B9, 0x2FF) || within(c, 0x55A, 0x55F) || c == 0x589 || c == 0x5C0 || c == 0x5C3 ||
         within(c, 0x600, 0x61F) || within(c, 0x66A, 0x66D) || c == 0x6D4 || c == 0x964 || c == 0x965 ||
         c == 0xE3F || c == 0xE4F || within(c, 0xE5A, 0xE5B) || within(c, 0x2000, 0x2BFF) ||
         within(c, 0x2E00, 0x2E7F) || within(c, 0x3000, 0x3004) || within(c, 0x3008, 0x3020) || c == 0x3030 ||
         c == 0x30FB || within(c, 0xD800, 0xF8FF) || within(c, 0xFE10, 0xFE6F) || within(c, 0xFF5F, 0xFF65) ||
         within(c, 0xFFE0, 0xFFFF) || within(c, 0x1D000, 0x1FAFF) || c > 0xE0000;
}

/// The letter of another script.
char32_t fold_other(char32_t c) {
  if (within(c, 0x531, 0x556)) return c + 0x30;                            // Armenian capitals
  if (c == 0x622 || c == 0x623 || c == 0x625 || c == 0x671) return 0x627;  // alef with hamza or madda
  if (c == 0x649) return 0x64A;
  if (c == 0x629) return 0x647;
  if (within(c, 0x660, 0x669)) return c - 0x660 + '0';
  if (within(c, 0x6F0, 0x6F9)) return c - 0x6F0 + '0';
  if (within(c, 0xE50, 0xE59)) return c - 0xE50 + '0';
  if (within(c, 0x30A1, 0x30F6)) return c - 0x60;  // katakana to hiragana
  return c;
}

void append_folded(char32_t c, std::u16string& out) {
  if (c == utf8::invalid) {
    out.push_back(fold_gap);
    return;
  }
  if (within(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;  // full-width ASCII
  if (c < 0x80) {
    out.push_back(fold_ascii(c));
    return;
  }
  if (vanishes(c)) return;
  if (joins(c)) {
    out.push_back(fold_join);
    return;
  }
  char32_t letter = c;
  if (within(c, latin_first, latin_first + latin.size() - 1)) {
    letter = latin[c - latin_first];
  } else if (within(c, greek_cyrillic_first, greek_cyrillic_first + greek_cyrillic.size() - 1)) {
    letter = greek_cyrillic[c - greek_cyrillic_first];
  } else if (within(c, extended_first, extended_first + extended.size() - 1)) {
    letter = extended[c - extended_first];
  } else {
    letter = is_gap(c) ? char32_t{fold_gap} : fold_other(c);
  }
  if (letter == mark) return;
  if (letter == several) {
    const auto* found = std::find_if(std::begin(expansions), std::end(expansions),
                                     [&](const Expansion& expansion) { return expansion.from == c; });
    if (found != std::end(expansions)) out.append(found->to);
    return;
  }
  if (letter >= 0x10000) {
    letter -= 0x10000;
    out.push_back(static_cast<char16_t>(0xD800 + (letter >> 10)));
    out.push_back(static_cast<char16_t>(0xDC00 + (letter & 0x3FF)));
    return;
  }
  out.push_back(static_cast<char16_t>(letter));
}

}  // namespace

void fold(std::string_view text, std::u16string& out) {
  out.clear();
  out.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      out.push_back(fold_ascii(byte));
      ++at;
    } else {
      append_folded(utf8::next(text, at), out);
    }
  }
}

std::u16string fold(std::string_view text) {
  std::u16string out;
  fold(text, out);
  return out;
}

std::vector<std::u16string> fold_words(std::string_view text) {
  std::vector<std::u16string> words;
  std::u16string word;
  for (const char16_t unit : fold(text)) {
    if (unit != fold_gap && unit != fold_join) {
      word.push_back(unit);
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

int compare_folded(std::string_view text, std::string_view other) {
  // Every code point folds by itself, so what the texts begin with alike needs no folding.
  std::size_t same = 0;
  while (same < text.size() && same < other.size() && text[same] == other[same]) ++same;
  while (same > 0 && same < text.size() && (static_cast<unsigned char>(text[same]) & 0xC0) == 0x80) --same;
  std::size_t at = same;
  std::size_t other_at = std::min(same, other.size());
  std::u16string left;
  std::u16string right;
  for (;;) {
    while (left.empty() && at < text.size()) append_folded(utf8::next(text, at), left);
    while (right.empty() && other_at < other.size()) append_folded(utf8::next(other, other_at), right);
    if (left.empty() || right.empty()) return left.empty() ? (right.empty() ? 0 : -1) : 1;
    const std::size_t shared = std::min(left.size(), right.size());
    if (const int order = left.compare(0, shared, right, 0, shared); order != 0) return order;
    left.erase(0, shared);
    right.erase(0, shared);
  }
}

bool is_unspaced(char16_t unit) {
  return within(unit, 0xE00, 0xEFF) || within(unit, 0x1000, 0x109F) || within(unit, 0x1780, 0x17FF) ||
         within(unit, 0x3005, 0x3007) || within(unit, 0x3040, 0x30FF) || within(unit, 0x3400, 0x9FFF) ||
         within(unit, 0xF900, 0xFAFF);
}

}  // namespace ringup
