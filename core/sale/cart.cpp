#include "core/sale/cart.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace ringup {
namespace {

constexpr std::size_t line_numbers_bytes = 300;  // what a line's numbers, id and member names take in JSON

Result<void> check_text(std::string_view text, std::size_t bytes_max, const char* name) {
  if (text.size() > bytes_max) return fail(Error::limit_exceeded, name);
  if (!utf8::valid(text) || text.find('\0') != std::string_view::npos)
    return fail(Error::invalid_value, name);
  return {};
}

Result<void> check_quantity(Quantity quantity) {
  if (quantity.thousandths < 1 || quantity.thousandths > quantity_max) {
    return fail(Error::out_of_range, "quantity");
  }
  return {};
}

Result<void> check_item(const CartItem& item) {
  if (item.unit_price.value < 0 || item.unit_price.value > unit_price_max) {
    return fail(Error::out_of_range, "unit_price");
  }
  if (item.rate.ppm < 0 || item.rate.ppm > rate_max) return fail(Error::out_of_range, "rate");
  TRY(check_text(item.sku, line_sku_bytes_max, "sku"));
  TRY(check_text(item.name, line_name_bytes_max, "name"));
  return check_text(item.tax_class, line_tax_class_bytes_max, "tax_class");
}

/// `from` is what the discount is taken off, as it is now.
Result<void> check_discount(const Discount& discount, Amount from) {
  if (discount.amount < 0 || discount.amount > from) return fail(Error::out_of_range, "discount");
  if (discount.rate.ppm < 0 || discount.rate.ppm > rate_one) return fail(Error::out_of_range, "discount");
  if (discount.amount != 0 && discount.rate.ppm != 0) {
    return fail(Error::invalid_value, "discount", "A discount is an amount or a rate, not both");
  }
  return check_text(discount.reason, discount_reason_bytes_max, "discount_reason");
}

Result<Amount> taken_off(const Discount& discount, Amount from) {
  const Amount wanted = discount.rate.ppm != 0 ? TRY(part_of(from, discount.rate)) : discount.amount;
  return std::min(wanted, from);
}

/// How much of a journal record the lines take, as JSON.
bool fits_a_record(const std::vector<CartLine>& lines, const Discount& whole) {
  std::string text;
  for (const CartLine& line : lines) {
    json::append_quoted(text, line.item.sku);
    json::append_quoted(text, line.item.name);
    json::append_quoted(text, line.item.tax_class);
    json::append_quoted(text, line.discount.reason.empty() ? whole.reason : line.discount.reason);
  }
  return text.size() + lines.size() * line_numbers_bytes <= cart_bytes_max;
}

}  // namespace

Result<LineId> Cart::add(const CartItem& item, Quantity quantity) {
  TRY(check_item(item));
  TRY(check_quantity(quantity));
  std::vector<CartLine> lines = lines_;
  for (CartLine& line : lines) {
    if (line.item != item || !line.discount.is_none()) continue;
    line.quantity.thousandths += quantity.thousandths;  // both at most quantity_max
    TRY(check_quantity(line.quantity));
    const LineId id = line.id;
    TRY(take(std::move(lines), discount_));
    return id;
  }
  CartLine line;
  line.id = static_cast<LineId>(next_line_);
  line.item = item;
  line.quantity = quantity;
  lines.push_back(std::move(line));
  TRY(take(std::move(lines), discount_));
  ++next_line_;
  return lines_.back().id;
}

Result<void> Cart::set_quantity(LineId id, Quantity quantity) {
  const std::size_t at = TRY(index_of(id));
  TRY(check_quantity(quantity));
  std::vector<CartLine> lines = lines_;
  lines[at].quantity = quantity;
  return take(std::move(lines), discount_);
}

Result<void> Cart::remove(LineId id) {
  const std::size_t at = TRY(index_of(id));
  std::vector<CartLine> lines = lines_;
  Removed removed{at, lines[at]};
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
  TRY(take(std::move(lines), discount_));
  if (removed_.size() == cart_undo_max) removed_.erase(removed_.begin());
  removed_.push_back(std::move(removed));
  return {};
}

Result<LineId> Cart::undo_remove() {
  if (removed_.empty()) return Error::not_found;
  const Removed& removed = removed_.back();
  const LineId id = removed.line.id;
  std::vector<CartLine> lines = lines_;
  const std::size_t at = std::min(removed.at, lines.size());
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), removed.line);
  TRY(take(std::move(lines), discount_));
  removed_.pop_back();
  return id;
}

Result<void> Cart::discount_line(LineId id, Discount discount) {
  const std::size_t at = TRY(index_of(id));
  TRY(check_discount(discount, lines_[at].extension));
  std::vector<CartLine> lines = lines_;
  lines[at].discount = std::move(discount);
  return take(std::move(lines), discount_);
}

Result<void> Cart::discount_cart(Discount discount) {
  Amount from = 0;
  for (const CartLine& line : lines_) from += line.extension - line.own_discount;
  TRY(check_discount(discount, from));
  return take(lines_, std::move(discount));
}

void Cart::clear() {
  *this = Cart(currency_, rules_);
}

const CartLine* Cart::find(LineId id) const {
  for (const CartLine& line : lines_) {
    if (line.id == id) return &line;
  }
  return nullptr;
}

Amount Cart::discounts() const {
  Amount sum = cart_discount_;
  for (const CartLine& line : lines_) sum += line.own_discount;
  return sum;
}

std::vector<RateTotal> Cart::totals_by_rate() const {
  std::vector<RateTotal> totals;
  for (const CartLine& line : lines_) {
    auto at = std::lower_bound(totals.begin(), totals.end(), line.item.rate,
                               [](const RateTotal& total, Rate rate) { return total.rate.ppm < rate.ppm; });
    if (at == totals.end() || at->rate != line.item.rate) {
      at = totals.insert(at, RateTotal{line.item.rate, {}});
    }
    at->amounts = ringup::add(at->amounts, line.amounts).value();  // parts of totals_, which did not overflow
  }
  return totals;
}

Result<Settlement> Cart::settle(std::span<const Tender> tenders) const {
  return ringup::settle(total(), tenders, rules_);
}

Result<Amount> Cart::due(std::span<const Tender> so_far, TenderKind kind) const {
  return ringup::due(total(), so_far, kind, rules_);
}

Result<Sale> Cart::finish(std::span<const Tender> tenders, std::string_view receipt) const {
  if (lines_.empty()) return fail(Error::precondition_failed, "lines", "The cart is empty");
  TRY(check_text(receipt, receipt_bytes_max, "receipt"));
  if (receipt.empty()) return fail(Error::invalid_value, "receipt");
  for (const Tender& tender : tenders) {
    TRY(check_text(tender.reference, tender_reference_bytes_max, "tenders"));
  }
  Sale sale;
  sale.lines.reserve(lines_.size());
  for (const CartLine& line : lines_) {
    SaleLine out;
    out.line = static_cast<std::int64_t>(sale.lines.size()) + 1;
    out.product = line.item.product;
    out.sku = line.item.sku;
    out.name = line.item.name;
    out.quantity = line.quantity;
    out.unit_price = line.item.unit_price;
    out.tax_class = line.item.tax_class;
    out.rate = line.item.rate;
    out.discount = line.own_discount + line.cart_discount;
    if (line.own_discount != 0) {
      out.discount_reason = line.discount.reason;
    } else if (line.cart_discount != 0) {
      out.discount_reason = discount_.reason;
    }
    out.amounts = line.amounts;
    sale.lines.push_back(std::move(out));
  }
  sale.discount = cart_discount_;
  sale.rules = rules_;
  sale.tenders.assign(tenders.begin(), tenders.end());
  sale.total = total();
  sale.currency = currency_;
  sale.receipt = receipt;
  sale.customer = customer_;
  TRY(check_tenders(sale));
  const Settlement settlement = TRY(settle(tenders));
  if (settlement.rounding != 0) sale.roundings.push_back({std::string(cash_step), settlement.rounding});
  sale.change = settlement.change;
  return sale;
}

Result<void> Cart::take(std::vector<CartLine> lines, Discount discount) {
  if (lines.size() > cart_lines_max || !fits_a_record(lines, discount)) return fail(Error::too_many, "lines");
  std::vector<Amount> after_own(lines.size());
  Amount from = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CartLine& line = lines[i];
    line.extension = TRY(extend(line.quantity, line.item.unit_price));
    line.own_discount = TRY(taken_off(line.discount, line.extension));
    after_own[i] = line.extension - line.own_discount;
    from = TRY(ringup::add(from, after_own[i]));
  }
  const Amount whole = TRY(taken_off(discount, from));
  const std::vector<Amount> parts = spread(whole, after_own);
  std::vector<Taxable> taxables(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].cart_discount = parts[i];
    taxables[i] = {after_own[i] - parts[i], lines[i].item.rate};
  }
  const std::vector<Amounts> taxed = TRY(tax_lines(taxables, rules_));
  Amounts totals;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].amounts = taxed[i];
    totals = TRY(ringup::add(totals, taxed[i]));
  }
  lines_ = std::move(lines);
  discount_ = std::move(discount);
  cart_discount_ = whole;
  totals_ = totals;
  check();
  return {};
}

Result<std::size_t> Cart::index_of(LineId id) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].id == id) return i;
  }
  return fail(Error::not_found, "line");
}

void Cart::check() const {
  Amounts sum;
  Amount whole = 0;
  for (const CartLine& line : lines_) {
    const Amount priced = line.extension - line.own_discount - line.cart_discount;
    ASSERT(line.own_discount >= 0 && line.cart_discount >= 0 && priced >= 0);
    ASSERT(line.amounts.net + line.amounts.tax == line.amounts.gross);
    ASSERT(priced == (rules_.tax == TaxPlace::inside ? line.amounts.gross : line.amounts.net));
    sum.net += line.amounts.net;
    sum.tax += line.amounts.tax;
    sum.gross += line.amounts.gross;
    whole += line.cart_discount;
  }
  ASSERT(sum == totals_ && whole == cart_discount_);
}

}  // namespace ringup
