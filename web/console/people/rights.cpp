// What each role may do: a table to look at, since roles are the same in every business.
#include "web/console/people/people.h"
#include "web/console/people/person.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

class RightsTable final : public Part {
 public:
  std::string_view key() const override { return "rights"; }
  std::string_view title() const override { return "Roles and rights"; }
  Right needs() const override { return Right::people_manage; }

  void draw(Desk&, Rect rect) override {
    constexpr std::string_view words =
        "Roles are the same everywhere. For anything between two of them make a group: it adds rights to the "
        "roles of "
        "its members.";
    const ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 4};
    ui::text(rect.cut_top(ui::text_height(words, rect.w, style), space::m), words, style);
    static constexpr ui::TableColumn columns[] = {
        {.key = "right", .title = "Lets them", .width = 150, .share = 1, .hideable = false, .keep = 9},
        {.key = "owner", .title = "Owner", .width = 86, .hideable = false, .keep = 8},
        {.key = "manager", .title = "Manager", .width = 86, .hideable = false, .keep = 7},
        {.key = "cashier", .title = "Cashier", .width = 86, .hideable = false, .keep = 6},
        {.key = "marketing", .title = "Marketing", .width = 96, .hideable = false, .keep = 3},
        {.key = "support", .title = "Support", .width = 86, .hideable = false, .keep = 4},
        {.key = "auditor", .title = "Auditor", .width = 86, .hideable = false, .keep = 5},
    };
    ui::TableOptions options{
        .name = "Roles and rights", .count = static_cast<std::size_t>(right_count), .opened = {}};
    options.chooser = false;
    ui::data_table("table", rect, columns, table_, options,
                   [](std::size_t row, std::size_t column, ui::Cell& cell) {
                     const Right right = static_cast<Right>(row);
                     if (column == 0) return cell.words(right_words(right));
                     const auto role = parse_role(columns[column].key);
                     if (role && may(*role, right)) {
                       cell.icon(icon_check, ui::Tone::good);
                       return cell.say("Yes");
                     }
                     cell.words("–", ui::Tone::muted);
                     cell.say("No");
                   });
  }

 private:
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_rights() {
  return std::make_unique<RightsTable>();
}

}  // namespace ringup::console
