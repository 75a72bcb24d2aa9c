#pragma once
/// What other programs call the columns of a product list.
#include <string_view>

namespace ringup {

enum class ProductColumn : unsigned char;

/// How well a column's title fits: 0 not at all; more for a word that says it exactly than for one inside a
/// longer title. Case, accents, signs and what stands in brackets do not count.
int name_score(std::string_view title, ProductColumn column);

}  // namespace ringup
