#pragma once
/// The parts of the import screen, one per step. Each draws its step of the run and does what is pressed.
#include <array>
#include <string>
#include <string_view>

#include "web/console/import/import_run.h"
#include "web/ui/table.h"

namespace ringup::console {

/// As people read them: "SKU", "Tax class".
std::string_view column_title(ProductColumn column);
/// "1,234" and "1 line", "3 lines".
std::string counted(std::int64_t number);
std::string counted(std::int64_t number, std::string_view one, std::string_view many);

/// What the columns are, and what becomes of the first lines.
class MapPart {
 public:
  void draw(Desk& desk, ImportRun& run, ui::Rect rect);

 private:
  void draw_columns(Desk& desk, ImportRun& run, ui::Rect rect);
  void draw_preview(Desk& desk, ImportRun& run, ui::Rect rect);
  void refresh(Desk& desk, ImportRun& run);

  std::string shown_;                 // the file and mapping that `cells_` and `choices_` are of
  std::vector<std::string> choices_;  // the file's columns with an example
  std::vector<ProductCells> cells_;
  ui::TableState table_;
};

/// What the check found: how many go in, and the lines that do not, to be mended.
class MendPart {
 public:
  void draw(Desk& desk, ImportRun& run, ui::Rect rect);

 private:
  void draw_counts(ImportRun& run, ui::Rect rect);
  void draw_lines(ImportRun& run, ui::Rect rect);
  void draw_line(RefusedProduct& line, ui::Rect rect, float numbers);
  void draw_footer(Desk& desk, ImportRun& run, ui::Rect rect);
};

/// Saves the refused lines as a file.
void save_refused(Desk& desk, const ImportRun& run);

}  // namespace ringup::console
