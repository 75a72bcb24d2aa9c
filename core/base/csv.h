#pragma once
/// CSV (RFC 4180), strictly, as a stream: memory stays flat whatever the size of the file.
///
///     file   = [BOM] *(line newline) [line]        newline = CRLF / LF
///     line   = field *("," field)                  an empty line is skipped
///     field  = *plain / DQUOTE *(any / 2DQUOTE) DQUOTE
///     plain  = any character but DQUOTE, ",", CR, LF
///
/// Two kinds of wrong. A line that is broken in itself (a stray quote, invalid UTF-8, U+0000, too long) comes
/// out as a Record with `problem` set, and reading goes on with the next line. What breaks the rest of the
/// file (a quote never closed, UTF-16, too many lines) is a Failure, and then nothing more comes. Either
/// names the line as an editor counts it: `where` is "line 17".
///
/// Not thread-safe. Never throws.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup::csv {

struct Limits {
  std::size_t record_bytes_max = 64 * 1024;  // one record with its quotes and line breaks
  std::size_t fields_max = 64;               // in one record
  std::int64_t lines_max = 2'000'000;        // in one file
};

struct Record {
  std::int64_t line = 0;                 // where it begins, from 1
  std::vector<std::string_view> fields;  // unquoted; valid until the reader's next call
  std::optional<Failure> problem;        // set: the line is broken and `fields` is empty
};

/// Pulls records out of bytes that are pushed in:
///     for (;;) switch (TRY(reader.next(record))) {
///       case Step::record: … continue;
///       case Step::need_more: at the end of the file reader.finish(), else reader.feed(next chunk);
///       continue; case Step::end: return …;
///     }
/// A file that is in memory as a whole is fed in one piece and read without a copy.
class Reader {
 public:
  enum class Step : std::uint8_t { record, need_more, end };

  /// `delimiter`: what parts fields where it is no comma: ';', a tab, '|'.
  explicit Reader(const Limits& limits = {}, char delimiter = ',') : limits_(limits), delimiter_(delimiter) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Adds bytes. Only before the first next() and after it said need_more. The bytes stay the caller's and
  /// must live until next() says need_more or end.
  void feed(std::string_view chunk);
  /// No more bytes will come: the last line may end without a newline.
  void finish() { finished_ = true; }
  /// The next record into `record`, whose memory is used again.
  /// invalid_csv, limit_exceeded; after a failure only the same failure.
  Result<Step> next(Record& record);

 private:
  struct Scan;
  void scan(Scan& scan, Record& record);
  Step keep_rest();
  Failure stop(Error error, std::int64_t line, std::string detail);

  const Limits limits_;
  const char delimiter_;
  std::string kept_;        // an unfinished record from earlier chunks
  std::string_view input_;  // what is not read yet, in kept_ or in the caller's chunk
  std::string unquoted_;    // room for fields that held doubled quotes
  std::int64_t line_ = 1;
  bool started_ = false;
  bool skipping_ = false;  // in a line that was too long: on to the next newline
  bool finished_ = false;
  std::optional<Failure> failed_;
};

/// Appends one field, quoted where it must be.
void append_field(std::string& out, std::string_view text);

}  // namespace ringup::csv
