#pragma once
/// Pictures that people send become small WebPs: decoded, turned upright, made smaller, encoded anew. Nothing
/// of the file they came from is kept, neither its bytes nor what it says of the place and the camera.
///
/// Read are JPEG (baseline and progressive; grey, RGB, CMYK), PNG (all kinds) and WebP (lossy and lossless,
/// not moving). Colours are taken as sRGB; a colour profile is not applied.
///
/// Memory. A picture of 50 megapixels has 200 MB of pixels, so no decoder is asked for all of them where it
/// can do otherwise: JPEG is decoded at an eighth to eight eighths of its size, PNG row by row into a smaller
/// picture, lossy WebP through its own scaler. What cannot be read in rows (progressive JPEG, interlaced PNG,
/// lossless WebP) may take `decode_bytes_max`; beyond it the picture is refused and says so. Everything else
/// together stays below 40 MB. Callers decode one at a time.
///
/// Pure functions; any thread.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup::image {

inline constexpr std::size_t file_bytes_max = 16 << 20;
inline constexpr std::uint64_t pixels_max = 50'000'000;
inline constexpr std::uint32_t side_max = 65'535;  // so that a row stays small
inline constexpr std::uint64_t decode_bytes_max = 160'000'000;
/// The longer sides of what is made, in pixels. A smaller picture is not made larger.
inline constexpr std::array<int, 3> sizes = {96, 320, 960};

enum class Format : std::uint8_t { jpeg, png, webp };

/// Pixels in rows from the top, four bytes each: red, green, blue, alpha (not premultiplied).
struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};

/// What a file says at its beginning, before anything is decoded.
struct Head {
  Format format = Format::jpeg;
  std::uint32_t width = 0, height = 0;  // as stored, before it is turned upright
};

/// Reads the head: which format, how large. The first bytes say the format, whatever the file is called.
/// invalid_value where it is none of the three or its head is broken.
Result<Head> read_head(std::string_view file);

/// The picture upright, its longer side between `sizes.back()` and twice that, or smaller where it is.
/// invalid_value (broken, cut off, moving), limit_exceeded (too many pixels or bytes).
Result<Pixels> decode(std::string_view file);

/// The picture as WebP with its longer side at most `longer_side`.
Result<std::string> encode(const Pixels& pixels, int longer_side);

/// The file as WebPs of `sizes`, the smallest first.
Result<std::array<std::string, sizes.size()>> make_sizes(std::string_view file);

// --- for the decoders, one file each ---

/// Turns a decoded picture as EXIF's orientation 1 to 8 has it.
Pixels turned(Pixels pixels, int orientation);
/// The orientation in an EXIF block (TIFF, without the "Exif\0\0" in front); 1 where it says nothing
/// sensible.
int orientation_in(std::string_view tiff);

Result<Head> read_jpeg_head(std::string_view file);
Result<Pixels> decode_jpeg(std::string_view file);
Result<Head> read_png_head(std::string_view file);
Result<Pixels> decode_png(std::string_view file);
Result<Head> read_webp_head(std::string_view file);
Result<Pixels> decode_webp(std::string_view file);

/// The sentences that several decoders say.
Failure broken();
Failure too_large_to_decode(std::string_view kind);

}  // namespace ringup::image
