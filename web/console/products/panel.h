#pragma once
/// One product beside the table: its fields, its stock with movements, its prices with their history.
#include <optional>
#include <string>
#include <vector>

#include "web/console/console.h"
#include "web/console/products/editor.h"
#include "web/console/products/stock_sheet.h"

namespace ringup::console {

inline constexpr std::string_view new_product = "new";  // Place::id of one that is being added
inline constexpr float product_panel_width = 520;

class ProductPanel {
 public:
  /// The place shows this product, or new_product, or (empty) none. Keeps what is typed while it is the same.
  /// A new one begins with the fields of `copy_of` where that is a product's id.
  void open(Desk& desk, const std::string& id, const std::string& copy_of);
  /// Whether something was typed that is not saved.
  bool dirty() const { return shown_ && editor_.dirty(); }
  void discard() { editor_.discard(); }
  /// What the panel shows, as Place::id; empty: nothing.
  const std::string& subject() const { return subject_; }
  std::string title() const;

  struct Asked {
    bool close = false;      // it wants to be closed
    bool duplicate = false;  // a new one is to begin as a copy of this
  };
  Asked draw(Desk& desk, ui::Rect around);
  void draw_over(Desk& desk);

 private:
  struct Movement {
    std::string words, detail, quantity, sale;
    ui::Tone tone = ui::Tone::text;
  };
  struct PriceStep {
    std::string price, detail, change;
    ui::Tone tone = ui::Tone::muted;
  };

  void draw_details(Desk& desk, ui::Rect rect);
  void draw_picture(Desk& desk, const Product& product, ui::Rect rect);
  void send_picture(Desk& desk, platform::File file);
  void draw_barcodes(Desk& desk, class BodyArea& area, ui::Rect rect);
  void draw_stock(Desk& desk, ui::Rect rect);
  void draw_prices(Desk& desk, ui::Rect rect);
  void draw_footer(Desk& desk, ui::Rect rect);
  void load_stock(Desk& desk, bool more);
  void load_prices(Desk& desk);
  void save(Desk& desk);
  void remove(Desk& desk);
  void add_barcode(Desk& desk);
  const Product* product(Desk& desk) const;

  std::string subject_;
  bool shown_ = false;  // its product was there; a link may name one that is not, or not yet
  bool sending_picture_ = false;
  bool open_ = false, busy_ = false, ask_remove_ = false, menu_open_ = false, others_ = false;
  std::uint64_t serial_ = 0;  // grows with each subject: answers to earlier ones are dropped
  int tab_ = 0;
  Editor editor_;
  std::string barcode_;
  Asked asked_;

  std::vector<Movement> movements_;
  std::vector<std::pair<Id, Quantity>> levels_;
  std::string next_movement_, stock_problem_, prices_problem_;
  bool stock_loaded_ = false, prices_loaded_ = false, loading_stock_ = false, loading_prices_ = false;
  std::optional<Quantity> stock_seen_;
  std::vector<PriceStep> prices_;
  StockSheet stock_sheet_;
};

}  // namespace ringup::console
