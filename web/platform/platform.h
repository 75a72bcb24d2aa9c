#pragma once
/// The ground an app stands on: a viewport, input gathered per frame, events, and the decision when to draw.
///
/// Nothing is drawn while nothing changes. A frame follows from input, an event, a finished callback of the
/// Bridge, `redraw()`, `wake_in()`, or an animation that asks for another frame from inside the current one.
/// After each cause `frames_after_input` frames are drawn, so that what one frame measures the next can use.
///
/// Units: CSS pixels divided by the user's own scale ("points"); milliseconds. Threads: one. Errors: none.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/platform/bridge.h"

namespace ringup::platform {

inline constexpr int frames_after_input = 3;

/// Names a widget across frames; 0 is none.
using NodeId = std::uint32_t;

struct Viewport {
  float width = 390, height = 844;  // points
  float pixel_ratio = 1;            // framebuffer pixels per point
  float scale = 1;                  // CSS pixels per point: the user's own zoom, 1 to 2
  float inset_top = 0, inset_right = 0, inset_bottom = 0, inset_left = 0;  // safe areas, points
  float keyboard = 0;  // points covered by the soft keyboard
  bool dark = false;
  bool reduced_motion = false;
  bool touch = true;  // the main pointer is a finger
};

enum class EventKind : std::uint8_t {
  scan,       // text: what a keyboard-wedge scanner read
  online,     // the network came back
  offline,    // the network went
  shown,      // the page is in front again
  hidden,     // the page went to the background; save what matters
  restored,   // the graphics context was lost and is back; nothing to do
  told,       // text: what another tab said with Bridge::tell_tabs()
  navigated,  // text: Bridge::location() after going back or forward, or typing an address
  drag_in,    // files are held over the page
  drag_out,   // and no more, or were let go
  dropped     // file: one that was let go over the page; one event per file
};
struct Event {
  EventKind kind = EventKind::shown;
  std::string text;
  File file = {};
};
/// A picture in the renderer's memory; texture 0: not there, or not yet.
struct Picture {
  std::uint64_t texture = 0;
  float width = 0, height = 0;
};

/// Keys that arrive while no text field has the focus, or that a field does not use itself: Escape, those
/// with control, and ArrowUp, ArrowDown, PageUp and PageDown, with which a list under the field is walked.
struct Key {
  std::string name;  // as DOM's KeyboardEvent.key: "Enter", "Escape", "ArrowLeft", "a", "7"
  bool control = false, shift = false, alt = false;
  NodeId target = 0;  // the node that has the keyboard focus
};
struct Edit {
  NodeId id = 0;
  std::string text;
};

/// What happened since the last frame. At most one press or release and one key per frame: the rest waits for
/// the next.
struct Input {
  double time_ms = 0;
  float delta_ms = 0;
  float x = -1e9f, y = -1e9f;            // far outside when nothing points
  float velocity_x = 0, velocity_y = 0;  // points per second over the last tenth, valid at release
  bool down = false, pressed = false, released = false, cancelled = false;
  bool touch = false;                   // the pointer is a finger: no hover
  bool shift = false, control = false;  // held while the press or release happened
  NodeId over_field = 0;                // the press began on the real input of this field
  float wheel_x = 0, wheel_y = 0;
  std::vector<Key> keys;          // none or one
  std::vector<NodeId> activated;  // by a screen reader, or Enter or Space on a focused node
  std::vector<Edit> edits;        // the new whole text of a field
  std::vector<NodeId> submitted;  // Enter in a field
  NodeId focused = 0;             // has the keyboard focus, 0: none
  bool focus_visible = false;     // and it came from the keyboard, so that a ring is drawn
};

class Platform;

/// What the module makes of itself; see make_app().
class App {
 public:
  virtual ~App() = default;
  /// Draws everything, once.
  virtual void frame() = 0;
  virtual void event(const Event& event) = 0;
};

class Platform {
 public:
  virtual ~Platform() = default;
  virtual Bridge& bridge() = 0;
  virtual const Viewport& viewport() const = 0;
  /// Valid inside frame() only.
  virtual const Input& input() const = 0;

  /// Draws soon. From inside a frame: once more after this one.
  virtual void redraw() = 0;
  /// Draws after this many milliseconds; the earliest call wins. The only timer there is.
  virtual void wake_in(double ms) = 0;
  /// The user's own scale, 1 to 2; takes effect with the next frame.
  virtual void set_scale(float scale) = 0;
  /// The user's choice of scheme: 0 as the system, 1 light, 2 dark.
  virtual void set_scheme(int scheme) = 0;
  /// Moves the keyboard focus to a node once it is in the mirror; 0 takes it away.
  virtual void focus(NodeId id) = 0;
  /// The semantics of the frame just drawn (see web/ui/semantics.h for the form). Passed on when it changed.
  virtual void publish(std::string nodes) = 0;
  /// Says a sentence to people who do not see the screen; assertive interrupts.
  virtual void announce(std::string_view text, bool assertive) = 0;
  /// The picture at a path of our own origin, for this frame. It is loaded once it is asked for and a frame
  /// is drawn when it is there; what was not drawn for longest goes when there is too much (see pictures.h).
  /// Ask again in each frame. A path that is no picture stays without one.
  virtual Picture picture(std::string_view url) = 0;
  /// The colour below everything that is drawn, 0xAABBGGRR, until another one is set. Cheaper than a box over
  /// the whole window: without a graphics processor that alone costs half a frame.
  virtual void set_ground(std::uint32_t color) = 0;
  /// Draw-ready fonts: TrueType or OpenType bytes owned by the platform for its life. Empty where missing.
  enum class FontFile : std::uint8_t { regular, semibold, icons };
  virtual std::string_view font(FontFile file) const = 0;
};

/// Each module (till, gallery) defines this once. The platform outlives the app.
std::unique_ptr<App> make_app(Platform& platform);

}  // namespace ringup::platform
