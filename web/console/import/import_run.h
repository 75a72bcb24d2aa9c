#pragma once
/// An import on its way from a file to the catalogue, without drawing: taken in, mapped, read, checked by the
/// server, mended, written.
///
/// Everything that core can know of a line is known here, in the browser; then the server says what only it
/// knows (a barcode that another product has) by a check that changes nothing. Reading goes in steps between
/// frames, so a file of 100,000 lines leaves the page fluent.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/product_mapping.h"
#include "web/console/console.h"

namespace ringup::console {

/// A line that would not go in, or did not.
struct RefusedProduct {
  std::int64_t line = 0;
  std::optional<ProductColumn> column;
  std::string detail;
  ProductCells cells;
  bool touched = false;   // a person changed a cell since the last check
  bool left_out = false;  // a person wants it so
};

class ImportRun {
 public:
  enum class Stage : std::uint8_t { choose, map, reading, sending, checking, checked, writing, done };

  Stage stage() const { return stage_; }
  bool busy() const;
  /// Why the last step failed, in words; empty where it did not.
  const std::string& problem() const { return problem_; }

  /// Takes a file in: on to map, or a problem.
  void take(Desk& desk, const platform::File& file);
  /// Forgets everything.
  void reset();

  const std::string& file_name() const { return file_name_; }
  const ForeignFile& file() const { return file_; }
  ProductMapping& mapping() { return mapping_; }
  /// Back to the columns, keeping what was mended.
  void map_again();

  /// Reads and checks: on to checked.
  void check(Desk& desk);
  /// Writes what is right: on to done. Requires checked.
  void write(Desk& desk);

  /// 0 to 1, and what is being done.
  float fraction() const;
  std::string progress_words() const;

  std::int64_t lines() const { return lines_; }
  std::int64_t added() const { return added_; }
  std::int64_t changed() const { return changed_; }
  std::int64_t unchanged() const { return unchanged_; }
  std::int64_t good() const { return added_ + changed_ + unchanged_; }
  /// How many lines are refused; more than are listed where the server found more than it told.
  std::int64_t refused_count() const;
  std::vector<RefusedProduct>& refused() { return refused_; }
  const std::vector<RefusedProduct>& refused() const { return refused_; }
  /// Lines of the list that a person mended or left out since the last check.
  std::size_t touched() const;
  /// The refused lines as CSV: the columns of the import, then line and reason.
  std::string refused_csv() const;

 private:
  void read_on(Desk& desk);
  void send(Desk& desk, bool check);
  void look(Desk& desk, const std::string& id);
  void took(Desk& desk, const json::Value& state);
  void fail(std::string words, Stage back);

  Stage stage_ = Stage::choose;
  std::string problem_, file_name_;
  ForeignFile file_;
  ProductMapping mapping_;
  ProductEdits edits_;
  std::unique_ptr<MappedReading> reading_;
  std::vector<RefusedProduct> refused_;
  std::int64_t lines_ = 0, added_ = 0, changed_ = 0, unchanged_ = 0;
  std::int64_t untold_ = 0;  // refused by the server beyond those it listed
  std::int64_t rows_ = 0, rows_done_ = 0;
  std::uint64_t sent_ = 0, to_send_ = 0;
  std::uint64_t serial_ = 0;  // grows with each file and step: answers to earlier ones are dropped
  bool checking_ = true;
};

}  // namespace ringup::console
