#include "web/console/business.h"

#include "web/ui/lists.h"

namespace ringup::console {
namespace {

namespace space = ui::space;

class Business final : public Screen {
 public:
  std::string_view key() const override { return "business"; }
  std::string_view title() const override { return "Business"; }
  ui::Icon icon() const override { return icon_store; }
  Right needs() const override { return Right::sell; }
  void open(Desk&, const Place&) override {}

  void draw(Desk& desk, ui::Rect rect) override {
    ui::ScrollArea area("branches", rect);
    ui::heading(area.next(28, space::s), "Branches", 2);
    for (const Branch& branch : desk.facts().branches) {
      ui::row(branch.code, area.next(ui::row_height, space::s),
              {.title = branch.name, .detail = branch.address, .icon = icon_store, .pressable = false});
    }
  }
};

}  // namespace

std::unique_ptr<Screen> make_business() {
  return std::make_unique<Business>();
}

}  // namespace ringup::console
