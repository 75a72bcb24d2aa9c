#pragma once
/// What the widgets of web/ui share with each other and nobody else: the frame's state, pointer logic,
/// painting. Screens do not include this.
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "imgui.h"
#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

inline constexpr float slop = 10;  // a press that moves further is a scroll; as in shell/input.js
inline constexpr double long_press_ms = 500;
inline constexpr float fling_min = 60;  // points per second below which nothing glides
inline constexpr float fling_decay_ms = 325;

enum class Axis : std::uint8_t { vertical, horizontal };

/// Something the pointer can hit. Later ones lie above.
struct Item {
  NodeId id = 0;
  Rect rect;               // what is visible of it
  NodeId scroll = 0;       // the innermost scroll area around it
  bool is_scroll = false;  // the ground of a scroll area itself
  bool enabled = true;
  bool wants_long_press = false;
  bool wants_swipe_x = false, wants_swipe_y = false;
  bool field = false;
};

struct ScrollState {
  double offset = 0;
  double max = 0;      // content less view, from the last frame
  float velocity = 0;  // points per second, for inertia
  Axis axis = Axis::vertical;
  NodeId parent = 0;
  Rect rect;
  std::uint64_t frame = 0;  // when it was last drawn
  std::uint64_t version = 0;
  double drawn = 0;  // the offset of the frame before
};

struct Animation {
  float from = 0, to = 0, value = 0;
  double begun_ms = 0;
  std::uint64_t frame = 0;
};

struct Did {
  bool clicked = false, long_pressed = false, held = false, hovered = false, ring = false, focused = false;
};
struct Wants {
  bool enabled = true;
  bool long_press = false;
  bool swipe_x = false, swipe_y = false;
  bool field = false;
};

struct ToastState {
  std::string words, action;
  std::function<void()> on_action;
  Tone tone = Tone::text;
  double until_ms = 0;
  bool shown = false;
  float bottom = 0;  // its lower edge; 0: the screen's
};

struct State {
  platform::Platform* platform = nullptr;
  const platform::Input* input = nullptr;
  const Theme* theme = nullptr;
  ImDrawList* draw = nullptr;
  ImFont* regular = nullptr;
  ImFont* semibold = nullptr;
  ImFont* icons = nullptr;
  float em_regular = 1.2102f, em_semibold = 1.2102f, em_icons = 1;  // line box of the font per em
  std::uint64_t frame = 0;

  std::vector<Item> items, last_items;
  std::vector<Item> over_items;  // of layers: they lie above all others
  int layers = 0;
  std::vector<Node> nodes, last_nodes;
  std::unordered_set<NodeId> used_ids;
  std::vector<NodeId> id_stack;
  std::vector<NodeId> parent_stack;
  std::vector<Rect> clip_stack;
  std::vector<NodeId> scroll_stack;
  std::string item_extra;  // setsize and posinset for the next node
  bool skipped = false;    // what is recorded is no tab stop: arrows reach it
  NodeId first_stop = 0;   // the first focusable node recorded since this was set to 0
  bool has_focus = false;  // a node recorded since this was set to false has the focus
  NodeId focus_scroll = 0, first_scroll = 0, last_scroll = 0;  // around the focus; drawn first; drawn last
  NodeId key_scroll = 0;                                       // the area that page keys move
  bool scrolled = false, field_in_scroll = false;
  double unheard_since_ms = 0;  // nodes of this frame and later were not published yet

  NodeId hot = 0;     // under the pointer, uppermost
  NodeId active = 0;  // the press began on it and is still a press
  NodeId clicked = 0, long_pressed = 0;
  NodeId dragging = 0;  // a scroll area that follows the finger
  NodeId swiping = 0;   // an item that follows the finger
  float swipe_x = 0, swipe_y = 0;
  NodeId swiped = 0;  // in the frame of the release
  float swipe_velocity_x = 0, swipe_velocity_y = 0;
  float press_x = 0, press_y = 0, last_x = 0, last_y = 0;
  double press_ms = 0;
  NodeId focused = 0;  // of this frame
  bool focus_moved = false;
  NodeId focus_wanted = 0;  // asked for in this frame

  std::unordered_map<NodeId, ScrollState> scrolls;
  std::unordered_map<NodeId, Animation> animations;
  std::unordered_map<NodeId, double> memory;            // one number a widget keeps for itself
  std::unordered_map<NodeId, std::string> texts;        // likewise what is typed into a field of its own
  std::unordered_map<NodeId, std::uint64_t> last_seen;  // frame, for fresh()
  Rect panel, last_panel;  // where a side panel stands or will stand; empty: none, or over everything
  ToastState toast;
  bool pointer_moved = false;  // since the frame before
  float pointer_x = 0, pointer_y = 0;
  bool moving = false;  // something asks for another frame
  int muted = 0;        // what is closing is drawn, but neither heard nor pressed
  Node scratch;
  std::vector<NodeId> modals, last_modals;
};
State& state();

// --- identity and semantics ---
NodeId hash(NodeId seed, std::string_view text);
NodeId hash(NodeId seed, std::uint64_t number);
/// Records a node under the current parent; its rect is cut to what is visible.
Node& record(NodeId id, Role role, std::string_view name, Rect rect, std::uint32_t flags = 0);
void push_parent(NodeId id);
void pop_parent();
NodeId text_id();
void add_extra(std::string& extra, std::string_view name, std::string_view text);
void add_extra(std::string& extra, std::string_view name, std::int64_t number);

// --- the pointer ---
Did interact(NodeId id, Rect rect, const Wants& wants = {});
void pointer_begin();  // once per frame, before any widget

// --- clipping and scrolling ---
void push_clip(Rect rect);
void pop_clip();
/// Opens a scroll area: clips, moves inertia, answers the offset.
ScrollState& scroll_begin(NodeId id, Rect rect, Axis axis);
void scroll_end(ScrollState& scroll, double content);
/// True if the box can be seen at all.
bool visible(Rect rect);
void request_another_frame();

// --- layers and focus ---
/// What is drawn inside lies above the screen, cut by nothing, and is a child of the root.
class Layer {
 public:
  Layer();
  ~Layer();
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

 private:
  ImDrawList* draw_;
  std::vector<Rect> clips_;
  std::vector<NodeId> parents_, scrolls_;
  bool skipped_;
};
/// The uppermost of what takes Escape: sheets, questions, popovers.
bool on_top(NodeId id);
/// Remembers what has the focus when `id` opens, and gives it back when it closes.
void keep_focus(NodeId id);
void give_back_focus(NodeId id);
/// Moves a scroll area by the page keys, if they are meant for it.
void scroll_by_keys(NodeId id, ScrollState& scroll);
/// Where in a long list one is.
void draw_scroll_bar(const ScrollState& scroll, double content);

// --- painting (no semantics) ---
namespace paint {
void box(Rect rect, float radius, Color fill);
void top_box(Rect rect, float radius, Color fill);  // rounded at the top only
void frame(Rect rect, float radius, Color color, float width = 1);
void shadow(Rect rect, float radius, float depth);
void focus_ring(Rect rect, float radius);
void circle(float x, float y, float r, Color fill);
void line(float x0, float y0, float x1, float y1, Color color, float width = 1);
void icon(Rect rect, Icon icon, Color color, float size = 24);
/// A picture cut to fill the box; with `top_only` round at the top only.
void image(Rect rect, const platform::Picture& picture, float radius, bool top_only = false);
/// Draws words, answers their height. `colour` overrides the tone's.
float words(Rect rect, std::string_view content, const TextStyle& style, Color color);
inline float words(Rect rect, std::string_view content, const TextStyle& style) {
  return words(rect, content, style, color_of(style.tone));
}
}  // namespace paint

/// True the first time, and again after the widget was away for a frame.
bool fresh(NodeId id);
void draw_toast();
void forget_stale();

}  // namespace ringup::ui
