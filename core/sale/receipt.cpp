#include "core/sale/receipt.h"

#include <algorithm>
#include <iterator>

#include "core/base/qr.h"
#include "core/base/utf8.h"

namespace ringup {
namespace {

using Kind = ReceiptRow::Kind;

/// Builds the rows of one receipt.
class Writer {
 public:
  Writer(const Sale& sale, const ReceiptSetup& setup) : sale_(sale), setup_(setup) {}

  std::string money(Amount amount) const { return format_number({amount, sale_.currency}, setup_.money); }
  std::string money_with_symbol(Amount amount) const {
    return format_money({amount, sale_.currency}, setup_.money);
  }
  /// A decimal with the mark of the place.
  std::string localised(std::string decimal) const {
    const std::size_t point = decimal.find('.');
    if (point != std::string::npos) decimal.replace(point, 1, setup_.money.decimal_mark);
    return decimal;
  }
  std::string percent(Rate rate) const { return localised(to_percent(rate)) + " %"; }

  void row(Kind kind, std::string left, std::string right = {}) {
    rows_.push_back({kind, std::move(left), std::move(right), {}});
  }
  void rule() { row(Kind::rule, {}); }

  void head(const std::string& title) {
    for (const std::string& text : setup_.header) row(Kind::header, text);
    rule();
    row(Kind::text, title + " " + sale_.receipt);
    if (!setup_.time.empty()) row(Kind::text, setup_.time);
    if (!setup_.cashier.empty()) row(Kind::text, setup_.words.cashier + ": " + setup_.cashier);
    if (!setup_.customer.empty()) row(Kind::text, setup_.words.customer + ": " + setup_.customer);
    rule();
  }

  Result<void> items() {
    for (const SaleLine& line : sale_.lines) {
      // As priced and printed; of a part given back that is not always quantity × price.
      const bool inside = sale_.rules.tax == TaxPlace::inside;
      const Amount extension = TRY(add(inside ? line.amounts.gross : line.amounts.net, line.discount));
      row(Kind::item, line.name.empty() ? line.sku : line.name, money(extension));
      if (line.quantity.thousandths != quantity_one) {
        row(Kind::detail, localised(to_decimal(line.quantity)) + " × " +
                              localised(to_decimal(line.unit_price, sale_.currency)));
      }
      if (line.discount != 0) {
        const bool reasoned = !line.discount_reason.empty();
        row(Kind::detail, reasoned ? line.discount_reason : setup_.words.discount, money(-line.discount));
      }
    }
    return {};
  }

  Result<void> totals() {
    rule();
    const Amounts sum = TRY(sum_of(sale_.lines));
    if (sale_.rules.tax == TaxPlace::on_top) {
      row(Kind::text, setup_.words.subtotal, money(sum.net));
      row(Kind::text, setup_.words.tax, money(sum.tax));
    }
    row(Kind::total, setup_.words.total, money_with_symbol(sale_.total));
    for (const Rounding& rounding : sale_.roundings) {
      row(Kind::text, setup_.words.rounding, money(rounding.amount));
    }
    if (!sale_.roundings.empty())
      row(Kind::total, setup_.words.to_pay, money_with_symbol(TRY(payable(sale_))));
    return {};
  }

  void tenders() {
    for (const Tender& tender : sale_.tenders) {
      row(Kind::tender, name_of(setup_.words, tender.kind), money(tender.amount));
      if (!tender.reference.empty()) row(Kind::detail, tender.reference);
    }
    if (sale_.change != 0) row(Kind::tender, setup_.words.change, money(sale_.change));
  }

  Result<void> taxes() {
    rule();
    const ReceiptWords& words = setup_.words;
    rows_.push_back({Kind::tax, {}, {}, {"%", words.net, words.tax, words.gross}});
    for (const RateTotal& total : TRY(totals_by_rate(sale_.lines))) {
      rows_.push_back({Kind::tax,
                       {},
                       {},
                       {percent(total.rate), money(total.amounts.net), money(total.amounts.tax),
                        money(total.amounts.gross)}});
    }
    return {};
  }

  Receipt finish() {
    const bool linked = QrCode::of(setup_.link).ok();
    if (!setup_.footer.empty() || linked) rule();
    for (const std::string& text : setup_.footer) row(Kind::footer, text);
    if (linked) row(Kind::qr, setup_.link, setup_.words.online);
    return {std::move(rows_)};
  }

 private:
  const Sale& sale_;
  const ReceiptSetup& setup_;
  std::vector<ReceiptRow> rows_;
};

Result<Receipt> build(const Sale& body, const ReceiptSetup& setup, const std::string& title) {
  Writer out(body, setup);
  out.head(title);
  TRY(out.items());
  TRY(out.totals());
  out.tenders();
  TRY(out.taxes());
  return out.finish();
}

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

/// Breaks a text into pieces of at most `width` code points, at spaces where there are any. Control
/// characters become spaces: a name must not be able to move the print head.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  std::vector<std::string> pieces;
  std::string_view left = clean;
  while (utf8::length(left) > width) {
    const std::string_view head = utf8::prefix(left, width);
    std::size_t cut = head.size();
    if (left[cut] != ' ') {
      const std::size_t space = head.rfind(' ');
      if (space != std::string_view::npos && space > 0) cut = space;
    }
    pieces.emplace_back(left.substr(0, cut));
    while (cut < left.size() && left[cut] == ' ') ++cut;
    left.remove_prefix(cut);
  }
  if (!left.empty() || pieces.empty()) pieces.emplace_back(left);
  return pieces;
}

/// The left text wrapped, the right one at the end of its last line, or on a line of its own.
void append_pair(std::string& out, std::size_t columns, std::size_t indent, const std::string& left,
                 const std::string& right) {
  const std::size_t right_width = utf8::length(right);
  const std::size_t gap = right.empty() ? 0 : 1;
  const std::size_t room = columns > indent + right_width + gap ? columns - indent - right_width - gap : 0;
  const bool own_line = room < 8;
  const std::vector<std::string> pieces = wrap(left, own_line ? columns - indent : room);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    out += spaces(indent) + pieces[i];
    if (i + 1 == pieces.size() && !right.empty() && !own_line) {
      out += spaces(columns - indent - utf8::length(pieces[i]) - right_width) + right;
    }
    out += '\n';
  }
  if (own_line && !right.empty()) {
    const std::vector<std::string> rights = wrap(right, columns);
    for (const std::string& piece : rights) out += spaces(columns - utf8::length(piece)) + piece + '\n';
  }
}

void append_centred(std::string& out, std::size_t columns, const std::string& text) {
  for (const std::string& piece : wrap(text, columns)) {
    out += spaces((columns - utf8::length(piece)) / 2) + piece + '\n';
  }
}

/// Four columns, the first to the left, the others to the right; amounts too wide go on lines of their own.
void append_tax(std::string& out, std::size_t columns, const std::vector<std::string>& cells) {
  const std::size_t first = 8;
  const std::size_t width = (columns - first) / 3;
  bool fits = cells.size() == 4 && utf8::length(cells[0]) <= first;
  for (std::size_t i = 1; i < cells.size(); ++i) fits = fits && utf8::length(cells[i]) < width;
  if (!fits) {
    for (std::size_t i = 0; i < cells.size(); ++i) append_pair(out, columns, i == 0 ? 0 : 2, {}, cells[i]);
    return;
  }
  std::string line = cells[0] + spaces(columns - 3 * width - utf8::length(cells[0]));
  for (std::size_t i = 1; i < cells.size(); ++i) line += spaces(width - utf8::length(cells[i])) + cells[i];
  out += line + '\n';
}

}  // namespace

const std::string& name_of(const ReceiptWords& words, TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return words.cash;
    case TenderKind::card:
      return words.card;
    case TenderKind::mobile_money:
      return words.mobile_money;
    case TenderKind::credit:
      break;
  }
  return words.credit;
}

Result<Receipt> make_receipt(const Sale& sale, const ReceiptSetup& setup) {
  return build(sale, setup, setup.words.receipt);
}

Result<Receipt> make_receipt(const Refund& refund, const ReceiptSetup& setup) {
  return build(refund.body, setup, setup.words.refund);
}

Receipt make_document(std::string_view title, std::string_view text) {
  Receipt document;
  document.rows.push_back({Kind::header, std::string(title), {}, {}});
  document.rows.push_back({Kind::rule, {}, {}, {}});
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool rule = line.size() >= 3 && line.find_first_not_of('-') == std::string_view::npos;
    document.rows.push_back(
        {rule ? Kind::rule : Kind::text, rule ? std::string() : std::string(line), {}, {}});
  }
  return document;
}

MoneyFormat receipt_format(std::string_view country, std::string_view currency) {
  struct Symbol {
    std::string_view currency, symbol;
  };
  constexpr Symbol symbols[] = {{"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}, {"JPY", "¥"}};
  // Where people write 1.234,50 €.
  constexpr std::string_view comma_countries[] = {"AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IT",
                                                  "LU", "NL", "NO", "PL", "PT", "SE", "SI", "SK"};
  MoneyFormat format;
  for (const Symbol& known : symbols) {
    if (known.currency == currency) format.symbol = known.symbol;
  }
  if (std::find(std::begin(comma_countries), std::end(comma_countries), country) !=
      std::end(comma_countries)) {
    format.decimal_mark = ",";
    format.group_mark = ".";
    format.symbol_first = false;
  }
  return format;
}

std::string receipt_link(std::string_view origin, const Id& sale) {
  if (origin.empty()) return {};
  std::string link(origin);
  while (link.ends_with('/')) link.pop_back();
  return link + "/r/" + to_string(sale);
}

std::vector<ReceiptLine> lay_out(const Receipt& receipt, std::size_t columns) {
  ASSERT(columns >= 24);
  std::vector<ReceiptLine> lines;
  for (std::size_t i = 0; i < receipt.rows.size(); ++i) {
    const ReceiptRow& row = receipt.rows[i];
    std::string out;
    Kind kind = row.kind;
    switch (row.kind) {
      case Kind::header:
      case Kind::footer:
        append_centred(out, columns, row.left);
        break;
      case Kind::qr:
        append_centred(out, columns, row.right);
        kind = Kind::footer;
        break;
      case Kind::detail:
        append_pair(out, columns, 2, row.left, row.right);
        break;
      case Kind::rule:
        out += std::string(columns, '-') + '\n';
        break;
      case Kind::tax:
        append_tax(out, columns, row.cells);
        break;
      case Kind::text:
      case Kind::item:
      case Kind::total:
      case Kind::tender:
        append_pair(out, columns, 0, row.left, row.right);
        break;
    }
    for (std::size_t begin = 0; begin < out.size();) {
      const std::size_t end = out.find('\n', begin);
      lines.push_back({kind, out.substr(begin, end - begin), i});
      begin = end + 1;
    }
    if (row.kind == Kind::qr) lines.push_back({Kind::qr, row.left, i});
  }
  return lines;
}

std::string render(const Receipt& receipt, std::size_t columns) {
  std::string out;
  for (const ReceiptLine& line : lay_out(receipt, columns)) {
    if (line.kind == Kind::qr)
      append_centred(out, columns, line.text);
    else
      out += line.text + '\n';
  }
  return out;
}

}  // namespace ringup
