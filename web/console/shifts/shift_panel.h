#pragma once
/// One shift beside the table: whether its drawer was right, its X or Z report as the till prints it, and
/// who put cash in or took some out, and why.
#include <optional>
#include <string>

#include "core/sale/shift.h"
#include "web/console/console.h"
#include "web/ui/lists.h"

namespace ringup::console {

inline constexpr float shift_panel_width = 480;

class ShiftPanel {
 public:
  /// The place shows this shift, or (empty) none.
  void open(Desk& desk, const std::string& id);
  const std::string& subject() const { return subject_; }
  /// "Counter", as far as it is known.
  std::string till_name() const { return report_ ? report_->till_name : std::string(); }
  /// Asks for it again: something happened. What is shown stays until the answer.
  void refresh(Desk& desk);
  /// False where the user closed it.
  bool draw(Desk& desk, ui::Rect around);

 private:
  void draw_body(Desk& desk, ui::Rect rect);
  void draw_verdict(Desk& desk, ui::ScrollArea& area);
  void draw_moves(Desk& desk, ui::ScrollArea& area);
  void print(Desk& desk);
  Receipt document(Desk& desk) const;

  std::string subject_, problem_;
  bool open_ = false, loading_ = false, printing_ = false;
  std::uint64_t serial_ = 0;
  std::optional<ShiftReport> report_;
};

}  // namespace ringup::console
