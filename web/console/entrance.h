#pragma once
/// Nobody is signed in: e-mail address and password, then a second factor or another password where the
/// server asks for one.
#include <string>
#include <vector>

#include "web/console/office.h"

namespace ringup::console {

class Entrance {
 public:
  void draw(Office& office);

 private:
  enum class Step : std::uint8_t { password, factor, expired };

  void draw_password(Office& office, ui::Rect rest);
  void draw_factor(Office& office, ui::Rect rest);
  void draw_expired(Office& office, ui::Rect rest);
  void took(Office& office, Result<SignInStep> step);
  void choose(Office& office, std::size_t method);
  void begin_anew(std::string words);
  float height() const;
  const std::string& method() const { return methods_[method_]; }

  Step step_ = Step::password;
  std::string tenant_, email_, password_, error_;
  std::string challenge_, code_, sent_, new_password_;
  std::vector<std::string> methods_;
  std::size_t method_ = 0;
  bool busy_ = false, ask_tenant_ = false, remember_ = false;
};

}  // namespace ringup::console
