// Charts. Heights come from whole numbers; only their places on the screen are fractions.
#include "web/ui/chart.h"

#include <algorithm>
#include <cmath>

#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float axis_gap = space::s, points_height = 24, legend_height = 28, tip_padding = space::m, dot = 8;
constexpr int ticks_most = 5;
const TextStyle axis_style{TextSize::small, Weight::regular, Tone::muted, Align::left, 1, true};

std::int64_t smallest_from(std::int64_t least, std::int64_t unit) {
  // 1, 2, 2.5 and 5 times a power of ten, in units; 2.5 only where it is whole.
  for (std::int64_t power = 1; power <= 1'000'000'000'000'000; power *= 10) {
    for (const std::int64_t tenths : {10, 20, 25, 50}) {
      if (power * tenths % 10 != 0) continue;
      const std::int64_t step = power * tenths / 10 * unit;
      if (step >= least) return step;
    }
  }
  return least;
}

Color color_of_series(const Series& series, std::size_t at) {
  const Theme& t = theme();
  if (series.ghost) return t.dark ? mixed(t.surface, t.muted, 0.55f) : mixed(t.surface, t.muted, 0.5f);
  return at == 0 ? t.accent : t.good;
}

struct Frame {
  Rect plot;
  std::vector<std::int64_t> ticks;
  std::size_t count = 0;

  float y_of(std::int64_t value) const {
    const auto low = static_cast<float>(ticks.front()), high = static_cast<float>(ticks.back());
    return plot.bottom() - (static_cast<float>(value) - low) / (high - low) * plot.h;
  }
  float slot() const { return plot.w / static_cast<float>(std::max<std::size_t>(count, 1)); }
  float x_of(std::size_t point) const { return plot.x + (static_cast<float>(point) + 0.5f) * slot(); }
};

std::string point_name(const Chart& content, std::size_t point) {
  if (point < content.point_names.size()) return content.point_names[point];
  return point < content.points.size() ? content.points[point] : std::string();
}

std::string value_words(const Chart& content, const Series& series, std::size_t point) {
  return point < series.values.size() ? content.format(series.values[point], false) : std::string("no value");
}

void draw_legend(Rect box, const Chart& content) {
  for (std::size_t i = 0; i < content.series.size(); ++i) {
    const Series& series = content.series[i];
    const Rect mark = box.cut_left(12, space::s);
    paint::box(mark.centred(12, series.ghost && content.kind == ChartKind::lines ? 3.0f : 12.0f), 3,
               color_of_series(series, i));
    paint::words(box.cut_left(text_width(series.name, axis_style), space::l), series.name, axis_style);
  }
}

// Labels below the points, as many as fit without touching.
void draw_points(const Frame& frame, const Chart& content) {
  float widest = 0;
  for (const std::string& point : content.points) widest = std::max(widest, text_width(point, axis_style));
  const auto every =
      static_cast<std::size_t>(std::max(std::ceil((widest + space::m) / std::max(frame.slot(), 1.0f)), 1.0f));
  TextStyle style = axis_style;
  style.align = Align::centre;
  for (std::size_t i = 0; i < content.points.size(); i += every) {
    paint::words({frame.x_of(i) - widest / 2 - 2, frame.plot.bottom(), widest + 4, points_height},
                 content.points[i], style);
  }
}

void draw_bars(const Frame& frame, const Chart& content, int at) {
  const float slot = frame.slot();
  const float zero = frame.y_of(0);
  const std::size_t pair = content.series.size();
  const float gap = slot > 14 ? std::min(slot * 0.28f, 16.0f) : 1;
  const float width = std::min((slot - gap) / static_cast<float>(std::max<std::size_t>(pair, 1)), 36.0f);
  const float all = width * static_cast<float>(pair);
  for (std::size_t s = 0; s < pair; ++s) {
    // The ghost stands on the left: what was before.
    const std::size_t place = content.series[s].ghost ? 0 : pair - 1 - (s == 0 ? 0 : s - 1);
    for (std::size_t i = 0; i < std::min(content.series[s].values.size(), frame.count); ++i) {
      const std::int64_t value = content.series[s].values[i];
      if (value == 0) continue;
      const float y = frame.y_of(value), top = std::min(y, zero);
      const float height = std::max(std::abs(zero - y), 1.5f);
      const float x = frame.x_of(i) - all / 2 + width * static_cast<float>(pair > 1 ? place : 0);
      Color color = color_of_series(content.series[s], s);
      if (at == static_cast<int>(i)) color = mixed(color, theme().text, 0.18f);
      const Rect bar{x + (pair > 1 ? 0.5f : 0), top, std::max(width - (pair > 1 ? 1.0f : 0), 1.0f), height};
      if (value > 0)
        paint::top_box(bar, std::min(4.0f, bar.w / 2), color);
      else
        paint::box(bar, 0, color);
    }
  }
}

void draw_lines(const Frame& frame, const Chart& content, int at) {
  State& s = state();
  for (std::size_t k = content.series.size(); k-- > 0;) {
    const Series& series = content.series[k];
    const Color color = color_of_series(series, k);
    const std::size_t count = std::min(series.values.size(), frame.count);
    std::vector<ImVec2> line;
    for (std::size_t i = 0; i < count; ++i) line.push_back({frame.x_of(i), frame.y_of(series.values[i])});
    const float zero = frame.y_of(0);
    if (!series.ghost && content.series.size() <= 2) {
      for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        s.draw->AddQuadFilled(line[i], line[i + 1], {line[i + 1].x, zero}, {line[i].x, zero},
                              faded(color, 0.10f));
      }
    }
    if (line.size() > 1)
      s.draw->AddPolyline(line.data(), static_cast<int>(line.size()), color, ImDrawFlags_None,
                          series.ghost ? 1.5f : 2.25f);
    else if (line.size() == 1)
      paint::circle(line[0].x, line[0].y, 3, color);
    if (at >= 0 && static_cast<std::size_t>(at) < line.size()) {
      const ImVec2 here = line[static_cast<std::size_t>(at)];
      paint::circle(here.x, here.y, 5.5f, theme().surface);
      paint::circle(here.x, here.y, 4, color);
    }
  }
}

// The values of one point, beside it.
void draw_values(const Frame& frame, const Chart& content, std::size_t point) {
  const Theme& t = theme();
  const TextStyle strong{TextSize::small, Weight::semibold, Tone::text, Align::left, 1, true};
  const std::string title = point_name(content, point);
  float names = 0, values = 0;
  for (const Series& series : content.series) {
    names = std::max(names, text_width(series.name, axis_style));
    values = std::max(values, text_width(value_words(content, series, point), strong));
  }
  const float line = line_of(TextSize::small) + 2;
  const float width =
      std::max(text_width(title, strong), dot + space::s + names + space::l + values) + 2 * tip_padding;
  const float height = line * static_cast<float>(content.series.size() + 1) + 2 * space::s;
  const float x = frame.x_of(point);
  float left = x + space::m;
  if (left + width > frame.plot.right()) left = x - space::m - width;
  const Layer layer;
  const Rect box{std::max(left, window().x + space::s), frame.plot.y + space::xs, width, height};
  paint::shadow(box, radius::field, 8);
  paint::box(box, radius::field, t.raised);
  paint::frame(box, radius::field, t.line);
  Rect rest = box.inset(tip_padding, space::s);
  paint::words(rest.cut_top(line), title, strong);
  for (std::size_t i = 0; i < content.series.size(); ++i) {
    Rect row = rest.cut_top(line);
    const Rect mark = row.cut_left(dot, space::s);
    paint::circle(mark.middle_x(), mark.middle_y(), dot / 2, color_of_series(content.series[i], i));
    const std::string words = value_words(content, content.series[i], point);
    paint::words(row.cut_right(text_width(words, strong), space::l), words, strong);
    paint::words(row, content.series[i].name, axis_style);
  }
}

std::string sum_up(const Chart& content) {
  if (!content.summary.empty()) return std::string(content.summary);
  std::string words(content.name);
  for (const Series& series : content.series) {
    const auto most = std::max_element(series.values.begin(), series.values.end());
    if (most == series.values.end()) continue;
    words.append(". ").append(series.name).append(": highest ").append(content.format(*most, false));
    words.append(", ").append(point_name(content, static_cast<std::size_t>(most - series.values.begin())));
  }
  return words;
}

// A table of the values under the figure, for those who do not see it.
void record_values(NodeId id, Rect box, const Chart& content) {
  const NodeId table = hash(id, "values");
  record(table, Role::table, content.name, box);
  push_parent(table);
  for (std::size_t i = 0; i < content.points.size(); ++i) {
    const NodeId row = hash(table, static_cast<std::uint64_t>(i));
    record(row, Role::row, {}, box);
    push_parent(row);
    record(hash(row, "point"), Role::cell, point_name(content, i), box);
    for (std::size_t s = 0; s < content.series.size(); ++s) {
      std::string words(content.series[s].name);
      words.append(": ").append(value_words(content, content.series[s], i));
      record(hash(row, static_cast<std::uint64_t>(s)), Role::cell, words, box);
    }
    pop_parent();
  }
  pop_parent();
}

bool nothing(const Chart& content) {
  for (const Series& series : content.series) {
    for (const std::int64_t value : series.values) {
      if (value != 0) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::int64_t> nice_ticks(std::int64_t low, std::int64_t high, int most, std::int64_t unit) {
  low = std::min<std::int64_t>(low, 0);
  high = std::max<std::int64_t>(high, 0);
  unit = std::max<std::int64_t>(unit, 1);
  if (low == 0 && high == 0) high = unit;
  const std::int64_t spans = std::max(most - 1, 1);
  const std::int64_t whole = high - low;
  std::int64_t step = smallest_from((whole + spans - 1) / spans, unit);
  const auto steps_to = [](std::int64_t value, std::int64_t by) { return (value + by - 1) / by; };
  // Both ends are multiples of the step, so one step more than the whole needs may be wanted.
  while (steps_to(high, step) + steps_to(-low, step) > spans) step = smallest_from(step + 1, unit);
  std::vector<std::int64_t> ticks;
  for (std::int64_t at = -steps_to(-low, step); at <= steps_to(high, step); ++at) ticks.push_back(at * step);
  return ticks;
}

int chart(std::string_view key, Rect rect, const Chart& content) {
  State& s = state();
  const Theme& t = theme();
  const NodeId id = id_of(key);
  const Scope scope(key);
  const std::size_t count = content.points.size();
  double& memory = s.memory[hash(id, "at")];
  int at = s.focused == id ? static_cast<int>(memory) - 1 : -1;
  Frame frame;
  frame.count = count;
  Rect rest = rect;
  if (content.series.size() > 1) draw_legend(rest.cut_top(legend_height, space::s), content);
  std::int64_t low = 0, high = 0;
  for (const Series& series : content.series) {
    for (const std::int64_t value : series.values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const int room = std::clamp(static_cast<int>(rest.h / 40), 2, ticks_most);
  frame.ticks = nice_ticks(low, high, room, content.unit);
  float axis = 0;
  std::vector<std::string> tick_words;
  for (const std::int64_t tick : frame.ticks) {
    tick_words.push_back(content.format(tick, true));
    axis = std::max(axis, text_width(tick_words.back(), axis_style));
  }
  frame.plot = rest;
  frame.plot.cut_left(axis + axis_gap);
  frame.plot.cut_bottom(points_height);
  frame.plot.cut_top(space::s);

  const bool bare = content.loading || nothing(content);
  const Did did = interact(id, {frame.plot.x, rest.y, frame.plot.w, rest.h});
  const std::string summary = content.loading ? std::string(content.name) + ", loading" : sum_up(content);
  record(id, Role::figure, summary, rect, flag::focusable | (content.loading ? flag::busy : 0));
  push_parent(id);
  if (!bare) record_values(id, rect, content);
  pop_parent();
  if (!visible(rect)) return -1;

  if (s.focused == id && !bare && count > 0) {
    const int before = at, last = static_cast<int>(count) - 1;
    if (key_pressed("ArrowRight")) at = std::min(at + 1, last);
    if (key_pressed("ArrowLeft")) at = std::max(at - 1, 0);
    if (key_pressed("Home")) at = 0;
    if (key_pressed("End")) at = last;
    if (at != before) {
      memory = at + 1;
      std::string words = point_name(content, static_cast<std::size_t>(at));
      for (const Series& series : content.series)
        words.append(", ")
            .append(series.name)
            .append(" ")
            .append(value_words(content, series, static_cast<std::size_t>(at)));
      announce(words);
    }
  } else {
    memory = 0;
  }
  if (did.hovered && !bare && count > 0) {
    at = std::clamp(static_cast<int>((s.input->x - frame.plot.x) / frame.slot()), 0,
                    static_cast<int>(count) - 1);
  }
  if (content.loading) {
    for (int i = 0; i < 12; ++i) {
      const Rect slot = frame.plot.column(i, 12, space::s);
      const float part = 0.3f + static_cast<float>(hash(7, static_cast<std::uint64_t>(i)) % 60) / 100;
      skeleton({slot.x, slot.bottom() - slot.h * part, slot.w, slot.h * part}, 4);
    }
    return -1;
  }
  TextStyle right = axis_style;
  right.align = Align::right;
  for (std::size_t i = 0; i < frame.ticks.size(); ++i) {
    const float y = std::round(frame.y_of(frame.ticks[i]));
    paint::box({frame.plot.x, y, frame.plot.w, 1}, 0, frame.ticks[i] == 0 ? t.outline : t.line);
    if (!bare) paint::words({rest.x, y - 10, axis, 20}, tick_words[i], right);
  }
  draw_points(frame, content);
  if (bare) {
    text(frame.plot, content.empty, {TextSize::small, Weight::regular, Tone::muted, Align::centre, 1, true});
    return -1;
  }
  if (at >= 0) {
    const float x = frame.x_of(static_cast<std::size_t>(at));
    if (content.kind == ChartKind::bars)
      paint::box({x - frame.slot() / 2, frame.plot.y, frame.slot(), frame.plot.h}, 4, faded(t.control, 0.7f));
    else
      paint::box({std::round(x), frame.plot.y, 1, frame.plot.h}, 0, t.outline);
  }
  if (content.kind == ChartKind::bars)
    draw_bars(frame, content, at);
  else
    draw_lines(frame, content, at);
  if (did.ring) paint::focus_ring(rect, radius::field);
  if (at >= 0) draw_values(frame, content, static_cast<std::size_t>(at));
  return did.clicked ? at : -1;
}

int ranked_bars(std::string_view key, Rect rect, std::string_view name, std::span<const Ranked> lines,
                bool pressable) {
  const Group group(key, Role::list, name, rect);
  const Theme& t = theme();
  std::int64_t most = 1;
  for (const Ranked& line : lines) most = std::max(most, line.value);
  const TextStyle plain{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  const TextStyle muted{TextSize::small, Weight::regular, Tone::muted, Align::left, 1, true};
  TextStyle figure{TextSize::small, Weight::semibold, Tone::text, Align::right, 1, true};
  int pressed = -1;
  Rect rest = rect;
  for (std::size_t i = 0; i < lines.size() && rest.h >= ranked_height; ++i) {
    const Ranked& line = lines[i];
    const Scope scope(static_cast<std::uint64_t>(i));
    const Rect box = rest.cut_top(ranked_height);
    const Group item("item", Role::listitem, {}, box);
    std::string heard(line.name);
    heard.append(", ").append(line.words);
    if (!line.detail.empty()) heard.append(", ").append(line.detail);
    const NodeId id = id_of("line");
    const Did did = pressable ? interact(id, box) : Did{};
    record(id, pressable ? Role::button : Role::text, heard, box, pressable ? flag::focusable : 0);
    if (did.hovered || did.held) paint::box(box.inset(-space::s, 2), radius::field, faded(t.control, 0.6f));
    Rect words = box;
    const Rect bar = words.cut_bottom(16).centred(box.w, 6).moved(0, -4);
    paint::box(bar, 3, t.control);
    if (line.value > 0) {
      const float part = static_cast<float>(line.value) / static_cast<float>(most);
      paint::box({bar.x, bar.y, std::max(bar.w * part, 6.0f), bar.h}, 3, t.accent);
    }
    paint::words(words.cut_right(text_width(line.words, figure), space::m), line.words, figure);
    const float title = std::min(text_width(line.name, plain), words.w);
    paint::words(words.cut_left(title, space::s), line.name, plain);
    paint::words(words, line.detail, muted);
    if (did.ring) paint::focus_ring(box.inset(2), radius::field);
    if (did.clicked) pressed = static_cast<int>(i);
  }
  return pressed;
}

}  // namespace ringup::ui
