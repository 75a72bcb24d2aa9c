#include "web/console/palette.h"

#include <algorithm>

#include "core/base/fold.h"
#include "web/ui/palette.h"

namespace ringup::console {
namespace {

constexpr std::size_t products_shown = 6, found_shown = 30;
constexpr std::size_t asked_from = 2;  // characters
constexpr int pause_ms = 150;          // of typing, before the server is asked
constexpr std::string_view places_group = "Go to";

/// Each word of the question begins a word of the title (or group).
bool fits(const Command& command, const std::vector<std::u16string>& words) {
  const std::vector<std::u16string> title = fold_words(command.title + " " + command.group);
  return std::all_of(words.begin(), words.end(), [&](const std::u16string& word) {
    return std::any_of(title.begin(), title.end(),
                       [&](const std::u16string& other) { return other.starts_with(word); });
  });
}

}  // namespace

void Palette::show(Office& office, const Screens& screens) {
  if (open_) return;
  open_ = true;
  typed_.clear();
  find(office, screens);
}

void Palette::draw(Office& office, const Screens& screens) {
  if (!open_) return;
  std::vector<ui::PaletteItem> items;
  for (const std::vector<Command>* some : {&here_, &found_}) {
    for (const Command& command : *some)
      items.push_back({command.group, command.title, command.detail, command.icon});
  }
  const std::string nothing = "Nothing found for “" + typed_ + "”";
  const ui::PaletteResult did =
      ui::palette("palette", open_, typed_, items, question_, {.busy = asked_ > 0, .nothing = nothing});
  if (did.chosen >= 0) {
    const auto index = static_cast<std::size_t>(did.chosen);
    const Command chosen = index < here_.size() ? here_[index] : found_[index - here_.size()];
    ++question_;
    if (chosen.run) chosen.run(office);
    return;
  }
  if (did.changed) find(office, screens);
}

void Palette::find(Office& office, const Screens& screens) {
  ++question_;
  here_.clear();
  found_.clear();
  asked_ = 0;
  find_here(office, screens);
  if (fold_words(typed_).empty()) return;
  find_products(office);
  if (typed_.size() < asked_from) return;
  asked_ = 1;
  office.after(pause_ms, [this, &office, &screens, question = question_] {
    if (question != question_ || !open_) return;
    asked_ = 0;
    ask(office, screens);
  });
}

void Palette::find_here(Office& office, const Screens& screens) {
  std::vector<Command> all;
  for (const std::unique_ptr<Screen>& screen : screens) {
    if (!office.may(screen->needs())) continue;
    const std::string key(screen->key());
    all.push_back(
        {std::string(places_group), std::string(screen->title()), {}, screen->icon(), [key](Desk& desk) {
           desk.go(key);
         }});
  }
  for (const std::unique_ptr<Screen>& screen : screens) {
    if (!office.may(screen->needs())) continue;
    for (Command& command : screen->commands(office)) all.push_back(std::move(command));
  }
  const std::vector<std::u16string> words = fold_words(typed_);
  for (Command& command : all) {
    if (fits(command, words)) here_.push_back(std::move(command));
  }
  // Groups stay together, in the order of their first member.
  std::vector<std::string> order;
  for (const Command& command : here_) {
    if (std::find(order.begin(), order.end(), command.group) == order.end()) order.push_back(command.group);
  }
  const auto place = [&](const Command& command) {
    return std::find(order.begin(), order.end(), command.group) - order.begin();
  };
  std::stable_sort(here_.begin(), here_.end(),
                   [&](const Command& a, const Command& b) { return place(a) < place(b); });
}

void Palette::find_products(Office& office) {
  const Catalogue& catalogue = office.catalogue();
  const Catalogue::Page page = catalogue.search(typed_, Id{}, products_shown, scratch_);
  for (const Handle handle : page.handles) {
    const Product& product = catalogue.at(handle);
    here_.push_back({"Products", product.name, product.sku + " · " + office.price_words(product.unit_price),
                     icon_package, [id = to_string(product.id)](Desk& desk) { desk.go("products", id); }});
  }
}

void Palette::ask(Office& office, const Screens& screens) {
  for (const std::unique_ptr<Screen>& screen : screens) {
    if (!office.may(screen->needs())) continue;
    ++asked_;
    screen->search(office, typed_, [this, question = question_](std::vector<Command> found) {
      if (question != question_) return;
      --asked_;
      for (Command& command : found) {
        if (found_.size() < found_shown) found_.push_back(std::move(command));
      }
      // Answers come in any order; a group is not torn apart.
      std::stable_sort(found_.begin(), found_.end(),
                       [](const Command& a, const Command& b) { return a.group < b.group; });
    });
  }
}

}  // namespace ringup::console
