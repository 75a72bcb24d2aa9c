#include "server/image/image.h"

#include <webp/encode.h>

#include <algorithm>

namespace ringup::image {
namespace {

constexpr float quality = 82;

/// Where the pixel at (x, y) of a picture of this size goes, for each of EXIF's eight orientations.
struct Turn {
  bool swap, mirror_x, mirror_y;  // first mirrored, then swapped
};
constexpr std::array<Turn, 9> turns = {{{false, false, false},
                                        {false, false, false},
                                        {false, true, false},
                                        {false, true, true},
                                        {false, false, true},
                                        {true, false, false},
                                        {true, false, true},
                                        {true, true, true},
                                        {true, true, false}}};

/// A WebPPicture that frees what it holds.
class Canvas {
 public:
  Canvas() : good_(WebPPictureInit(&picture_) != 0) {}
  ~Canvas() { WebPPictureFree(&picture_); }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  bool take(const Pixels& pixels) {
    if (!good_) return false;
    picture_.use_argb = 1;
    picture_.width = pixels.width;
    picture_.height = pixels.height;
    return WebPPictureImportRGBA(&picture_, pixels.rgba.data(), pixels.width * 4) != 0;
  }
  bool shrink(int longer_side) {
    const int longer = std::max(picture_.width, picture_.height);
    if (longer <= longer_side) return true;
    const auto scaled = [&](int side) {
      return std::max(1, static_cast<int>((std::int64_t{side} * longer_side + longer / 2) / longer));
    };
    return WebPPictureRescale(&picture_, scaled(picture_.width), scaled(picture_.height)) != 0;
  }
  bool encode(std::string& out) {
    WebPConfig config;
    if (WebPConfigInit(&config) == 0) return false;
    config.quality = quality;
    config.method = 4;
    picture_.custom_ptr = &out;
    picture_.writer = [](const std::uint8_t* data, std::size_t size, const WebPPicture* picture) {
      static_cast<std::string*>(picture->custom_ptr)->append(reinterpret_cast<const char*>(data), size);
      return 1;
    };
    return WebPEncode(&config, &picture_) != 0;
  }

 private:
  WebPPicture picture_;
  const bool good_;
};

class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  std::uint32_t number(std::size_t at, std::size_t count) const {
    if (at > bytes_.size() || bytes_.size() - at < count) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes_[at + (little_ ? count - 1 - i : i)]);
      value = value << 8 | byte;
    }
    return value;
  }

 private:
  const std::string_view bytes_;
  const bool little_;
};

}  // namespace

Failure broken() {
  return fail(Error::invalid_value, "body", "This picture is damaged or cut off, so it cannot be read.");
}

Failure too_large_to_decode(std::string_view kind) {
  return fail(Error::limit_exceeded, "body",
              "This picture is too large for " + std::string(kind) + "; save it smaller and send it again.");
}

int orientation_in(std::string_view tiff) {
  if (!tiff.starts_with("II") && !tiff.starts_with("MM")) return 1;
  const Tiff in(tiff);
  if (in.number(2, 2) != 42) return 1;
  const std::size_t directory = in.number(4, 4);
  const std::size_t entries = std::min<std::size_t>(in.number(directory, 2), 1000);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * 12;
    constexpr std::uint32_t orientation_tag = 0x0112, short_type = 3;
    if (in.number(entry, 2) != orientation_tag || in.number(entry + 2, 2) != short_type) continue;
    const std::uint32_t value = in.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Pixels turned(Pixels pixels, int orientation) {
  ASSERT(orientation >= 1 && orientation <= 8);
  if (orientation == 1) return pixels;
  const Turn turn = turns[static_cast<std::size_t>(orientation)];
  Pixels out;
  out.width = turn.swap ? pixels.height : pixels.width;
  out.height = turn.swap ? pixels.width : pixels.height;
  out.rgba.resize(pixels.rgba.size());
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      const int mirrored_x = turn.mirror_x ? pixels.width - 1 - x : x;
      const int mirrored_y = turn.mirror_y ? pixels.height - 1 - y : y;
      const auto to = static_cast<std::size_t>(turn.swap ? mirrored_x : mirrored_y) *
                          static_cast<std::size_t>(out.width) +
                      static_cast<std::size_t>(turn.swap ? mirrored_y : mirrored_x);
      const auto from =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) + static_cast<std::size_t>(x);
      std::copy_n(pixels.rgba.begin() + static_cast<std::ptrdiff_t>(from * 4), 4,
                  out.rgba.begin() + static_cast<std::ptrdiff_t>(to * 4));
    }
  }
  return out;
}

Result<Head> read_head(std::string_view file) {
  if (file.size() > file_bytes_max)
    return fail(Error::limit_exceeded, "body", "A picture has at most 16 MB.");
  if (file.starts_with("\xFF\xD8\xFF")) return read_jpeg_head(file);
  if (file.starts_with("\x89PNG\r\n\x1A\n")) return read_png_head(file);
  if (file.starts_with("RIFF") && file.substr(0, 12).ends_with("WEBP")) return read_webp_head(file);
  return fail(Error::invalid_value, "body", "This is no JPEG, PNG or WebP picture.");
}

Result<Pixels> decode(std::string_view file) {
  const Head head = TRY(read_head(file));
  if (head.width == 0 || head.height == 0) return broken();
  if (head.width > side_max || head.height > side_max ||
      std::uint64_t{head.width} * head.height > pixels_max) {
    return fail(Error::limit_exceeded, "body",
                "A picture has at most 50 megapixels; this one has " + std::to_string(head.width) + " by " +
                    std::to_string(head.height) + ".");
  }
  switch (head.format) {
    case Format::jpeg:
      return decode_jpeg(file);
    case Format::png:
      return decode_png(file);
    case Format::webp:
      return decode_webp(file);
  }
  return Error::internal;
}

Result<std::string> encode(const Pixels& pixels, int longer_side) {
  std::string out;
  Canvas canvas;
  if (!canvas.take(pixels) || !canvas.shrink(longer_side) || !canvas.encode(out))
    return fail(Error::busy, {}, "There is no memory for this picture now; try again in a moment.");
  return out;
}

Result<std::array<std::string, sizes.size()>> make_sizes(std::string_view file) {
  const Pixels pixels = TRY(decode(file));
  std::array<std::string, sizes.size()> made;
  for (std::size_t i = 0; i < sizes.size(); ++i) made[i] = TRY(encode(pixels, sizes[i]));
  return made;
}

}  // namespace ringup::image
