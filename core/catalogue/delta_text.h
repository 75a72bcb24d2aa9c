#pragma once
/// Reads a page of the catalogue in the very form in which to_json() writes it, without a tree of values: a
/// till with 100,000 products reads 25 MB at every start. What it does not know (spaces, members in another
/// order, other escapes) or would have to refuse it leaves to the strict reader, which then says what is
/// wrong. So it accepts a part of what that one accepts, with the same result.
#include <optional>
#include <string_view>

#include "core/catalogue/product.h"

namespace ringup {

/// The members up to `deleted`, and what stands behind them.
struct DeltaText {
  CatalogueDelta delta;
  std::string_view rest;  // ",\"categories\":…}" or "}"
};
std::optional<DeltaText> read_delta_text(std::string_view text);

}  // namespace ringup
