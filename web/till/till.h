#pragma once
/// The till: what a cashier sees and does.
#include "web/ui/ui.h"

namespace ringup::till {

class Till : public ui::App {
 public:
  using ui::App::App;

 protected:
  void draw() override;

 private:
  int sold_ = 0;
};

}  // namespace ringup::till
