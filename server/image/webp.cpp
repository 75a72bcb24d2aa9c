// WebP by libwebp.
#include <webp/decode.h>

#include <algorithm>

#include "server/image/image.h"

namespace ringup::image {
namespace {

const std::uint8_t* bytes_of(std::string_view file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());
}

Result<WebPBitstreamFeatures> features_of(std::string_view file) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes_of(file), file.size(), &features) != VP8_STATUS_OK) return broken();
  if (features.has_animation != 0)
    return fail(Error::invalid_value, "body", "This picture moves; send one that stands still.");
  return features;
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// RIFF: chunks of a name, a length and an even number of bytes.
int orientation_of(std::string_view file) {
  std::string_view rest = file.substr(std::min<std::size_t>(12, file.size()));
  while (rest.size() >= 8) {
    const std::string_view name = rest.substr(0, 4);
    const std::size_t size = little_endian(rest.substr(4, 4));
    rest.remove_prefix(8);
    std::string_view chunk = rest.substr(0, size);
    if (name == "EXIF") {
      if (chunk.starts_with("Exif")) chunk.remove_prefix(std::min<std::size_t>(6, chunk.size()));
      return orientation_in(chunk);
    }
    rest.remove_prefix(std::min(rest.size(), size + size % 2));
  }
  return 1;
}

}  // namespace

Result<Head> read_webp_head(std::string_view file) {
  const WebPBitstreamFeatures features = TRY(features_of(file));
  return Head{Format::webp, static_cast<std::uint32_t>(features.width),
              static_cast<std::uint32_t>(features.height)};
}

Result<Pixels> decode_webp(std::string_view file) {
  const WebPBitstreamFeatures features = TRY(features_of(file));
  constexpr int lossless = 2;
  const std::uint64_t all_bytes = std::uint64_t{4} * static_cast<std::uint64_t>(features.width) *
                                  static_cast<std::uint64_t>(features.height);
  if (features.format == lossless && all_bytes > decode_bytes_max)
    return too_large_to_decode("a lossless WebP");
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return Error::internal;
  Pixels pixels{features.width, features.height, {}};
  const int longer = std::max(features.width, features.height);
  if (longer > 2 * sizes.back()) {
    const auto scaled = [&](int side) {
      return std::max(1, static_cast<int>(std::int64_t{side} * 2 * sizes.back() / longer));
    };
    config.options.use_scaling = 1;
    pixels.width = config.options.scaled_width = scaled(features.width);
    pixels.height = config.options.scaled_height = scaled(features.height);
  }
  pixels.rgba.resize(static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height) * 4);
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels.rgba.data();
  config.output.u.RGBA.stride = pixels.width * 4;
  config.output.u.RGBA.size = pixels.rgba.size();
  const VP8StatusCode status = WebPDecode(bytes_of(file), file.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (status == VP8_STATUS_OUT_OF_MEMORY)
    return fail(Error::busy, {}, "There is no memory for this picture now; try again in a moment.");
  if (status != VP8_STATUS_OK) return broken();
  return turned(std::move(pixels), orientation_of(file));
}

}  // namespace ringup::image
