#include "web/console/products/bulk_sheet.h"

#include <algorithm>

#include "web/console/products/count_words.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr std::string_view directions[] = {"More", "Less"};
constexpr std::size_t refused_shown_max = 200;

std::string_view title_of(BulkKind kind) {
  switch (kind) {
    case BulkKind::category:
      return "Change category";
    case BulkKind::tax_class:
      return "Change tax class";
    case BulkKind::price:
      return "Change prices";
    case BulkKind::remove:
      return "Delete products";
  }
  return {};
}

/// How each ending looks, in the currency's own form.
std::vector<std::string> ending_words(Currency currency) {
  const auto like = [&](Amount minor) { return to_decimal(Money{minor, currency}); };
  return {"To the smallest unit (" + like(127) + ")",
          "In steps of " + like(5) + " (" + like(125) + ")",
          "In steps of " + like(10) + " (" + like(130) + ")",
          "Ending in 9 (" + like(129) + ")",
          "Ending in 99 (" + like(199) + ")",
          "In steps of " + like(100) + " (" + like(200) + ")"};
}

}  // namespace

void BulkSheet::open(BulkKind kind, std::vector<Id> products) {
  ASSERT(!run_.running());
  *this = BulkSheet();
  open_ = true;
  wish_.kind = kind;
  products_ = std::move(products);
  chosen_ = kind == BulkKind::remove;
}

void BulkSheet::plan(Desk& desk) {
  if (planned_) return;
  planned_ = true;
  plan_ = chosen_ ? plan_bulk(desk.catalogue(), products_, wish_) : BulkPlan();
}

void BulkSheet::draw(Desk& desk) {
  const bool running = stage_ == Stage::running;
  const std::string title = stage_ == Stage::wish ? std::string(title_of(wish_.kind))
                            : running             ? "Changing products"
                                                  : "Not changed";
  ui::Sheet sheet("bulk", open_,
                  {.title = title,
                   .height = stage_ == Stage::refused        ? 420.0f
                             : running                       ? 150.0f
                             : wish_.kind == BulkKind::price ? 470.0f
                                                             : 250.0f,
                   .dismissible = !running,
                   .width_max = 520});
  if (!sheet) return;
  Rect rest = sheet.body().inset(space::l, 0);
  rest.cut_bottom(space::l);
  if (stage_ == Stage::wish) return draw_wish(desk, rest);
  if (running) {
    const std::string words = count_words(run_.sent()) + " of " + count_words(run_.total(), "product");
    ui::text("far", rest.cut_top(24, space::m), words);
    ui::progress(
        "progress", rest.cut_top(8, space::l), "Changing products",
        static_cast<float>(run_.sent()) / static_cast<float>(std::max<std::size_t>(run_.total(), 1)));
    if (ui::button("stop", rest.cut_bottom(44).cut_right(100), "Stop")) run_.stop();
    return;
  }
  ui::text(rest.cut_top(48, space::s),
           run_.problem().empty()
               ? count_words(run_.refused().size(), "product") + " could not be changed; the others were."
               : run_.problem(),
           {.lines = 2});
  Rect buttons = rest.cut_bottom(44, space::m);
  if (ui::button("close", buttons.cut_right(100), "Close", {.kind = ui::Kind::primary})) open_ = false;
  ui::ScrollArea area("refused", rest);
  const ui::Group list("items", ui::Role::list, "Not changed", rest);
  for (std::size_t i = 0; i < std::min(run_.refused().size(), refused_shown_max); ++i) {
    const Rect line = area.next(ui::row_height, space::xs);
    const ui::Group item("item" + std::to_string(i), ui::Role::listitem, run_.refused()[i].name, line);
    ui::row("row", line,
            {.title = run_.refused()[i].name, .detail = run_.refused()[i].words, .pressable = false});
  }
}

void BulkSheet::draw_wish(Desk& desk, Rect rect) {
  Rect buttons = rect.cut_bottom(44, space::m);
  ui::text(rect.cut_top(24, space::m), count_words(products_.size(), "product") + " selected",
           {.tone = ui::Tone::muted});
  std::vector<std::string> choices;
  if (wish_.kind == BulkKind::category) {
    for (const Category& category : desk.catalogue().categories()) choices.push_back(category.name);
    const ui::SelectOptions options{
        .label = "New category", .placeholder = "Choose", .compact = true, .none = "No category"};
    if (ui::select("category", rect.cut_top(ui::select_height(options), space::m), choices, choice_,
                   options)) {
      wish_.category =
          choice_ < 0 ? Id{} : desk.catalogue().categories()[static_cast<std::size_t>(choice_)].id;
      chosen_ = true;
      planned_ = false;
    }
  } else if (wish_.kind == BulkKind::tax_class) {
    for (const TaxClass& tax : desk.facts().tax_classes)
      choices.push_back(tax.name + " · " + to_percent(tax.rate) + " %");
    const ui::SelectOptions options{.label = "New tax class", .compact = true};
    if (ui::select("tax", rect.cut_top(ui::select_height(options), space::m), choices, choice_, options) &&
        choice_ >= 0) {
      wish_.tax_class = desk.facts().tax_classes[static_cast<std::size_t>(choice_)].name;
      chosen_ = true;
      planned_ = false;
    }
  } else if (wish_.kind == BulkKind::price) {
    draw_price(desk, rect);
  } else {
    ui::text(rect.cut_top(48, space::m),
             "They disappear from the tills. Sales and figures stay as they are, and you can undo it.",
             {.lines = 2});
  }
  plan(desk);
  std::string words;
  if (chosen_ && plan_.unchanged > 0) words = count_words(plan_.unchanged, "product") + " are so already. ";
  if (chosen_ && plan_.impossible > 0)
    words += count_words(plan_.impossible, "product") + " would get a price beyond the limits and stay. ";
  ui::text("plan", rect.cut_top(44), words,
           {.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 2});
  const std::string action = (wish_.kind == BulkKind::remove ? "Delete " : "Change ") +
                             (chosen_ ? count_words(plan_.steps.size(), "product") : "products");
  const bool danger = wish_.kind == BulkKind::remove;
  if (ui::button("go", buttons.cut_right(ui::text_width(action) + 48, space::s), action,
                 {.kind = danger ? ui::Kind::danger : ui::Kind::primary,
                  .disabled = !chosen_ || plan_.steps.empty()}))
    return start(desk, std::move(plan_.steps), false);
  if (ui::button("cancel", buttons.cut_right(100), "Cancel")) open_ = false;
}

void BulkSheet::draw_price(Desk& desk, Rect& rect) {
  const ui::FieldOptions options{.label = "By percent",
                                 .placeholder = "5",
                                 .kind = ui::FieldKind::decimal,
                                 .error = percent_error_,
                                 .focus_now = true,
                                 .length_max = 8,
                                 .compact = true};
  Rect line = rect.cut_top(std::max(72.0f, ui::field_height(options)), space::m);
  const Rect way = line.cut_left(180, space::m);
  if (ui::segmented("way", {way.x, way.y + 24, way.w, 44}, "Direction", directions, direction_))
    planned_ = false;
  const bool typed = ui::text_field("percent", line, percent_, options).changed;
  const std::vector<std::string> endings = ending_words(desk.facts().currency);
  const ui::SelectOptions ending{.label = "New prices", .compact = true};
  const bool ended =
      ui::select("ending", rect.cut_top(ui::select_height(ending), space::m), endings, ending_, ending);
  if (typed || ended || !planned_) {
    planned_ = false;
    const Result<Rate> percent = parse_percent(percent_);
    const std::int64_t ppm = percent.ok() ? (direction_ == 0 ? percent->ppm : -percent->ppm) : 0;
    chosen_ = percent.ok() && !percent_.empty() && ppm >= reprice_ppm_min && ppm <= reprice_ppm_max;
    percent_error_ = chosen_ || percent_.empty() ? "" : "Give a number such as 5 or 2.5.";
    wish_.ppm = ppm;
    wish_.ending = static_cast<PriceEnding>(ending_);
    plan(desk);
  }
  const ui::Group list("examples", ui::Role::list, "Examples", rect);
  for (const Repriced& example : plan_.examples) {
    const Rect each = rect.cut_top(ui::fact_height);
    const ui::Group item(example.name, ui::Role::listitem, example.name, each);
    ui::fact(each, example.name, desk.price(example.before) + " → " + desk.price(example.after));
  }
}

void BulkSheet::start(Desk& desk, std::vector<BulkStep> steps, bool undoing) {
  stage_ = Stage::running;
  open_ = true;
  run_.start(desk, std::move(steps), [this, &desk, undoing] { ended(desk, undoing); });
}

void BulkSheet::ended(Desk& desk, bool undoing) {
  const bool whole = run_.refused().empty() && run_.problem().empty();
  open_ = !whole;
  stage_ = whole ? Stage::wish : Stage::refused;
  std::string words =
      (wish_.kind == BulkKind::remove ? "Deleted " : "Changed ") + count_words(run_.changed(), "product");
  if (undoing) return ui::toast(count_words(run_.changed(), "product") + " put back as they were");
  if (run_.changed() == 0) return;
  auto undo = std::make_shared<std::vector<BulkStep>>(run_.take_undo());
  ui::toast(std::move(words), "Undo", [this, &desk, undo, session = desk.api().session()] {
    // After signing out this sheet is gone.
    if (session == desk.api().session() && !run_.running()) start(desk, std::move(*undo), true);
  });
}

}  // namespace ringup::console
