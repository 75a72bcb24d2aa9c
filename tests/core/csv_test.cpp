#include "core/base/csv.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ringup {
namespace {

using Fields = std::vector<std::string>;

struct Read {
  std::vector<Fields> records;
  std::vector<std::int64_t> lines;
  std::vector<std::string> problems;  // of broken lines, described
  std::string failure;
  bool operator==(const Read&) const = default;
};

Read read(std::string_view text, std::size_t piece = std::string_view::npos, const csv::Limits& limits = {}) {
  csv::Reader reader(limits);
  csv::Record record;
  Read read;
  std::string chunk;
  for (;;) {
    const Result<csv::Reader::Step> step = reader.next(record);
    if (!step) {
      read.failure = describe(step.failure());
      EXPECT_EQ(reader.next(record).failure(), step.failure()) << "a failure stays";
      return read;
    }
    if (*step == csv::Reader::Step::end) return read;
    if (*step == csv::Reader::Step::need_more) {
      if (text.empty()) {
        reader.finish();
        continue;
      }
      chunk = text.substr(0, piece);
      text.remove_prefix(chunk.size());
      reader.feed(chunk);
      continue;
    }
    if (record.problem) {
      EXPECT_TRUE(record.fields.empty());
      read.problems.push_back(describe(*record.problem));
      continue;
    }
    read.lines.push_back(record.line);
    read.records.emplace_back(record.fields.begin(), record.fields.end());
  }
}

TEST(Csv, ReadsFieldsLineEndsAndQuotes) {
  EXPECT_EQ(read("a,b\r\nc,d\n").records, (std::vector<Fields>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read("a,b\nc,").records, (std::vector<Fields>{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(read("\"a,1\",\"say \"\"hi\"\"\",\"\"\n").records,
            (std::vector<Fields>{{"a,1", "say \"hi\"", ""}}));
  EXPECT_EQ(read(",\n").records, (std::vector<Fields>{{"", ""}}));
  EXPECT_EQ(read("").records, (std::vector<Fields>{}));
  EXPECT_EQ(read("ä,ß€😀").records, (std::vector<Fields>{{"ä", "ß€😀"}}));
}

TEST(Csv, CountsLinesAsAnEditorDoes) {
  const Read seen = read("one\n\"two\nthree\"\n\r\n\nsix\n");
  EXPECT_EQ(seen.records, (std::vector<Fields>{{"one"}, {"two\nthree"}, {"six"}}));
  EXPECT_EQ(seen.lines, (std::vector<std::int64_t>{1, 2, 6}));
}

TEST(Csv, TakesAByteOrderMarkOnlyAtTheStart) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n")
                .records,
            (std::vector<Fields>{{"a", "b"}}));
  EXPECT_EQ(read("a\n\xEF\xBB\xBF"
                 "b\n")
                .records,
            (std::vector<Fields>{{"a"},
                                 {"\xEF\xBB\xBF"
                                  "b"}}));
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "a\0",
                                  4))
                .failure,
            "line 1: This file is UTF-16; save it as CSV UTF-8.");
}

TEST(Csv, NamesABrokenLineAndReadsOn) {
  const Read seen = read(std::string_view("a\nb\"c\n\"d\"e\nf\xC3\ng\0h\ni\rj\nlast\n", 27));
  EXPECT_EQ(seen.records, (std::vector<Fields>{{"a"}, {"last"}}));
  ASSERT_EQ(seen.problems.size(), 5u);
  EXPECT_TRUE(seen.problems[0].starts_with("line 2: A quote stands inside a field"));
  EXPECT_TRUE(seen.problems[1].starts_with("line 3: After a closing quote"));
  EXPECT_TRUE(seen.problems[2].starts_with("line 4: The line is not valid UTF-8"));
  EXPECT_TRUE(seen.problems[3].starts_with("line 5: The line holds a character with the code 0"));
  EXPECT_TRUE(seen.problems[4].starts_with("line 6: A carriage return stands alone"));
}

TEST(Csv, StopsWhereAQuoteIsNeverClosed) {
  const Read seen = read("a\n\"b\",\"c\nd\n");
  EXPECT_EQ(seen.records, (std::vector<Fields>{{"a"}}));
  EXPECT_EQ(seen.failure, "line 2: A quote that opens here is never closed.");
}

TEST(Csv, KeepsItsLimits) {
  const csv::Limits limits{.record_bytes_max = 10, .fields_max = 3, .lines_max = 4};
  const Read seen = read("1234567890123,4\na,b,c,d\nx\n", 1, limits);
  EXPECT_EQ(seen.records, (std::vector<Fields>{{"x"}}));
  ASSERT_EQ(seen.problems.size(), 2u);
  EXPECT_EQ(seen.problems[0], "line 1: The line is too long.");
  EXPECT_EQ(seen.problems[1], "line 2: There are too many columns.");
  EXPECT_EQ(read("1\n2\n3\n4\n5\n", 1, limits).failure, "line 5: The file has more than 4 lines.");
  EXPECT_EQ(read("\"123456789012345\"", 3, limits).failure,
            "line 1: A quote that opens here is not closed within 10 bytes.");
}

TEST(Csv, PiecesMakeNoDifference) {
  const std::string text =
      "\xEF\xBB\xBFsku,name\r\n1,\"a \"\"b\"\"\nc\"\r\n2,too long a line for this "
      "reader\n\"x\"y\n\n3,ä\n4,\xFF\n5,e\"f\n6,";
  const csv::Limits limits{.record_bytes_max = 24, .fields_max = 3, .lines_max = 50};
  const Read whole = read(text, text.size(), limits);
  EXPECT_EQ(whole.records.size(), 4u);
  EXPECT_EQ(whole.problems.size(), 4u);
  for (std::size_t piece = 1; piece < text.size(); ++piece)
    EXPECT_EQ(read(text, piece, limits), whole) << piece;
}

TEST(Csv, WritesWhatItReads) {
  std::string out;
  const Fields fields{"plain", "a,b", "say \"hi\"", "two\nlines", ""};
  for (const std::string& field : fields) {
    if (!out.empty()) out.push_back(',');
    csv::append_field(out, field);
  }
  EXPECT_EQ(read(out).records, (std::vector<Fields>{fields}));
}

}  // namespace
}  // namespace ringup
