#pragma once
/// Pictures of products: made small by server/image, kept by server/store, served to anybody who has the
/// name.
///
/// A picture's name is the SHA-256 of what is served (the three WebPs one after the other), not of the file
/// that was sent: so a name stands for the same bytes for ever and may be cached without end, whatever a
/// later version makes of the same file, and it tells nothing of that file.
#include <atomic>
#include <mutex>
#include <string_view>

#include "core/catalogue/product.h"
#include "server/catalogue/products.h"
#include "server/image/image.h"
#include "server/store/store.h"

namespace ringup::catalogue {

/// How long a picture that no product has is kept, so that taking it away can be undone.
inline constexpr std::int64_t unused_picture_us = std::int64_t{24} * 3600 * 1'000'000;
/// Pictures that wait to be decoded, one after the other; more are turned away for the moment.
inline constexpr int pictures_waiting_max = 8;

struct Picture {
  Sha256Digest hash{};
  std::array<std::string, image::sizes.size()> sizes;
};

/// Makes pictures one at a time, so that memory is bounded whatever many people send. Threads: any.
class PictureMaker {
 public:
  /// busy where too many wait; invalid_value, limit_exceeded of server/image.
  Result<Picture> make(std::string_view file);

 private:
  std::mutex turn_;
  std::atomic<int> waiting_{0};
};

/// Inside a writer job: the product gets the picture; the one it had begins its day. not_found.
Result<Product> give_picture(Change& change, const Id& product, const Picture& picture);
/// Inside a writer job: the product has none any more. Nothing happens where it has none. not_found.
Result<void> take_picture(Change& change, const Id& product);

}  // namespace ringup::catalogue
