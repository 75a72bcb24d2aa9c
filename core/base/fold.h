#pragma once
/// Folding: the form of a text in which case and accents are gone, for searching and sorting, never for
/// showing. «Crème BRÛLÉE» and "creme brulee" fold alike, as do «Straße»/"strasse", «Œuf»/"oeuf",
/// «Łódź»/"lodz", «Ελιές»/"ελιεσ", «Ёжик»/"ежик".
///
/// The result is in UTF-16 code units, so that one edit is one unit in every script a shop writes; code
/// points beyond U+FFFF keep their two. Combining marks vanish, full-width forms become ASCII, and everything
/// that is neither letter nor digit becomes `fold_gap`.
#include <string>
#include <string_view>
#include <vector>

namespace ringup {

inline constexpr char16_t fold_gap = u' ';
/// Between letters, where one word may be meant as well as two: apostrophe, hyphen, full stop, ampersand.
inline constexpr char16_t fold_join = u'-';

/// The folded text, unit by unit, with fold_gap and fold_join left where they were. Invalid bytes are gaps.
/// At most twice as many units as `text` has bytes. `out` is replaced; its memory is used again.
void fold(std::string_view text, std::u16string& out);
std::u16string fold(std::string_view text);

/// The folded words: runs without gaps or joins. "L'Oréal 3-in-1" gives l, oreal, 3, in, 1.
std::vector<std::u16string> fold_words(std::string_view text);

/// Orders two texts as their folded forms are ordered: below 0, 0 or above 0. Folds no more of them than it
/// needs.
int compare_folded(std::string_view text, std::string_view other);

/// True for scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar): there a word may begin
/// anywhere.
bool is_unspaced(char16_t unit);

}  // namespace ringup
