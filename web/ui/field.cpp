// Text fields. The canvas draws the box, the label, and the text while nobody types; the real input that lies
// over the box (shell/mirror.js) draws the text while it has the focus, with the system's own caret and
// selection.
#include "web/ui/controls.h"
#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float box_height = 52, compact_height = 40;
constexpr float label_gap = space::xs;

struct Typing {
  std::string_view mode, autocomplete, caps;
};

Typing typing_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::text:
      return {"text", "off", "sentences"};
    case FieldKind::search:
      return {"search", "off", "off"};
    case FieldKind::email:
      return {"email", "email", "off"};
    case FieldKind::password:
      return {"text", "current-password", "off"};
    case FieldKind::number:
      return {"numeric", "off", "off"};
    case FieldKind::decimal:
      return {"decimal", "off", "off"};
    case FieldKind::phone:
      return {"tel", "tel", "off"};
    case FieldKind::code:
      return {"text", "one-time-code", "characters"};
  }
  return {"text", "off", "off"};
}

std::string_view hint_of(EnterHint hint) {
  switch (hint) {
    case EnterHint::done:
      return "done";
    case EnterHint::next:
      return "next";
    case EnterHint::go:
      return "go";
    case EnterHint::search:
      return "search";
    case EnterHint::send:
      return "send";
  }
  return "done";
}

bool has_line_below(const FieldOptions& options) {
  return !options.error.empty() || !options.hint.empty();
}

}  // namespace

float field_height(const FieldOptions& options) {
  const float label = options.hide_label ? 0 : line_of(TextSize::small) + label_gap;
  const float below = has_line_below(options) ? line_of(TextSize::small) + label_gap : 0;
  return label + (options.compact ? compact_height : box_height) + below;
}

FieldResult text_field(std::string_view key, Rect rect, std::string& value, const FieldOptions& options) {
  State& s = state();
  const NodeId id = id_of(key);
  FieldResult result;
  if (s.muted == 0) {
    for (const platform::Edit& edit : s.input->edits) {
      if (edit.id != id) continue;
      result.changed = result.changed || edit.text != value;
      value = edit.text;
      s.memory[id] += 1;
    }
    for (const NodeId submitted : s.input->submitted) result.submitted = result.submitted || submitted == id;
  }
  if (fresh(id) && options.focus_now && !options.disabled) focus(id);

  const TextStyle label_style{TextSize::small, Weight::semibold, Tone::text};
  if (!options.hide_label) {
    const Rect label = rect.cut_top(line_of(TextSize::small), label_gap);
    if (visible(label)) paint::words(label, options.label, label_style);
  }
  const Rect box = rect.cut_top(std::min(options.compact ? compact_height : box_height, rect.h), label_gap);
  const bool clear = options.clearable && !value.empty() && !options.disabled;
  const float mark = options.compact ? 18 : 22;
  const float left =
      options.icon == nullptr ? space::m + (options.compact ? 0 : 2) : space::m + mark + space::s + 2;
  const TextSize size = options.compact ? TextSize::small : TextSize::body;
  Rect input = box;
  const float cross_width = options.compact ? compact_height : touch_min;
  if (clear) input.w -= cross_width;

  const Did did = interact(id, input, {.enabled = !options.disabled, .field = true});
  if (did.clicked && !did.focused) focus(id);
  result.focused = did.focused;

  std::uint32_t flags = flag::focusable;
  if (options.disabled) flags |= flag::disabled;
  if (!options.error.empty()) flags |= flag::invalid;
  if (options.kind == FieldKind::password) flags |= flag::secret;
  const bool search = options.kind == FieldKind::search;
  Node& node = record(id, search ? Role::searchbox : Role::textbox, options.label, input, flags);
  node.value = value;
  const Rect seen = input.intersect(s.clip_stack.back());
  const float scale = s.platform->viewport().scale;
  const auto css = [&](float points) { return static_cast<std::int64_t>(points * scale + 0.5f); };
  node.rect = input;
  s.field_in_scroll = s.field_in_scroll || !s.scroll_stack.empty();
  const Typing kind = typing_of(options.kind);
  add_extra(node.extra, "mode", kind.mode);
  add_extra(node.extra, "hint", hint_of(options.enter));
  add_extra(node.extra, "ac", options.autocomplete.empty() ? kind.autocomplete : options.autocomplete);
  add_extra(node.extra, "caps", kind.caps);
  add_extra(node.extra, "field", key);
  add_extra(node.extra, "left", css(left));
  add_extra(node.extra, "right", css(space::m));
  add_extra(node.extra, "size", css(static_cast<float>(size)));
  add_extra(node.extra, "length", std::int64_t{options.length_max});
  if (const auto edits = s.memory.find(id); edits != s.memory.end()) {
    add_extra(node.extra, "rev", static_cast<std::int64_t>(edits->second));
  }
  if (options.active != 0) add_extra(node.extra, "active", static_cast<std::int64_t>(options.active));
  if (!options.error.empty())
    add_extra(node.extra, "desc", options.error);
  else if (!options.hint.empty())
    add_extra(node.extra, "desc", options.hint);
  if (!seen.empty() && seen != input) {
    node.extra += ",\"clip\":[" + std::to_string(css(seen.y - input.y)) + ',' +
                  std::to_string(css(input.right() - seen.right())) + ',' +
                  std::to_string(css(input.bottom() - seen.bottom())) + ',' +
                  std::to_string(css(seen.x - input.x)) + ']';
  }

  if (visible(box)) {
    const Theme& t = theme();
    const Color fill = search ? t.control : options.disabled ? t.control : t.surface;
    const float corner = search ? radius::button : radius::field;
    paint::box(box, corner, fill);
    if (did.focused)
      paint::frame(box, corner, t.accent, 2);
    else if (!options.error.empty())
      paint::frame(box, corner, t.bad, 2);
    else if (!search && !options.disabled)
      paint::frame(box, corner, t.outline, 1);
    if (options.icon != nullptr) {
      paint::icon({box.x + space::m, box.y, mark + 2, box.h}, options.icon, t.muted, mark);
    }
    const Rect words{input.x + left, input.y, input.w - left - space::m, input.h};
    const TextStyle style{size, Weight::regular, Tone::text, Align::left, 1, true};
    if (value.empty()) {
      paint::words(words, options.placeholder, style, t.muted);
    } else if (!did.focused) {
      std::string shown = value;
      if (options.kind == FieldKind::password) {
        shown.clear();
        for (std::size_t i = 0; i < std::min<std::size_t>(value.size(), 24); ++i) shown += "•";
      }
      paint::words(words, shown, style, options.disabled ? t.muted : t.text);
    }
  }
  if (clear) {
    const Scope scope(key);
    const Rect cross{box.right() - cross_width, box.y, cross_width, box.h};
    if (icon_button("clear", cross, icon_x, std::string("Clear ").append(options.label))) {
      value.clear();
      result.changed = true;
      focus(id);
    }
  }
  if (has_line_below(options) && visible(rect)) {
    const bool wrong = !options.error.empty();
    Rect below = rect;
    if (wrong) {
      paint::icon(below.cut_left(16, space::xs), icon_circle_alert, theme().bad, 16);
      const Rect line{below.x, below.y, below.w, line_of(TextSize::small)};
      record(hash(id, "error"), Role::text, options.error, line);
      paint::words(line, options.error, {TextSize::small, Weight::regular, Tone::bad});
    } else {
      paint::words(below, options.hint, {TextSize::small, Weight::regular, Tone::muted});
    }
  }
  return result;
}

}  // namespace ringup::ui
