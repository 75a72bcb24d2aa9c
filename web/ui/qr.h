#pragma once
/// A QR code on the screen: dark on white with its margin in light and dark alike, every module of the same
/// whole size, named for those who do not see it.
#include <string_view>

#include "web/ui/ui.h"

namespace ringup::ui {

/// Draws it in the middle of `rect`, as large as whole points a module allow. `name` says what it is for:
/// "This receipt online"; the text of the code is added. Nothing where the text can be no code.
void qr(std::string_view key, Rect rect, std::string_view text, std::string_view name);
/// The side of a code of `text` that is at most `side` large; 0 where there is none.
float qr_side(std::string_view text, float side);

}  // namespace ringup::ui
