#include "web/console/parts.h"

#include <algorithm>

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

std::string_view FormState::general(std::initializer_list<std::string_view> fields) const {
  return std::find(fields.begin(), fields.end(), std::string_view(where)) == fields.end()
             ? std::string_view(words)
             : std::string_view();
}

void FormState::failed(const Failure& failure) {
  busy = false;
  where = failure.where;
  words = words_of(failure);
  ui::announce(words, true);
}

void Part::show(Desk& desk, const std::string& what) const {
  Place place = desk.place();
  if (place.screen != home_ || place.id != key()) place = Place{home_, std::string(key()), {}};
  place.set("open", what);
  desk.go(std::move(place));
}

Rect room_for_panel(Rect& page, bool open) {
  const Rect all = ui::screen();
  const Rect around{page.x, page.y, all.right() - page.x, all.bottom() - page.y};
  constexpr float table_min = 480;
  if (open && around.w >= panel_width + space::l + table_min) page.w = around.w - panel_width - space::l;
  return around;
}

bool action_button(std::string_view key, Rect rect, std::string_view label, ui::Icon icon) {
  const float width = ui::text_width(label, {.weight = ui::Weight::semibold}) + 24 + space::s + 2 * space::l;
  return ui::button(key, rect.cut_right(width).centred(width, 40), label,
                    {.kind = ui::Kind::primary, .icon = icon});
}

int panel_buttons(Rect footer, std::string_view action, bool possible, bool busy) {
  Rect row = footer.centred(footer.w, 40);
  const float width = ui::text_width(action, {.weight = ui::Weight::semibold}) + 2 * space::xl;
  const bool act = ui::button("act", row.cut_right(width, space::s), action,
                              {.kind = ui::Kind::primary, .disabled = !possible, .busy = busy});
  const bool cancel = ui::button("cancel", row.cut_right(100), "Cancel");
  return act ? 1 : cancel ? 0 : -1;
}

void form_problem(ui::ScrollArea& area, std::string_view words) {
  if (!words.empty()) paragraph(area, words, ui::Tone::bad);
}

void paragraph(ui::ScrollArea& area, std::string_view words, ui::Tone tone) {
  const ui::TextStyle style{.size = ui::TextSize::small, .tone = tone, .lines = 8};
  ui::text(area.next(ui::text_height(words, area.width(), style), space::l), words, style);
}

void PartedScreen::add(std::unique_ptr<Part> part) {
  part->home_ = key();
  parts_.push_back(std::move(part));
}

std::vector<Part*> PartedScreen::allowed(Desk& desk) const {
  std::vector<Part*> parts;
  for (const std::unique_ptr<Part>& part : parts_) {
    if (desk.may(part->needs())) parts.push_back(part.get());
  }
  return parts;
}

void PartedScreen::open(Desk& desk, const Place& place) {
  std::vector<Part*> parts = allowed(desk);
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part* part) { return part->key() == place.id; });
  if (found == parts.end()) {
    if (!parts.empty()) desk.replace(Place{std::string(key()), std::string(parts.front()->key()), {}});
    return;
  }
  if (*found != current_) {
    current_ = *found;
    current_->load(desk);
  }
  current_->placed(desk, place);
  current_->edit(desk, place.get("open"));
}

void PartedScreen::heard(Desk& desk, const News& news) {
  if (desk.place().screen == key() && current_ != nullptr) current_->heard(desk, news);
}

void PartedScreen::tick(Desk& desk) {
  if (desk.place().screen == key() && current_ != nullptr) current_->tick(desk);
}

void PartedScreen::draw(Desk& desk, Rect rect) {
  const std::vector<Part*> parts = allowed(desk);
  std::vector<std::string_view> names;
  int chosen = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    names.push_back(parts[i]->title());
    if (parts[i] == current_) chosen = static_cast<int>(i);
  }
  const int before = chosen;
  ui::tabs("parts", rect.cut_top(44, space::l), title(), names, chosen);
  if (current_ != nullptr) {
    const ui::Scope scope(current_->key());
    current_->draw(desk, rect);
  }
  if (chosen != before)
    desk.go(std::string(key()), std::string(parts[static_cast<std::size_t>(chosen)]->key()));
}

void PartedScreen::draw_actions(Desk& desk, Rect rect) {
  if (current_ != nullptr) current_->draw_actions(desk, rect);
}

void PartedScreen::draw_over(Desk& desk) {
  if (current_ != nullptr) current_->draw_over(desk);
}

bool PartedScreen::unsaved() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const std::unique_ptr<Part>& part) { return part->unsaved(); });
}

std::vector<Command> PartedScreen::commands(Desk& desk) {
  std::vector<Command> all;
  for (Part* part : allowed(desk)) {
    all.push_back(
        {"Go to", std::string(part->title()), std::string(title()), icon(),
         [screen = std::string(key()), id = std::string(part->key())](Desk& at) { at.go(screen, id); }});
    for (Command& command : part->commands()) all.push_back(std::move(command));
  }
  return all;
}

void PartedScreen::search(Desk& desk, const std::string& typed,
                          std::function<void(std::vector<Command>)> found) {
  // The first part that is asked for is the one that can be searched.
  const std::vector<Part*> parts = allowed(desk);
  if (parts.empty()) return found({});
  parts.front()->search(desk, typed, std::move(found));
}

}  // namespace ringup::console
