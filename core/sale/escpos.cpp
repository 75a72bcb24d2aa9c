#include "core/sale/escpos.h"

#include <algorithm>

#include "core/base/code_page.h"
#include "core/base/qr.h"

namespace ringup {
namespace {

using Kind = ReceiptRow::Kind;
using namespace std::string_view_literals;

constexpr std::size_t column_dots = 12;  // of font A
constexpr char feed_lines = 5;           // from the print head to the knife
constexpr int qr_dots_max = 6, qr_dots_min = 3;

struct Style {
  bool centred = false, bold = false, tall = false;
};

Style style_of(Kind kind, bool first) {
  Style style;
  style.centred = kind == Kind::header || kind == Kind::footer || kind == Kind::qr;
  style.bold = kind == Kind::total || (kind == Kind::header && first);
  style.tall = style.bold;
  return style;
}

/// Says only what changes; a printer begins, after ESC @, with none of it.
class Styler {
 public:
  void turn(std::string& out, const Style& wanted) {
    if (wanted.centred != now_.centred) put(out, "\x1b"sv, 'a', wanted.centred);
    if (wanted.bold != now_.bold) put(out, "\x1b"sv, 'E', wanted.bold);
    if (wanted.tall != now_.tall) put(out, "\x1d"sv, '!', wanted.tall);
    now_ = wanted;
  }

 private:
  static void put(std::string& out, std::string_view escape, char verb, bool on) {
    out += escape;
    out += verb;
    out += on ? '\x01' : '\x00';
  }
  Style now_;
};

/// GS ( k: the length of what follows, 49 for QR, the function, its parameters.
void append_qr_function(std::string& out, char function, std::string_view parameters) {
  const std::size_t length = parameters.size() + 2;
  out += "\x1d(k"sv;
  out += static_cast<char>(length & 0xFF);
  out += static_cast<char>(length >> 8);
  out += '1';
  out += function;
  out += parameters;
}

std::string_view without_margin(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

Receipt printable_form(const Receipt& receipt) {
  Receipt plain = receipt;
  for (ReceiptRow& row : plain.rows) {
    if (row.kind == Kind::qr) {
      row.right = printable(row.right);
      continue;
    }
    row.left = printable(row.left);
    row.right = printable(row.right);
    for (std::string& cell : row.cells) cell = printable(cell);
  }
  return plain;
}

}  // namespace

namespace escpos_part {

std::string initialise() {
  return "\x1b@";
}

std::string open_drawer() {
  return std::string("\x1bp\x00\x32\xfa"sv);  // pin 2, on for 100 ms, off for 500 ms
}

std::string cut(PaperCut cut) {
  if (cut == PaperCut::none) return {};
  return std::string(cut == PaperCut::full ? "\x1dV\x00"sv : "\x1dV\x01"sv);
}

std::string text(std::string_view utf8) {
  std::string out;
  PageWriter().write(out, printable(utf8));
  return out;
}

std::string qr(std::string_view text, std::size_t columns) {
  const Result<QrCode> code = QrCode::of(text);
  if (!code.ok()) return {};
  const int room = static_cast<int>(columns * column_dots) / (code->size() + 2 * qr_margin);
  std::string out;
  append_qr_function(out, 'A', "2\0"sv);
  append_qr_function(out, 'C', std::string(1, static_cast<char>(std::clamp(room, qr_dots_min, qr_dots_max))));
  append_qr_function(out, 'E', "1"sv);  // level M
  append_qr_function(out, 'P', "0" + std::string(text));
  append_qr_function(out, 'Q', "0"sv);
  return out;
}

}  // namespace escpos_part

std::string escpos(const Receipt& receipt, const EscposSetup& setup) {
  std::string out = escpos_part::initialise();
  if (setup.open_drawer) out += escpos_part::open_drawer();
  PageWriter pages;
  pages.write(out, " ");  // chooses the first page…
  out.pop_back();         // …and prints nothing
  Styler styler;
  for (const ReceiptLine& line : lay_out(printable_form(receipt), setup.columns)) {
    const Style style = style_of(line.kind, line.row == 0);
    styler.turn(out, style);
    if (line.kind == Kind::qr) {
      out += escpos_part::qr(line.text, setup.columns);
      continue;
    }
    pages.write(out, style.centred ? without_margin(line.text) : std::string_view(line.text));
    out += '\n';
  }
  styler.turn(out, {});
  out +=
      "\x1b"
      "d";
  out += feed_lines;
  return out + escpos_part::cut(setup.cut);
}

}  // namespace ringup
