#pragma once
/// Which pictures are in the renderer's memory, and which one goes when there are too many. Knows nothing of
/// browsers: it is handed what begins to load and what frees a texture.
///
/// In each frame the widgets ask for what they draw. What is missing is loaded at the end of that frame, at
/// most pictures_loading_max at a time, and only what the last frame still wanted: who scrolls past a
/// thousand products loads the ones they stop at. Above pictures_bytes_max what was drawn longest ago goes,
/// but nothing that the last frame drew. One thread; no errors: a picture that does not come is simply not
/// there, and is asked for again after retry_ms unless the server said that there is none.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "web/platform/platform.h"

namespace ringup::platform {

inline constexpr std::size_t pictures_bytes_max = 64 * 1024 * 1024;
inline constexpr int pictures_loading_max = 6;
inline constexpr std::size_t pictures_known_max = 4096;  // addresses, with or without a picture
inline constexpr double picture_retry_ms = 30'000;

class Pictures {
 public:
  using Load = std::function<void(std::uint32_t request, const std::string& url)>;
  using Drop = std::function<void(std::uint64_t texture)>;
  Pictures(Load load, Drop drop) : load_(std::move(load)), drop_(std::move(drop)) {}

  Picture ask(std::string_view url);
  void end_frame(double time_ms);
  /// Of a request that was forgotten meanwhile the texture is dropped.
  void loaded(std::uint32_t request, Picture picture);
  void failed(std::uint32_t request, bool for_good);
  /// The renderer lost all textures: what is drawn will be loaded anew.
  void forget();
  std::size_t bytes() const { return bytes_; }

 private:
  enum class State : std::uint8_t { wanted, loading, there, failed, missing };
  struct Entry {
    State state = State::wanted;
    Picture picture;
    std::uint64_t frame = 0;  // when it was last asked for
    std::uint32_t request = 0;
    double retry_at_ms = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Entries = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;

  Entries::iterator of_request(std::uint32_t request);
  void start_loads();
  void make_room();
  static std::size_t size_of(const Picture& picture);

  Load load_;
  Drop drop_;
  Entries entries_;
  std::uint64_t frame_ = 1;
  std::uint32_t last_request_ = 0;
  int loading_ = 0;
  std::size_t bytes_ = 0;
  double now_ms_ = 0;
};

}  // namespace ringup::platform
