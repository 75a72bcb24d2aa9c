#pragma once
/// Every widget of web/ui on one page, with made-up content: for browser tests and for people to look at.
#include <string>
#include <vector>

#include "web/ui/controls.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"
#include "web/ui/ui.h"

namespace ringup::gallery {

class Gallery : public ui::App {
 public:
  using ui::App::App;
  void event(const platform::Event& event) override;
  std::string last_event() const { return event_; }

 protected:
  void draw() override;

 private:
  void draw_controls(ui::Rect rest);
  void draw_grid(ui::Rect rest);
  void draw_cart(ui::Rect rest);
  void draw_forms(ui::Rect rest);
  void draw_table(ui::Rect rest);
  void draw_overlays();

  int page_ = 0, segment_ = 0, chip_ = 0, pressed_ = 0, cart_ = 0, answers_ = 0;
  bool switch_ = true, box_ = false, sheet_ = false, question_ = false;
  std::string name_, email_, password_, search_, amount_ = "0", event_ = "nothing yet", said_ = "nothing yet",
                                                 bridged_ = "not asked";
  std::vector<int> lines_ = {1, 2, 3, 4, 5, 6};
  std::vector<int> quantities_ = {2, 1, 3, 1, 1, 12, 2, 1};
};

}  // namespace ringup::gallery
