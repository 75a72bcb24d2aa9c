#include <algorithm>

#include "web/till/screens/counter.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
constexpr float column_max = 640;

/// How long it waits: "Just now", "12 min", "3 h", "2 days".
std::string age_words(std::int64_t ms) {
  const std::int64_t minutes = std::max<std::int64_t>(ms, 0) / 60'000;
  if (minutes < 1) return "Just now";
  if (minutes < 60) return std::to_string(minutes) + " min ago";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " h ago";
  return std::to_string(minutes / (24 * 60)) + " days ago";
}
}  // namespace

bool ParkSheet::draw(Model& model, bool& open) {
  ui::Sheet sheet("park", open, {.title = "Park this sale", .height = 240});
  if (!sheet) return false;
  Rect rest = sheet_body(sheet);
  const ui::FieldOptions field{.label = "Name or number",
                               .placeholder = "Table 4, blue jacket …",
                               .enter = ui::EnterHint::done,
                               .autocomplete = "off",
                               .error = error_,
                               .hint = "Left empty, it gets a number.",
                               .length_max = 60};
  const ui::FieldResult typed =
      ui::text_field("name", rest.cut_top(ui::field_height(field), space::m), name_, field);
  if (typed.changed) error_.clear();
  const bool pressed =
      ui::button("park", rest.cut_bottom(56), "Park", {.kind = ui::Kind::primary, .icon = icon_clock});
  if (!pressed && !typed.submitted) return false;
  const Result<void> parked = model.counter().park(name_);
  if (!parked.ok()) {
    error_ = words_of(parked.failure());
    ui::announce(error_, true);
    return false;
  }
  name_.clear();
  open = false;
  ui::toast("The sale is parked");
  return true;
}

void ParkedScreen::resume(Model& model, Way& way, const std::string& key) {
  const Result<std::size_t> resumed = model.counter().resume(key);
  if (!resumed.ok()) return ui::toast(words_of(resumed.failure()), {}, {}, ui::Tone::bad);
  if (*resumed > 0) {
    ui::toast(std::to_string(*resumed) + (*resumed == 1 ? " product is" : " products are") +
                  " not in the catalogue any more and was left out.",
              {}, {}, ui::Tone::warn);
  }
  way.place = Place::sell;
}

void ParkedScreen::draw(Model& model, Way& way) {
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), "Parked sales")) {
    way.place = Place::sell;
    return;
  }
  draw_looks_on(model, screen);
  const float width = std::min(screen.w - 2 * space::l, column_max);
  const Rect rest{screen.x + (screen.w - width) / 2, screen.y + space::m, width,
                  screen.h - space::m - space::l};
  const std::vector<Parked> all = model.counter().parked();
  if (all.empty()) {
    ui::empty_state("none", rest, icon_clock, "Nothing is parked",
                    "Park a sale in the cart to serve somebody else first.");
    return;
  }
  const std::int64_t now = model.bridge().now_ms();
  ui::ScrollArea area("list", rest, {.padding = 0});
  const ui::Group list("sales", ui::Role::list, "Parked sales", rest);
  for (const Parked& parked : all) {
    const ui::Scope scope(parked.key);
    const ui::Group item("item", ui::Role::listitem, parked.name, area.next(0));
    const std::string detail = age_words(now - parked.at) + ", " + std::to_string(parked.pieces) +
                               (parked.pieces == 1 ? " line" : " lines");
    const std::string total = model.money(parked.total), remove = "Delete " + parked.name;
    Rect place = area.next(ui::row_height, space::s);
    const Rect bin = place.cut_right(ui::touch_min, space::xs).centred(ui::touch_min, ui::touch_min);
    if (ui::row("sale", place,
                {.title = parked.name,
                 .detail = detail,
                 .trailing = total,
                 .icon = icon_shopping_cart,
                 .chevron = true}) == ui::RowPress::tap) {
      resuming_ = parked.key;
      if (model.cart().empty())
        resume(model, way, parked.key);
      else
        ask_park_ = true;
    }
    if (ui::icon_button("delete", bin, icon_trash_2, remove)) {
      deleting_ = parked.key;
      deleting_name_ = parked.name;
      ask_delete_ = true;
    }
  }
}

void ParkedScreen::draw_over(Model& model, Way& way) {
  if (ui::ask(
          "ask-park", ask_park_,
          {.title = "Park the sale in the cart?",
           .words = "There is something in the cart. It can be parked while you go on with the other one.",
           .action = "Park it"}) == 1) {
    if (const Result<void> parked = model.counter().park({}); parked.ok())
      resume(model, way, resuming_);
    else
      ui::toast(words_of(parked.failure()), {}, {}, ui::Tone::bad);
  }
  const std::string title = "Delete " + deleting_name_ + "?";
  if (ui::ask("ask-delete", ask_delete_,
              {.title = title,
               .words = "It was never booked. What was in it is gone.",
               .action = "Delete",
               .danger = true}) == 1)
    model.counter().forget_parked(deleting_);
}

}  // namespace ringup::till
