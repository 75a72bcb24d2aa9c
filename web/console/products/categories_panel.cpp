#include "web/console/products/categories_panel.h"

#include <algorithm>
#include <map>

#include "core/base/fold.h"
#include "web/console/products/count_words.h"
#include "web/console/products/panel.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr const char* path = "/api/catalogue/categories/";

std::string path_of(const Id& id) {
  return path + to_string(id) + "/";
}

}  // namespace

void CategoriesPanel::count(Desk& desk) {
  if (counted_ && changes_ == desk.products().changes) return;
  counted_ = true;
  changes_ = desk.products().changes;
  const Catalogue& catalogue = desk.catalogue();
  std::map<Id, std::size_t> products;
  for (const Handle handle : catalogue.browse({}, 0, catalogue.size()).handles)
    ++products[catalogue.at(handle).category];
  entries_.clear();
  for (const Category& category : catalogue.categories())
    entries_.push_back({category.id, category.name, products[category.id]});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& one, const Entry& other) { return compare_folded(one.name, other.name) < 0; });
}

CategoriesPanel::Asked CategoriesPanel::draw(Desk& desk, Rect around, bool open) {
  Asked asked;
  open_ = open;
  ui::SidePanel panel("categories", open_, around,
                      {.title = "Categories",
                       .detail = count_words(desk.catalogue().categories().size()) + " in this business",
                       .width = product_panel_width,
                       .subject = 1});
  if (open && !open_) asked.close = true;
  if (!panel) return asked;
  count(desk);
  const bool may_write = desk.may(Right::catalogue_write);
  Rect rest = panel.body();
  if (may_write) {
    const ui::FieldOptions options{.label = "New category",
                                   .placeholder = "e.g. Tea",
                                   .enter = ui::EnterHint::done,
                                   .error = error_,
                                   .length_max = 80,
                                   .compact = true};
    Rect strip = rest.cut_top(ui::field_height(options) + space::l).inset(space::xl, 0);
    strip.cut_top(space::m);
    Rect line = strip;
    const Rect button = line.cut_right(80, space::s);
    const ui::FieldResult field = ui::text_field("new", line, name_, options);
    if (field.changed) error_.clear();
    if (ui::button("add", {button.x, line.y + 22, button.w, 40}, "Add",
                   {.disabled = name_.empty(), .busy = busy_, .name = "Add category"}) ||
        (field.submitted && !name_.empty()))
      add(desk);
  }
  if (entries_.empty()) {
    ui::empty_state("none", rest.inset(space::xl, 0), icon_layers, "No categories yet",
                    "Categories are how people at the till find products.");
    return asked;
  }
  ui::ScrollArea area("list", rest, {.padding = space::xl, .padding_top = space::s});
  const ui::Group list("categories", ui::Role::list, "Categories", rest);
  for (const Entry& entry : entries_) {
    const bool editing = renaming_ == entry.id && !renaming_.is_nil();
    Rect line = area.next(editing ? 72.0f : 48.0f);
    const ui::Scope scope(to_string(entry.id));
    const ui::Group item("item", ui::Role::listitem, entry.name, line);
    ui::divider({line.x, line.bottom() - 1, line.w, 1});
    if (editing) {
      const ui::FieldOptions options{.label = "Name of the category",
                                     .hide_label = true,
                                     .error = rename_error_,
                                     .focus_now = true,
                                     .length_max = 80,
                                     .compact = true};
      Rect field = line;
      field.y += 4;
      const Rect cancel = field.cut_right(84, space::s), save = field.cut_right(72, space::s);
      const bool submitted = ui::text_field("name", field, new_name_, options).submitted;
      if (ui::button("save", {save.x, field.y, save.w, 40}, "Save",
                     {.kind = ui::Kind::primary, .busy = busy_}) ||
          submitted)
        rename(desk);
      if (ui::button("cancel", {cancel.x, field.y, cancel.w, 40}, "Cancel")) renaming_ = Id{};
      continue;
    }
    if (may_write) {
      const bool empty = entry.products == 0;
      const Rect bin = line.cut_right(40).centred(36, 36), pen = line.cut_right(40).centred(36, 36);
      if (ui::icon_button("delete", bin, icon_trash_2, "Delete " + entry.name,
                          {.kind = ui::Kind::quiet, .disabled = !empty}))
        remove(desk, entry);
      if (!empty) ui::tooltip("delete", bin, "Only an empty category can be deleted");
      if (ui::icon_button("rename", pen, icon_pencil, "Rename " + entry.name)) {
        renaming_ = entry.id;
        new_name_ = entry.name;
        rename_error_.clear();
      }
    }
    const std::string products = count_words(entry.products, "product");
    if (ui::button("show", line.cut_right(150).centred(150, 36), products,
                   {.kind = ui::Kind::quiet,
                    .disabled = entry.products == 0,
                    .name = "Show " + products + " of " + entry.name,
                    .align = ui::Align::right}))
      asked.show = entry.id;
    ui::text(line, entry.name, {.middle = true});
  }
  return asked;
}

void CategoriesPanel::add(Desk& desk) {
  if (busy_) return;
  busy_ = true;
  desk.api().send("POST", path, json::Object{{"name", name_}}, [this, &desk](Result<json::Value> answer) {
    busy_ = false;
    error_ = answer.ok() ? std::string() : words_of(answer.failure());
    if (!answer.ok()) return;
    const Id id = id_in(*answer, "id");
    ui::toast("Added " + name_, "Undo", [&desk, id] {
      desk.api().send("DELETE", path_of(id), json::Value(), [&desk](Result<json::Value> undone) {
        ui::toast(undone.ok() ? "Taken out again" : words_of(undone.failure()));
        desk.refresh_catalogue();
      });
    });
    name_.clear();
    desk.refresh_catalogue();
  });
}

void CategoriesPanel::rename(Desk& desk) {
  if (busy_) return;
  std::string before;
  for (const Entry& entry : entries_) {
    if (entry.id == renaming_) before = entry.name;
  }
  if (before == new_name_) {
    renaming_ = Id{};
    return;
  }
  busy_ = true;
  const Id id = renaming_;
  desk.api().send("PATCH", path_of(id), json::Object{{"name", new_name_}},
                  [this, &desk, id, before](Result<json::Value> answer) {
                    busy_ = false;
                    rename_error_ = answer.ok() ? std::string() : words_of(answer.failure());
                    if (!answer.ok()) return;
                    renaming_ = Id{};
                    desk.refresh_catalogue();
                    ui::toast("Renamed to " + text_in(*answer, "name"), "Undo", [&desk, id, before] {
                      desk.api().send(
                          "PATCH", path_of(id), json::Object{{"name", before}},
                          [&desk](Result<json::Value> undone) {
                            ui::toast(undone.ok() ? "Put back as it was" : words_of(undone.failure()));
                            desk.refresh_catalogue();
                          });
                    });
                  });
}

void CategoriesPanel::remove(Desk& desk, const Entry& entry) {
  const std::string name = entry.name;
  desk.api().send("DELETE", path_of(entry.id), json::Value(), [&desk, name](Result<json::Value> answer) {
    desk.refresh_catalogue();
    if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
    ui::toast("Deleted " + name, "Undo", [&desk, name] {
      desk.api().send("POST", path, json::Object{{"name", name}}, [&desk, name](Result<json::Value> undone) {
        ui::toast(undone.ok() ? name + " is back" : words_of(undone.failure()));
        desk.refresh_catalogue();
      });
    });
  });
}

}  // namespace ringup::console
