#pragma once
/// One task beside the list: what happened, what one can do, and its end.
#include <functional>
#include <optional>
#include <string>

#include "web/console/tasks/task_row.h"
#include "web/ui/lists.h"

namespace ringup::console {

inline constexpr float task_panel_width = 480;

class TaskPanel {
 public:
  void open(Desk& desk, const std::string& id);
  const std::string& subject() const { return subject_; }
  std::string title() const { return task_ ? task_->title : std::string("Task"); }
  /// False where the user closed it.
  bool draw(Desk& desk, ui::Rect around);
  /// Asks for it again, e.g. after it was ended from the list.
  void refresh(Desk& desk);

  /// The user wants it ended, or opened again.
  std::function<void(const TaskRow&, const std::string& note)> on_done;
  std::function<void(const TaskRow&)> on_reopen;

 private:
  void draw_body(Desk& desk, ui::Rect rect);
  void draw_products(Desk& desk, ui::ScrollArea& area);
  void draw_count(Desk& desk, ui::ScrollArea& area, const TaskProduct& product);
  void draw_shift(Desk& desk, ui::ScrollArea& area);
  void draw_lines(Desk& desk, ui::ScrollArea& area);
  void draw_ways(Desk& desk, ui::ScrollArea& area);
  void draw_facts(Desk& desk, ui::ScrollArea& area);
  void draw_footer(Desk& desk, ui::Rect rect);
  void correct(Desk& desk, const TaskProduct& product);

  std::string subject_, problem_, note_, counted_, count_error_;
  bool open_ = false, loading_ = false, counting_ = false;
  std::uint64_t serial_ = 0;
  std::optional<TaskRow> task_;
};

}  // namespace ringup::console
