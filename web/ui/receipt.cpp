#include "web/ui/receipt.h"

#include <algorithm>

#include "web/ui/qr.h"

namespace ringup::ui {
namespace {

using Kind = ReceiptRow::Kind;

constexpr float qr_side_max = 208;

/// What a row looks like in this width, and the room it needs.
struct Look {
  TextStyle left, right;
  float amount_width = 0, indent = 0, height = 0, gap = 2;
};

Look look_of(const ReceiptRow& row, bool first, float width) {
  Look look;
  TextStyle style{.size = TextSize::small, .tone = Tone::muted};
  if (row.kind == Kind::rule) {
    look.height = space::s + 1, look.gap = 0;
    return look;
  }
  if (row.kind == Kind::qr) {
    style.align = Align::centre;
    look.left = style;
    look.height = line_of(style.size) + space::s + qr_side(row.left, std::min(width, qr_side_max));
    return look;
  }
  if (row.kind == Kind::header || row.kind == Kind::footer) {
    style.align = Align::centre;
    style.lines = 3;
    if (first) style.weight = Weight::semibold, style.size = TextSize::body, style.tone = Tone::text;
    look.left = style;
    look.height = text_height(row.left, width, style), look.gap = space::xs;
    return look;
  }
  look.left = look.right = style;
  look.height = line_of(style.size);
  if (row.kind == Kind::tax) return look;
  if (row.kind != Kind::detail) style.tone = Tone::text;
  if (row.kind == Kind::item || row.kind == Kind::tender || row.kind == Kind::total)
    style.size = TextSize::body;
  if (row.kind == Kind::total) style.weight = Weight::semibold, style.size = TextSize::title;
  look.right = style;
  look.right.align = Align::right;
  look.amount_width = row.right.empty() ? 0 : text_width(row.right, look.right) + space::s;
  look.indent = row.kind == Kind::detail ? space::l : 0;
  style.lines = 3;
  look.left = style;
  look.height =
      std::max(text_height(row.left, width - look.amount_width - look.indent, style), line_of(style.size));
  return look;
}

void draw_row(const ReceiptRow& row, const Look& look, Rect line) {
  if (row.kind == Kind::rule) return divider(line.inset(0, space::s / 2));
  if (row.kind == Kind::qr) {
    text(line.cut_top(line_of(look.left.size), space::s), row.right, look.left);
    return qr("qr", line, row.left, row.right);
  }
  if (row.kind == Kind::tax) {
    TextStyle style = look.left;
    for (std::size_t cell = 0; cell < row.cells.size(); ++cell) {
      style.align = cell == 0 ? Align::left : Align::right;
      text(line.column(static_cast<int>(cell), static_cast<int>(row.cells.size()), space::xs),
           row.cells[cell], style);
    }
    return;
  }
  if (!row.right.empty()) text(line.cut_right(look.amount_width), row.right, look.right);
  line.cut_left(look.indent);
  text(line, row.left, look.left);
}

}  // namespace

void draw_receipt(const Receipt& receipt, ScrollArea& area) {
  for (std::size_t i = 0; i < receipt.rows.size(); ++i) {
    const Scope scope(i);
    const Look look = look_of(receipt.rows[i], i == 0, area.width());
    draw_row(receipt.rows[i], look, area.next(look.height, look.gap));
  }
}

void draw_paper(const Receipt& receipt, ScrollArea& area) {
  const float width = area.width() - 2 * space::xl;
  std::vector<Look> looks;
  float height = 2 * space::l;
  for (std::size_t i = 0; i < receipt.rows.size(); ++i) {
    looks.push_back(look_of(receipt.rows[i], i == 0, width));
    height += looks.back().height + looks.back().gap;
  }
  const Rect paper = area.next(height, space::l);
  card(paper, radius::field);
  Rect rest = paper.inset(space::xl, space::l);
  for (std::size_t i = 0; i < receipt.rows.size(); ++i) {
    const Scope scope(i);
    draw_row(receipt.rows[i], looks[i], rest.cut_top(looks[i].height, looks[i].gap));
  }
}

}  // namespace ringup::ui
