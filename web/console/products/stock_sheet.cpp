#include "web/console/products/stock_sheet.h"

#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;

const std::vector<std::string> reasons{"Stocktake",      "Delivery", "Broken", "Expired",
                                       "Stolen or lost", "Own use",  "Other"};
constexpr std::string_view ways[] = {"Counted", "Add", "Take away"};

}  // namespace

void StockSheet::open(Desk& desk, const Product& product, std::vector<std::pair<Id, Quantity>> levels) {
  *this = StockSheet();
  open_ = true;
  product_ = product.id;
  name_ = product.name;
  levels_ = std::move(levels);
  for (const Branch& branch : desk.facts().branches) {
    if (branch.is_default) branch_ = static_cast<int>(branches_.size());
    branches_.push_back(branch.id);
  }
}

Quantity StockSheet::level() const {
  for (const auto& [branch, quantity] : levels_) {
    if (branch_ >= 0 && branch == branches_[static_cast<std::size_t>(branch_)]) return quantity;
  }
  return Quantity{0};
}

void StockSheet::draw(Desk& desk, const std::function<void()>& done) {
  ui::Sheet sheet("correct", open_, {.title = "Correct stock", .height = 500, .width_max = 480});
  if (!sheet) return;
  ui::Rect rest = sheet.body().inset(space::l, 0);
  rest.cut_bottom(space::l);
  ui::text(rest.cut_top(24, space::m), name_, {.tone = ui::Tone::muted});
  if (branches_.size() > 1) {
    std::vector<std::string> names;
    for (const Branch& branch : desk.facts().branches) names.push_back(branch.name);
    const ui::SelectOptions options{.label = "Branch", .compact = true};
    ui::select("branch", rest.cut_top(ui::select_height(options), space::m), names, branch_, options);
  }
  if (ui::segmented("way", rest.cut_top(44, space::m), "What you know", ways, way_)) error_.clear();
  const std::string there = "Now " + to_decimal(level()) + " in stock";
  const Result<Quantity> typed = parse_quantity(quantity_);
  std::string after = there;
  if (typed.ok() && !quantity_.empty()) {
    const std::int64_t now = level().thousandths;
    const std::int64_t then = way_ == 0   ? typed->thousandths
                              : way_ == 1 ? now + typed->thousandths
                                          : now - typed->thousandths;
    const std::int64_t difference = then - now;
    after = to_decimal(level()) + " → " + to_decimal(Quantity{then}) + " (" + (difference > 0 ? "+" : "") +
            to_decimal(Quantity{difference}) + ")";
  }
  const ui::FieldOptions quantity{.label = way_ == 0 ? "Counted on the shelf" : "How many",
                                  .kind = ui::FieldKind::decimal,
                                  .error = error_,
                                  .hint = after,
                                  .focus_now = true,
                                  .length_max = 20,
                                  .compact = true};
  const ui::FieldResult field =
      ui::text_field("quantity", rest.cut_top(ui::field_height(quantity), space::m), quantity_, quantity);
  if (field.changed) error_.clear();
  const ui::SelectOptions reason{.label = "Reason", .compact = true};
  ui::select("reason", rest.cut_top(ui::select_height(reason), space::m), reasons, reason_, reason);
  const ui::FieldOptions note{
      .label = "Note", .placeholder = "Optional", .error = problem_, .length_max = 150, .compact = true};
  ui::text_field("note", rest.cut_top(ui::field_height(note), space::m), note_, note);
  ui::Rect buttons = rest.cut_bottom(44);
  if (ui::button("save", buttons.cut_right(150, space::s), "Correct stock",
                 {.kind = ui::Kind::primary, .busy = busy_}) ||
      field.submitted)
    send(desk, done);
  if (ui::button("cancel", buttons.cut_right(100), "Cancel")) open_ = false;
}

void StockSheet::send(Desk& desk, const std::function<void()>& done) {
  if (busy_) return;
  const Result<Quantity> typed = parse_quantity(quantity_);
  if (!typed.ok() || quantity_.empty()) {
    error_ = "Give a number such as 12 or 1.5.";
    return;
  }
  if (way_ != 0 && typed->thousandths <= 0) {
    error_ = "Give a number above 0.";
    return;
  }
  error_.clear();
  problem_.clear();
  const std::string number = to_decimal(*typed);
  std::string words = reasons[static_cast<std::size_t>(reason_)];
  if (!note_.empty()) words += ": " + note_;
  json::Object body{{way_ == 0 ? "counted" : "quantity", way_ == 2 ? "-" + number : number}, {"note", words}};
  if (branch_ >= 0) body.push_back({"branch", branches_[static_cast<std::size_t>(branch_)]});
  busy_ = true;
  desk.api().send(
      "POST", "/api/catalogue/products/" + to_string(product_) + "/stock/", std::move(body),
      [this, &desk, done](Result<json::Value> answer) {
        busy_ = false;
        if (!answer.ok()) {
          const std::string said = words_of(answer.failure());
          (answer.failure().where == "quantity" || answer.failure().where == "counted" ? error_ : problem_) =
              said;
          return;
        }
        open_ = false;
        const Id id = product_;
        const Id branch = id_in(*answer, "branch");
        const std::string moved = text_in(*answer, "quantity");
        desk.refresh_catalogue();
        done();
        if (moved == "0") return ui::toast("The count agrees: nothing changed");
        const std::string back = moved.starts_with('-') ? moved.substr(1) : "-" + moved;
        ui::toast("Stock is now " + text_in(*answer, "level"), "Undo", [&desk, id, branch, back] {
          desk.api().send("POST", "/api/catalogue/products/" + to_string(id) + "/stock/",
                          json::Object{{"quantity", back}, {"branch", branch}, {"note", "Undone"}},
                          [&desk](Result<json::Value> undone) {
                            ui::toast(undone.ok() ? "The correction is undone" : words_of(undone.failure()));
                            desk.refresh_catalogue();
                          });
        });
      });
}

}  // namespace ringup::console
