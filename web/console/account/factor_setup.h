#pragma once
/// Setting up a second factor, and the recovery codes that come of it, in a sheet over the screen.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

/// What the server calls the kinds: "totp", "sms", "email".
std::string factor_path(std::string_view kind);

class FactorSetup {
 public:
  /// Begins. The sheet opens with the first thing there is to do: nothing is set up before a code was right.
  void begin(Desk& desk, std::string kind, std::string phone_number);
  /// Makes new recovery codes in place of the old ones, and shows them.
  void new_codes(Desk& desk);
  void draw(Desk& desk);
  /// Something is another than before.
  std::function<void(Desk&)> on_changed;

 private:
  enum class Stage : std::uint8_t { closed, phone, scan, code, codes };

  void enable(Desk& desk);
  void verify(Desk& desk);
  void take_codes(Desk& desk, const json::Value& answer);
  void failed(const Failure& failure);
  void draw_phone(Desk& desk, ui::Rect rest);
  void draw_scan(Desk& desk, ui::Rect rest);
  void draw_code(Desk& desk, ui::Rect rest, std::string_view words);
  void draw_codes(Desk& desk, ui::Rect rest);

  Stage stage_ = Stage::closed;
  std::string kind_, phone_, secret_, uri_, code_, error_;
  std::vector<std::string> codes_;
  bool busy_ = false;
};

}  // namespace ringup::console
