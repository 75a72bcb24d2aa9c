// The panel's stock and prices: what the server remembers of a product.
#include <algorithm>

#include "web/console/products/panel.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr int page_items = 30;

std::string kind_words(const std::string& kind) {
  if (kind == "sale") return "Sold";
  if (kind == "refund") return "Given back";
  if (kind == "void") return "Sale voided";
  if (kind == "import") return "Imported";
  return "Corrected";
}

/// "+12 %" from one price to the next; empty where it cannot be said.
std::string change_words(std::int64_t before, std::int64_t after) {
  if (before <= 0) return {};
  const auto tenths = static_cast<std::int64_t>(divide_half_away((Int128{after} - before) * 1000, before));
  const std::int64_t size = tenths < 0 ? -tenths : tenths;
  return (tenths < 0 ? "−" : "+") + std::to_string(size / 10) +
         (size % 10 != 0 ? "." + std::to_string(size % 10) : "") + " %";
}

std::string path_of(const std::string& id, std::string_view rest) {
  return "/api/catalogue/products/" + id + "/" + std::string(rest);
}

std::string moment_of(Desk& desk, const json::Value& value, std::string_view name) {
  const std::optional<std::int64_t> at = read_time(text_in(value, name));
  return at.has_value() ? desk.moment(*at) : std::string();
}

/// One line of a history: two lines of words on the left, a figure on the right.
struct Line {
  std::string_view title, detail, figure;
  ui::Tone tone = ui::Tone::text;
};
constexpr float line_height = 60;

/// A button where `pressable`; true when it was pressed.
bool history_line(std::size_t number, Rect rect, const Line& line, bool pressable) {
  const ui::Group item("line" + std::to_string(number), ui::Role::listitem, line.title, rect);
  return ui::row("row", rect,
                 {.title = line.title,
                  .detail = line.detail,
                  .trailing = line.figure,
                  .pressable = pressable,
                  .chevron = pressable,
                  .trailing_tone = line.tone}) == ui::RowPress::tap;
}

void failed(ui::ScrollArea& area, const std::string& problem) {
  ui::text(area.next(48, space::m), problem, {.tone = ui::Tone::bad, .lines = 2});
}

}  // namespace

void ProductPanel::load_stock(Desk& desk, bool more) {
  if (loading_stock_) return;
  loading_stock_ = true;
  stock_loaded_ = true;
  std::string path = path_of(subject_, "stock/?limit=" + std::to_string(page_items));
  if (more) path += "&cursor=" + url_encoded(next_movement_);
  desk.api().get(path, [this, &desk, more, serial = serial_](Result<json::Value> answer) {
    if (serial != serial_) return;
    loading_stock_ = false;
    stock_problem_ = answer.ok() ? std::string() : words_of(answer.failure());
    if (!answer.ok()) return;
    levels_.clear();
    for (const json::Value& level : items_in(*answer, "levels")) {
      const Result<Quantity> quantity = parse_quantity(text_in(level, "quantity"));
      if (quantity.ok()) levels_.emplace_back(id_in(level, "branch"), *quantity);
    }
    if (!more) movements_.clear();
    for (const json::Value& item : items_in(*answer)) {
      Movement movement;
      const std::string kind = text_in(item, "kind");
      const Branch* const branch = desk.facts().branch(id_in(item, "branch"));
      movement.words = kind_words(kind);
      movement.detail = moment_of(desk, item, "at");
      if (branch != nullptr && desk.facts().branches.size() > 1) movement.detail += " · " + branch->name;
      if (const std::string note = text_in(item, "note"); !note.empty()) movement.detail += " · " + note;
      movement.quantity = text_in(item, "quantity");
      const bool less = movement.quantity.starts_with('-');
      movement.quantity = less ? "−" + movement.quantity.substr(1) : "+" + movement.quantity;
      movement.tone = less ? ui::Tone::text : ui::Tone::good;
      if (kind == "sale" || kind == "refund") movement.sale = text_in(item, "reference");
      movements_.push_back(std::move(movement));
    }
    next_movement_ = text_in(*answer, "next");
  });
}

void ProductPanel::draw_stock(Desk& desk, Rect rect) {
  if (!stock_loaded_) load_stock(desk, false);
  const Product& shown = *product(desk);
  ui::ScrollArea area("stock", rect, {.padding = space::xl, .padding_top = space::l});
  Rect head = area.next(48, space::m);
  if (desk.may(Right::catalogue_write) && ui::button("correct", head.cut_right(150).centred(150, 40),
                                                     "Correct stock", {.kind = ui::Kind::primary}))
    stock_sheet_.open(desk, shown, levels_);
  ui::text("total", head, to_decimal(shown.stock) + " in stock",
           {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .middle = true});
  if (!stock_problem_.empty()) failed(area, stock_problem_);
  if (desk.facts().branches.size() > 1) {
    for (const Branch& branch : desk.facts().branches) {
      Quantity there{0};
      for (const auto& [id, quantity] : levels_) {
        if (id == branch.id) there = quantity;
      }
      const bool below = there.thousandths < 0;
      ui::fact(area.next(ui::fact_height), branch.name, to_decimal(there),
               below ? ui::Tone::bad : ui::Tone::text);
    }
    area.skip(space::m);
  }
  ui::heading(area.next(28, space::s), "Movements", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  if (movements_.empty() && !loading_stock_ && stock_problem_.empty())
    ui::text(area.next(28), "Nothing has moved yet.", {.tone = ui::Tone::muted});
  {
    const ui::Group list("movements", ui::Role::list, "Movements", rect);
    for (std::size_t i = 0; i < movements_.size(); ++i) {
      const Movement& movement = movements_[i];
      const Line line{movement.words, movement.detail, movement.quantity, movement.tone};
      if (history_line(i, area.next(line_height, space::xs), line, !movement.sale.empty()))
        desk.go("sales", movement.sale);
    }
  }
  if (loading_stock_) ui::skeleton(area.next(40, space::s));
  if (!next_movement_.empty() && !loading_stock_ &&
      ui::button("older", area.next(40, space::m), "Show older movements", {.kind = ui::Kind::quiet}))
    load_stock(desk, true);
}

void ProductPanel::load_prices(Desk& desk) {
  if (loading_prices_) return;
  loading_prices_ = true;
  prices_loaded_ = true;
  desk.api().get(
      path_of(subject_, "prices/?limit=100"), [this, &desk, serial = serial_](Result<json::Value> answer) {
        if (serial != serial_) return;
        loading_prices_ = false;
        prices_problem_ = answer.ok() ? std::string() : words_of(answer.failure());
        if (!answer.ok()) return;
        prices_.clear();
        std::int64_t newer = -1;
        for (const json::Value& item : items_in(*answer)) {
          const Currency currency = desk.facts().currency;
          const Result<UnitPrice> price = parse_unit_price(text_in(item, "unit_price"), currency);
          if (!price.ok()) continue;
          const std::string source = text_in(item, "source");
          PriceStep step;
          step.price = to_decimal(*price, currency) + " " + std::string(currency.code());
          step.detail = "Since " + moment_of(desk, item, "since");
          if (const json::Value* by = item.find("by"); by != nullptr && by->as_object() != nullptr) {
            if (const std::string name = text_in(*by, "name"); !name.empty()) step.detail += " · by " + name;
          }
          if (source == "import") step.detail += " · imported";
          if (source == "created") step.detail += " · first price";
          if (newer >= 0 && !prices_.empty()) {
            prices_.back().change = change_words(price->value, newer);
            prices_.back().tone = newer < price->value ? ui::Tone::warn : ui::Tone::good;
          }
          newer = price->value;
          prices_.push_back(std::move(step));
        }
      });
}

void ProductPanel::draw_prices(Desk& desk, Rect rect) {
  if (!prices_loaded_) load_prices(desk);
  ui::ScrollArea area("prices", rect, {.padding = space::xl, .padding_top = space::l});
  if (!prices_problem_.empty()) failed(area, prices_problem_);
  if (loading_prices_ && prices_.empty()) ui::skeleton(area.next(40, space::s));
  const ui::Group list("steps", ui::Role::list, "Prices", rect);
  for (std::size_t i = 0; i < prices_.size(); ++i) {
    const PriceStep& step = prices_[i];
    history_line(i, area.next(line_height, space::xs), {step.price, step.detail, step.change, step.tone},
                 false);
  }
}

}  // namespace ringup::console
