#pragma once
/// The screens and sheets of what a cashier does besides sale and refund.
#include <optional>
#include <string>
#include <vector>

#include "web/till/counter.h"
#include "web/till/screens/screens.h"

namespace ringup::till {

/// An amount as a keypad types it, in minor units: 1, 2, 0, 0 is 12.00.
class TypedAmount {
 public:
  Amount value() const { return value_; }
  bool empty() const { return !typing_; }
  void press(char key);
  void clear() { value_ = 0, typing_ = false; }

 private:
  Amount value_ = 0;
  bool typing_ = false;
};

/// What lies in the drawer: a sum, or note by note and coin by coin.
class DrawerCount {
 public:
  void begin();
  /// The sum so far.
  Amount total() const;
  /// Something was entered; nothing at all is no count of 0.
  bool entered() const;
  void draw(Model& model, Rect rect);

 private:
  void draw_pieces(Model& model, Rect rect);
  int mode_ = 0;  // 0: a sum, 1: counted
  TypedAmount sum_;
  std::vector<Amount> kinds_;         // of notes and coins
  std::vector<std::int64_t> pieces_;  // how many of each
  std::size_t chosen_ = 0;
  bool fresh_ = true;  // the next digit begins the chosen number anew
};

/// Opens a shift, tells of the open one, counts and closes it, shows X and Z.
class ShiftScreen {
 public:
  void draw(Model& model, Way& way);
  /// From its beginning.
  void begin();

 private:
  enum class Step : std::uint8_t { overview, count, difference, report };
  void draw_open(Model& model, Rect rest);
  void draw_overview(Model& model, Way& way, Rect rest);
  void draw_count(Model& model, Rect rest);
  void draw_difference(Model& model, Rect rest);
  void draw_report(Model& model, Way& way, Rect rest);
  void draw_error(Rect& rest);
  void ask_report(Model& model, Step next);
  void say(const Failure& failure);

  Step step_ = Step::overview;
  DrawerCount drawer_;
  std::optional<ShiftReport> report_;
  bool busy_ = false;
  std::string error_;
};

/// Cash into the drawer or out of it, with a reason.
class CashScreen {
 public:
  void draw(Model& model, Way& way);
  void begin();

 private:
  TypedAmount amount_;
  std::string reason_, error_;
};

/// In the sale's bar where no shift is open, or one was left open: a line that says so and leads there.
void draw_shift_banner(Model& model, Way& way, Rect& rest);

/// The parked sales: resume one, or delete it.
class ParkedScreen {
 public:
  void draw(Model& model, Way& way);
  void draw_over(Model& model, Way& way);

 private:
  void resume(Model& model, Way& way, const std::string& key);
  std::string resuming_, deleting_, deleting_name_, error_;
  bool ask_park_ = false, ask_delete_ = false;
};

}  // namespace ringup::till
