#pragma once
/// The text form of Prometheus (0.0.4), written family by family. A capability that has something to tell
/// gives a function that appends its rows (pages::Metrics::add), and needs to know nothing else.
///
///     out.gauge("ringup_streams", "Event streams that are open now.", streams);
///     out.family("ringup_streams_ended_total", "counter", "Event streams that ended, by reason.");
///     out.row({{"reason", "age"}}, ended);
///
/// Names: `ringup_` in front, base units at the end (`_seconds`, `_bytes`), `_total` on what only grows. The
/// number of rows must be bounded by the program, not by its clients.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ringup::log {

class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a family; its rows follow. `type`: counter, gauge, histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// A row of the family that was begun last.
  void row(Labels labels, std::uint64_t value);
  /// The same in seconds, from a count of parts of a second.
  void seconds_row(Labels labels, std::uint64_t count, std::uint64_t parts_per_second);
  /// The rows of a histogram: upper bounds, counts (one more, above all bounds) and sum in parts of a whole
  /// (1 for plain numbers, 1'000'000'000 for nanoseconds).
  void histogram_rows(Labels labels, std::span<const std::int64_t> bounds,
                      std::span<const std::uint64_t> buckets, std::uint64_t sum, std::uint64_t parts);

  /// Families of one row.
  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void gauge(std::string_view name, std::string_view help, std::uint64_t value);
  void signed_gauge(std::string_view name, std::string_view help, std::int64_t value);
  void seconds(std::string_view name, std::string_view type, std::string_view help, std::uint64_t count,
               std::uint64_t parts_per_second);

  std::string take() { return std::move(text_); }

 private:
  void put(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);
  std::string text_, name_;
};

using Rows = std::function<void(Exposition&)>;

}  // namespace ringup::log
