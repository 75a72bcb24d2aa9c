#pragma once
/// The frame of a screen: where widgets get their place, their identity and their parent in the semantics
/// tree.
///
/// Immediate mode: each frame a screen calls every widget that is to be seen; a widget draws, records its
/// semantics and answers what the user did with it. What a widget has to remember (scroll position,
/// animation) is kept here under its id. The id is the hash of its key and of the scopes around it; keys must
/// be unique within a scope and stay the same while the widget lives. Labels may change freely.
///
/// What is drawn later lies above and gets the pointer. Threads: one. One Ui state per process, as with
/// ImGui.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "web/platform/platform.h"
#include "web/ui/rect.h"
#include "web/ui/semantics.h"
#include "web/ui/theme.h"

namespace ringup::ui {

/// An app made of ui screens: derive, draw, done.
class App : public platform::App {
 public:
  explicit App(platform::Platform& platform);
  void frame() final;
  void event(const platform::Event&) override {}

 protected:
  virtual void draw() = 0;
  platform::Platform& platform() { return platform_; }
  platform::Bridge& bridge() { return platform_.bridge(); }

 private:
  platform::Platform& platform_;
};

/// The whole window less the safe areas.
Rect screen();
/// The whole window; for grounds that reach the edges.
Rect window();
/// CSS pixels of one point: the user's own zoom. For what lies over the canvas.
float scale();
inline bool wide() {
  return window().w >= wide_min;
}

/// Widgets inside have ids of their own, e.g. one scope per row of a list.
class Scope {
 public:
  explicit Scope(std::string_view key);
  explicit Scope(std::uint64_t number);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
};

/// A scope that is also a node: a list, a region, a form. Draws nothing.
class Group {
 public:
  Group(std::string_view key, Role role, std::string_view name, Rect rect);
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

 private:
  Scope scope_;
};

/// The id that a widget with this key has here.
NodeId id_of(std::string_view key);
/// Gives the keyboard focus to a widget of this frame or the next, e.g. the first field of a screen that
/// opened.
void focus(NodeId id);
/// Says something to people who do not see the screen.
void announce(std::string_view text, bool assertive = false);
/// True in the one frame in which this key was pressed and no field used it: "Escape", "Enter", "7".
bool key_pressed(std::string_view name, bool control = false);
/// Draws again in this many milliseconds.
void wake_in(double ms);
/// A value that moves to `target` in `duration_ms` with ease-out; at once with reduced motion. Frames are
/// drawn only while it moves. The first call starts at `start` (or at the target).
float animate(NodeId id, float target, float duration_ms = motion_ms);
float animate_from(NodeId id, float start, float target, float duration_ms = motion_ms);

// --- grounds ---
/// Fills the whole window with the ground colour. The first call of a frame.
void ground();
/// A surface with a hairline; `raised` adds a soft shadow.
void card(Rect rect, float radius = radius::tile, bool raised = false);
/// A surface over the full width with a hairline at one edge: bars.
enum class Edge : std::uint8_t { none, top, bottom, left, right };
void bar(Rect rect, Edge hairline);
void divider(Rect rect);  // a hairline along its top

// --- text ---
struct TextStyle {
  TextSize size = TextSize::body;
  Weight weight = Weight::regular;
  Tone tone = Tone::text;
  Align align = Align::left;
  int lines = 1;        // more wrap; the last one ends with an ellipsis where the text goes on
  bool middle = false;  // centred vertically in its box
  bool struck = false;  // a line through it
};
/// Draws text that screen readers read. Answers the height used. `value` texts (totals, states) keep their
/// node while they change when given a key.
float text(Rect rect, std::string_view content, const TextStyle& style = {});
float text(std::string_view key, Rect rect, std::string_view content, const TextStyle& style = {});
/// Level 1 is the screen's title.
float heading(Rect rect, std::string_view content, int level = 1,
              const TextStyle& style = {TextSize::title, Weight::semibold});
/// The width of one line; the height that `text` would use in this width.
float text_width(std::string_view content, const TextStyle& style = {});
float text_height(std::string_view content, float width, const TextStyle& style = {});
float line_of(TextSize size);  // the height of one line

}  // namespace ringup::ui
