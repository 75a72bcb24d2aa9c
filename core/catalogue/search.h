#pragma once
/// Search over product names, made for a keystroke: 100,000 products, a few milliseconds, in wasm on a phone.
///
/// What matches. The query and the names are folded (core/base/fold.h) and cut into words. A product matches
/// if every word of the query begins some word of its name, in any order: "choc lai" finds «Chocolat au
/// lait». Words joined by an apostrophe, hyphen, full stop or ampersand count as well when written as one:
/// "cocacola" finds «Coca-Cola». Where that finds fewer than 20, words may have one typo (a letter
/// missing, added, wrong, or two swapped; the first letter too): "chcolat", "hcocolat". Words of three
/// letters only against whole words; shorter ones and those with digits never. The first letters of a SKU,
/// and the first four or more digits of a barcode, match too.
///
/// What comes first: whole words before beginnings before typos; words in the
/// order of the query and side by side; names that begin with the first word; short names before long ones;
/// then by name.
///
/// How it works. The distinct words of all names (43,600 for 100,000 products) stand in one sorted list, each
/// with the list of products that have it (4 bytes an entry). A beginning is then one range of the sorted
/// list, found by bisection. Typos are found by changing the query, not by comparing it: for each place of
/// the word the list itself tells which letters can follow there, so a word of n letters gives about 30 + 10
/// n variants, each one more bisection; worked example for "mlk": keep m, the list has ma mb … mi …, try
/// "m?k" (a wrong letter) and "m?lk" (a missing one), of which "milk" stands in the list. Products are
/// counted in one array: a product that every word has touched is a hit. The best 256 by a cheap score are
/// then ranked by looking at their names.
///
/// What it costs at 100,000 products, in wasm under node (bench/search.cpp): ready in 0.5 s, 38 MB with all
/// of the products, p99 of a keystroke 0.8 ms. Adding or removing one product is a bisection and a move of
/// some hundred KB at most; new words are merged into the sorted list by settle().
///
/// Threads: const members may run at the same time, each with its own Scratch; changes need the index alone.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fold.h"

namespace ringup {

/// A product's place in a Catalogue; below 2^24. Stays with it until it is removed, then may be given again.
using Handle = std::uint32_t;

class SearchIndex {
 public:
  static constexpr std::size_t query_bytes_max = 200;  // what is longer is cut
  static constexpr std::size_t query_words_max = 12;   // further words are ignored
  static constexpr Handle handle_max = (1u << 24) - 1;

  /// Memory a search works in: 4 bytes a product, kept between searches. One per thread.
  struct Scratch {
    std::vector<std::uint16_t> score;
    std::vector<std::uint8_t> matched;
    std::vector<std::uint8_t> best;
    std::vector<Handle> touched;
    std::vector<Handle> hits;
  };
  struct Hit {
    Handle handle = 0;
    std::uint32_t score = 0;  // higher is better; only comparable within one answer
  };
  struct Found {
    std::vector<Hit> hits;  // best first, at most `limit`
    std::size_t total = 0;  // how many match at all
  };

  /// `name_of` gives the name of a product that is in, for ranking; it must outlive the index.
  explicit SearchIndex(std::function<std::string_view(Handle)> name_of);

  /// Puts a product in. Requires that it is not in. Searches find it after settle().
  void add(Handle handle, std::string_view name, std::uint16_t category);
  /// Takes a product out. Requires the name it was put in with.
  void remove(Handle handle, std::string_view name);
  /// Another category for a product that is in.
  void set_category(Handle handle, std::uint16_t category);
  /// Requires a product that is in.
  std::uint16_t category_of(Handle handle) const { return category_[handle]; }
  /// Makes additions findable; call after a batch. Costs about 2 ms, more where many words are new.
  void settle();
  void clear();

  static constexpr std::uint16_t any_category = 0xFFFF;
  Found search(std::string_view query, std::uint16_t category, std::size_t limit, Scratch& scratch) const;

  /// Bytes held, for the benchmark.
  std::size_t memory() const;

 private:
  static constexpr std::size_t head_units = 4;       // of a word, packed for quick comparison
  static constexpr std::size_t word_units_max = 32;  // what is longer is cut
  static constexpr std::size_t ranked_max = 256;     // hits that are ranked by their names

  using Word = std::uint32_t;  // number of a distinct word, in order of appearance
  struct Entry {               // of the sorted list
    std::uint64_t head = 0;    // the first four units, so that most comparisons end here
    Word word = 0;
  };
  struct Range {  // of the sorted list: the words that begin with one variant of a query's word
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint16_t units = 0;  // length of the variant; a word of this length is meant as a whole
    std::uint8_t whole = 0;   // what a whole word and a beginning are worth
    std::uint8_t prefix = 0;  // 0: beginnings do not count
  };
  struct QueryWord {
    std::u16string text;
    std::vector<Range> ranges;
    std::size_t postings = 0;  // in all its ranges
  };

  std::u16string_view text_of(Word word) const;
  char16_t unit_at(const Entry& entry, std::size_t depth) const;
  bool before(const Entry& entry, const Entry& other) const;
  Word word_of(std::u16string_view text);
  Word find_word(std::u16string_view text) const;
  void grow_slots();
  template <class Take>
  static void for_each_word(std::u16string_view folded, Take take);
  Range narrow(Range range, std::size_t depth, std::u16string_view rest) const;
  void add_typos(QueryWord& word) const;
  std::size_t collect(std::vector<QueryWord>& words, std::uint16_t category, Scratch& scratch) const;
  void rank(const std::vector<QueryWord>& words, std::size_t limit, Scratch& scratch,
            std::vector<Hit>& hits) const;

  static constexpr Word no_word = 0xFFFFFFFF;
  std::function<std::string_view(Handle)> name_of_;
  std::u16string units_;                              // the texts of all words, end to end
  std::vector<std::uint32_t> ends_;                   // of each word in units_
  std::vector<std::vector<std::uint32_t>> postings_;  // per word: handle << 8 | place in the name
  std::vector<Word> slots_;                           // hash table of words
  std::vector<Entry> sorted_;                         // sorted up to settled_, then new ones
  std::size_t settled_ = 0;
  std::vector<std::uint16_t> category_;  // per handle
  std::vector<std::uint8_t> length_;     // per handle: units of the folded name, at most 255
};

}  // namespace ringup
