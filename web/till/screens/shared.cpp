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
/// 1,200: a count that people read at a glance.
std::string grouped(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

/// "Sending 3", or where many wait how far it is: "Sending 1,200 of 5,000".
std::string words_of_sending(Model& model) {
  constexpr std::size_t many = 100;
  const std::size_t waiting = model.sync().waiting(), sent = model.sync().sent();
  if (waiting + sent < many) return "Sending " + grouped(waiting);
  return "Sending " + grouped(sent) + " of " + grouped(waiting + sent);
}

ConnectionWords connection_words(Model& model) {
  if (model.looks_on()) return {ui::Tone::muted, "Looking on"};
  const std::size_t waiting = model.sync().waiting();
  const std::string count = grouped(waiting);
  switch (model.sync().connection()) {
    case Connection::online:
      return {ui::Tone::good, "Online"};
    case Connection::sending:
      return {ui::Tone::accent, words_of_sending(model)};
    case Connection::reconnecting:
      return {ui::Tone::warn, "Reconnecting…"};
    case Connection::offline:
      return {ui::Tone::warn, waiting == 0 ? std::string("Offline") : "Offline, " + count + " waiting"};
    case Connection::refused:
      break;
  }
  return {ui::Tone::bad, "Not accepted"};
}

}  // namespace

void draw_opening(Model& model) {
  ui::ground();
  const std::string& problem = model.memory().problem();
  if (problem.empty()) return;  // some milliseconds: nothing to say
  ui::empty_state("opening", ui::screen(), icon_triangle_alert, "The till cannot open yet", problem);
}

void draw_nothing_to_see() {
  ui::ground();
  ui::empty_state("looks-on", ui::screen(), icon_monitor, "Another tab is the till",
                  "Nobody is signed in there. Go to that tab, or close it to use this one.");
}

void draw_looks_on(Model& model, Rect& rest) {
  if (model.looks_on())
    ui::banner("looks-on", rest.cut_top(ui::banner_height), ui::Tone::warn, icon_eye,
               "Another tab is the till. This one only looks on.");
  else if (!model.warning().empty())
    ui::banner("warning", rest.cut_top(ui::banner_height), ui::Tone::bad, icon_triangle_alert,
               model.warning());
}

void draw_connection(Model& model, Rect rect) {
  const ConnectionWords state = connection_words(model);
  if (const auto left = model.sync().reconnecting_in(); left && *left > 0) ui::wake_in(*left + 1);
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

}  // namespace ringup::till
