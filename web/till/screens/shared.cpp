#include "core/base/utf8.h"
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

bool draw_header(Rect rect, std::string_view title) {
  ui::bar(rect, ui::Edge::bottom);
  Rect row = rect.inset(space::s, 0);
  const Rect back = row.cut_left(ui::touch_min, space::s);
  ui::heading(row, title, 1, {.size = ui::TextSize::title, .weight = ui::Weight::semibold, .middle = true});
  return ui::icon_button("back", back.centred(ui::touch_min, ui::touch_min), icon_arrow_left, "Back") ||
         ui::key_pressed("Escape");
}

namespace {

struct ConnectionWords {
  ui::Tone tone;
  std::string words;
};
ConnectionWords connection_words(Model& model) {
  const std::size_t waiting = model.sync().waiting();
  const std::string count = std::to_string(waiting);
  switch (model.sync().connection()) {
    case Connection::online:
      return {ui::Tone::good, "Online"};
    case Connection::sending:
      return {ui::Tone::accent, "Sending " + count};
    case Connection::offline:
      return {ui::Tone::warn, waiting == 0 ? std::string("Offline") : "Offline, " + count + " waiting"};
    case Connection::refused:
      break;
  }
  return {ui::Tone::bad, "Not accepted"};
}

}  // namespace

void draw_connection(Model& model, Rect rect) {
  const ConnectionWords state = connection_words(model);
  ui::status_word("connection", rect, state.tone, state.words);
}

float connection_width(Model& model) {
  constexpr float dot = 28;
  return ui::text_width(connection_words(model).words,
                        {.size = ui::TextSize::small, .weight = ui::Weight::semibold}) +
         dot;
}

Rect sheet_body(const ui::Sheet& sheet) {
  Rect body = sheet.body().inset(space::l, 0);
  body.cut_bottom(space::l);
  return body;
}

bool choose_tender(Rect rect, std::string_view name, int& kind) {
  constexpr float each = 80;  // what the longest word needs
  if (rect.w >= each * static_cast<float>(std::size(tender_names)))
    return ui::segmented("kind", rect, name, tender_names, kind);
  static const std::vector<std::string> words(std::begin(tender_names), std::end(tender_names));
  return ui::chips("kind", rect, name, words, kind);
}

std::string initials_of(std::string_view name) {
  std::string initials;
  bool begin = true;
  int count = 0;
  for (std::size_t at = 0; at < name.size() && count < 2;) {
    const std::size_t from = at;
    const char32_t code = utf8::next(name, at);
    const bool letter =
        code != utf8::invalid && (code > 0x7F || (code >= 'a' && code <= 'z') ||
                                  (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9'));
    if (letter && begin) {
      if (code >= 'a' && code <= 'z')
        initials += static_cast<char>(code - 'a' + 'A');
      else
        initials += name.substr(from, at - from);
      ++count;
    }
    begin = !letter;
  }
  return initials.empty() ? "?" : initials;
}

std::uint32_t seed_of(const Id& id) {
  return static_cast<std::uint32_t>(id.bytes[12]) << 24 | static_cast<std::uint32_t>(id.bytes[13]) << 16 |
         static_cast<std::uint32_t>(id.bytes[14]) << 8 | static_cast<std::uint32_t>(id.bytes[15]);
}

void draw_receipt(const Receipt& receipt, ui::ScrollArea& area) {
  using Kind = ReceiptRow::Kind;
  for (std::size_t i = 0; i < receipt.rows.size(); ++i) {
    const ReceiptRow& row = receipt.rows[i];
    const ui::Scope scope(i);
    ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::muted};
    if (row.kind == Kind::rule) {
      ui::divider(area.next(space::s + 1).inset(0, space::s / 2));
      continue;
    }
    if (row.kind == Kind::header || row.kind == Kind::footer) {
      style.align = ui::Align::centre;
      style.lines = 3;
      if (i == 0)
        style.weight = ui::Weight::semibold, style.size = ui::TextSize::body, style.tone = ui::Tone::text;
      const float height = ui::text_height(row.left, area.width(), style);
      ui::text(area.next(height, space::xs), row.left, style);
      continue;
    }
    if (row.kind == Kind::tax) {
      const Rect line = area.next(ui::line_of(style.size), 2);
      for (std::size_t cell = 0; cell < row.cells.size(); ++cell) {
        style.align = cell == 0 ? ui::Align::left : ui::Align::right;
        ui::text(line.column(static_cast<int>(cell), static_cast<int>(row.cells.size()), space::xs),
                 row.cells[cell], style);
      }
      continue;
    }
    if (row.kind != Kind::detail) style.tone = ui::Tone::text;
    if (row.kind == Kind::item || row.kind == Kind::tender || row.kind == Kind::total)
      style.size = ui::TextSize::body;
    if (row.kind == Kind::total) style.weight = ui::Weight::semibold, style.size = ui::TextSize::title;
    ui::TextStyle right = style;
    right.align = ui::Align::right;
    const float amount_width = row.right.empty() ? 0 : ui::text_width(row.right, right) + space::s;
    const float indent = row.kind == Kind::detail ? space::l : 0;
    style.lines = 3;
    const float height = ui::text_height(row.left, area.width() - amount_width - indent, style);
    Rect line = area.next(std::max(height, ui::line_of(style.size)), 2);
    if (!row.right.empty()) ui::text(line.cut_right(amount_width), row.right, right);
    line.cut_left(indent);
    ui::text(line, row.left, style);
  }
}

}  // namespace ringup::till
