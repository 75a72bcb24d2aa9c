#include "web/console/business.h"

#include "web/console/parts.h"

namespace ringup::console {
namespace {

class Business final : public PartedScreen {
 public:
  Business() {
    add(make_facts());
    add(make_branches());
    add(make_tills());
    add(make_taxes());
    add(make_security());
  }
  std::string_view key() const override { return "business"; }
  std::string_view title() const override { return "Business"; }
  ui::Icon icon() const override { return icon_settings; }
  Right needs() const override { return Right::tills_manage; }
};

}  // namespace

std::unique_ptr<Screen> make_business() {
  return std::make_unique<Business>();
}

}  // namespace ringup::console
