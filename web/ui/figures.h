#pragma once
/// Small things a desk is made of: figures with their comparison, tags, key hints, the way back.
#include <span>
#include <string>
#include <string_view>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

/// The picture at `url`, a path of our own origin, cut to fill the box with round corners; coloured initials
/// while it is loading, where it is missing and where `url` is empty. Decoration: name what it shows beside
/// it. Pictures are kept in memory within bounds (see Platform::picture) and cost no frame while nothing
/// changes.
void picture(Rect rect, std::string_view url, std::string_view initials, std::uint32_t seed,
             float corner = radius::field);

/// A figure in a card: what it is, how much, how it changed: "Takings", "€1,204.50", "12 % more than Friday
/// last week". The arrow follows `direction`, the colour `tone`: fewer refunds are good.
struct Stat {
  std::string_view label, value;
  std::string_view change = {};  // "12 %"; empty: no comparison
  std::string_view words = {};   // "more than Friday last week"
  int direction = 0;             // 1 up, -1 down, 0 level
  Tone tone = Tone::muted;
  bool loading = false;
  bool pressable = false;  // opens what is behind it
};
inline constexpr float stat_height = 112;
/// True when pressed.
bool stat(std::string_view key, Rect rect, const Stat& content);

/// A word in a rounded box, e.g. a tag or a state; answers its width. Read by screen readers.
float tag(Rect rect, std::string_view words, Tone tone = Tone::muted);
/// Keys as they stand on a keyboard: "Ctrl K"; answers the width. Decoration.
float key_hint(Rect rect, std::string_view keys);

/// Where one is: "Products / Whole milk". Answers the index that was pressed, or -1; the last is where one
/// is.
int breadcrumbs(std::string_view key, Rect rect, std::span<const std::string_view> names);

/// A name and its value on one line, for lists of facts: "Paid by" "Card".
void fact(Rect rect, std::string_view name, std::string_view value, Tone tone = Tone::text);
inline constexpr float fact_height = 32;

}  // namespace ringup::ui
