// Tax classes: their rates, and what a change means.
#include <map>

#include "web/console/parts.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

std::string products_words(std::size_t count) {
  return count == 0 ? "No products" : std::to_string(count) + (count == 1 ? " product" : " products");
}

class Taxes final : public Part {
 public:
  std::string_view key() const override { return "taxes"; }
  std::string_view title() const override { return "Tax classes"; }
  Right needs() const override { return Right::catalogue_write; }

  void edit(Desk& desk, const std::string& what) override {
    what_ = what;
    form_.clear();
    name_.clear(), rate_.clear();
    if (what.empty() || what == "new") return;
    const TaxClass* tax = opened(desk);
    if (tax == nullptr) return show(desk, {});
    name_ = tax->name;
    rate_ = to_percent(tax->rate);
  }
  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("add", rect, "Add tax class", icon_plus)) show(desk, "new");
  }
  std::vector<Command> commands() override {
    return {{"Actions", "Add a tax class", "", icon_plus, [this](Desk& desk) { show(desk, "new"); }}};
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !what_.empty());
    const std::vector<TaxClass>& classes = desk.facts().tax_classes;
    count_products(desk);
    constexpr ui::TableColumn columns[] = {
        {.key = "name", .title = "Tax class", .width = 200, .share = 1, .hideable = false, .keep = 9},
        {.key = "rate", .title = "Rate", .width = 110, .numeric = true, .hideable = false, .keep = 8},
        {.key = "products", .title = "Products", .width = 140, .numeric = true, .keep = 5},
    };
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (classes[i].name == what_) open = i;
    }
    const ui::TableResult did =
        ui::data_table("table", rect, columns, table_,
                       {.name = "Tax classes", .count = classes.size(), .opened = open, .chooser = false},
                       [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                         const TaxClass& tax = classes[row];
                         if (column == 0) cell.words(tax.name, ui::Tone::text, ui::Weight::semibold);
                         if (column == 1) cell.words(to_percent(tax.rate) + " %");
                         if (column == 2) cell.words(std::to_string(products_[tax.name]), ui::Tone::muted);
                       });
    if (did.opened) show(desk, classes[*did.opened].name);
    draw_panel(desk, around);
  }

  void draw_over(Desk& desk) override {
    const std::string title = "Remove the tax class “" + name_ + "”?";
    if (ui::ask("remove", asking_,
                {.title = title,
                 .words = "No product has it. Sales that were rung up with it keep their tax.",
                 .action = "Remove",
                 .danger = true}) != 1)
      return;
    form_.begin();
    desk.api().send(
        "DELETE", "/api/tax-classes/" + url_encoded(name_) + "/", {},
        [this, &desk](Result<json::Value> answer) { done(desk, std::move(answer), "Tax class removed"); });
  }

 private:
  const TaxClass* opened(Desk& desk) const {
    for (const TaxClass& tax : desk.facts().tax_classes) {
      if (tax.name == what_) return &tax;
    }
    return nullptr;
  }

  /// Once per change of the catalogue; a walk over 100,000 products takes a few milliseconds.
  void count_products(Desk& desk) {
    if (counted_ == desk.products().changes) return;
    counted_ = desk.products().changes;
    products_.clear();
    constexpr std::size_t step = 1000;
    for (std::size_t at = 0; at < desk.catalogue().size(); at += step) {
      for (const Handle handle : desk.catalogue().browse(Id{}, at, step).handles)
        ++products_[desk.catalogue().at(handle).tax_class];
    }
  }

  void draw_panel(Desk& desk, Rect around) {
    bool open = !what_.empty();
    const bool fresh = what_ == "new";
    const std::string title = fresh ? "Add tax class" : what_;
    const ui::SidePanelOptions options{.title = title, .width = panel_width, .footer = 72};
    ui::SidePanel panel("tax", open, around, options);
    if (panel) {
      draw_form(desk, panel.body(), fresh);
      const int pressed = panel_buttons(panel.footer(), fresh ? "Add tax class" : "Save",
                                        !name_.empty() && !rate_.empty(), form_.busy);
      if (pressed == 0) open = false;
      if (pressed == 1) save(desk, fresh);
    }
    if (!open && !what_.empty()) show(desk, {});
  }

  void draw_form(Desk& desk, Rect rect, bool fresh) {
    ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
    form_problem(area, form_.general({"name", "rate"}));
    if (fresh) {
      const ui::FieldOptions name{.label = "Name",
                                  .error = form_.error("name"),
                                  .hint = "Lower-case, as in import files: books",
                                  .focus_now = true,
                                  .length_max = 32,
                                  .compact = true};
      ui::text_field("name", area.next(ui::field_height(name), space::l), name_, name);
    }
    const ui::FieldOptions rate{.label = "Rate in percent",
                                .kind = ui::FieldKind::decimal,
                                .error = form_.error("rate"),
                                .length_max = 10,
                                .compact = true};
    ui::text_field("rate", area.next(ui::field_height(rate), space::l), rate_, rate);
    if (fresh) return;
    const std::size_t count = products_[name_];
    const bool inside = desk.facts().tax_placement == "inside";
    paragraph(area,
              products_words(count) + (count == 1 ? " has" : " have") + " this class. A new rate counts " +
                  "for sales from now on: tills take it over within a minute, and sales that were rung " +
                  "up keep the rate they were printed with.");
    if (count > 0) {
      paragraph(area, inside ? "Your prices include tax, so customers pay the same as before and your share "
                               "of each price changes. Change the prices themselves where that is not meant."
                             : "Tax comes on top of your prices, so customers pay a different total.");
    }
    if (count == 0 && ui::button("remove", area.next(40, space::s), "Remove tax class",
                                 {.kind = ui::Kind::secondary, .icon = icon_trash_2}))
      asking_ = true;
  }

  void save(Desk& desk, bool fresh) {
    form_.begin();
    const Result<Rate> rate = parse_percent(rate_);
    if (!rate.ok())
      return form_.failed(fail(Error::invalid_value, "rate", "Give a rate such as 19 or 5.5, at most 1000."));
    json::Object body{{"rate", rate->ppm}};
    if (fresh) body.push_back({"name", name_});
    desk.api().send(fresh ? "POST" : "PATCH",
                    fresh ? "/api/tax-classes/" : "/api/tax-classes/" + url_encoded(name_) + "/",
                    std::move(body), [this, &desk, fresh](Result<json::Value> answer) {
                      done(desk, std::move(answer), fresh ? "Tax class added" : "Tax class saved");
                    });
  }

  void done(Desk& desk, Result<json::Value> answer, const char* words) {
    if (!answer.ok()) return form_.failed(answer.failure());
    form_.clear();
    desk.refresh_facts();
    desk.refresh_catalogue();
    ui::toast(words);
    show(desk, {});
  }

  std::string what_, name_, rate_;
  bool asking_ = false;
  std::uint64_t counted_ = ~std::uint64_t{0};
  std::map<std::string, std::size_t> products_;
  FormState form_;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_taxes() {
  return std::make_unique<Taxes>();
}

}  // namespace ringup::console
