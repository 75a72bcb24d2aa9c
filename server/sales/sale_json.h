#pragma once
/// How sales look in the REST API: rows of a list, one sale in full, lines of an export.
#include <string>

#include "core/base/json.h"
#include "core/base/zone.h"
#include "core/sale/sale.h"
#include "core/till/record.h"
#include "server/store/names.h"
#include "server/store/sales.h"

namespace ringup::sales {

/// The row and the record of a booked sale or refund.
struct FoundSale {
  store::SaleRow row;
  journal::Record record;
};
/// not_found.
Result<FoundSale> find_booked(store::Database& db, const Id& tenant, const Id& id);

/// `code` as a currency; one that is none is shown with two decimals.
Currency currency_of(std::string_view code);

/// ["price_differs", …]
json::Value flags_json(std::uint32_t bits);
/// A row with the names of whom it names, and the kinds of its tenders.
Result<json::Object> row_json(store::Database& db, store::Names& names, const Id& tenant,
                              const store::SaleRow& row);
/// Everything about one sale.
Result<json::Value> detail_json(store::Database& db, store::Names& names, const Id& tenant,
                                const FoundSale& sale);

/// Columns of the export, ended by a line feed; and one sale, its time by the clock of `zone`.
std::string csv_header();
Result<void> append_csv(std::string& out, store::Database& db, store::Names& names, const Id& tenant,
                        const Zone& zone, const store::SaleRow& row);

}  // namespace ringup::sales
