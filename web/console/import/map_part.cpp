#include "web/console/import/import_parts.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr float columns_width = 320;

constexpr ui::TableColumn preview_columns[] = {
    {.key = "sku", .title = "SKU", .width = 96, .hideable = false, .keep = 8},
    {.key = "barcode", .title = "Barcode", .width = 128, .hideable = false, .keep = 5},
    {.key = "name", .title = "Name", .width = 130, .share = 1, .hideable = false, .keep = 10},
    {.key = "category", .title = "Category", .width = 100, .hideable = false, .keep = 4},
    {.key = "price", .title = "Price", .width = 76, .numeric = true, .hideable = false, .keep = 9},
    {.key = "tax_class", .title = "Tax class", .width = 92, .hideable = false, .keep = 6},
    {.key = "stock", .title = "Stock", .width = 70, .numeric = true, .hideable = false, .keep = 7},
};

std::string delimiter_words(char delimiter) {
  switch (delimiter) {
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case '|':
      return "bars";
    default:
      return "commas";
  }
}

}  // namespace

std::string_view column_title(ProductColumn column) {
  return preview_columns[static_cast<std::size_t>(column)].title;
}

std::string counted(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return counted(number) + " " + std::string(number == 1 ? one : many);
}

void save_refused(Desk& desk, const ImportRun& run) {
  desk.bridge().save_file("refused-lines.csv", "text/csv", run.refused_csv());
}

void MapPart::refresh(Desk& desk, ImportRun& run) {
  const ProductMapping& mapping = run.mapping();
  std::string now = run.file_name() + std::to_string(run.file().text.size()) + mapping.tax_class +
                    std::to_string(static_cast<int>(mapping.decimal));
  for (const int column : mapping.column) now += "," + std::to_string(column);
  if (now == shown_) return;
  shown_ = std::move(now);
  choices_.clear();
  const ForeignFile& file = run.file();
  for (std::size_t i = 0; i < file.header.size(); ++i) {
    std::string choice = file.header[i].empty() ? "Column " + std::to_string(i + 1) : file.header[i];
    for (const std::vector<std::string>& line : file.first) {
      if (i >= line.size() || line[i].empty()) continue;
      choice += " – " + line[i].substr(0, 40);
      break;
    }
    choices_.push_back(std::move(choice));
  }
  cells_.clear();
  for (const std::vector<std::string>& line : file.first) {
    const std::vector<std::string_view> fields(line.begin(), line.end());
    cells_.push_back(mapped_cells(fields, mapping, desk.facts().tax_classes));
  }
}

void MapPart::draw(Desk& desk, ImportRun& run, Rect rect) {
  refresh(desk, run);
  Rect rest = rect;
  Rect footer = rest.cut_bottom(48, space::m);
  const std::string missing = missing_in(run.mapping());
  if (ui::button("check", footer.cut_right(160).centred(160, 44), "Check the file",
                 {.kind = ui::Kind::primary, .disabled = !missing.empty()}))
    run.check(desk);
  footer.cut_right(space::m);
  if (!missing.empty()) {
    ui::text("missing", footer, missing, {.tone = ui::Tone::warn, .align = ui::Align::right, .middle = true});
  } else {
    ui::text("missing", footer, "Nothing is changed by checking.",
             {.tone = ui::Tone::muted, .align = ui::Align::right, .middle = true});
  }
  draw_columns(desk, run, rest.cut_left(std::min(columns_width, rest.w / 2), space::l));
  draw_preview(desk, run, rest);
}

void MapPart::draw_columns(Desk& desk, ImportRun& run, Rect rect) {
  ui::card(rect);
  ui::ScrollArea area("columns", rect, {.padding = space::l, .padding_top = space::l});
  ui::heading(area.next(24, space::xs), "Columns of the file", 2,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  const ForeignFile& file = run.file();
  const std::string form =
      std::string(encoding_name(file.encoding)) + ", parted by " + delimiter_words(file.delimiter);
  ui::text("form", area.next(20, space::m), form, {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  ProductMapping& mapping = run.mapping();
  for (std::size_t i = 0; i < product_columns; ++i) {
    const auto column = static_cast<ProductColumn>(i);
    ui::SelectOptions options{.label = column_title(column), .compact = true, .none = "Not in the file"};
    if (column == ProductColumn::sku && mapping.column[i] < 0) options.hint = "The barcode serves as SKU";
    if (column == ProductColumn::stock) {
      options.hint = mapping.column[i] < 0 ? "Stock stays as it is" : "Becomes the counted stock";
    }
    ui::select(column_name(column), area.next(ui::select_height(options), space::m), choices_,
               mapping.column[i], options);
    if (column == ProductColumn::tax_class) {
      std::vector<std::string> classes;
      int chosen = -1;
      for (const TaxClass& one : desk.facts().tax_classes) {
        if (one.name == mapping.tax_class) chosen = static_cast<int>(classes.size());
        classes.push_back(one.name);
      }
      const ui::SelectOptions fallback{.label = "Tax class where it is empty", .compact = true};
      if (ui::select("fallback", area.next(ui::select_height(fallback), space::m), classes, chosen,
                     fallback) &&
          chosen >= 0)
        mapping.tax_class = classes[static_cast<std::size_t>(chosen)];
    }
  }
  ui::text(area.next(20, space::xs), "Decimals are written", {.size = ui::TextSize::small});
  constexpr std::string_view marks[] = {"1.19", "1,19"};
  int mark = mapping.decimal == DecimalMark::comma ? 1 : 0;
  if (ui::segmented("decimal", area.next(44, space::l), "Decimals are written", marks, mark) ||
      mapping.decimal == DecimalMark::unknown) {
    // Where the file says nothing, what is shown is what is meant.
    mapping.decimal = mark == 1 ? DecimalMark::comma : DecimalMark::point;
  }
}

void MapPart::draw_preview(Desk&, ImportRun&, Rect rect) {
  ui::heading(rect.cut_top(24, space::s), "How the first lines are read", 2,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  ui::TableOptions options;
  options.name = "First lines";
  options.count = cells_.size();
  options.chooser = false;
  options.empty = [](Rect box) {
    ui::empty_state("none", box, icon_file_text, "No lines",
                    "There is nothing below the names of the columns.");
  };
  ui::data_table("preview", rect, preview_columns, table_, options,
                 [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                   const std::string& words = cells_[row][column];
                   cell.words(words.empty() ? "–" : words, words.empty() ? ui::Tone::muted : ui::Tone::text);
                 });
}

}  // namespace ringup::console
