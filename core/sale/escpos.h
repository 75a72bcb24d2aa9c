#pragma once
/// A receipt as the bytes that a receipt printer takes: ESC/POS, the subset that printers of all makes know.
///
///     document = ESC @, [ESC p 0 25 250], ESC t 16, {line}, ESC d 5, [GS V 0 | GS V 1]
///     line     = text LF, with ESC a 0|1 (left, centre), ESC E 0|1 (bold), GS ! 0|1 (twice as high) and
///                ESC t (code page, core/base/code_page.h) only where they change
///              | GS ( k … (a QR code that the printer draws: model 2, size, level M, store, print)
///
/// Columns are code points of font A: 32 on 58 mm paper (384 dots), 48 on 80 mm (576). The layout is
/// render()'s, so paper, screen and text break their lines alike; high letters are no wider, so the total
/// keeps its columns. The drawer is kicked first: it opens while the paper still runs.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/sale/receipt.h"

namespace ringup {

enum class PaperCut : std::uint8_t { none, partial, full };

struct EscposSetup {
  std::size_t columns = receipt_columns_wide;
  PaperCut cut = PaperCut::partial;
  bool open_drawer = false;  // kick the cash drawer on pin 2
};

/// The whole document. Requires columns ≥ 24.
std::string escpos(const Receipt& receipt, const EscposSetup& setup);

/// Its parts, for tests and for a drawer that is opened without paper.
namespace escpos_part {
std::string initialise();
std::string open_drawer();
std::string cut(PaperCut cut);
/// A text with its code pages, without a line feed.
std::string text(std::string_view utf8);
/// A QR code as wide as `columns` allow, of at most 6 dots a module; nothing where the text can be none.
std::string qr(std::string_view text, std::size_t columns);
}  // namespace escpos_part

}  // namespace ringup
