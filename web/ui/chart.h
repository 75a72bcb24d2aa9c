#pragma once
/// Charts: bars, lines, ranked bars. Whole numbers in (minor units, counts); nothing is computed with them
/// but where to draw.
///
/// A chart is a figure with a name and a summary, and for screen readers a table of its values. Hovering or,
/// with the focus, Left and Right, Home and End walk the points; the values stand beside the point and are
/// announced. Ticks are round numbers (1, 2, 2.5 or 5 times a power of ten, in units of `unit`).
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/ui/ui.h"

namespace ringup::ui {

struct Series {
  std::string_view name;                  // "Today", "Friday last week"
  std::vector<std::int64_t> values = {};  // one per point; fewer: the rest is not known yet
  bool ghost = false;                     // the comparison: thinner, paler, behind
};

enum class ChartKind : std::uint8_t { bars, lines };

struct Chart {
  std::string_view name;          // "Takings by hour"
  std::string_view summary = {};  // a sentence for screen readers; made from the values where empty
  ChartKind kind = ChartKind::bars;
  std::span<const std::string> points = {};       // what stands below: "09", "10", …, "Mon 2"
  std::span<const std::string> point_names = {};  // longer, for the values on hover: "9 to 10 o'clock"
  std::span<const Series> series = {};            // one or two
  /// A value as words: "€1,204.50" on hover, and short at the axis: "€1.2k".
  std::function<std::string(std::int64_t value, bool axis)> format = {};
  std::int64_t unit = 1;  // ticks are multiples of it: 100 for whole euros of cents
  bool loading = false;
  std::string_view empty = "Nothing in this time";
};
/// Answers the point that was pressed, or -1.
int chart(std::string_view key, Rect rect, const Chart& content);

/// Best sellers: a name, a bar, a value per line.
struct Ranked {
  std::string_view name, words;  // "Whole milk 1 l", "€84.20"
  std::int64_t value = 0;        // the length of the bar
  std::string_view detail = {};  // muted, after the name: "42 sold"
};
inline constexpr float ranked_height = 44;
/// Answers the line that was pressed, or -1. Lines that do not fit are left out.
int ranked_bars(std::string_view key, Rect rect, std::string_view name, std::span<const Ranked> lines,
                bool pressable = false);

/// The ticks of an axis from zero (or below) to at least `high`: round multiples of `unit`, at most `most`.
std::vector<std::int64_t> nice_ticks(std::int64_t low, std::int64_t high, int most, std::int64_t unit = 1);

}  // namespace ringup::ui
