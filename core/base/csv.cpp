#include "core/base/csv.h"

#include <algorithm>
#include <cstring>

#include "core/base/utf8.h"

namespace ringup::csv {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string line_name(std::int64_t line) {
  return "line " + std::to_string(line);
}

std::size_t find(std::string_view text, char wanted, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* at = std::memchr(text.data() + from, wanted, text.size() - from);
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

bool is_ascii_without_nul(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) > 0; });
}

}  // namespace

/// One record being taken apart. Offsets until its end is known, because more bytes may have to come first.
struct Reader::Scan {
  enum class End : std::uint8_t { complete, need_more, unclosed_quote };
  End end = End::need_more;
  std::size_t used = 0;             // bytes of the record with its newline, where complete
  std::size_t content = 0;          // without the newline
  std::int64_t newlines = 0;        // within the used bytes
  std::int64_t quote_newlines = 0;  // before the quote that is open
  Error error = Error::invalid_csv;
  const char* problem = nullptr;

  /// The line is broken: it goes on to the next newline, whatever stands there.
  void broken(const char* what, std::string_view text, std::size_t at, bool finished) {
    problem = what;
    finish_at(text, find(text, '\n', at), finished);
  }
  void finish_at(std::string_view text, std::size_t newline, bool finished) {
    if (newline != std::string_view::npos) {
      end = End::complete;
      used = newline + 1;
      content = newline;
      ++newlines;
    } else if (finished) {
      end = End::complete;
      used = content = text.size();
    }
  }
};

void Reader::feed(std::string_view chunk) {
  if (kept_.empty()) {
    input_ = chunk;
  } else {
    kept_.append(chunk);
    input_ = kept_;
  }
}

Reader::Step Reader::keep_rest() {
  const bool own =
      !kept_.empty() && input_.data() >= kept_.data() && input_.data() <= kept_.data() + kept_.size();
  if (own) {
    kept_.erase(0, kept_.size() - input_.size());
  } else {
    kept_.assign(input_);
  }
  input_ = kept_;
  return Step::need_more;
}

Failure Reader::stop(Error error, std::int64_t line, std::string detail) {
  failed_ = fail(error, line_name(line), std::move(detail));
  input_ = {};
  kept_.clear();
  return *failed_;
}

void Reader::scan(Scan& scan, Record& record) {
  // No record sees more than this, so that it makes no difference how the bytes were cut into chunks.
  const std::string_view text = input_.substr(0, limits_.record_bytes_max + 1);
  const bool finished = finished_ && text.size() == input_.size();
  record.fields.clear();
  unquoted_.clear();
  unquoted_.reserve(std::min(text.size(), limits_.record_bytes_max + 1));  // so that views into it stay
  std::size_t at = 0;
  for (;;) {  // a field
    std::string_view field;
    if (at < text.size() && text[at] == '"') {
      scan.quote_newlines = scan.newlines;
      std::size_t begin = ++at;
      const std::size_t unquoted_begin = unquoted_.size();
      bool doubled = false;
      for (;;) {
        const std::size_t quote = find(text, '"', at);
        if (quote == std::string_view::npos) {
          scan.end = Scan::End::unclosed_quote;
          return;
        }
        scan.newlines += std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                    text.begin() + static_cast<std::ptrdiff_t>(quote), '\n');
        at = quote + 1;
        if (at == text.size() && !finished) return;  // doubled or closing: the next byte says
        if (at == text.size() || text[at] != '"') break;
        doubled = true;
        unquoted_.append(text.substr(begin, at - begin));  // with one quote of the two
        begin = ++at;
      }
      if (doubled) {
        unquoted_.append(text.substr(begin, at - 1 - begin));
        field = std::string_view(unquoted_).substr(unquoted_begin);
      } else {
        field = text.substr(begin, at - 1 - begin);
      }
      if (at < text.size() && text[at] != delimiter_ && text[at] != '\r' && text[at] != '\n')
        return scan.broken("After a closing quote only a comma or the end of the line may follow.", text, at,
                           finished);
    } else {
      const std::size_t begin = at;
      while (at < text.size() && text[at] != delimiter_ && text[at] != '\n' && text[at] != '\r' &&
             text[at] != '"')
        ++at;
      field = text.substr(begin, at - begin);
      if (at < text.size() && text[at] == '"')
        return scan.broken(
            "A quote stands inside a field that does not begin with one; write it twice and the "
            "field in quotes.",
            text, at, finished);
    }
    if (record.fields.size() == limits_.fields_max) {
      scan.error = Error::limit_exceeded;
      return scan.broken("There are too many columns.", text, at, finished);
    }
    record.fields.push_back(field);
    if (at == text.size()) return scan.finish_at(text, std::string_view::npos, finished);
    if (text[at] == delimiter_) {
      ++at;
      continue;
    }
    if (text[at] == '\n') {
      scan.finish_at(text, at, finished);
      return;
    }
    if (at + 1 == text.size() && !finished) return;
    if (at + 1 < text.size() && text[at + 1] == '\n') {
      scan.finish_at(text, at + 1, finished);
      scan.content = at;
      return;
    }
    return scan.broken("A carriage return stands alone; lines end in LF or CRLF.", text, at, finished);
  }
}

Result<Reader::Step> Reader::next(Record& record) {
  if (failed_) return *failed_;
  record.problem.reset();
  record.fields.clear();
  if (!started_) {
    if (input_.size() < byte_order_mark.size() && !finished_) return keep_rest();
    if (input_.starts_with("\xFF\xFE") || input_.starts_with("\xFE\xFF"))
      return stop(Error::invalid_csv, 1, "This file is UTF-16; save it as CSV UTF-8.");
    if (input_.starts_with(byte_order_mark)) input_.remove_prefix(byte_order_mark.size());
    started_ = true;
  }
  for (;;) {
    if (skipping_) {
      const std::size_t newline = find(input_, '\n', 0);
      if (newline == std::string_view::npos) {
        input_ = {};
        kept_.clear();
        if (!finished_) return Step::need_more;
        return Step::end;
      }
      input_.remove_prefix(newline + 1);
      ++line_;
      skipping_ = false;
    }
    if (input_.empty()) {
      kept_.clear();
      return finished_ ? Step::end : Step::need_more;
    }
    if (line_ > limits_.lines_max)
      return stop(Error::limit_exceeded, line_,
                  "The file has more than " + std::to_string(limits_.lines_max) + " lines.");
    const bool blank_crlf = input_.starts_with("\r\n");
    if (!blank_crlf && input_.front() != '\n') break;
    input_.remove_prefix(blank_crlf ? 2 : 1);
    ++line_;
  }

  record.line = line_;
  Scan scan;
  this->scan(scan, record);
  if (scan.end == Scan::End::unclosed_quote) {
    if (input_.size() <= limits_.record_bytes_max && !finished_) return keep_rest();
    record.fields.clear();
    return stop(Error::invalid_csv, line_ + scan.quote_newlines,
                finished_ ? "A quote that opens here is never closed."
                          : "A quote that opens here is not closed within " +
                                std::to_string(limits_.record_bytes_max) + " bytes.");
  }
  const bool complete = scan.end == Scan::End::complete;
  const bool too_long = (complete ? scan.used : input_.size()) > limits_.record_bytes_max;
  if (!complete && !too_long) {
    record.fields.clear();
    return keep_rest();
  }
  const std::string_view bytes = input_.substr(0, scan.content);
  if (too_long) {
    scan.error = Error::limit_exceeded;
    scan.problem = "The line is too long.";
  } else if (scan.problem == nullptr && !is_ascii_without_nul(bytes)) {
    if (!utf8::valid(bytes)) {
      scan.problem = "The line is not valid UTF-8; save the file as CSV UTF-8.";
    } else if (bytes.find('\0') != std::string_view::npos) {
      scan.problem = "The line holds a character with the code 0.";
    }
  }
  if (scan.problem != nullptr) {
    record.fields.clear();
    record.problem = fail(scan.error, line_name(line_), scan.problem);
  }
  if (complete) {
    input_.remove_prefix(scan.used);
    line_ += scan.newlines;
  } else {
    input_.remove_prefix(std::min(input_.size(), limits_.record_bytes_max + 1));
    line_ += scan.newlines;
    skipping_ = true;
  }
  return Step::record;
}

void append_field(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out.append(text);
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace ringup::csv
