#pragma once
/// The part of the platform that browser and tests share: gathers input, decides about frames, runs the app
/// inside an ImGui frame. The browser (browser_wasm.cpp) and the headless driver (headless_native.cpp) feed
/// it and give it a renderer. Not thread-safe; nothing fails.
#include <array>
#include <deque>
#include <memory>
#include <string>

#include "web/platform/platform.h"
#include "web/platform/scanner.h"

namespace ringup::platform {

class Runtime : public Platform {
 public:
  enum class Phase : std::uint8_t { move, down, up, cancel };

  Runtime();
  ~Runtime() override;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void start(std::unique_ptr<App> app) { app_ = std::move(app); }
  App* app() { return app_.get(); }

  // Platform
  const Viewport& viewport() const override { return viewport_; }
  const Input& input() const override { return input_; }
  void redraw() override;
  void set_scale(float scale) override;
  void set_scheme(int scheme) override;
  void publish(std::string nodes) override;
  std::string_view font(FontFile file) const override { return fonts_[static_cast<std::size_t>(file)]; }

  // What the outside feeds in. Positions in CSS pixels.
  void set_font(FontFile file, std::string bytes) {
    fonts_[static_cast<std::size_t>(file)] = std::move(bytes);
  }
  void resize(const Viewport& css);
  /// modifiers: 1 control or command, 2 shift.
  void pointer(Phase phase, float x, float y, bool touch, NodeId over_field, double time_ms,
               int modifiers = 0);
  void wheel(float x, float y, float dx, float dy, double time_ms);
  /// True if the key is used up and the browser should not act on it. `in_field`: a text field has the focus.
  bool key(Key key, bool in_field, double time_ms);
  void activate(NodeId id);
  void edit(NodeId id, std::string text);
  void submit(NodeId id);
  void focus_changed(NodeId id, bool visible);
  void event(const Event& event);
  /// The wake timer rang.
  void woke(double time_ms);

  /// Runs one frame and returns true if another should follow at once.
  bool frame(double time_ms);
  bool wants_frame() const { return frames_wanted_ > 0 || !pointers_.empty() || !next_.keys.empty(); }
  /// The semantics of the last frame, as published.
  const std::string& nodes() const { return nodes_; }

 protected:
  /// Asks the outside to call frame() soon.
  virtual void request_frame() = 0;
  virtual void render() = 0;
  virtual void nodes_changed() = 0;
  /// A scan was recognised while a field had the focus: put back what it held before.
  virtual void undo_typing() = 0;

 private:
  struct PointerEvent {
    Phase phase;
    float x, y;
    bool touch;
    NodeId over_field;
    float velocity_x, velocity_y;
    int modifiers;
  };
  struct Sample {
    double time_ms;
    float x, y;
  };
  void gather(double time_ms);
  void flush_typing(double time_ms, bool all);
  void apply_viewport();

  std::unique_ptr<App> app_;
  Viewport css_, viewport_;
  float scale_ = 1;
  int scheme_ = 0;
  Input input_, next_;
  std::deque<PointerEvent> pointers_;
  std::deque<Sample> samples_;
  Scanner scanner_;
  std::vector<Key> held_keys_;  // characters that may still turn out to be a scan
  std::string nodes_;
  std::array<std::string, 3> fonts_;
  int frames_wanted_ = frames_after_input;
  bool in_frame_ = false;
  double last_frame_ms_ = -1;
};

}  // namespace ringup::platform
