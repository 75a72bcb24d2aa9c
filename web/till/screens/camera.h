#pragma once
/// Scanning with the device's camera, and what goes with it: typing a code, reading it from a photo, and what
/// to do with a code that no product has.
///
/// One sheet over the sell screen. The camera is open while the sheet is; each code that comes into the
/// picture goes into the cart, with a sound, a short vibration and a sentence for screen readers.
#include <string>

#include "web/till/model.h"
#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::till {

/// A product for a code that no one has, made at the till by people who may (owner, manager), online.
class NewProduct {
 public:
  /// Begins anew for this code.
  void begin(std::string code);
  /// True when it is done: created and in the cart (`name` is set then), or given up.
  bool draw(Model& model, ui::Rect rest);
  std::string name;

  static bool may(const Model& model);

 private:
  void save(Model& model);
  std::string code_, name_, price_, error_, once_;
  int tax_class_ = -1;  // until it is drawn: then the usual one
  bool busy_ = false, done_ = false;
};

class CameraSheet {
 public:
  void open(Model& model);
  /// After the screen that it covers. What to search for where the person chose that; else empty.
  std::string draw(Model& model);
  /// Once per frame, before any screen: closes the camera where its sheet is drawn no more, as after signing
  /// out.
  void frame_begins(Model& model);
  bool is_open() const { return open_; }

 private:
  /// What came of the last code.
  struct Reading {
    enum class Kind : std::uint8_t { none, sold, unknown, wrong };
    Kind kind = Kind::none;
    std::string code, title, detail;
  };
  enum class Mode : std::uint8_t { scan, type, create };

  void read(Model& model, const std::string& code);
  void tell(Model& model, const platform::CameraFacts& facts);
  void close(Model& model);
  void draw_scan(Model& model, ui::Rect rest, std::string& search);
  void draw_picture(Model& model, ui::Rect rect);
  void draw_reading(Model& model, ui::Rect rect, std::string& search);
  void draw_tools(Model& model, ui::Rect rect);
  void draw_type(Model& model, ui::Rect rest, std::string& search);
  void take_photo(Model& model);
  float reading_height(const Model& model) const;
  void place(Model& model, ui::Rect rect);

  bool open_ = false, watching_ = false, drawn_ = false;
  bool photo_busy_ = false;
  Mode mode_ = Mode::scan;
  platform::CameraFacts facts_;
  Reading reading_;
  NewProduct create_;
  std::string typed_;
};

}  // namespace ringup::till
