#pragma once
/// Things to press and to type into. Each draws itself in its box, records its semantics and answers what the
/// user did in this frame. Give pressable things at least touch_min in both directions.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "generated/icons.h"
#include "web/ui/ui.h"

namespace ringup::ui {

/// One of the icon_… constants of generated/icons.h (assets/icons.txt lists them); nullptr is none.
using Icon = const char*;

enum class Kind : std::uint8_t { primary, secondary, quiet, danger };

struct ButtonOptions {
  Kind kind = Kind::secondary;
  Icon icon = nullptr;
  bool disabled = false;
  bool busy = false;                            // says so and cannot be pressed
  std::string_view name = {};                   // for screen readers where the label alone says too little
  std::string_view detail = {};                 // a second, quieter line
  std::optional<bool> pressed = std::nullopt;   // a button that stays down
  std::optional<bool> expanded = std::nullopt;  // a button that opens something
  TextSize size = TextSize::body;
  Align align = Align::centre;
};
/// In a box of at most 40 points it is drawn smaller, for the desk.
bool button(std::string_view key, Rect rect, std::string_view label, const ButtonOptions& options = {});

/// A raised pill in the middle of the upper edge of `area`, over what scrolls there: "3 new sales". Draw it
/// after that. True when pressed.
inline constexpr float pill_height = 36;
bool pill(std::string_view key, Rect area, Icon icon, std::string_view words);

/// An icon alone; `name` is what a screen reader says.
bool icon_button(std::string_view key, Rect rect, Icon icon, std::string_view name,
                 const ButtonOptions& options = {Kind::quiet});

/// The wide bar that leads on: a count in a circle, words in the middle, the action on the right, e.g.
/// 3 · €12.40 · Pay. It bumps when `count` changes. Two buttons: the bar, and the action at its right end.
struct ActionBar {
  std::string_view count, title, detail, action;
  std::string_view name = {};         // of the bar for screen readers; made of the words where empty
  std::string_view action_name = {};  // likewise of the action
  bool disabled = false;              // the action cannot be pressed
};
inline constexpr float action_bar_height = 64;
enum class ActionBarPress : std::uint8_t { none, open /* anywhere left of the action */, action };
ActionBarPress action_bar(std::string_view key, Rect rect, const ActionBar& content);

/// A product: its picture or coloured initials, name on two lines, price, stock dot with its word.
struct Tile {
  std::string_view title, price, initials;
  std::uint32_t seed = 0;         // chooses the colour of the initials
  std::string_view picture = {};  // its address, a path of our own origin; empty: initials
  std::string_view stock = {};    // "12 in stock"; with its tone
  Tone stock_tone = Tone::muted;
  std::string_view badge = {};  // how many are in the cart
  bool disabled = false;
};
inline constexpr float tile_height = 184;
enum class Press : std::uint8_t { none, tap, long_press };
Press tile(std::string_view key, Rect rect, const Tile& content);

/// Chips in one row that scrolls sideways; exactly one is chosen. True when `chosen` changed.
inline constexpr float chips_height = 48;
bool chips(std::string_view key, Rect rect, std::string_view name, std::span<const std::string> labels,
           int& chosen);
/// Two to five words side by side, one chosen.
bool segmented(std::string_view key, Rect rect, std::string_view name,
               std::span<const std::string_view> labels, int& chosen);
bool tabs(std::string_view key, Rect rect, std::string_view name, std::span<const std::string_view> labels,
          int& chosen);
/// A switch with its words on the left over the whole box.
bool toggle(std::string_view key, Rect rect, std::string_view label, bool& on);
bool checkbox(std::string_view key, Rect rect, std::string_view label, bool& on);

// --- text fields ---
enum class FieldKind : std::uint8_t {
  text,
  search,
  email,
  password,
  number,
  decimal,
  phone,
  code /* one-time or pairing */
};
enum class EnterHint : std::uint8_t { done, next, go, search, send };
struct FieldOptions {
  std::string_view label;  // always its accessible name; drawn above unless hide_label
  bool hide_label = false;
  std::string_view placeholder = {};
  FieldKind kind = FieldKind::text;
  EnterHint enter = EnterHint::done;
  std::string_view autocomplete = {};  // as in HTML: "username", "current-password", "one-time-code"
  std::string_view error = {};         // what is wrong and what to do; drawn below
  std::string_view hint = {};          // drawn below while there is no error
  bool disabled = false;
  Icon icon = nullptr;
  bool clearable = false;  // a cross that empties it
  bool focus_now = false;  // in the first frame it is drawn
  int length_max = 200;    // characters
  bool compact = false;    // 40 points high instead of 52 and smaller type, for the desk
  NodeId active = 0;       // of a list below it: the option that Enter takes; the field is its combobox then
};
struct FieldResult {
  bool changed = false;    // the text is another one than before
  bool submitted = false;  // Enter
  bool focused = false;
};
/// `value` is the text; assign to it to change it from the app. The box includes label, field and error:
/// ask field_height() for its height.
FieldResult text_field(std::string_view key, Rect rect, std::string& value, const FieldOptions& options);
float field_height(const FieldOptions& options);

/// − value +. Answers what to add (-1, 0 or 1), or that the value itself was tapped (to type it on the
/// keypad).
struct StepperResult {
  int step = 0;
  bool edit = false;
};
inline constexpr float stepper_width = 152;
/// With `less_removes` the minus is a bin: the next step less takes the thing away.
StepperResult stepper(std::string_view key, Rect rect, std::string_view name, std::string_view value,
                      bool can_less = true, bool can_more = true, bool less_removes = false);

/// Our own keypad: '0'…'9', '.' (drawn as `separator`; none when 0), "00" as '#', backspace as '<', long
/// backspace as 'x' (clear). Physical keys do the same while no field has the focus. 0: nothing pressed.
struct KeypadOptions {
  char separator = 0;
  bool double_zero = false;
};
char keypad(std::string_view key, Rect rect, const KeypadOptions& options = {});

}  // namespace ringup::ui
