#pragma once
/// One sale beside the table: what was printed, what followed, what is doubtful.
#include <optional>
#include <string>
#include <vector>

#include "web/console/sales/sale_row.h"
#include "web/ui/lists.h"

namespace ringup::console {

inline constexpr float sale_panel_width = 480;

class SalePanel {
 public:
  /// The place shows this sale, or (empty) none.
  void open(Desk& desk, const std::string& id);
  const std::string& subject() const { return subject_; }
  /// "A1-1-000001", as far as it is known.
  const std::string& receipt_number() const { return row_.receipt; }
  /// Asks for it again: something happened to it. What is shown stays until the answer.
  void refresh(Desk& desk);
  /// False where the user closed it.
  bool draw(Desk& desk, ui::Rect around);

 private:
  struct Link {
    std::string id, title, detail, amount;
    bool faint = false;
  };
  struct Doubt {
    std::string title, words, task;
    bool done = false;
  };

  void take(Desk& desk, const json::Value& sale);
  void draw_body(Desk& desk, ui::Rect rect);
  void draw_doubts(Desk& desk, ui::ScrollArea& area);
  void draw_links(Desk& desk, ui::ScrollArea& area);
  void draw_facts(Desk& desk, ui::ScrollArea& area);
  void print(Desk& desk);

  std::string subject_, problem_;
  bool open_ = false, loading_ = false, printing_ = false;
  std::uint64_t serial_ = 0;
  SaleRow row_;
  std::optional<Receipt> receipt_;
  std::vector<Link> links_;
  std::string links_title_, void_words_, journal_, hash_, received_;
  std::vector<Doubt> doubts_;
};

}  // namespace ringup::console
