#pragma once
/// Changing the selected products: what, shown before it is done; then how far it is; then what was refused.
#include <functional>
#include <string>
#include <vector>

#include "web/console/products/bulk.h"

namespace ringup::console {

class BulkSheet {
 public:
  /// Asks what the products are to become. Requires that nothing runs.
  void open(BulkKind kind, std::vector<Id> products);
  bool running() const { return run_.running(); }
  void draw(Desk& desk);

 private:
  enum class Stage : std::uint8_t { wish, running, refused };
  void draw_wish(Desk& desk, ui::Rect rect);
  void draw_price(Desk& desk, ui::Rect& rect);
  void plan(Desk& desk);
  void start(Desk& desk, std::vector<BulkStep> steps, bool undoing);
  void ended(Desk& desk, bool undoing);

  bool open_ = false;
  Stage stage_ = Stage::wish;
  std::vector<Id> products_;
  BulkWish wish_;
  int choice_ = -1, direction_ = 0, ending_ = 3;
  bool chosen_ = false;
  std::string percent_, percent_error_;
  BulkPlan plan_;
  bool planned_ = false;
  BulkRun run_;
};

}  // namespace ringup::console
