#include "web/console/people/people.h"

namespace ringup::console {
namespace {

class People final : public PartedScreen {
 public:
  People() {
    add(make_users());
    add(make_groups());
    add(make_rights());
    add(make_codes());
  }
  std::string_view key() const override { return "people"; }
  std::string_view title() const override { return "People"; }
  ui::Icon icon() const override { return icon_user_cog; }
  Right needs() const override { return Right::people_manage; }
};

}  // namespace

std::unique_ptr<Screen> make_people() {
  return std::make_unique<People>();
}

}  // namespace ringup::console
