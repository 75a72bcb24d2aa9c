#pragma once
/// Pictures of products. SQL only; reads run in a store::Store::read, changes inside a writer job. A tenant
/// sees and takes only its own; serving goes by the hash alone, which says nothing of whose it is.
#include <array>
#include <optional>
#include <string>

#include "core/base/sha256.h"
#include "server/store/database.h"

namespace ringup::store {

/// Keeps a picture in its three sizes, the smallest first; one that is there already is kept as it is.
Result<void> keep_picture(Database& database, const Id& tenant, const Sha256Digest& hash,
                          const std::array<std::string, 3>& sizes, std::int64_t now_us);
Result<bool> has_picture(Database& database, const Id& tenant, const Sha256Digest& hash);
/// Gives a product a picture, or takes it away. The caller stamps the product and tells of the one before
/// with picture_left().
Result<void> set_picture(Database& database, const Id& tenant, const Id& product,
                         const std::optional<Sha256Digest>& hash);
/// A product does not have this picture any more: where none has, its day begins.
Result<void> picture_left(Database& database, const Id& tenant, const Sha256Digest& hash,
                          std::int64_t now_us);
/// Drops the tenant's pictures that no product had since before `us`; yields how many.
Result<std::int64_t> drop_unused_pictures(Database& database, const Id& tenant, std::int64_t us);
/// The bytes of one size (0 to 2); nullopt where nobody has such a picture.
Result<std::optional<std::string>> picture_bytes(Database& database, const Sha256Digest& hash,
                                                 std::size_t size);

}  // namespace ringup::store
