// What a till is made of: product tiles, the cart bar, steppers, the keypad.
#include "web/ui/controls.h"
#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {

ActionBarPress action_bar(std::string_view key, Rect rect, const ActionBar& content) {
  State& s = state();
  const Scope scope(key);
  const Theme& t = theme();
  const TextStyle action_style{TextSize::title, Weight::semibold, Tone::text, Align::centre, 1, true};
  const TextStyle title_style{TextSize::title, Weight::semibold, Tone::text, Align::left, 1, true};
  const TextStyle detail_style{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  const float action_width = text_width(content.action, action_style) + 2 * space::xl;
  Rect rest = rect;
  const Rect action_rect = rest.cut_right(action_width);
  const NodeId open_id = id_of("open"), action_id = id_of("action");

  const Did opened = interact(open_id, rest);
  std::string name(content.name);
  if (name.empty()) name.append(content.title).append(", ").append(content.detail);
  record(open_id, Role::button, name, rest, flag::focusable);
  const Did acted = interact(action_id, action_rect, {.enabled = !content.disabled});
  record(action_id, Role::button, content.action_name.empty() ? content.action : content.action_name,
         action_rect, flag::focusable | (content.disabled ? flag::disabled : 0));

  // The count gives a small bump when it becomes another one.
  const NodeId seen = id_of("count"), bump = id_of("bump");
  const auto now = static_cast<double>(hash(1, content.count));
  if (double& before = s.memory[seen]; before != now) {
    if (before != 0) s.animations[bump] = {1, 0, 1, s.input->time_ms, s.frame};
    before = now;
  }
  const float jump = animate(bump, 0, 220);

  const Color fill = content.disabled ? t.raised : t.accent;
  const Color ink = content.disabled ? t.text : t.on_accent;
  paint::shadow(rect, 16, 12);
  paint::box(rect.inset(-2 * jump), 16, fill);
  if (content.disabled) paint::frame(rect, 16, t.line);
  if (opened.held || opened.hovered) paint::box(rest, 16, faded(ink, opened.held ? 0.16f : 0.08f));
  if (!content.disabled)
    paint::box(action_rect.inset(6), radius::button,
               faded(ink, acted.held      ? 0.30f
                          : acted.hovered ? 0.22f
                                          : 0.15f));

  Rect inside = rest.inset(space::l, 0);
  const float pip =
      std::max(32.0f, text_width(content.count, {TextSize::small, Weight::semibold}) + 2 * space::s);
  const Rect round = inside.cut_left(pip, space::m).centred(pip + 6 * jump, 32 + 6 * jump);
  paint::box(round, round.h / 2, content.disabled ? t.control : faded(ink, 0.18f));
  paint::words(round, content.count, {TextSize::small, Weight::semibold, Tone::text, Align::centre, 1, true},
               ink);
  if (content.detail.empty()) {
    paint::words(inside, content.title, title_style, ink);
  } else {
    const float first = line_of(TextSize::title), second = line_of(TextSize::small);
    const float top = inside.middle_y() - (first + second) / 2;
    paint::words({inside.x, top, inside.w, first}, content.title, title_style, ink);
    paint::words({inside.x, top + first - 1, inside.w, second}, content.detail, detail_style,
                 faded(ink, 0.9f));
  }
  paint::words(action_rect, content.action, action_style, content.disabled ? t.muted : ink);
  if (opened.ring) paint::focus_ring(rest, 16);
  if (acted.ring) paint::focus_ring(action_rect, 16);
  if (acted.clicked) return ActionBarPress::action;
  return opened.clicked ? ActionBarPress::open : ActionBarPress::none;
}

Press tile(std::string_view key, Rect rect, const Tile& content) {
  const NodeId id = id_of(key);
  const Did did = interact(id, rect, {.enabled = !content.disabled, .long_press = true});
  std::string name(content.title);
  name.append(", ").append(content.price);
  if (!content.stock.empty()) name.append(", ").append(content.stock);
  if (!content.badge.empty()) name.append(", ").append(content.badge).append(" in cart");
  record(id, Role::button, name, rect, flag::focusable | (content.disabled ? flag::disabled : 0));
  const Press press = did.clicked ? Press::tap : did.long_pressed ? Press::long_press : Press::none;
  if (!visible(rect)) return press;

  const Theme& t = theme();
  const float down = animate(hash(id, "press"), did.held ? 1.0f : 0.0f, 120);
  const Rect box = rect.inset(2 * down);
  paint::box(box, radius::tile, mixed(t.surface, t.text, did.hovered ? 0.03f : 0));
  const float picture = std::clamp(box.h - 100, 56.0f, 120.0f);
  InitialsColor colors = initials_color(content.seed);
  if (content.disabled) colors = {t.control, t.muted};
  const Rect top{box.x, box.y, box.w, picture};
  const platform::Picture shown =
      content.picture.empty() ? platform::Picture{} : state().platform->picture(content.picture);
  if (shown.texture != 0) {
    paint::image(top, shown, radius::tile, true);
  } else {
    paint::top_box(top, radius::tile, colors.ground);
    paint::words(top, content.initials,
                 {TextSize::large, Weight::semibold, Tone::text, Align::centre, 1, true}, colors.on);
  }
  Rect inside = Rect{box.x, box.y + picture, box.w, box.h - picture}.inset(space::m, space::s + 2);
  const Rect bottom = inside.cut_bottom(line_of(TextSize::body));
  const TextStyle title{TextSize::small, Weight::regular, content.disabled ? Tone::muted : Tone::text,
                        Align::left, 2};
  paint::words(inside, content.title, title);
  const TextStyle price{
      TextSize::body, Weight::semibold, content.disabled ? Tone::muted : Tone::text, Align::left, 1, true};
  paint::words(bottom, content.price, price);
  if (!content.stock.empty()) {
    const TextStyle small{TextSize::small, Weight::regular, Tone::muted, Align::right, 1, true};
    const float room = bottom.w - text_width(content.price, price) - space::s - 14;
    // Beside a long price the first word must do ("149"); all of it is in the tile's name.
    std::string_view words = content.stock;
    if (text_width(words, small) > room) words = words.substr(0, words.find(' '));
    const float width = std::min(text_width(words, small), std::max(room, 0.0f));
    paint::words({bottom.right() - width, bottom.y, width, bottom.h}, words, small);
    paint::circle(bottom.right() - width - 9, bottom.middle_y(), 4, color_of(content.stock_tone));
  }
  paint::frame(box, radius::tile, content.badge.empty() ? t.line : t.accent,
               content.badge.empty() ? 1.0f : 2.0f);
  if (!content.badge.empty()) {
    const TextStyle style{TextSize::small, Weight::semibold, Tone::on_accent, Align::centre, 1, true};
    const float width = std::max(28.0f, text_width(content.badge, style) + 2 * space::s);
    const Rect pip{box.right() - space::s - width, box.y + space::s, width, 28};
    paint::box(pip, 14, t.accent);
    paint::words(pip, content.badge, style);
  }
  if (did.ring) paint::focus_ring(rect, radius::tile);
  return press;
}

StepperResult stepper(std::string_view key, Rect rect, std::string_view name, std::string_view value,
                      bool can_less, bool can_more, bool less_removes) {
  const Group group(key, Role::group, name, rect);
  const Theme& t = theme();
  StepperResult result;
  Rect middle = rect;
  const Rect less = middle.cut_left(touch_min), more = middle.cut_right(touch_min);
  paint::box(rect.centred(rect.w, std::min(rect.h, touch_min)), radius::button, t.control);
  const std::string less_name = std::string(less_removes ? "Remove last " : "Less ").append(name);
  const std::string more_name = std::string("More ").append(name);
  if (icon_button("less", less, less_removes ? icon_trash_2 : icon_minus, less_name,
                  {.kind = Kind::quiet, .disabled = !can_less})) {
    result.step = -1;
  }
  const NodeId id = id_of("value");
  const Did did = interact(id, middle);
  Node& node =
      record(id, Role::button, std::string(name).append(" quantity ").append(value), middle, flag::focusable);
  node.value.clear();
  if (did.held || did.hovered) paint::box(middle, radius::field, mixed(t.control, t.text, 0.08f));
  paint::words(middle, value, {TextSize::body, Weight::semibold, Tone::text, Align::centre, 1, true});
  if (did.ring) paint::focus_ring(middle.inset(4), radius::field);
  result.edit = did.clicked;
  if (icon_button("more", more, icon_plus, more_name, {.kind = Kind::quiet, .disabled = !can_more}))
    result.step = 1;
  return result;
}

char keypad(std::string_view key, Rect rect, const KeypadOptions& options) {
  const Group group(key, Role::group, "Keypad", rect);
  const Theme& t = theme();
  char pressed = 0;
  const char corner = options.separator != 0 ? '.' : options.double_zero ? '#' : 'x';
  const char keys[4][3] = {{'1', '2', '3'}, {'4', '5', '6'}, {'7', '8', '9'}, {corner, '0', '<'}};
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < 3; ++column) {
      const char k = keys[row][column];
      const Rect box = rect.row(row, 4, space::s).column(column, 3, space::s);
      const Scope scope(static_cast<std::uint64_t>(row * 3 + column));
      const NodeId id = id_of("key");
      const Did did = interact(id, box, {.long_press = k == '<'});
      const bool digit = k >= '0' && k <= '9';
      std::string label(1, k), name = label;
      if (k == '.') label = options.separator, name = "Decimal point";
      if (k == '#') label = name = "00";
      if (k == '<') label.clear(), name = "Delete last digit";
      if (k == 'x') label = "C", name = "Clear";
      record(id, Role::button, name, box, flag::focusable);
      const float press = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.4f : 0.0f, 100);
      const Color fill = digit || k == '#' || k == '.' ? t.surface : t.control;
      paint::box(box, radius::button, mixed(fill, t.text, 0.12f * press));
      if (fill == t.surface) paint::frame(box, radius::button, t.line);
      if (k == '<')
        paint::icon(box, icon_delete, t.text);
      else
        paint::words(box, label, {TextSize::title, Weight::semibold, Tone::text, Align::centre, 1, true});
      if (did.ring) paint::focus_ring(box.inset(4), radius::field);
      if (did.clicked) pressed = k;
      if (did.long_pressed) pressed = 'x';
    }
  }
  if (state().muted > 0 || (!state().last_modals.empty() && state().modals != state().last_modals))
    return pressed;
  for (const platform::Key& k : state().input->keys) {
    if (k.control || k.alt) continue;
    if (k.name.size() == 1 && k.name[0] >= '0' && k.name[0] <= '9') pressed = k.name[0];
    if ((k.name == "." || k.name == ",") && options.separator != 0) pressed = '.';
    if (k.name == "Backspace") pressed = '<';
    if (k.name == "Delete") pressed = 'x';
  }
  return pressed;
}

}  // namespace ringup::ui
