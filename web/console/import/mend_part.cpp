#include "web/console/import/import_parts.h"

#include "core/base/encoding.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr float line_height = 84, counts_height = 84, number_width = 76, number_width_long = 112,
                leave_width = 44;
/// Parts of the room that the columns share.
constexpr float parts[product_columns] = {1.1f, 1.3f, 2.4f, 1.2f, 0.8f, 0.9f, 0.7f};

/// Room for the highest of their numbers.
float width_of_numbers(const ImportRun& run) {
  const bool high = !run.refused().empty() && run.refused().back().line >= 1'000;
  return high ? number_width_long : number_width;
}

Rect cell_box(Rect& line, std::size_t column, float width) {
  float all = 0;
  for (const float part : parts) all += part;
  const float gaps = space::s * static_cast<float>(product_columns - 1);
  return line.cut_left((width - gaps) * parts[column] / all, space::s);
}

}  // namespace

void MendPart::draw(Desk& desk, ImportRun& run, Rect rect) {
  Rect rest = rect;
  draw_footer(desk, run, rest.cut_bottom(48, space::m));
  draw_counts(run, rest.cut_top(counts_height, space::l));
  if (run.refused().empty()) {
    ui::card(rest);
    ui::empty_state("right", rest, icon_circle_check, "Every line is right",
                    "Nothing has been changed yet: import puts all of it in at once.");
    return;
  }
  draw_lines(run, rest);
}

void MendPart::draw_counts(ImportRun& run, Rect rect) {
  const std::pair<std::string_view, std::int64_t> counts[] = {{"To add", run.added()},
                                                              {"To change", run.changed()},
                                                              {"Left as they are", run.unchanged()},
                                                              {"Refused lines", run.refused_count()}};
  int index = 0;
  for (const auto& [label, number] : counts) {
    const std::string value = counted(number);
    ui::stat(label, rect.column(index++, 4, space::m), {.label = label, .value = value});
  }
}

void MendPart::draw_lines(ImportRun& run, Rect rect) {
  ui::card(rect);
  Rect rest = rect;
  Rect head = rest.cut_top(64).inset(space::l, 0);
  Rect title = head.cut_top(32);
  ui::heading(title.inset(0, 6), "Lines to mend", 2,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  Rect titles = head;
  titles.cut_left(width_of_numbers(run));
  titles.cut_right(leave_width + space::s);
  const float width = titles.w;
  for (std::size_t i = 0; i < product_columns; ++i) {
    ui::text(cell_box(titles, i, width), column_title(static_cast<ProductColumn>(i)),
             {.size = ui::TextSize::small, .tone = ui::Tone::muted, .middle = true});
  }
  ui::divider(Rect{rect.x, rest.y, rect.w, 1});
  std::vector<RefusedProduct>& lines = run.refused();
  ui::virtual_list("lines", rest,
                   {.count = lines.size(),
                    .item_height = line_height,
                    .gap = 0,
                    .padding = space::l,
                    .padding_bottom = space::l,
                    .name = "Lines to mend"},
                   [&](std::size_t index, Rect box) { draw_line(lines[index], box, width_of_numbers(run)); });
}

void MendPart::draw_line(RefusedProduct& line, Rect rect, float numbers) {
  const std::string name = "Line " + std::to_string(line.line);
  Rect rest = rect;
  rest.cut_top(space::s);
  Rect fields = rest.cut_top(40);
  ui::text("number", fields.cut_left(numbers), name,
           {.weight = ui::Weight::semibold,
            .tone = line.left_out ? ui::Tone::muted : ui::Tone::text,
            .middle = true});
  const Rect leave = fields.cut_right(leave_width, space::s);
  if (ui::icon_button("leave", leave.centred(40, 40), line.left_out ? icon_undo_2 : icon_trash_2,
                      (line.left_out ? "Take line " : "Leave out line ") + std::to_string(line.line),
                      {.kind = ui::Kind::quiet}))
    line.left_out = !line.left_out;
  const float width = fields.w;
  for (std::size_t i = 0; i < product_columns; ++i) {
    const auto column = static_cast<ProductColumn>(i);
    const std::string label = std::string(column_title(column)) + ", line " + std::to_string(line.line);
    ui::FieldOptions options{.label = label, .hide_label = true, .autocomplete = "off"};
    options.disabled = line.left_out;
    options.compact = true;
    if (column == ProductColumn::price || column == ProductColumn::stock)
      options.kind = ui::FieldKind::decimal;
    if (ui::text_field(column_name(column), cell_box(fields, i, width), line.cells[i], options).changed)
      line.touched = true;
  }
  Rect words = rest.cut_top(28);
  words.cut_left(numbers);
  words.cut_right(leave_width + space::s);
  if (line.left_out) {
    ui::text("reason", words, "This line stays out.",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted, .middle = true});
    return;
  }
  if (line.touched) {
    ui::icon(words.cut_left(16, space::xs), icon_pencil, ui::Tone::muted, 14);
    ui::text("reason", words, "Changed: check again to see whether it is right now.",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted, .middle = true});
    return;
  }
  std::string reason =
      line.column ? std::string(column_title(*line.column)) + ": " + line.detail : line.detail;
  if (line.column == ProductColumn::name) {
    std::string& cell = line.cells[static_cast<std::size_t>(ProductColumn::name)];
    if (const std::optional<std::string> meant = meant_by_controls(cell)) {
      if (ui::button(
              "meant", words.cut_right(150, space::s).centred(150, 28), "Use suggestion",
              {.kind = ui::Kind::quiet, .name = "Use suggestion, line " + std::to_string(line.line)})) {
        cell = *meant;
        line.touched = true;
      }
      reason = "Name: perhaps “" + *meant + "” was meant; as it is it holds a control character";
    }
  }
  ui::icon(words.cut_left(16, space::xs), icon_circle_alert, ui::Tone::bad, 14);
  ui::text("reason", words, reason, {.size = ui::TextSize::small, .tone = ui::Tone::bad, .middle = true});
}

void MendPart::draw_footer(Desk& desk, ImportRun& run, Rect rect) {
  Rect line = rect.centred(rect.w, 40);
  const bool some = !run.refused().empty();
  const bool mended = run.touched() > 0;
  const std::string go = "Import " + counted(run.good(), "product", "products");
  if (ui::button("import", line.cut_right(190, space::s), go,
                 {.kind = mended ? ui::Kind::secondary : ui::Kind::primary, .disabled = run.good() == 0}))
    run.write(desk);
  if (some && ui::button("again", line.cut_right(140, space::s), "Check again",
                         {.kind = mended ? ui::Kind::primary : ui::Kind::secondary, .icon = icon_refresh_cw}))
    run.check(desk);
  if (ui::button("columns", line.cut_left(164, space::s), "Change columns", {.icon = icon_columns_3}))
    return run.map_again();
  if (some && ui::button("save", line.cut_left(190, space::s), "Save refused lines", {.icon = icon_download}))
    save_refused(desk, run);
  if (run.refused_count() == 0) return;
  ui::text("stay", line, counted(run.refused_count(), "line stays", "lines stay") + " out",
           {.tone = ui::Tone::muted, .align = ui::Align::right, .middle = true});
}

}  // namespace ringup::console
