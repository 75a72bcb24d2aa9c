// Bodies of sales and refunds: what is read survives being written, and replays, refunds and receipts of the
// wildest numbers end with a value or an error. Also the decimal texts of amounts.
#include "core/sale/receipt.h"
#include "core/sale/replay.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

namespace {

void try_decimals(std::string_view text) {
  const Currency currency = parse_currency("EUR").value();
  if (const auto money = parse_money(text, currency)) {
    fuzz::promise(parse_money(to_decimal(*money), currency).value() == *money, "money survives");
  }
  if (const auto price = parse_unit_price(text, currency)) {
    fuzz::promise(parse_unit_price(to_decimal(*price, currency), currency).value() == *price,
                  "prices survive");
  }
  if (const auto quantity = parse_quantity(text)) {
    fuzz::promise(parse_quantity(to_decimal(*quantity)).value() == *quantity, "quantities survive");
  }
  if (const auto rate = parse_percent(text)) {
    fuzz::promise(parse_percent(to_percent(*rate)).value() == *rate, "rates survive");
  }
  if (const auto number = parse_receipt_number(text)) {
    fuzz::promise(to_string(*number) == text, "receipt numbers have one form");
  }
}

template <class Body>
void try_receipt(const Body& body) {
  if (const auto receipt = make_receipt(body, {})) (void)render(*receipt, receipt_columns_narrow);
}

void try_sale(const Sale& sale) {
  fuzz::promise(read_sale_body(write_sale_body(sale)).value() == sale, "a sale survives being written");
  (void)replay(sale).ok();
  (void)check_tenders(sale).ok();
  try_receipt(sale);
  Refunded before;
  for (int i = 0; i < 3; ++i) {
    RefundRequest request = all_that_is_left(sale, before);
    if (request.lines.empty()) return;
    if (i < 2) request.lines[0].quantity.thousandths = (request.lines[0].quantity.thousandths + 1) / 2;
    const auto refund = make_refund(Id{}, sale, before, request, "A1-1-000002");
    if (!refund) return;
    (void)replay(*refund, sale, before).ok();
    if (!add(before, *refund)) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  try_decimals(text);
  const auto value = json::parse(text);
  if (!value) return 0;
  if (const auto sale = read_sale_body(*value)) try_sale(*sale);
  if (const auto refund = read_refund_body(*value)) {
    fuzz::promise(read_refund_body(write_refund_body(*refund)).value() == *refund, "a refund survives");
    (void)replay(*refund).ok();
    (void)replay(*refund, negate(refund->body), {}).ok();
    try_receipt(*refund);
  }
  return 0;
}
