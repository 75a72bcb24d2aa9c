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
/// pressed.
inline constexpr float banner_height = 48;
bool banner(std::string_view key, Rect rect, Tone tone, Icon icon, std::string_view words,
            std::string_view action = {});
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
