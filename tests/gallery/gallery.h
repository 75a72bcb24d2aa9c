#pragma once
/// Every widget of web/ui on one page, with made-up content: for browser tests and for people to look at.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "web/ui/chart.h"
#include "web/ui/controls.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"
#include "web/ui/table.h"
#include "web/ui/ui.h"

namespace ringup::gallery {

/// What the pages of the desk keep (desk.cpp).
struct Desk {
  ui::TableState table;
  std::vector<std::uint32_t> order;  // which product stands in which row
  std::set<std::uint32_t> picked;
  std::optional<std::uint32_t> opened;
  bool panel = false, loading = false, none = false;
  std::vector<ui::Filter> filters;
  int category = -1, tax = 0, crumb = -1;
  std::string chosen = "nothing yet", day;
  bool compact = true, dense = false;
  ui::DateRange range;
  std::string name, note;
};

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
  void draw_desk(ui::Rect rest);
  void draw_figures(ui::Rect rest);

  int page_ = 0, segment_ = 0, chip_ = 0, pressed_ = 0, cart_ = 0, answers_ = 0;
  std::uint64_t sent_ = 0;
  bool switch_ = true, box_ = false, sheet_ = false, question_ = false;
  std::string name_, email_, password_, search_, amount_ = "0", event_ = "nothing yet", said_ = "nothing yet",
                                                 bridged_ = "not asked";
  std::vector<int> lines_ = {1, 2, 3, 4, 5, 6};
  Desk desk_;
  std::vector<int> quantities_ = {2, 1, 3, 1, 1, 12, 2, 1};
};

}  // namespace ringup::gallery
