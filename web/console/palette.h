#pragma once
/// Search for everything (Ctrl K): screens, what can be done, products from memory, and what the screens find
/// on the server while somebody types.
#include <string>
#include <vector>

#include "core/catalogue/search.h"
#include "web/console/frame.h"

namespace ringup::console {

class Palette {
 public:
  void show(Office& office, const Screens& screens);
  void close() { open_ = false; }
  bool open() const { return open_; }
  /// Over everything else.
  void draw(Office& office, const Screens& screens);

 private:
  void find(Office& office, const Screens& screens);
  void find_here(Office& office, const Screens& screens);
  void find_products(Office& office);
  void ask(Office& office, const Screens& screens);

  bool open_ = false;
  std::string typed_;
  std::uint64_t question_ = 0;  // grows with each text; answers to earlier ones are dropped
  int asked_ = 0;               // answers that are still to come
  std::vector<Command> here_, found_;
  SearchIndex::Scratch scratch_;
};

}  // namespace ringup::console
