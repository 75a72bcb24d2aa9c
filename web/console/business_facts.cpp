// The business: its name, its clock, cash rounding, the lines under receipts, and how its scales print
// labels.
#include <algorithm>

#include "core/catalogue/barcode.h"
#include "web/console/parts.h"
#include "web/ui/figures.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr Amount roundings[] = {0, 5, 10, 20, 50, 100};
constexpr int footer_lines = 3;

class FactsPart final : public Part {
 public:
  std::string_view key() const override { return "facts"; }
  std::string_view title() const override { return "General"; }
  Right needs() const override { return Right::business_manage; }

  void load(Desk& desk) override {
    take(desk);
    if (!zones_.empty()) return;
    desk.api().get("/api/time-zones/", [this, &desk](Result<json::Value> answer) {
      if (!answer.ok()) return;
      for (const json::Value& item : items_in(*answer)) {
        if (item.as_string() != nullptr) zones_.push_back(*item.as_string());
      }
      find_zone(desk.facts().time_zone);
    });
  }

  void draw(Desk& desk, Rect rect) override {
    ui::ScrollArea area("form", rect);
    const float width = std::min(area.width(), 640.0f);
    const auto field = [&](float height, float gap = space::l) {
      Rect row = area.next(height, gap);
      row.w = width;
      return row;
    };
    const ui::FieldOptions name{
        .label = "Name", .error = form_.error("name"), .length_max = 100, .compact = true};
    changed_ |= ui::text_field("name", field(ui::field_height(name)), name_, name).changed;
    const ui::SelectOptions zone{.label = "Time zone",
                                 .placeholder = zone_name_,
                                 .error = form_.error("time_zone"),
                                 .hint = "Days and hours of reports are counted by it",
                                 .compact = true};
    changed_ |= ui::select("zone", field(ui::select_height(zone)), zones_, zone_, zone);

    std::vector<std::string> steps{"Not rounded"};
    for (std::size_t i = 1; i < std::size(roundings); ++i) steps.push_back("To " + desk.money(roundings[i]));
    const ui::SelectOptions rounding{.label = "Cash rounding",
                                     .error = form_.error("cash_rounding"),
                                     .hint = "Only what is paid in cash is rounded; it is booked on its own",
                                     .compact = true};
    changed_ |= ui::select("rounding", field(ui::select_height(rounding)), steps, rounding_, rounding);

    Rect head = field(20, space::s);
    ui::text(head, "Under every receipt", {.size = ui::TextSize::small, .weight = ui::Weight::semibold});
    for (int i = 0; i < footer_lines; ++i) {
      const std::string label = "Receipt line " + std::to_string(i + 1);
      const bool last = i + 1 == footer_lines;
      const ui::FieldOptions line{.label = label,
                                  .hide_label = true,
                                  .placeholder = i == 0 ? "Thank you, see you soon!" : "",
                                  .error = last ? form_.error("receipt_footer") : std::string_view(),
                                  .length_max = 48,
                                  .compact = true};
      const ui::Scope scope(static_cast<std::uint64_t>(i));
      changed_ |=
          ui::text_field("line", field(ui::field_height(line), last ? space::l : space::s), footer_[i], line)
              .changed;
    }
    const auto labels = [&](const char* key, std::string_view label, std::string_view hint,
                            std::string_view problem, std::string& text) {
      const ui::FieldOptions options{
          .label = label, .error = problem, .hint = hint, .length_max = 200, .compact = true};
      changed_ |= ui::text_field(key, field(ui::field_height(options)), text, options).changed;
    };
    labels("price-labels", "Scale labels with a price",
           "Such as 23.....{NNNDD}: 23, five digits of the item, the price", form_.error("price_labels"),
           price_labels_);
    labels("weight-labels", "Scale labels with a weight",
           "Such as 21.....{NNDDD}: 21, five digits of the item, kilograms", form_.error("weight_labels"),
           weight_labels_);
    const std::string_view problem = form_.general(
        {"name", "time_zone", "cash_rounding", "receipt_footer", "price_labels", "weight_labels"});
    if (!problem.empty()) ui::text(field(24), problem, {.tone = ui::Tone::bad});
    Rect buttons = field(44, space::xl);
    if (ui::button("save", buttons.cut_left(120, space::s), "Save",
                   {.kind = ui::Kind::primary, .disabled = !changed_ || name_.empty(), .busy = form_.busy}))
      save(desk);
    if (changed_ && !form_.busy && ui::button("undo", buttons.cut_left(120), "Undo")) take(desk);

    ui::divider(field(1, space::m));
    const Facts& facts = desk.facts();
    const auto fact = [&](std::string_view what, const std::string& value) {
      ui::fact(field(ui::fact_height, 0), what, value);
    };
    fact("Short name", facts.slug);
    fact("Country", facts.country);
    fact("Currency", std::string(facts.currency.code()));
    fact("Prices", facts.tax_placement == "inside" ? "Include tax" : "Tax comes on top");
    fact("Tax is rounded", facts.tax_mode == "per_line" ? "Per line" : "Once per rate and sale");
  }

 private:
  void take(Desk& desk) {
    const Facts& facts = desk.facts();
    form_.clear();
    changed_ = false;
    name_ = facts.name;
    zone_name_ = facts.time_zone;
    find_zone(facts.time_zone);
    rounding_ = 0;
    for (std::size_t i = 0; i < std::size(roundings); ++i) {
      if (roundings[i] == facts.cash_rounding) rounding_ = static_cast<int>(i);
    }
    price_labels_ = facts.price_labels;
    weight_labels_ = facts.weight_labels;
    std::string_view rest = facts.receipt_footer;
    for (int i = 0; i < footer_lines; ++i) {
      // What has more lines than fields keeps them, in the last one.
      const std::size_t end = i + 1 == footer_lines ? rest.size() : std::min(rest.find('\n'), rest.size());
      footer_[i] = rest.substr(0, end);
      std::replace(footer_[i].begin(), footer_[i].end(), '\n', ' ');
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  void find_zone(const std::string& name) {
    const auto found = std::find(zones_.begin(), zones_.end(), name);
    zone_ = found == zones_.end() ? -1 : static_cast<int>(found - zones_.begin());
  }

  /// Adds what a field lists, or blames the field for the first that is no pattern.
  bool list_patterns(json::Array& list, const char* field, const std::string& labels,
                     ScalePattern::Value value) {
    const char* what = value == ScalePattern::Value::weight ? "weight" : "price";
    std::string_view rest = labels;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string text(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (text.empty()) continue;
      if (Result<void> good = check(ScalePattern{text, value}); !good.ok()) {
        form_.clear();
        form_.where = field;
        form_.words = describe(good.failure());
        return false;
      }
      list.push_back(json::Object{{"text", text}, {"value", what}});
    }
    return true;
  }

  void save(Desk& desk) {
    form_.begin();
    json::Array patterns;
    if (!list_patterns(patterns, "price_labels", price_labels_, ScalePattern::Value::price) ||
        !list_patterns(patterns, "weight_labels", weight_labels_, ScalePattern::Value::weight))
      return;
    std::string footer;
    for (const std::string& line : footer_) footer += line + "\n";
    while (footer.ends_with('\n')) footer.pop_back();
    json::Object body{{"name", name_},
                      {"cash_rounding", roundings[static_cast<std::size_t>(std::max(rounding_, 0))]},
                      {"receipt_footer", footer},
                      {"scale_patterns", std::move(patterns)}};
    if (zone_ >= 0) body.push_back({"time_zone", zones_[static_cast<std::size_t>(zone_)]});
    desk.api().send("PATCH", "/api/business/", std::move(body), [this, &desk](Result<json::Value> answer) {
      if (!answer.ok()) return form_.failed(answer.failure());
      form_.clear();
      changed_ = false;
      desk.refresh_facts();
      ui::toast("Saved");
    });
  }

  std::vector<std::string> zones_;
  std::string name_, zone_name_, price_labels_, weight_labels_;
  std::string footer_[footer_lines];
  int zone_ = -1, rounding_ = 0;
  bool changed_ = false;
  FormState form_;
};

}  // namespace

std::unique_ptr<Part> make_facts() {
  return std::make_unique<FactsPart>();
}

}  // namespace ringup::console
