#pragma once
/// What GS1 codes say beyond a bare number: GS1 DataBar, GS1-128, GS1 QR codes and GS1 Digital Links carry a
/// GTIN together with a weight, a price or a count.
///
/// Three spellings are read:
///
///     element string = "(01)09501101530003(3103)000195"             as people and zxing write it
///     raw string     = ["]C1"|"]e0"|"]d2"|"]Q3"] "01" 14 digits … as scanners type it; GS (0x1D) ends a
///     value
///                      of no fixed length
///     Digital Link   = "http" ["s"] "://" host "/" … "/01/" digits … ["?3103=000195&" …]
///
/// Read are the GTIN (01), net kilograms (310n), the price to pay (392n) and the count (30). Batches, dates,
/// serial numbers, logistic measures and everything else that does not change what is owed are passed over.
/// Pure functions; texts of any bytes and length may come in.
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/catalogue/barcode.h"
#include "core/money/money.h"

namespace ringup {

struct Gs1Item {
  Gtin gtin;
  std::optional<Quantity> quantity;  // kilograms or pieces; above 0
  struct Price {
    std::int64_t value = 0;
    int decimals = 0;  // of `value`, 0 to 9
  };
  std::optional<Price> price;  // in the shop's own currency

  /// nullopt without a price, or where it has more decimals than a unit price of the currency.
  std::optional<UnitPrice> unit_price(Currency) const;
};

inline constexpr std::size_t gs1_bytes_max = 2000;

/// nullopt: `code` is not of GS1's. invalid_barcode: it is, but the GTIN's check digit is wrong, an element
/// is broken, or it measures or prices in a way that would be sold wrongly here (pounds, metres, another
/// currency); the detail says which.
std::optional<Result<Gs1Item>> read_gs1(std::string_view code);

}  // namespace ringup
