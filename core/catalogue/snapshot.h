#pragma once
/// The whole catalogue as bytes, so that a till starts without reading 25 MB of JSON: about 100 bytes a
/// product, in the order of Catalogue::browse(), so that nothing need be sorted before the first screen.
///
///     snapshot = "RUCS" u32:form=1 u64:hash(all that follows) u32:count
///                text:owner text:head names:tax_classes u32:categories id*
///                product*count
///     product  = id[16] i64:price i64:stock i64:version u16:category u8:tax_class u8:sku_bytes
///     u16:name_bytes
///                u8:barcodes u8:has_picture sku name u64*barcodes picture[32]?
///     text     = u32:bytes byte*          names = u32:count text*
///
/// Numbers are little-endian. `head` is the delta's JSON without products: currency, cursor, version, lists
/// and rules. `tax_class` and `category` are places in the lists before; category 0xFFFF is none. `owner`
/// says whose copy it is. Another form, a wrong hash or length, or a value that no product may have is
/// `damaged`: a copy is only ever fetched anew, never mended. Made for the device that wrote it.
#include <string>
#include <string_view>

#include "core/catalogue/catalogue.h"

namespace ringup {

/// Empty where it has more kinds of tax classes or categories than the form has numbers for.
std::string write_snapshot(const Catalogue& catalogue, std::string_view owner);
/// Everything as one delta with `reset`, for Catalogue::adopt(). damaged; conflict where it is another
/// owner's.
Result<CatalogueDelta> read_snapshot(std::string_view bytes, std::string_view owner);

/// Puts the beginning with its hash before content, as write_snapshot() does.
std::string seal_snapshot(std::string_view content);

}  // namespace ringup
