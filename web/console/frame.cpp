#include "web/console/frame.h"

#include "web/ui/figures.h"
#include "web/ui/frame.h"
#include "web/ui/initials.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr std::string_view scheme_key = "console/scheme", scale_key = "console/scale";
constexpr std::string_view scheme_names[] = {"System", "Light", "Dark"};
constexpr std::string_view scale_names[] = {"100 %", "125 %", "150 %", "200 %"};
constexpr float scales[] = {1, 1.25f, 1.5f, 2};
constexpr float rail_width = 232, rail_small = 68, bar_height = 60, header_height = 56;
constexpr float rail_wide_min = 1100;  // from here on the rail has its words

/// A choice kept as one digit.
int kept(platform::Bridge& bridge, std::string_view key, int count) {
  const std::optional<std::string> text = bridge.local_get(key);
  const int choice = text.has_value() && text->size() == 1 ? (*text)[0] - '0' : 0;
  return choice >= 0 && choice < count ? choice : 0;
}

std::string role_words(Role role) {
  std::string word(role_name(role));
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace

Frame::Frame(platform::Platform& platform) : platform_(platform) {
  scheme_ = kept(platform.bridge(), scheme_key, 3);
  scale_ = kept(platform.bridge(), scale_key, 4);
  platform.set_scheme(scheme_);
  platform.set_scale(scales[scale_]);
}

Rect Frame::draw_around(Office& office, const Screens& screens, const Screen* current) {
  Rect rest = ui::screen();
  const bool with_rail = rest.w >= ui::wide_min;
  if (with_rail) {
    const float width = rest.w >= rail_wide_min ? rail_width : rail_small;
    draw_rail(office, screens, current, rest.cut_left(width));
  }
  draw_bar(office, rest.cut_top(bar_height), !with_rail);
  return rest;
}

Rect Frame::draw_header(Office& office, Screen* current, Rect rest) {
  draw_title(office, current, rest.cut_top(header_height));
  const float side = rest.w >= ui::wide_min ? space::xl : space::l;
  Rect page = rest.inset(side, 0);
  page.cut_bottom(side);
  return page;
}

void Frame::draw_rail(Office& office, const Screens& screens, const Screen* current, Rect rect) {
  ui::bar(rect, ui::Edge::right);
  const ui::Group group("rail", ui::Role::navigation, "Screens", rect);
  const bool small = rect.w < rail_width;
  Rect rest = rect.inset(small ? space::m - 2 : space::m, 0);
  Rect head = rest.cut_top(bar_height, space::s);
  ui::icon(small ? head : head.cut_left(24 + 2 * space::s, space::xs), icon_store, ui::Tone::accent, 24);
  if (!small) {
    ui::text("business", head, office.facts().name,
             {.weight = ui::Weight::semibold, .lines = 1, .middle = true});
  }
  for (const std::unique_ptr<Screen>& screen : screens) {
    if (!screen->in_rail() || !office.may(screen->needs())) continue;
    const ui::NavItem item{.label = screen->title(),
                           .icon = screen->icon(),
                           .badge = screen->badge(),
                           .current = screen.get() == current};
    if (ui::nav_item(screen->key(), rest.cut_top(ui::nav_item_height, space::xs), item))
      office.go(std::string(screen->key()));
  }
}

void Frame::draw_bar(Office& office, Rect rect, bool with_menu) {
  ui::bar(rect, ui::Edge::bottom);
  const ui::Group group("bar", ui::Role::banner, "Bar", rect);
  Rect row = rect.inset(space::m, 0);
  if (!with_menu) row.cut_left(space::m);
  if (with_menu && ui::icon_button("menu", row.cut_left(ui::touch_min, space::s).centred(48, 48), icon_menu,
                                   "Screens", {.kind = ui::Kind::quiet, .expanded = drawer_open_}))
    drawer_open_ = true;
  const std::string name = office.user().name();
  const std::string initials = ui::initials_of(name);
  const Rect avatar = row.cut_right(ui::touch_min, space::s).centred(ui::touch_min, ui::touch_min);
  const bool with_help = row.w > 400;
  const Rect help = with_help ? row.cut_right(ui::touch_min, space::s) : Rect{};
  const Rect search = row.cut_left(std::min(row.w, 460.0f), space::l);
  if (ui::search_button("search", search, "Search everything", "Ctrl K")) search_ = true;
  draw_connection(office, row);
  if (with_help) {
    if (ui::icon_button("help", help.centred(44, 44), icon_keyboard, "Keyboard shortcuts")) help_open_ = true;
    ui::tooltip("help", help.centred(44, 44), "Keyboard shortcuts", "?");
  }
  if (ui::avatar_button("account", avatar, initials, ui::seed_of(office.user().id), "Account of " + name,
                        menu_open_))
    menu_open_ = true;
  draw_menu(office, avatar);
}

/// Nothing while news come. Not at once when they do not: a server that is started anew is back in seconds.
void Frame::draw_connection(Office& office, Rect rect) {
  const std::optional<double> left = office.reconnecting_in();
  if (!left) return;
  if (*left > 0) return ui::wake_in(*left + 1);
  constexpr std::string_view words = "Reconnecting…";
  constexpr float dot = 24;
  const float width =
      ui::text_width(words, {.size = ui::TextSize::small, .weight = ui::Weight::semibold}) + dot;
  if (rect.w >= width) ui::status_word("connection", rect.cut_right(width), ui::Tone::warn, words);
}

void Frame::draw_title(Office& office, Screen* current, Rect rect) {
  if (current == nullptr) return;
  const float side = rect.w >= ui::wide_min ? space::xl : space::l;
  Rect row = rect.inset(side, 0);
  const std::string crumb = current->crumb(office);
  const ui::TextStyle style{.size = ui::TextSize::title, .weight = ui::Weight::semibold, .middle = true};
  float used = 0;
  if (crumb.empty()) {
    used = ui::text_width(current->title(), style);
    ui::heading({row.x, row.y, used + 1, row.h}, current->title(), 1, style);
  } else {
    const ui::Group crumbs("crumbs", ui::Role::navigation, "Breadcrumbs", row);
    ui::TextStyle back = style;
    back.tone = ui::Tone::muted;
    bool pressed = false;
    used = ui::link("up", row, current->title(), pressed, back);
    if (pressed) office.go(std::string(current->key()));
    Rect after = row;
    after.cut_left(used + space::xs);
    ui::icon(after.cut_left(20, space::xs), icon_chevron_right, ui::Tone::muted, 18);
    const float words = std::min(ui::text_width(crumb, style), std::max(row.w * 0.5f - used, 80.0f));
    ui::heading({after.x, after.y, words + 1, after.h}, crumb, 1, style);
    used = after.x + words - row.x;
  }
  row.cut_left(used + space::l);
  if (!row.empty()) current->draw_actions(office, row);
}

void Frame::draw_over(Office& office, const Screens& screens) {
  if (drawer_open_) {
    ui::Sheet sheet("drawer", drawer_open_, {.title = "Screens", .height = 560});
    if (sheet) {
      ui::ScrollArea area("screens", sheet.body().inset(space::l, 0));
      for (const std::unique_ptr<Screen>& screen : screens) {
        if (!screen->in_rail() || !office.may(screen->needs())) continue;
        const ui::NavItem item{.label = screen->title(),
                               .icon = screen->icon(),
                               .badge = screen->badge(),
                               .current = office.place().screen == screen->key()};
        if (!ui::nav_item(screen->key(), area.next(52, space::xs), item)) continue;
        drawer_open_ = false;
        office.go(std::string(screen->key()));
      }
    }
  }
  draw_help();
  if (std::exchange(leave_, false)) office.sign_out();
}

void Frame::draw_menu(Office& office, Rect anchor) {
  ui::Popover menu("account-menu", menu_open_, anchor,
                   {.name = "Your account", .width = 320, .height = 320, .right = true, .padding = space::l});
  if (!menu) return;
  Rect rest = menu.body();
  const std::string name = office.user().name();
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), 2), name, {.weight = ui::Weight::semibold});
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::small), space::l),
           role_words(office.user().role) + " · " + office.user().email,
           {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  const ui::TextStyle label{.size = ui::TextSize::small, .tone = ui::Tone::muted};
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::small), space::xs), "Appearance", label);
  if (ui::segmented("scheme", rest.cut_top(44, space::m), "Appearance", scheme_names, scheme_)) {
    platform_.set_scheme(scheme_);
    platform_.bridge().local_set(scheme_key, std::to_string(scheme_));
  }
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::small), space::xs), "Size", label);
  if (ui::segmented("scale", rest.cut_top(44, space::l), "Size", scale_names, scale_)) {
    platform_.set_scale(scales[scale_]);
    platform_.bridge().local_set(scale_key, std::to_string(scale_));
  }
  if (ui::button("mine", rest.cut_top(44, space::m), "My account", {.icon = icon_user})) {
    menu_open_ = false;
    office.go("account");
  }
  if (ui::button("out", rest.cut_top(44), "Sign out", {.icon = icon_log_out})) {
    menu_open_ = false;
    leave_ = true;
  }
}

void Frame::draw_help() {
  if (ui::key_pressed("?")) help_open_ = true;
  struct Shortcut {
    std::string_view keys, words;
  };
  constexpr Shortcut shortcuts[] = {
      {"Ctrl K", "Search for everything"},
      {"?", "Show these shortcuts"},
      {"Tab", "To the next thing; Shift Tab to the one before"},
      {"Enter", "Press or open what has the ring around it"},
      {"Esc", "Close a panel, a menu or a question"},
      {"↑ ↓", "Through the rows of a table and the choices of a list"},
      {"Page ↑ ↓", "A page up or down; Home and End"},
      {"Space", "Choose a row, so that several can be changed at once"},
      {"Alt ←", "Back to where you were"},
  };
  constexpr float line = 40;
  ui::Sheet sheet("help", help_open_,
                  {.title = "Keyboard shortcuts",
                   .height = line * static_cast<float>(std::size(shortcuts)) + space::l,
                   .width_max = 600});
  if (!sheet) return;
  const Rect body = sheet.body().inset(space::l, 0);
  const ui::Group list("shortcuts", ui::Role::list, "Shortcuts", body);
  ui::ScrollArea area("keys", body);
  for (std::size_t i = 0; i < std::size(shortcuts); ++i) {
    const ui::Scope scope(i);
    Rect row = area.next(line);
    const ui::Group item("shortcut", ui::Role::listitem, shortcuts[i].keys, row);
    const Rect keys = row.cut_left(124, space::m);
    ui::key_hint(keys.centred(keys.w, 24), shortcuts[i].keys);
    ui::text(row, shortcuts[i].words, {.middle = true});
  }
}

}  // namespace ringup::console
