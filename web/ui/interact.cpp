// The pointer: hits, presses, long presses, drag scrolling with inertia, swipes.
//
// A press is judged against the boxes of the frame before, because that is what the user saw. The uppermost
// item there is hot. A press makes it active; moving further than `slop` with a finger takes that back and
// gives the finger to the item, if it wants to be swiped that way, or to the nearest scroll area around it
// for that axis. So a list can be dragged by its buttons, and a drag never presses one.
#include <cmath>

#include "web/ui/state.h"

namespace ringup::ui {
namespace {

const Item* item_at(float x, float y) {
  State& s = state();
  for (auto item = s.last_items.rbegin(); item != s.last_items.rend(); ++item) {
    if (item->rect.contains(x, y)) return &*item;
  }
  return nullptr;
}

// The nearest scroll area at or around `id` that has something to scroll along `axis`; 0 if none.
NodeId scroller(NodeId id, Axis axis) {
  State& s = state();
  while (id != 0) {
    const auto found = s.scrolls.find(id);
    if (found == s.scrolls.end()) return 0;
    if (found->second.axis == axis && found->second.max > 0) return id;
    id = found->second.parent;
  }
  return 0;
}

const Item* last_item(NodeId id) {
  for (const Item& item : state().last_items) {
    if (item.id == id && !item.is_scroll) return &item;
  }
  return nullptr;
}

void press(const Item* hit) {
  State& s = state();
  const platform::Input& in = *s.input;
  s.press_x = s.last_x = in.x;
  s.press_y = s.last_y = in.y;
  s.press_ms = in.time_ms;
  s.dragging = s.swiping = 0;
  s.swipe_x = s.swipe_y = 0;
  s.active = hit != nullptr && !hit->is_scroll && hit->enabled ? hit->id : 0;
  // A finger laid on something that glides stops it and presses nothing.
  for (NodeId area = hit == nullptr ? 0 : hit->scroll; area != 0;) {
    ScrollState& scroll = s.scrolls[area];
    if (std::abs(scroll.velocity) > fling_min) s.active = 0;
    scroll.velocity = 0;
    area = scroll.parent;
  }
  if (s.active != 0 && hit->wants_long_press) wake_in(long_press_ms + 1);
}

void drag(NodeId press_scroll) {
  State& s = state();
  const platform::Input& in = *s.input;
  const float dx = in.x - s.press_x, dy = in.y - s.press_y;
  if (s.dragging == 0 && s.swiping == 0 && in.touch && std::hypot(dx, dy) > slop) {
    const Axis axis = std::abs(dx) > std::abs(dy) ? Axis::horizontal : Axis::vertical;
    const Item* item = last_item(s.active);
    const bool swipes =
        item != nullptr && (axis == Axis::horizontal ? item->wants_swipe_x : item->wants_swipe_y);
    if (swipes)
      s.swiping = s.active;
    else
      s.dragging = scroller(press_scroll, axis);
    s.active = 0;
  }
  if (s.dragging != 0) {
    ScrollState& scroll = s.scrolls[s.dragging];
    const float moved = scroll.axis == Axis::vertical ? in.y - s.last_y : in.x - s.last_x;
    scroll.offset = std::clamp(scroll.offset - static_cast<double>(moved), 0.0, std::max(scroll.max, 0.0));
  }
  if (s.swiping != 0) {
    s.swipe_x = dx;
    s.swipe_y = dy;
  }
  s.last_x = in.x;
  s.last_y = in.y;
}

void release() {
  State& s = state();
  const platform::Input& in = *s.input;
  if (s.dragging != 0) {
    ScrollState& scroll = s.scrolls[s.dragging];
    const float velocity = scroll.axis == Axis::vertical ? -in.velocity_y : -in.velocity_x;
    const bool still = state().platform->viewport().reduced_motion;
    scroll.velocity = std::abs(velocity) > fling_min && !still ? std::clamp(velocity, -6000.0f, 6000.0f) : 0;
  } else if (s.swiping != 0) {
    s.swiped = s.swiping;
    s.swipe_velocity_x = in.velocity_x;
    s.swipe_velocity_y = in.velocity_y;
  } else if (s.active != 0 && s.active == s.hot) {
    s.clicked = s.active;
  }
  s.active = s.dragging = s.swiping = 0;
}

}  // namespace

void pointer_begin() {
  State& s = state();
  const platform::Input& in = *s.input;
  static NodeId press_scroll = 0;
  s.clicked = s.long_pressed = s.swiped = 0;
  s.pointer_moved = in.x != s.pointer_x || in.y != s.pointer_y;
  s.pointer_x = in.x;
  s.pointer_y = in.y;
  const Item* hit = item_at(in.x, in.y);
  s.hot = hit != nullptr && !hit->is_scroll && hit->enabled ? hit->id : 0;
  if (in.cancelled) {
    s.active = s.dragging = s.swiping = 0;
  } else if (in.pressed) {
    press_scroll = hit == nullptr ? 0 : hit->scroll;
    press(hit);
  } else if (in.down || in.released) {
    drag(press_scroll);
  }
  if (in.down && s.active != 0 && in.time_ms - s.press_ms >= long_press_ms) {
    const Item* item = last_item(s.active);
    if (item != nullptr && item->wants_long_press) {
      s.long_pressed = s.active;
      s.active = 0;
      s.platform->bridge().vibrate(12);
    }
  }
  if (in.released) release();
  if (in.wheel_x != 0 || in.wheel_y != 0) {
    const NodeId around = hit == nullptr ? 0 : hit->scroll;
    if (const NodeId area = scroller(around, Axis::vertical); area != 0 && in.wheel_y != 0) {
      ScrollState& scroll = s.scrolls[area];
      scroll.offset = std::clamp(scroll.offset + static_cast<double>(in.wheel_y), 0.0, scroll.max);
    }
    // A wheel without a sideways axis still moves a row of chips when nothing else scrolls there.
    const NodeId across = scroller(around, Axis::horizontal);
    const float sideways = in.wheel_x != 0 ? in.wheel_x : in.wheel_y;
    const NodeId inner = around;
    if (across != 0 && (in.wheel_x != 0 || inner == across)) {
      ScrollState& scroll = s.scrolls[across];
      scroll.offset = std::clamp(scroll.offset + static_cast<double>(sideways), 0.0, scroll.max);
    }
  }
}

Did interact(NodeId id, Rect rect, const Wants& wants) {
  State& s = state();
  const platform::Input& in = *s.input;
  Item item;
  if (s.muted > 0) return {};
  item.id = id;
  item.rect = rect.intersect(s.clip_stack.back());
  item.scroll = s.scroll_stack.empty() ? 0 : s.scroll_stack.back();
  item.enabled = wants.enabled;
  item.wants_long_press = wants.long_press;
  item.wants_swipe_x = wants.swipe_x;
  item.wants_swipe_y = wants.swipe_y;
  item.field = wants.field;
  if (!item.rect.empty()) (s.layers > 0 ? s.over_items : s.items).push_back(item);

  Did did;
  did.focused = s.focused == id;
  did.ring = did.focused && in.focus_visible;
  if (did.focused && s.focus_moved && !s.scroll_stack.empty()) {
    // What the keyboard reaches is brought into view.
    ScrollState& scroll = s.scrolls[s.scroll_stack.back()];
    const bool vertical = scroll.axis == Axis::vertical;
    const float margin = space::m;
    const float before = vertical ? scroll.rect.y - rect.y : scroll.rect.x - rect.x;
    const float after = vertical ? rect.bottom() - scroll.rect.bottom() : rect.right() - scroll.rect.right();
    if (before > 0)
      scroll.offset -= static_cast<double>(before + margin);
    else if (after > 0)
      scroll.offset += static_cast<double>(after + margin);
    if (before > 0 || after > 0) request_another_frame();
  }
  if (!wants.enabled) return did;
  did.hovered = s.hot == id && !in.touch;
  did.held = s.active == id && s.hot == id;
  did.clicked = s.clicked == id;
  did.long_pressed = s.long_pressed == id;
  for (const NodeId activated : in.activated) did.clicked = did.clicked || activated == id;
  return did;
}

void push_clip(Rect rect) {
  State& s = state();
  s.clip_stack.push_back(rect.intersect(s.clip_stack.back()));
  const Rect& clip = s.clip_stack.back();
  s.draw->PushClipRect({clip.x, clip.y}, {clip.right(), clip.bottom()}, false);
}

void pop_clip() {
  State& s = state();
  s.clip_stack.pop_back();
  s.draw->PopClipRect();
}

bool visible(Rect rect) {
  return !rect.intersect(state().clip_stack.back()).empty();
}

ScrollState& scroll_begin(NodeId id, Rect rect, Axis axis) {
  State& s = state();
  ScrollState& scroll = s.scrolls[id];
  if (scroll.frame + 1 < s.frame) scroll.velocity = 0;  // was not there for a while
  scroll.axis = axis;
  scroll.rect = rect;
  scroll.frame = s.frame;
  scroll.parent = s.scroll_stack.empty() ? 0 : s.scroll_stack.back();
  if (scroll.velocity != 0) {
    const float dt = s.input->delta_ms;
    scroll.offset += static_cast<double>(scroll.velocity * dt / 1000);
    scroll.velocity *= std::exp(-dt / fling_decay_ms);
    if (std::abs(scroll.velocity) < 12 || scroll.offset <= 0 || scroll.offset >= scroll.max)
      scroll.velocity = 0;
    else
      request_another_frame();
  }
  scroll.offset = std::clamp(scroll.offset, 0.0, std::max(scroll.max, 0.0));
  Item ground;
  ground.id = id;
  ground.rect = rect.intersect(s.clip_stack.back());
  ground.scroll = id;
  ground.is_scroll = true;
  (s.layers > 0 ? s.over_items : s.items).push_back(ground);
  if (axis == Axis::vertical) {
    if (s.first_scroll == 0) s.first_scroll = id;
    s.last_scroll = id;
    s.scrolled = s.scrolled || std::abs(scroll.offset - scroll.drawn) > 0.5;
    scroll.drawn = scroll.offset;
  }
  s.scroll_stack.push_back(id);
  push_clip(rect);
  return scroll;
}

void scroll_end(ScrollState& scroll, double content) {
  State& s = state();
  const double view = static_cast<double>(scroll.axis == Axis::vertical ? scroll.rect.h : scroll.rect.w);
  const double max = std::max(content - view, 0.0);
  if (std::abs(max - scroll.max) > 0.5) {
    scroll.max = max;
    if (scroll.offset > max) request_another_frame();
  }
  pop_clip();
  s.scroll_stack.pop_back();
}

}  // namespace ringup::ui
