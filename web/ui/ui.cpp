#include "web/ui/ui.h"

#include <cmath>
#include <utility>

#include "web/ui/state.h"

namespace ringup::ui {
namespace {

// The font's line box in ems, from its tables head (unitsPerEm) and hhea (ascender, descender): ImGui
// measures fonts by their line box, designers by the em. 1 where the bytes make no sense.
float line_box(std::string_view font) {
  const auto u16 = [&](std::size_t at) {
    if (at + 2 > font.size()) return 0;
    return static_cast<unsigned char>(font[at]) << 8 | static_cast<unsigned char>(font[at + 1]);
  };
  const auto s16 = [&](std::size_t at) { return static_cast<int>(static_cast<std::int16_t>(u16(at))); };
  const auto table = [&](std::string_view tag) -> std::size_t {
    for (int i = 0; i < u16(4); ++i) {
      const std::size_t entry = 12 + 16 * static_cast<std::size_t>(i);
      if (entry + 16 <= font.size() && font.substr(entry, 4) == tag) {
        return static_cast<std::size_t>(u16(entry + 8)) << 16 | static_cast<std::size_t>(u16(entry + 10));
      }
    }
    return 0;
  };
  const std::size_t head = table("head"), hhea = table("hhea");
  if (head == 0 || hhea == 0 || u16(head + 18) == 0) return 1;
  return static_cast<float>(s16(hhea + 4) - s16(hhea + 6)) / static_cast<float>(u16(head + 18));
}

ImFont* load(std::string_view bytes) {
  if (bytes.empty()) return nullptr;
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<char*>(bytes.data()),
                                                    static_cast<int>(bytes.size()), 16, &config);
}

constexpr double unheard_ms_max = 500;

// Page keys move what is scrolled around the focus; without one the first area, or the last one of a dialog.
void choose_key_scroll() {
  State& s = state();
  NodeId id = s.focused == 0 ? 0 : s.focus_scroll;
  while (id != 0) {
    const auto found = s.scrolls.find(id);
    if (found == s.scrolls.end() || found->second.axis == Axis::vertical) break;
    id = found->second.parent;
  }
  if (id == 0) id = s.last_modals.empty() ? s.first_scroll : s.last_scroll;
  s.key_scroll = id;
  s.focus_scroll = s.first_scroll = s.last_scroll = 0;
}

float ease_out(float t) {
  const float rest = 1 - t;
  return 1 - rest * rest * rest;
}

}  // namespace

State& state() {
  static State instance;
  return instance;
}

App::App(platform::Platform& platform) : platform_(platform) {
  State& s = state();
  s = State{};
  s.platform = &platform;
  s.theme = &light_theme();
  using File = platform::Platform::FontFile;
  s.regular = load(platform.font(File::regular));
  s.semibold = load(platform.font(File::semibold));
  s.icons = load(platform.font(File::icons));
  s.em_regular = line_box(platform.font(File::regular));
  s.em_semibold = line_box(platform.font(File::semibold));
  s.em_icons = line_box(platform.font(File::icons));
  if (s.regular == nullptr) s.regular = ImGui::GetIO().Fonts->AddFontDefault();
  if (s.semibold == nullptr) s.semibold = s.regular;
}

void App::frame() {
  State& s = state();
  const platform::Viewport& view = platform_.viewport();
  ++s.frame;
  s.input = &platform_.input();
  s.theme = view.dark ? &dark_theme() : &light_theme();
  s.draw = ImGui::GetBackgroundDrawList();
  s.draw->_FringeScale = 1 / view.pixel_ratio;
  ImGui::GetForegroundDrawList()->_FringeScale = 1 / view.pixel_ratio;
  for (ImFont* font : {s.regular, s.semibold, s.icons}) {
    if (font != nullptr) font->CurrentRasterizerDensity = view.pixel_ratio;
  }
  ImGui::GetStyle().CircleTessellationMaxError = 0.2f / view.pixel_ratio;
  s.items.clear();
  s.over_items.clear();
  s.layers = 0;
  s.nodes.clear();
  s.used_ids.clear();
  s.id_stack.assign(1, 2166136261u);
  s.parent_stack.assign(1, 0);
  s.clip_stack.assign(1, Rect{0, 0, view.width, view.height});
  s.scroll_stack.clear();
  s.item_extra.clear();
  s.skipped = s.scrolled = s.field_in_scroll = false;
  s.toast.bottom = 0;
  s.moving = false;
  s.muted = 0;
  s.last_modals.swap(s.modals);
  s.modals.clear();
  s.last_panel = s.panel;
  s.panel = {};
  s.focus_moved = s.focused != s.input->focused;
  s.focused = s.input->focused;
  s.focus_wanted = 0;
  choose_key_scroll();
  pointer_begin();
  draw();
  draw_toast();
  s.items.insert(s.items.end(), s.over_items.begin(), s.over_items.end());
  s.last_items.swap(s.items);
  s.last_nodes.swap(s.nodes);
  forget_stale();
  if (s.moving) platform_.redraw();
  // While a list scrolls, its nodes wait for it to rest: to rebuild them costs a browser more than the frame.
  const double now = s.input->time_ms;
  if (s.scrolled && !s.field_in_scroll) {
    if (s.unheard_since_ms == 0) s.unheard_since_ms = now;
    if (now - s.unheard_since_ms < unheard_ms_max) {
      platform_.redraw();
      return;
    }
  }
  s.unheard_since_ms = 0;
  platform_.publish(nodes_json(s.last_nodes, view.dark, view.scale));
}

void forget_stale() {
  State& s = state();
  if (s.frame % 256 != 0) return;
  std::erase_if(s.animations, [&](const auto& entry) { return entry.second.frame + 256 < s.frame; });
  std::erase_if(s.last_seen, [&](const auto& entry) { return entry.second + 256 < s.frame; });
}

Rect window() {
  const platform::Viewport& view = state().platform->viewport();
  return {0, 0, view.width, view.height};
}

float scale() {
  return state().platform->viewport().scale;
}

Rect screen() {
  const platform::Viewport& view = state().platform->viewport();
  return {view.inset_left, view.inset_top, view.width - view.inset_left - view.inset_right,
          view.height - view.inset_top - view.inset_bottom};
}

// --- identity ---

NodeId hash(NodeId seed, std::string_view text) {
  NodeId value = seed;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619u;
  value = (value ^ 0xFFu) * 16777619u;  // so that "a" in "b" differs from "ab"
  return value == 0 ? 1 : value;
}

NodeId hash(NodeId seed, std::uint64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return hash(seed, std::string_view(bytes, sizeof bytes));
}

NodeId id_of(std::string_view key) {
  return hash(state().id_stack.back(), key);
}

Scope::Scope(std::string_view key) {
  state().id_stack.push_back(id_of(key));
}
Scope::Scope(std::uint64_t number) {
  state().id_stack.push_back(hash(state().id_stack.back(), number));
}
Scope::~Scope() {
  state().id_stack.pop_back();
}

Group::Group(std::string_view key, Role role, std::string_view name, Rect rect) : scope_(key) {
  const Node& node = record(state().id_stack.back(), role, name, rect);
  push_parent(node.id);
}
Group::~Group() {
  pop_parent();
}

void push_parent(NodeId id) {
  state().parent_stack.push_back(id);
}
void pop_parent() {
  state().parent_stack.pop_back();
}

NodeId text_id() {
  State& s = state();
  NodeId id = hash(s.id_stack.back(), "text");
  while (s.used_ids.contains(id)) id = hash(id, "+");
  return id;
}

Node& record(NodeId id, Role role, std::string_view name, Rect rect, std::uint32_t flags) {
  State& s = state();
  if (s.muted > 0) return s.scratch = Node{};
  while (!s.used_ids.insert(id).second) id = hash(id, "+");
  if ((flags & flag::focusable) != 0) {
    if (s.skipped) flags |= flag::skipped;
    if (s.first_stop == 0 && (flags & flag::disabled) == 0) s.first_stop = id;
  }
  if (id == s.focused) {
    s.has_focus = true;
    s.focus_scroll = s.scroll_stack.empty() ? 0 : s.scroll_stack.back();
  }
  Node& node = s.nodes.emplace_back();
  node.id = id;
  // What is modal stands beside everything else, wherever it was drawn: all but it becomes inert in the
  // mirror.
  node.parent = (flags & flag::modal) != 0 ? 0 : s.parent_stack.back();
  node.role = role;
  node.name = name;
  node.flags = flags;
  node.extra = std::move(s.item_extra);
  s.item_extra.clear();
  const Rect seen = rect.intersect(s.clip_stack.back());
  if (seen.empty()) node.flags |= flag::clipped;
  node.rect = seen.empty() ? rect : seen;
  return node;
}

// --- focus, keys, time ---

bool fresh(NodeId id) {
  State& s = state();
  std::uint64_t& seen = s.last_seen[id];
  const bool first = seen == 0 || seen + 1 < s.frame;
  seen = s.frame;
  return first;
}

void focus(NodeId id) {
  state().focus_wanted = id;
  state().platform->focus(id);
}

Layer::Layer() {
  State& s = state();
  ++s.layers;
  draw_ = s.draw;
  s.draw = ImGui::GetForegroundDrawList();
  clips_ = {window()};
  parents_ = {0};
  clips_.swap(s.clip_stack);
  parents_.swap(s.parent_stack);
  scrolls_.swap(s.scroll_stack);
  skipped_ = std::exchange(s.skipped, false);
}

Layer::~Layer() {
  State& s = state();
  --s.layers;
  s.draw = draw_;
  clips_.swap(s.clip_stack);
  parents_.swap(s.parent_stack);
  scrolls_.swap(s.scroll_stack);
  s.skipped = skipped_;
}

bool on_top(NodeId id) {
  return !state().last_modals.empty() && state().last_modals.back() == id;
}

void keep_focus(NodeId id) {
  const State& s = state();
  const NodeId last = s.focus_wanted != 0 ? s.focus_wanted : s.focused;
  state().memory[hash(id, "before")] = static_cast<double>(last);
}

void give_back_focus(NodeId id) {
  State& s = state();
  const auto before = s.memory.find(hash(id, "before"));
  if (before == s.memory.end()) return;
  const auto target = static_cast<NodeId>(before->second);
  s.memory.erase(before);
  focus(target);
}

void announce(std::string_view words, bool assertive) {
  state().platform->announce(words, assertive);
}

bool key_pressed(std::string_view name, bool control) {
  for (const platform::Key& key : state().input->keys) {
    if (key.name == name && key.control == control) return true;
  }
  return false;
}

void wake_in(double ms) {
  state().platform->wake_in(ms);
}

void request_another_frame() {
  state().moving = true;
}

float animate(NodeId id, float target, float duration_ms) {
  return animate_from(id, target, target, duration_ms);
}

float animate_from(NodeId id, float start, float target, float duration_ms) {
  State& s = state();
  auto [entry, fresh] = s.animations.try_emplace(id);
  Animation& animation = entry->second;
  const double now = s.input->time_ms;
  if (fresh || animation.frame + 2 < s.frame) {
    animation.from = animation.value = start;
    animation.to = start;
    animation.begun_ms = now;
  }
  animation.frame = s.frame;
  if (animation.to != target) {
    animation.from = animation.value;
    animation.to = target;
    animation.begun_ms = now;
  }
  const float t = duration_ms <= 0 || s.platform->viewport().reduced_motion
                      ? 1
                      : std::clamp(static_cast<float>(now - animation.begun_ms) / duration_ms, 0.0f, 1.0f);
  animation.value = animation.from + (animation.to - animation.from) * ease_out(t);
  if (t >= 1)
    animation.value = animation.to;
  else
    request_another_frame();
  return animation.value;
}

// --- grounds ---

void ground() {
  state().platform->set_ground(theme().ground);
}

void card(Rect rect, float corner, bool raised) {
  if (raised) paint::shadow(rect, corner, 10);
  paint::box(rect, corner, raised ? theme().raised : theme().surface);
  if (!raised || theme().dark) paint::frame(rect, corner, theme().line);
}

void bar(Rect rect, Edge hairline) {
  paint::box(rect, 0, theme().surface);
  const Color color = theme().line;
  if (hairline == Edge::top) paint::box({rect.x, rect.y, rect.w, 1}, 0, color);
  if (hairline == Edge::bottom) paint::box({rect.x, rect.bottom() - 1, rect.w, 1}, 0, color);
  if (hairline == Edge::left) paint::box({rect.x, rect.y, 1, rect.h}, 0, color);
  if (hairline == Edge::right) paint::box({rect.right() - 1, rect.y, 1, rect.h}, 0, color);
}

void divider(Rect rect) {
  paint::box({rect.x, rect.y, rect.w, 1}, 0, theme().line);
}

// --- text ---

namespace {

float say(NodeId id, Role role, Rect rect, std::string_view content, const TextStyle& style, int level) {
  const float height = text_height(content, rect.w, style);
  Rect place = rect;
  if (!style.middle) place.h = height;
  Node& node = record(id, role, content, place);
  if (level > 0) add_extra(node.extra, "level", std::int64_t{level});
  if (visible(rect)) paint::words(rect, content, style);
  return height;
}

}  // namespace

float text(Rect rect, std::string_view content, const TextStyle& style) {
  return say(text_id(), Role::text, rect, content, style, 0);
}

float text(std::string_view key, Rect rect, std::string_view content, const TextStyle& style) {
  return say(id_of(key), Role::text, rect, content, style, 0);
}

float heading(Rect rect, std::string_view content, int level, const TextStyle& style) {
  return say(text_id(), Role::heading, rect, content, style, level);
}

}  // namespace ringup::ui
