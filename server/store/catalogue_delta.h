#pragma once
/// The delta that tills and the server's search follow: pages of what changed in a tenant's catalogue.
#include <string_view>

#include "core/catalogue/product.h"
#include "server/store/database.h"

namespace ringup::store {

/// Whether a page tells of products whose stock moved, though they did not change.
enum class WithStock : bool { no, yes };

/// One page of what changed after `since`, the cursor of an earlier page; from the beginning where it is
/// empty, or from another generation of the folder, or from the future: then `reset` is set. The page is of
/// one moment. invalid_value where `since` is no cursor.
Result<CatalogueDelta> catalogue_delta(Database& database, const Id& tenant, std::string_view since,
                                       std::size_t limit = delta_products_max,
                                       WithStock stock = WithStock::yes);

}  // namespace ringup::store
