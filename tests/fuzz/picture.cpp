// Pictures: whatever the bytes, decoding ends, stays inside its memory, and what it yields can be encoded.
#include "server/image/image.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = fuzz::text_of(data, size);
  const Result<image::Head> head = image::read_head(file);
  // A small file may stand for many pixels; the limit is held by its own test, here it only costs time.
  if (!head || std::uint64_t{head->width} * head->height > 1'000'000) return 0;
  const Result<image::Pixels> pixels = image::decode(file);
  if (!pixels) return 0;
  fuzz::promise(pixels->width > 0 && pixels->height > 0, "a picture has pixels");
  fuzz::promise(pixels->rgba.size() ==
                    static_cast<std::size_t>(pixels->width) * static_cast<std::size_t>(pixels->height) * 4,
                "its bytes are its pixels");
  const Result<std::string> small = image::encode(*pixels, image::sizes.front());
  fuzz::promise(small.ok(), "what was decoded can be encoded");
  const Result<image::Head> again = image::read_head(*small);
  fuzz::promise(again.ok() && again->format == image::Format::webp, "what was encoded is WebP");
  return 0;
}
