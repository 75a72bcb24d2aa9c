#pragma once
/// The categories beside the table: add, rename, delete those that are empty, see the products of one.
#include <string>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

inline constexpr std::string_view categories_place = "categories";  // Place::id

class CategoriesPanel {
 public:
  struct Asked {
    bool close = false;
    std::optional<Id> show;  // the products of this category
  };
  /// `open`: the place names it.
  Asked draw(Desk& desk, ui::Rect around, bool open);

 private:
  struct Entry {
    Id id;
    std::string name;
    std::size_t products = 0;
  };
  void count(Desk& desk);
  void add(Desk& desk);
  void rename(Desk& desk);
  void remove(Desk& desk, const Entry& entry);

  bool open_ = false, busy_ = false;
  std::string name_, error_, new_name_, rename_error_;
  Id renaming_;
  std::vector<Entry> entries_;
  std::uint64_t changes_ = 0;
  bool counted_ = false;
};

}  // namespace ringup::console
