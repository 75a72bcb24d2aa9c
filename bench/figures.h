#pragma once
/// What a measuring program found out: one JSON line per figure on standard output, between its words for
/// people. bench/table.py gathers them, knows their limits and makes the table.
///
///     {"figure": "server.product_rate", "value": 21034.5}
#include <cstdio>

namespace ringup::bench {

inline void figure(const char* name, double value) {
  std::printf("{\"figure\": \"%s\", \"value\": %.6g}\n", name, value);
}

}  // namespace ringup::bench
