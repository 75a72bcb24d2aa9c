#pragma once
/// The import of products from CSV (core/catalogue/product_csv.h has the form and the rules of each field).
///
/// What a line does. Its SKU names the product: an unknown one is added, a known one gets the line's name,
/// category, price and tax class. Its barcode is added to those the product has; one that another product
/// has refuses the line. Its category is made where it is new; empty means none. Its stock is the level
/// counted at the default branch: the difference to the present level is booked as a movement, none where
/// they are equal. A line that changes nothing is counted as unchanged, so an import that is repeated does
/// nothing. A refused line changes nothing and keeps no other from going in.
///
/// All lines go in together, in one transaction, with one new version of the catalogue; a file that cannot
/// be read to its end changes nothing. Memory: about 150 bytes a line; the file itself is streamed.
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "server/store/writer.h"

namespace ringup::catalogue {

inline constexpr std::size_t refusals_max = 200'000;  // more than these, and nothing goes in

struct ImportReport {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::vector<Failure> refused;  // in the file's order; `where` names line and column
};

/// Fills the buffer as far as it can and yields how many bytes it put there; 0 is the end of the file.
using ReadBytes = std::function<Result<std::size_t>(std::span<char> buffer)>;

/// Runs the import as one job of the writer. The tenant must exist.
/// invalid_csv, limit_exceeded, too_many, precondition_failed (no branch or no tax class), whatever `read`
/// fails with; then nothing is changed.
Result<ImportReport> import_products(store::Writer& writer, const Id& tenant, const ReadBytes& read);
/// The same from bytes in memory.
Result<ImportReport> import_products(store::Writer& writer, const Id& tenant, std::string_view file);
/// The same inside a writer job of the caller's, at its time (UTC microseconds). After a failure the caller
/// must let its job fail.
Result<ImportReport> import_products(store::Database& database, const Id& tenant, const ReadBytes& read,
                                     std::int64_t now_us);

}  // namespace ringup::catalogue
