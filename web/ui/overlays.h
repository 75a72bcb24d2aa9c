#pragma once
/// What lies over a screen, and what tells of a state: sheets, dialogs, toasts, banners, badges, waiting.
///
/// Draw sheets and dialogs after the screen they cover. While one is open, everything before it gets neither
/// pointer nor keyboard and is inert for screen readers. Escape, a tap beside it and swiping it down close
/// it.
#include <functional>
#include <string>
#include <string_view>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

/// A panel that slides in from below (narrow) or lies centred (wide). Draw its content in body() while it is
/// true:
///     if (ui::Sheet sheet("cart", cart_open, {.title = "Cart", .height = 520}); sheet) { … sheet.body() … }
struct SheetOptions {
  std::string_view title;
  float height = 480;       // of the body, as far as there is room
  bool dismissible = true;  // by Escape, a tap beside it, or its cross
  float width_max = 520;
};
class Sheet {
 public:
  /// `open` is set to false when the user closes it.
  Sheet(std::string_view key, bool& open, const SheetOptions& options);
  ~Sheet();
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;
  explicit operator bool() const { return shown_; }
  Rect body() const { return body_; }

 private:
  Scope scope_;
  bool shown_ = false;
  Rect body_;
};

/// Details beside what they belong to: slides in at the right, over the full width where it is narrow. Not
/// modal: what is beside it stays usable. Draw it after the screen; it covers what lies there, but a
/// data_table makes room for it. The focus goes in when it opens and back when it closes; Escape closes it.
///     if (ui::SidePanel panel("product", open, rest, {.title = name, .footer = 72}); panel) {
///       ui::ScrollArea area("body", panel.body(), {.padding = space::xl}); …
///       … buttons in panel.footer() …
///     }
struct SidePanelOptions {
  std::string_view title;
  std::string_view detail = {};  // a quieter line below
  float width = 480;
  float footer = 0;           // the height of a strip at the bottom that stays; 0: none
  float header_actions = 0;   // room left of the cross for the caller's own buttons, see actions()
  std::uint64_t subject = 0;  // another number: it shows something else now and says so
};
class SidePanel {
 public:
  /// `open` is set to false when the user closes it. `around` is the room it stands in, e.g. all but the
  /// rail.
  SidePanel(std::string_view key, bool& open, Rect around, const SidePanelOptions& options);
  ~SidePanel();
  SidePanel(const SidePanel&) = delete;
  SidePanel& operator=(const SidePanel&) = delete;
  explicit operator bool() const { return shown_; }
  Rect body() const { return body_; }
  Rect footer() const { return footer_; }
  Rect actions() const { return actions_; }

 private:
  Scope scope_;
  bool shown_ = false, muted_ = false;
  Rect body_, footer_, actions_;
};

/// A question that must be answered. Answers -1 while open, 0 for cancel, 1 for the action; sets `open` to
/// false with an answer.
struct Question {
  std::string_view title, words, action, cancel = "Cancel";
  bool danger = false;
};
int ask(std::string_view key, bool& open, const Question& question);

/// A short message at the bottom for some seconds, with at most one action ("Undo"). The next one replaces
/// it. It is announced. Call from anywhere; App draws it above everything.
void toast(std::string words, std::string action = {}, std::function<void()> on_action = {},
           Tone tone = Tone::text);
void dismiss_toast();
/// Keeps toasts above a bar at the bottom of the screen; per frame.
void toast_above(float bottom_edge);

/// A coloured strip with an icon and words, for what concerns the whole screen. True when its action was
/// pressed. `keep_right` of it stays free for what the caller puts there.
inline constexpr float banner_height = 48;
bool banner(std::string_view key, Rect rect, Tone tone, Icon icon, std::string_view words,
            std::string_view action = {}, float keep_right = 0);
/// A dot and a word: "Online", "Offline". A status that screen readers hear when it changes.
void status_word(std::string_view key, Rect rect, Tone tone, std::string_view word);
/// A small number or word on a soft ground; answers its width. Not a node of its own: name it where it
/// stands.
float badge(Rect rect, std::string_view words, Tone tone = Tone::accent);

/// How far something is, 0 to 1.
void progress(std::string_view key, Rect rect, std::string_view name, float fraction);
/// A grey shape where content is being loaded. It does not move: frames are drawn only for news.
void skeleton(Rect rect, float radius = radius::field);
/// Nothing here, and the next step. True when its action was pressed.
bool empty_state(std::string_view key, Rect rect, Icon icon, std::string_view title, std::string_view words,
                 std::string_view action = {});
/// A large tick, a person's initials, an icon in a soft circle: decoration.
void medallion(Rect rect, Icon icon, Tone tone);
void icon(Rect rect, Icon icon, Tone tone = Tone::text, float size = 24);

}  // namespace ringup::ui
