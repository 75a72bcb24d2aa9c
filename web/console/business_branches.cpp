// Branches: the places where a business sells.
#include "web/console/parts.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

/// A code that a name suggests: "Hollerbusch at the market" gives "hollerbusch-at-the-market".
std::string code_of(std::string_view name) {
  std::string code;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      code += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      code += c;
    else if (!code.empty() && code.back() != '-')
      code += '-';
  }
  while (!code.empty() && code.back() == '-') code.pop_back();
  return code.substr(0, 40);
}

class Branches final : public Part {
 public:
  std::string_view key() const override { return "branches"; }
  std::string_view title() const override { return "Branches"; }
  Right needs() const override { return Right::business_manage; }

  void edit(Desk& desk, const std::string& what) override {
    what_ = what;
    form_.clear();
    name_.clear(), address_.clear(), code_.clear();
    is_default_ = false;
    own_code_ = false;
    if (what.empty() || what == "new") return;
    const Branch* branch = opened(desk);
    if (branch == nullptr) return show(desk, {});
    name_ = branch->name;
    address_ = branch->address;
    code_ = branch->code;
    is_default_ = branch->is_default;
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("add", rect, "Add branch", icon_plus)) show(desk, "new");
  }
  std::vector<Command> commands() override {
    return {{"Actions", "Add a branch", "", icon_plus, [this](Desk& desk) { show(desk, "new"); }}};
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !what_.empty());
    const std::vector<Branch>& branches = desk.facts().branches;
    constexpr ui::TableColumn columns[] = {
        {.key = "name", .title = "Branch", .width = 220, .share = 1, .hideable = false, .keep = 9},
        {.key = "address", .title = "Address", .width = 220, .share = 1, .keep = 4},
        {.key = "code", .title = "Code", .width = 120, .keep = 3},
        {.key = "default", .title = "Default", .width = 110, .hideable = false, .keep = 5},
    };
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      if (to_string(branches[i].id) == what_) open = i;
    }
    const ui::TableResult did =
        ui::data_table("table", rect, columns, table_,
                       {.name = "Branches", .count = branches.size(), .opened = open, .chooser = false},
                       [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                         const Branch& branch = branches[row];
                         if (column == 0) cell.words(branch.name, ui::Tone::text, ui::Weight::semibold);
                         if (column == 1) cell.words(branch.address, ui::Tone::muted);
                         if (column == 2) cell.words(branch.code, ui::Tone::muted);
                         if (column == 3 && branch.is_default) cell.badge("Default", ui::Tone::accent);
                       });
    if (did.opened) show(desk, to_string(branches[*did.opened].id));
    draw_panel(desk, around);
  }

 private:
  const Branch* opened(Desk& desk) const {
    const Result<Id> id = parse_id(what_);
    return id.ok() ? desk.facts().branch(*id) : nullptr;
  }

  void draw_panel(Desk& desk, Rect around) {
    bool open = !what_.empty();
    const bool fresh = what_ == "new";
    const ui::SidePanelOptions options{
        .title = fresh ? "Add branch" : "Branch", .width = panel_width, .footer = 72};
    ui::SidePanel panel("branch", open, around, options);
    if (panel) {
      draw_form(desk, panel.body(), fresh);
      const int pressed =
          panel_buttons(panel.footer(), fresh ? "Add branch" : "Save", !name_.empty(), form_.busy);
      if (pressed == 0) open = false;
      if (pressed == 1) save(desk);
    }
    if (!open && !what_.empty()) show(desk, {});
  }

  void draw_form(Desk& desk, Rect rect, bool fresh) {
    ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
    form_problem(area, form_.general({"name", "address", "code"}));
    const ui::FieldOptions name{.label = "Name",
                                .error = form_.error("name"),
                                .focus_now = fresh,
                                .length_max = 200,
                                .compact = true};
    if (ui::text_field("name", area.next(ui::field_height(name), space::l), name_, name).changed && fresh &&
        !own_code_)
      code_ = code_of(name_);
    const ui::FieldOptions address{.label = "Address",
                                   .autocomplete = "street-address",
                                   .error = form_.error("address"),
                                   .hint = "Stands on every receipt",
                                   .length_max = 500,
                                   .compact = true};
    ui::text_field("address", area.next(ui::field_height(address), space::l), address_, address);
    const ui::FieldOptions code{
        .label = "Code",
        .error = form_.error("code"),
        .hint = fresh ? "For files and commands; it cannot be changed later" : "For files and commands",
        .disabled = !fresh,
        .length_max = 40,
        .compact = true};
    if (ui::text_field("code", area.next(ui::field_height(code), space::l), code_, code).changed)
      own_code_ = true;
    const Branch* branch = opened(desk);
    if (!fresh && (branch == nullptr || !branch->is_default))
      ui::toggle("default", area.next(48, space::m), "Default branch", is_default_);
    if (!fresh)
      paragraph(area, "Imported stock and tills that are paired without a branch go to the default branch.");
  }

  void save(Desk& desk) {
    form_.begin();
    const bool fresh = what_ == "new";
    json::Object body{{"name", name_}, {"address", address_}};
    if (fresh) body.push_back({"code", code_});
    const Branch* branch = opened(desk);
    if (branch != nullptr && is_default_ && !branch->is_default) body.push_back({"is_default", true});
    desk.api().send(fresh ? "POST" : "PATCH", fresh ? "/api/branches/" : "/api/branches/" + what_ + "/",
                    std::move(body), [this, &desk, fresh](Result<json::Value> answer) {
                      if (!answer.ok()) return form_.failed(answer.failure());
                      form_.clear();
                      desk.refresh_facts();
                      ui::toast(fresh ? "Branch added" : "Branch saved");
                      show(desk, {});
                    });
  }

  std::string what_, name_, address_, code_;
  bool is_default_ = false, own_code_ = false;
  FormState form_;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_branches() {
  return std::make_unique<Branches>();
}

}  // namespace ringup::console
