#pragma once
/// The screen of products.h beside it. Only its own files include this.
#include <set>
#include <unordered_set>

#include "web/console/console.h"
#include "web/console/products/bulk_sheet.h"
#include "web/console/products/categories_panel.h"
#include "web/console/products/panel.h"
#include "web/console/products/product_list.h"
#include "web/ui/menus.h"
#include "web/ui/table.h"

namespace ringup::console {

class ProductsScreen final : public Screen {
 public:
  std::string_view key() const override { return "products"; }
  std::string_view title() const override { return "Products"; }
  ui::Icon icon() const override { return icon_package; }
  Right needs() const override { return Right::sell; }
  std::string crumb(Desk& desk) override;
  void open(Desk& desk, const Place& place) override;
  void draw(Desk& desk, ui::Rect rect) override;
  void draw_actions(Desk& desk, ui::Rect rect) override;
  void draw_over(Desk& desk) override;
  bool unsaved() const override { return panel_.dirty(); }
  std::vector<Command> commands(Desk& desk) override;

 private:
  struct IdHash {
    std::size_t operator()(const Id& id) const {
      std::size_t hash = 0;
      std::memcpy(&hash, id.bytes.data() + 8, sizeof hash);
      return hash;
    }
  };

  void draw_tools(Desk& desk, ui::Rect rect);
  void draw_price_filter(Desk& desk, ui::Rect rect);
  void draw_table(Desk& desk, ui::Rect rect);
  void draw_bulk(ui::Rect rect);
  void draw_empty(Desk& desk, ui::Rect rect);
  void draw_cell(Desk& desk, const Product& product, std::string_view column, ui::Cell& cell);
  void make_filters(Desk& desk);
  void take_filters(Desk& desk);
  void change_query(Desk& desk);
  void show(Desk& desk, std::string id);
  void bulk(BulkKind kind);
  void save_shown(Desk& desk);
  void keys(Desk& desk);
  const std::string& category_name(const Id& id) const;

  ListQuery query_;
  ProductList list_;
  ui::TableState table_;
  std::uint64_t shown_version_ = 0;  // grows when the rows are other ones because of the query
  ui::NodeId search_field_ = 0;

  std::vector<ui::Filter> filters_;
  std::uint64_t facts_of_changes_ = 0;  // Products::changes of filters and names
  bool facts_made_ = false;
  std::vector<std::pair<Id, std::string>> category_names_;  // by id
  bool price_open_ = false;
  std::string price_from_, price_to_;

  std::unordered_set<Id, IdHash> selected_;
  ProductPanel panel_;
  CategoriesPanel categories_;
  BulkSheet bulk_;
  bool ask_leave_ = false;
  Place leave_to_;

  std::string row_of_subject_;  // the subject that opened_row_ belongs to
  std::optional<std::size_t> opened_row_;
};

}  // namespace ringup::console
