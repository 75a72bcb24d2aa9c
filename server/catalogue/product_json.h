#pragma once
/// Products as the routes answer them.
#include <string>

#include "core/catalogue/product.h"

namespace ringup::catalogue {

inline std::string product_json(const Product& product, Currency currency) {
  std::string out;
  append_json(out, product, currency);
  return out;
}

}  // namespace ringup::catalogue
