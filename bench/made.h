#pragma once
/// Products to measure with: the real file where it is, else made ones of the same number.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "core/catalogue/barcode.h"

namespace ringup::bench {

inline constexpr unsigned made_products = 100'000;

inline bool read_file(const std::string& path, std::string& out) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  out.assign(std::istreambuf_iterator<char>(in), {});
  return true;
}

/// 100,000 real products: $RINGUP_PRODUCTS, else beside the checkout.
inline std::string real_products_path() {
  const char* named = std::getenv("RINGUP_PRODUCTS");
  return named != nullptr ? named : "../shared/data/products-100k.csv";
}

/// 100,000 products of three words each, as an import file.
inline std::string made_products_csv() {
  const char* const words[] = {"Chocolate", "Milk", "Bread", "Coffee", "Tea", "Organic", "Fresh",  "Classic",
                               "Crème",     "Salt", "Sugar", "Butter", "Oil", "Vinegar", "Noodle", "Apple"};
  std::string file = "sku,barcode,name,category,price,tax_class,stock\n";
  for (unsigned i = 0; i < made_products; ++i) {
    const unsigned n = i * 2654435761u;
    const std::string digits = std::to_string(200000000000 + std::int64_t{i} * 7919 % 99999999999);
    file += "P" + std::to_string(i) + "," + digits + std::to_string(*check_digit(digits)) + "," +
            words[n % 16] + " " + words[(n >> 8) % 16] + " " + words[(n >> 16) % 16] + " " +
            std::to_string(n % 997) + ",Category " + std::to_string(n % 40) + "," +
            std::to_string(n % 90 + 1) + ".99,standard," + std::to_string(n % 200) + "\n";
  }
  return file;
}

inline std::string products_csv() {
  std::string file;
  return read_file(real_products_path(), file) ? file : made_products_csv();
}

}  // namespace ringup::bench
