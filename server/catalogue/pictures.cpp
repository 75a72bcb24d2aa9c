#include "server/catalogue/pictures.h"

#include "server/catalogue/products.h"
#include "server/store/pictures.h"

namespace ringup::catalogue {

Result<Picture> PictureMaker::make(std::string_view file) {
  if (waiting_.fetch_add(1) >= pictures_waiting_max) {
    --waiting_;
    return fail(Error::busy, {}, "Many pictures are being made; try again in a moment.");
  }
  std::unique_lock turn(turn_);
  auto made = image::make_sizes(file);
  turn.unlock();
  --waiting_;
  if (!made.ok()) return std::move(made).failure();
  Picture picture;
  picture.sizes = std::move(made).value();
  std::string all;
  for (const std::string& one : picture.sizes) all += one;
  picture.hash = sha256(all);
  return picture;
}

Result<Product> give_picture(Change& change, const Id& product, const Picture& picture) {
  TRY(store::keep_picture(change.database, change.tenant, picture.hash, picture.sizes, change.now_us));
  ProductFields fields;
  fields.picture = picture.hash;
  Product changed = TRY(change_product(change, product, fields));
  TRY(store::drop_unused_pictures(change.database, change.tenant, change.now_us - unused_picture_us));
  return changed;
}

Result<void> take_picture(Change& change, const Id& product) {
  ProductFields fields;
  fields.picture.emplace();
  TRY(change_product(change, product, fields));
  TRY(store::drop_unused_pictures(change.database, change.tenant, change.now_us - unused_picture_us));
  return {};
}

}  // namespace ringup::catalogue
