#pragma once
/// A text as a QR code (core/base/qr.h), for pages and terminals, with the margin that readers need. The text
/// is ours: not empty, at most qr_bytes_max bytes.
#include <string>

namespace ringup::pages {

/// An SVG of its own size in modules, black on white in any colour scheme, to stand in a page under our
/// Content-Security-Policy. `words` is its name for those who do not see it.
std::string qr_svg(const std::string& text, const std::string& words);

/// Lines of half blocks. With `colours` the terminal is told black and white; without, it is taken for dark.
std::string qr_text(const std::string& text, bool colours);

}  // namespace ringup::pages
