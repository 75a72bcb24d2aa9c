#include "web/console/business.h"

#include <algorithm>

#include "web/console/business_parts.h"

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
  Place place{"business", std::string(key()), {}};
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

namespace {

class Business final : public Screen {
 public:
  Business() {
    parts_.push_back(make_facts());
    parts_.push_back(make_branches());
    parts_.push_back(make_tills());
    parts_.push_back(make_users());
    parts_.push_back(make_taxes());
  }
  std::string_view key() const override { return "business"; }
  std::string_view title() const override { return "Business"; }
  ui::Icon icon() const override { return icon_settings; }
  Right needs() const override { return Right::tills_manage; }

  void open(Desk& desk, const Place& place) override {
    std::vector<Part*> parts = allowed(desk);
    const auto found =
        std::find_if(parts.begin(), parts.end(), [&](const Part* part) { return part->key() == place.id; });
    if (found == parts.end()) {
      if (!parts.empty()) desk.replace(Place{"business", std::string(parts.front()->key()), {}});
      return;
    }
    if (*found != current_) {
      current_ = *found;
      current_->load(desk);
    }
    current_->edit(desk, place.get("open"));
  }

  void heard(Desk& desk, const News& news) override {
    if (desk.place().screen == key() && current_ != nullptr) current_->heard(desk, news);
  }

  void tick(Desk& desk) override {
    if (desk.place().screen == key() && current_ != nullptr) current_->tick(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    const std::vector<Part*> parts = allowed(desk);
    std::vector<std::string_view> names;
    int chosen = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      names.push_back(parts[i]->title());
      if (parts[i] == current_) chosen = static_cast<int>(i);
    }
    const int before = chosen;
    ui::tabs("parts", rect.cut_top(44, space::l), "Parts of the business", names, chosen);
    if (current_ != nullptr) {
      const ui::Scope scope(current_->key());
      current_->draw(desk, rect);
    }
    if (chosen != before) desk.go("business", std::string(parts[static_cast<std::size_t>(chosen)]->key()));
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (current_ != nullptr) current_->draw_actions(desk, rect);
  }
  void draw_over(Desk& desk) override {
    if (current_ != nullptr) current_->draw_over(desk);
  }

  std::vector<Command> commands(Desk& desk) override {
    std::vector<Command> all;
    for (Part* part : allowed(desk)) {
      all.push_back({"Go to", std::string(part->title()), "Business", icon(),
                     [id = std::string(part->key())](Desk& at) { at.go("business", id); }});
      for (Command& command : part->commands()) all.push_back(std::move(command));
    }
    return all;
  }

 private:
  std::vector<Part*> allowed(Desk& desk) const {
    std::vector<Part*> parts;
    for (const std::unique_ptr<Part>& part : parts_) {
      if (desk.may(part->needs())) parts.push_back(part.get());
    }
    return parts;
  }

  std::vector<std::unique_ptr<Part>> parts_;
  Part* current_ = nullptr;
};

}  // namespace

std::unique_ptr<Screen> make_business() {
  return std::make_unique<Business>();
}

}  // namespace ringup::console
