#pragma once
/// Sheets that several screens put over themselves. Each remembers what was typed into it; `open` is the
/// screen's and becomes false when it is done.
#include <string>

#include "web/till/model.h"

namespace ringup::till {

/// A customer who is not known yet; in the cart once the record is on the disk.
class NewCustomerSheet {
 public:
  /// Empty but for what was searched for: a name, or an address.
  void begin(const std::string& searched);
  /// True when one was added.
  bool draw(Model& model, bool& open);

 private:
  std::string first_name_, last_name_, email_, phone_number_;
  std::string where_, error_;  // the field that is wrong, and why
  bool consent_email_ = false, consent_sms_ = false, added_ = false;
};

/// Puts the sale in the cart aside under a name.
class ParkSheet {
 public:
  /// True when the sale was parked.
  bool draw(Model& model, bool& open);

 private:
  std::string name_, error_;
};

/// Undoes a whole sale, with a reason.
class VoidSheet {
 public:
  void begin();
  /// True when the sale is voided.
  bool draw(Model& model, bool& open, const Id& sale, Amount total);

 private:
  std::string reason_, error_;
  bool done_ = false;
};

}  // namespace ringup::till
