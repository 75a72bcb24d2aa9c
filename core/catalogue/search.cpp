#include "core/catalogue/search.h"

#include <algorithm>
#include <utility>

#include "core/base/result.h"
#include "core/catalogue/ordered.h"

namespace ringup {
namespace {

// What a word of the query is worth by how it was found. A whole word beats any beginning, and a beginning
// any typo, whatever the place in the name adds.
constexpr std::uint8_t worth_whole = 60;
constexpr std::uint8_t worth_prefix = 40;
constexpr std::uint8_t worth_typo_whole = 20;
constexpr std::uint8_t worth_typo_prefix = 10;
constexpr std::uint8_t worth_first_place = 6;

constexpr std::size_t typo_units_min = 3;         // shorter words have no typos
constexpr std::size_t typo_prefix_units_min = 4;  // shorter words only as whole words
constexpr std::size_t typos_below = 20;           // hits: with fewer of them typos are looked for
constexpr std::size_t unspaced_starts_max = 24;   // words begun inside a run of Han, kana or Thai

constexpr std::uint32_t place_bits = 8;
constexpr std::uint32_t place_max = (1u << place_bits) - 1;

std::uint64_t head_of(std::u16string_view text) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 4; ++i) head = head << 16 | (i < text.size() ? text[i] : 0u);
  return head;
}

std::size_t hash_of(std::u16string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char16_t unit : text) hash = (hash ^ unit) * 0x100000001B3;
  return static_cast<std::size_t>(hash ^ hash >> 29);
}

/// True if `text` becomes `word`, or with `prefix` a beginning of it, by exactly one edit: a unit added, left
/// out, changed, or two neighbours swapped.
bool one_edit(std::u16string_view text, std::u16string_view word, bool prefix) {
  std::size_t same = 0;
  while (same < text.size() && same < word.size() && text[same] == word[same]) ++same;
  const auto rest = [&](std::size_t text_skip, std::size_t word_skip) {
    if (same + text_skip > text.size() || same + word_skip > word.size()) return false;
    const std::u16string_view left = text.substr(same + text_skip);
    const std::u16string_view right = word.substr(same + word_skip);
    return prefix ? right.starts_with(left) : left == right;
  };
  return rest(1, 0) || rest(0, 1) || rest(1, 1) ||
         (same + 1 < text.size() && same + 1 < word.size() && text[same] == word[same + 1] &&
          text[same + 1] == word[same] && rest(2, 2));
}

}  // namespace

SearchIndex::SearchIndex(std::function<std::string_view(Handle)> name_of) : name_of_(std::move(name_of)) {}

std::u16string_view SearchIndex::text_of(Word word) const {
  const std::uint32_t begin = word == 0 ? 0 : ends_[word - 1];
  return std::u16string_view(units_).substr(begin, ends_[word] - begin);
}

char16_t SearchIndex::unit_at(const Entry& entry, std::size_t depth) const {
  if (depth < head_units) return static_cast<char16_t>(entry.head >> (48 - 16 * depth));
  const std::u16string_view text = text_of(entry.word);
  return depth < text.size() ? text[depth] : u'\0';
}

bool SearchIndex::before(const Entry& entry, const Entry& other) const {
  if (entry.head != other.head) return entry.head < other.head;
  return text_of(entry.word) < text_of(other.word);
}

SearchIndex::Word SearchIndex::find_word(std::u16string_view text) const {
  if (slots_.empty()) return no_word;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_of(text) & mask; slots_[slot] != no_word; slot = (slot + 1) & mask)
    if (text_of(slots_[slot]) == text) return slots_[slot];
  return no_word;
}

void SearchIndex::grow_slots() {
  slots_.assign(std::max<std::size_t>(1024, slots_.size() * 2), no_word);
  const std::size_t mask = slots_.size() - 1;
  for (Word word = 0; word < ends_.size(); ++word) {
    std::size_t slot = hash_of(text_of(word)) & mask;
    while (slots_[slot] != no_word) slot = (slot + 1) & mask;
    slots_[slot] = word;
  }
}

SearchIndex::Word SearchIndex::word_of(std::u16string_view text) {
  if (const Word found = find_word(text); found != no_word) return found;
  if (slots_.size() < (ends_.size() + 1) * 2) grow_slots();
  const Word word = static_cast<Word>(ends_.size());
  units_.append(text);
  ends_.push_back(static_cast<std::uint32_t>(units_.size()));
  postings_.emplace_back();
  sorted_.push_back({head_of(text), word});
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(text) & mask;
  while (slots_[slot] != no_word) slot = (slot + 1) & mask;
  slots_[slot] = word;
  return word;
}

/// Calls take(text, place) for each word of a folded name: its runs without gaps, the runs that joins connect
/// written as one, and in scripts without spaces every later beginning too. A place counts words.
template <class Take>
void SearchIndex::for_each_word(std::u16string_view folded, Take take) {
  std::u16string joined;
  std::uint32_t place = 0;
  std::uint32_t joined_place = 0;
  int joined_parts = 0;
  const auto end_joined = [&] {
    if (joined_parts > 1) take(std::u16string_view(joined).substr(0, word_units_max), joined_place);
    joined.clear();
    joined_parts = 0;
  };
  for (std::size_t at = 0; at <= folded.size();) {
    if (at == folded.size() || folded[at] == fold_gap) {
      end_joined();
      ++at;
      continue;
    }
    if (folded[at] == fold_join) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < folded.size() && folded[end] != fold_gap && folded[end] != fold_join) ++end;
    const std::u16string_view run = folded.substr(at, end - at);
    take(run.substr(0, word_units_max), place);
    for (std::size_t i = 1; i < std::min(run.size(), unspaced_starts_max); ++i)
      if (is_unspaced(run[i])) take(run.substr(i, word_units_max), place);
    if (joined_parts++ == 0) joined_place = place;
    if (joined.size() < word_units_max) joined.append(run);
    place = std::min(place + 1, place_max);
    at = end;
  }
}

void SearchIndex::add(Handle handle, std::string_view name, std::uint16_t category) {
  ASSERT(handle <= handle_max);
  if (category_.size() <= handle) {
    category_.resize(handle + std::size_t{1}, any_category);
    length_.resize(handle + std::size_t{1}, 0);
  }
  category_[handle] = category;
  const std::u16string folded = fold(name);
  length_[handle] = static_cast<std::uint8_t>(std::min<std::size_t>(folded.size(), 255));
  for_each_word(folded, [&](std::u16string_view text, std::uint32_t place) {
    std::vector<std::uint32_t>& list = postings_[word_of(text)];
    if (!list.empty() && list.back() >> place_bits == handle) return;  // the first place counts
    list.push_back(handle << place_bits | place);
  });
}

void SearchIndex::remove(Handle handle, std::string_view name) {
  for_each_word(fold(name), [&](std::u16string_view text, std::uint32_t) {
    const Word word = find_word(text);
    if (word == no_word) return;
    std::vector<std::uint32_t>& list = postings_[word];
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](std::uint32_t posting) { return posting >> place_bits == handle; });
    if (found == list.end()) return;  // the word stands in the name twice
    *found = list.back();
    list.pop_back();
    if (list.empty()) list.shrink_to_fit();
  });
}

void SearchIndex::set_category(Handle handle, std::uint16_t category) {
  ASSERT(handle < category_.size());
  category_[handle] = category;
}

void SearchIndex::settle() {
  if (settled_ == sorted_.size()) return;
  merge_tail(sorted_, settled_,
             [this](const Entry& entry, const Entry& other) { return before(entry, other); });
  settled_ = sorted_.size();
}

void SearchIndex::clear() {
  units_.clear();
  ends_.clear();
  postings_.clear();
  slots_.clear();
  sorted_.clear();
  settled_ = 0;
  category_.clear();
  length_.clear();
}

/// The part of `range` whose words go on with `rest` from `depth` on; they agree up to there.
SearchIndex::Range SearchIndex::narrow(Range range, std::size_t depth, std::u16string_view rest) const {
  for (const char16_t unit : rest) {
    if (range.begin == range.end) break;
    const Entry* first = sorted_.data();
    const Entry* low = std::partition_point(first + range.begin, first + range.end,
                                            [&](const Entry& entry) { return unit_at(entry, depth) < unit; });
    const Entry* high = std::partition_point(
        low, first + range.end, [&](const Entry& entry) { return unit_at(entry, depth) == unit; });
    range.begin = static_cast<std::uint32_t>(low - first);
    range.end = static_cast<std::uint32_t>(high - first);
    ++depth;
  }
  return range;
}

/// Adds the ranges of all variants of the word with one typo; see the header. A typo in the last letter of
/// what is typed would fit nearly every word that begins like it: there only whole words count.
void SearchIndex::add_typos(QueryWord& word) const {
  const std::u16string_view text = word.text;
  const std::size_t units = text.size();
  const bool has_digit =
      std::any_of(text.begin(), text.end(), [](char16_t unit) { return unit >= u'0' && unit <= u'9'; });
  if (units < typo_units_min || has_digit) return;
  const auto put = [&](Range range, std::size_t variant_units, bool whole_only) {
    if (range.begin == range.end) return;
    range.units = static_cast<std::uint16_t>(variant_units);
    range.whole = worth_typo_whole;
    range.prefix = whole_only || units < typo_prefix_units_min ? std::uint8_t{0} : worth_typo_prefix;
    word.ranges.push_back(range);
  };
  Range here{0, static_cast<std::uint32_t>(settled_), 0, 0, 0};  // the words that agree so far
  for (std::size_t i = 0; i <= units && here.begin != here.end; ++i) {
    const bool last = i + 1 >= units;
    if (i < units) {
      const std::u16string_view rest = text.substr(i + 1);
      put(narrow(here, i, rest), units - 1, last);  // a letter too many
      if (!last && text[i] != text[i + 1]) {        // two letters swapped
        Range swapped = narrow(narrow(here, i, text.substr(i + 1, 1)), i + 1, text.substr(i, 1));
        put(narrow(swapped, i + 2, text.substr(i + 2)), units, false);
      }
    }
    // Another letter here: instead of text[i], or before it.
    for (std::uint32_t at = here.begin; at != here.end;) {
      const char16_t unit = unit_at(sorted_[at], i);
      const Entry* first = sorted_.data();
      const Entry* next = std::partition_point(first + at, first + here.end,
                                               [&](const Entry& entry) { return unit_at(entry, i) == unit; });
      const Range child{at, static_cast<std::uint32_t>(next - first), 0, 0, 0};
      at = child.end;
      if (unit == u'\0' || (i < units && unit == text[i])) continue;
      if (i < units) {
        put(narrow(child, i + 1, text.substr(i + 1)), units, last);
        put(narrow(child, i + 1, text.substr(i)), units + 1, false);
      } else {
        put(child, units + 1, true);
      }
    }
    if (i < units) here = narrow(here, i, text.substr(i, 1));
  }
}

/// Leaves in scratch.hits the products that every word has touched, in scratch.score what they are worth.
std::size_t SearchIndex::collect(std::vector<QueryWord>& words, std::uint16_t category,
                                 Scratch& scratch) const {
  for (const Handle handle : scratch.touched) scratch.matched[handle] = 0;
  scratch.touched.clear();
  scratch.hits.clear();
  const std::size_t handles = category_.size();
  if (scratch.matched.size() < handles) {
    scratch.matched.resize(handles, 0);
    scratch.best.resize(handles, 0);
    scratch.score.resize(handles, 0);
  }
  for (QueryWord& word : words) {
    word.postings = 0;
    for (const Range& range : word.ranges)
      for (std::uint32_t at = range.begin; at != range.end; ++at)
        word.postings += postings_[sorted_[at].word].size();
  }
  // The rarest word first: it alone decides which products are looked at again.
  std::vector<const QueryWord*> order;
  order.reserve(words.size());
  for (const QueryWord& word : words) order.push_back(&word);
  std::sort(order.begin(), order.end(),
            [](const QueryWord* word, const QueryWord* other) { return word->postings < other->postings; });
  for (std::size_t turn = 0; turn < order.size(); ++turn) {
    const auto before = static_cast<std::uint8_t>(turn);
    const auto after = static_cast<std::uint8_t>(turn + 1);
    const bool last = turn + 1 == order.size();
    for (const Range& range : order[turn]->ranges) {
      for (std::uint32_t at = range.begin; at != range.end; ++at) {
        const Word word = sorted_[at].word;
        const std::size_t units = ends_[word] - (word == 0 ? 0 : ends_[word - 1]);
        const std::uint8_t worth = units == range.units ? range.whole : range.prefix;
        if (worth == 0) continue;
        for (const std::uint32_t posting : postings_[word]) {
          const Handle handle = posting >> place_bits;
          const bool first_place = (posting & place_max) == 0;
          const auto here = static_cast<std::uint8_t>(worth + (first_place ? worth_first_place : 0));
          std::uint8_t& matched = scratch.matched[handle];
          if (matched == before) {
            if (turn == 0) {
              scratch.touched.push_back(handle);
              scratch.score[handle] = 0;
            }
            matched = after;
            scratch.best[handle] = here;
            scratch.score[handle] = static_cast<std::uint16_t>(scratch.score[handle] + here);
            if (last && (category == any_category || category_[handle] == category))
              scratch.hits.push_back(handle);
          } else if (matched == after && scratch.best[handle] < here) {
            scratch.score[handle] =
                static_cast<std::uint16_t>(scratch.score[handle] + here - scratch.best[handle]);
            scratch.best[handle] = here;
          }
        }
      }
    }
  }
  return scratch.hits.size();
}

/// Orders the best of scratch.hits. First by the score that collect() gave and by length; then the leading
/// ones by what their names say: which words were found where.
void SearchIndex::rank(const std::vector<QueryWord>& words, std::size_t limit, Scratch& scratch,
                       std::vector<Hit>& hits) const {
  const auto rough = [&](Handle handle) {
    return std::uint32_t{scratch.score[handle]} * 256u + (255u - length_[handle]);
  };
  const auto better = [&](Handle handle, Handle other) {
    const std::uint32_t mine = rough(handle);
    const std::uint32_t its = rough(other);
    return mine != its ? mine > its : handle < other;
  };
  const std::size_t kept = std::min(scratch.hits.size(), std::max(limit, ranked_max));
  const auto end = scratch.hits.begin() + static_cast<std::ptrdiff_t>(kept);
  if (kept < scratch.hits.size()) std::nth_element(scratch.hits.begin(), end, scratch.hits.end(), better);
  if (kept > ranked_max) {  // a long page: the rest keeps its rough order behind the ranked ones
    std::sort(scratch.hits.begin(), end, better);
  }
  const std::size_t ranked = std::min(kept, ranked_max);

  struct Named {
    Hit hit;
    std::u16string folded;
  };
  std::vector<Named> named;
  named.reserve(ranked);
  struct Place {
    std::u16string_view text;
    std::uint32_t place;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < ranked; ++i) {
    const Handle handle = scratch.hits[i];
    Named& entry = named.emplace_back();
    fold(name_of_(handle), entry.folded);
    // Joined words live only during the walk, so they are judged there; runs are kept as places.
    std::uint32_t score = 0;
    std::uint32_t previous = place_max;
    std::uint32_t in_order = 0;
    bool begins = false;
    bool all_whole = true;
    std::uint32_t name_words = 0;
    for (std::size_t w = 0; w < words.size(); ++w) {
      const std::u16string_view text = words[w].text;
      std::uint32_t best = 0;
      std::uint32_t best_place = place_max;
      for_each_word(entry.folded, [&](std::u16string_view word, std::uint32_t place) {
        name_words = std::max(name_words, place + 1);
        std::uint32_t worth = 0;
        if (word == text) {
          worth = worth_whole;
        } else if (word.starts_with(text)) {
          worth = worth_prefix;
        } else if (words[w].ranges.size() > 1) {
          if (one_edit(text, word, false)) {
            worth = worth_typo_whole;
          } else if (text.size() >= typo_prefix_units_min && one_edit(text, word, true)) {
            worth = worth_typo_prefix;
          }
          if (worth != 0 && word[0] == text[0]) worth += 4;  // the first letter is seldom wrong
        }
        const bool follows = place == previous + 1;
        const bool best_follows = best_place == previous + 1;
        if (worth > best || (worth == best && worth != 0 && follows && !best_follows)) {
          best = worth;
          best_place = place;
        }
      });
      score += best * 4;
      if (best < worth_whole) all_whole = false;
      if (w == 0) begins = best_place == 0;
      if (w > 0 && best_place == previous + 1) {
        in_order += 2;
      } else if (w > 0 && best_place > previous) {
        in_order += 1;
      }
      previous = best_place;
    }
    score += in_order * 12 + (begins ? 30 : 0);
    if (all_whole && name_words == words.size()) score += 60;  // nothing else in the name
    entry.hit = {handle, score * 256 + (255u - length_[handle])};
  }
  std::sort(named.begin(), named.end(), [](const Named& entry, const Named& other) {
    if (entry.hit.score != other.hit.score) return entry.hit.score > other.hit.score;
    if (entry.folded != other.folded) return entry.folded < other.folded;
    return entry.hit.handle < other.hit.handle;
  });
  for (std::size_t i = 0; i < std::min(limit, ranked); ++i) hits.push_back(named[i].hit);
  for (std::size_t i = ranked; i < kept && hits.size() < limit; ++i) hits.push_back({scratch.hits[i], 0});
}

SearchIndex::Found SearchIndex::search(std::string_view query, std::uint16_t category, std::size_t limit,
                                       Scratch& scratch) const {
  Found found;
  std::vector<QueryWord> words;
  for (std::u16string& text : fold_words(query.substr(0, query_bytes_max))) {
    if (text.size() > word_units_max) text.resize(word_units_max);
    const bool twice =
        std::any_of(words.begin(), words.end(), [&](const QueryWord& word) { return word.text == text; });
    if (twice || words.size() == query_words_max) continue;
    QueryWord& word = words.emplace_back();
    word.text = std::move(text);
    Range range = narrow({0, static_cast<std::uint32_t>(settled_), 0, 0, 0}, 0, word.text);
    range.units = static_cast<std::uint16_t>(word.text.size());
    range.whole = worth_whole;
    range.prefix = worth_prefix;
    word.ranges.push_back(range);
  }
  if (words.empty() || limit == 0) {
    scratch.hits.clear();
    return found;
  }
  found.total = collect(words, category, scratch);
  if (found.total < std::min(limit, typos_below)) {
    for (QueryWord& word : words) add_typos(word);
    found.total = collect(words, category, scratch);
  }
  rank(words, limit, scratch, found.hits);
  return found;
}

std::size_t SearchIndex::memory() const {
  std::size_t bytes = units_.capacity() * sizeof(char16_t) + ends_.capacity() * sizeof(std::uint32_t) +
                      slots_.capacity() * sizeof(Word) + sorted_.capacity() * sizeof(Entry) +
                      category_.capacity() * sizeof(std::uint16_t) + length_.capacity() +
                      postings_.capacity() * sizeof(decltype(postings_)::value_type);
  for (const auto& list : postings_) bytes += list.capacity() * sizeof(std::uint32_t);
  return bytes;
}

}  // namespace ringup
