#pragma once
/// Puts what ImGui drew onto the canvas with WebGL 2. Only the browser's platform uses it.
///
/// ImGui's own OpenGL backend asks the context for its state before each frame in order to put it back. In a
/// browser each question waits until the graphics process has finished drawing: measured here 50 ms of a
/// frame of 52. Nobody else draws into this context, so nothing is asked.
///
/// Not thread-safe; one per page. After a lost context came back, call restored(): everything is made anew.
#include <cstdint>

struct ImDrawData;
struct ImTextureData;

namespace ringup::platform {

class Painter {
 public:
  /// False where there is no WebGL 2 or its shaders do not compile.
  bool open(const char* canvas_selector);
  void restored();
  void draw(const ImDrawData& data);
  /// What each frame begins with, 0xAABBGGRR.
  void set_ground(std::uint32_t color) { ground_ = color; }

  /// A texture whose pixels the caller uploads at once; then finish_picture() prepares it to be drawn
  /// smaller.
  std::uint32_t make_picture();
  void finish_picture();
  void drop_picture(std::uint32_t texture);

 private:
  bool make();
  void update(ImTextureData& texture);

  int context_ = 0;
  std::uint32_t ground_ = 0xFFFFFFFFu;
  std::uint32_t program_ = 0, vertices_ = 0, indices_ = 0, layout_ = 0;
  int projection_ = -1;
};

}  // namespace ringup::platform
