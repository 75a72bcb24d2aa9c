#pragma once
/// "Correct stock": what was counted, or how many more or fewer, at which branch and why.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

class StockSheet {
 public:
  /// `levels` are what the server said last, by branch.
  void open(Desk& desk, const Product& product, std::vector<std::pair<Id, Quantity>> levels);
  /// `done` is called after a correction was booked.
  void draw(Desk& desk, const std::function<void()>& done);

 private:
  Quantity level() const;
  void send(Desk& desk, const std::function<void()>& done);

  bool open_ = false, busy_ = false;
  Id product_;
  std::string name_;
  std::vector<std::pair<Id, Quantity>> levels_;
  std::vector<Id> branches_;
  int branch_ = 0, way_ = 0, reason_ = 0;
  std::string quantity_, note_, error_, problem_;
};

}  // namespace ringup::console
