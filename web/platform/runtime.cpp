#include "web/platform/runtime.h"

#include <algorithm>
#include <iterator>

#include "imgui.h"
#include "imgui_internal.h"

namespace ringup::platform {
namespace {

constexpr double velocity_window_ms = 100;
constexpr double delta_ms_max = 50;  // after a rest an animation takes a step, not a leap
constexpr float far_away = -1e9f;

}  // namespace

Runtime::Runtime() {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NoMouseCursorChange;
}

Runtime::~Runtime() {
  app_.reset();
  ImGui::DestroyContext();
}

void Runtime::redraw() {
  frames_wanted_ = std::max(frames_wanted_, in_frame_ ? 1 : frames_after_input);
  if (!in_frame_) request_frame();
}

void Runtime::set_scale(float scale) {
  scale_ = std::clamp(scale, 1.0f, 2.0f);
  if (!in_frame_) apply_viewport();
  frames_wanted_ = frames_after_input;
  if (!in_frame_) request_frame();
}

void Runtime::set_scheme(int scheme) {
  scheme_ = scheme;
  if (!in_frame_) apply_viewport();
  frames_wanted_ = frames_after_input;
  if (!in_frame_) request_frame();
}

void Runtime::apply_viewport() {
  viewport_ = css_;
  viewport_.scale = scale_;
  viewport_.pixel_ratio = css_.pixel_ratio * scale_;
  for (float* length : {&viewport_.width, &viewport_.height, &viewport_.inset_top, &viewport_.inset_right,
                        &viewport_.inset_bottom, &viewport_.inset_left, &viewport_.keyboard}) {
    *length /= scale_;
  }
  if (scheme_ != 0) viewport_.dark = scheme_ == 2;
}

void Runtime::publish(std::string nodes) {
  if (nodes == nodes_) return;
  nodes_ = std::move(nodes);
  nodes_changed();
}

void Runtime::resize(const Viewport& css) {
  css_ = css;
  apply_viewport();
  redraw();
}

void Runtime::pointer(Phase phase, float x, float y, bool touch, NodeId over_field, double time_ms,
                      int modifiers) {
  const float px = x / scale_, py = y / scale_;
  PointerEvent event{phase, px, py, touch, over_field, 0, 0, modifiers};
  if (phase == Phase::down) samples_.clear();
  samples_.push_back({time_ms, px, py});
  while (samples_.size() > 2 && time_ms - samples_.front().time_ms > velocity_window_ms) samples_.pop_front();
  if (phase == Phase::up && samples_.size() > 1) {
    const double span = std::max(time_ms - samples_.front().time_ms, 1.0);
    event.velocity_x = static_cast<float>((px - samples_.front().x) * 1000.0 / span);
    event.velocity_y = static_cast<float>((py - samples_.front().y) * 1000.0 / span);
  }
  // Moves between two frames are one move: only the last position counts.
  if (phase == Phase::move && !pointers_.empty() && pointers_.back().phase == Phase::move)
    pointers_.pop_back();
  pointers_.push_back(event);
  redraw();
}

void Runtime::wheel(float x, float y, float dx, float dy, double time_ms) {
  next_.wheel_x += dx / scale_;
  next_.wheel_y += dy / scale_;
  pointer(Phase::move, x, y, false, 0, time_ms);
}

bool Runtime::key(Key key, bool in_field, double time_ms) {
  const bool plain = !key.control && !key.alt;
  const bool character =
      plain && !key.name.empty() && (key.name.size() == 1 || static_cast<unsigned char>(key.name[0]) >= 0x80);
  if (character) {
    const bool fresh = scanner_.character(key.name, time_ms);
    if (in_field) return false;
    if (fresh) flush_typing(time_ms, true);
    held_keys_.push_back(std::move(key));
    wake_in(scan_pause_ms_max + 5);
    return false;
  }
  if (key.name == "Shift") return false;  // scanners type capitals, too
  if (plain && (key.name == "Enter" || key.name == "Tab")) {
    if (std::optional<std::string> code = scanner_.end(time_ms)) {
      held_keys_.clear();
      if (in_field) undo_typing();
      event({EventKind::scan, std::move(*code)});
      return true;
    }
  }
  scanner_.reset();
  flush_typing(time_ms, true);
  // In a field of one line these do nothing of their own.
  const bool walks = !key.shift && (key.name == "ArrowUp" || key.name == "ArrowDown" ||
                                    key.name == "PageUp" || key.name == "PageDown");
  if (in_field && key.name != "Escape" && !key.control && !walks) return false;
  const bool ours = key.name == "Escape" || key.name.starts_with("Arrow") || key.name == "Home" ||
                    key.name == "End" || key.name == "PageUp" || key.name == "PageDown" ||
                    (key.control && key.name == "k");
  next_.keys.push_back(std::move(key));
  redraw();
  return ours;
}

void Runtime::flush_typing(double time_ms, bool all) {
  if (held_keys_.empty() || (!all && scanner_.undecided(time_ms))) return;
  for (Key& key : held_keys_) next_.keys.push_back(std::move(key));
  held_keys_.clear();
  redraw();
}

void Runtime::activate(NodeId id) {
  next_.activated.push_back(id);
  redraw();
}

void Runtime::edit(NodeId id, std::string text) {
  next_.edits.push_back({id, std::move(text)});
  redraw();
}

void Runtime::submit(NodeId id) {
  next_.submitted.push_back(id);
  redraw();
}

void Runtime::focus_changed(NodeId id, bool visible) {
  if (input_.focused == id && input_.focus_visible == visible) return;
  next_.focused = id;
  next_.focus_visible = visible;
  redraw();
}

void Runtime::event(const Event& event) {
  if (app_) app_->event(event);
  redraw();
}

void Runtime::woke(double time_ms) {
  flush_typing(time_ms, false);
  redraw();
}

void Runtime::gather(double time_ms) {
  const bool was_down = input_.down;
  const float x = input_.x, y = input_.y;
  const bool touch = input_.touch;
  const NodeId over_field = input_.over_field;
  input_ = std::move(next_);
  next_ = {};
  next_.focused = input_.focused;
  next_.focus_visible = input_.focus_visible;
  // One key per frame: a widget that answers with one key loses none.
  if (input_.keys.size() > 1) {
    next_.keys.assign(std::make_move_iterator(input_.keys.begin() + 1),
                      std::make_move_iterator(input_.keys.end()));
    input_.keys.resize(1);
  }
  input_.time_ms = time_ms;
  input_.delta_ms = last_frame_ms_ < 0
                        ? 16.0f
                        : static_cast<float>(std::clamp(time_ms - last_frame_ms_, 0.0, delta_ms_max));
  last_frame_ms_ = time_ms;
  input_.down = was_down;
  input_.x = x;
  input_.y = y;
  input_.touch = touch;
  input_.over_field = over_field;
  if (!was_down && touch) input_.x = input_.y = far_away;  // a lifted finger points nowhere
  while (!pointers_.empty()) {
    const PointerEvent next = pointers_.front();
    pointers_.pop_front();
    input_.touch = next.touch;
    if (next.phase != Phase::cancel) {
      input_.x = next.x;
      input_.y = next.y;
    }
    if (next.phase == Phase::move) continue;
    input_.pressed = next.phase == Phase::down;
    input_.released = next.phase == Phase::up;
    input_.cancelled = next.phase == Phase::cancel;
    input_.control = (next.modifiers & 1) != 0;
    input_.shift = (next.modifiers & 2) != 0;
    input_.down = input_.pressed;
    input_.velocity_x = next.velocity_x;
    input_.velocity_y = next.velocity_y;
    if (input_.pressed) input_.over_field = next.over_field;
    break;
  }
  // What waited its turn gets its full number of frames, too.
  if (!input_.keys.empty() || input_.pressed || input_.released) {
    frames_wanted_ = std::max(frames_wanted_, frames_after_input - 1);
  }
}

bool Runtime::frame(double time_ms) {
  if (frames_wanted_ > 0) --frames_wanted_;
  apply_viewport();
  gather(time_ms);
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = ImVec2(viewport_.width, viewport_.height);
  io.DisplayFramebufferScale = ImVec2(viewport_.pixel_ratio, viewport_.pixel_ratio);
  io.DeltaTime = std::max(input_.delta_ms, 1.0f) / 1000.0f;
  in_frame_ = true;
  ImGui::NewFrame();
  if (app_) app_->frame();
  ImGui::Render();
  in_frame_ = false;
  render();
  return wants_frame();
}

}  // namespace ringup::platform
