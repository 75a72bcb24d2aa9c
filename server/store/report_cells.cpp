#include "server/store/report_cells.h"

#include "core/base/sha256.h"
#include "server/store/outbox.h"
#include "server/store/zones.h"

namespace ringup::store {
namespace {

struct Header {
  bool is_refund = false;
  Id till, branch, user;
  std::string currency;
  Amount net = 0, tax = 0, total = 0, rounding = 0, change = 0;
  std::int64_t sold_at = 0;
};

}  // namespace

Result<std::vector<SaleEvent>> sale_events(Database& db, const std::optional<Id>& tenant, std::int64_t after,
                                           std::int64_t through, std::int64_t limit) {
  std::vector<SaleEvent> events;
  TRY(db.query(
      "SELECT sequence, tenant, kind, payload FROM outbox WHERE sequence > $1 AND sequence <= $2"
      " AND kind IN ('sale', 'refund', 'void') AND ($3 IS NULL OR tenant = $3) ORDER BY sequence LIMIT $4",
      [&](const Row& row) {
        const std::optional<Id> sale = event_subject(row.text(3));
        if (sale) events.push_back({row.integer(0), row.id(1), *sale, row.text(2) == "void"});
      },
      after, through, tenant, limit));
  return events;
}

std::string FoldRules::name() const {
  std::string offsets;
  for (const Zone::Offset& offset : zone.offsets())
    offsets += std::to_string(offset.from_s) + ' ' + std::to_string(offset.minutes) + ' ';
  const Sha256Digest digest = sha256(offsets);
  return currency + ' ' + zone.name() + ' ' + to_hex(digest.data(), 8);
}

Result<FoldRules> read_fold_rules(Database& db, const Id& tenant) {
  auto found = TRY(db.first(
      "SELECT currency, time_zone FROM tenant WHERE id = $1",
      [](const Row& row) { return std::pair(row.string(0), row.string(1)); }, tenant));
  if (!found) return Error::not_found;
  return FoldRules{zone_or_utc(found->second), found->first};
}

Result<void> fold(Database& db, const SaleEvent& event, const FoldRules& rules, Cells& cells) {
  std::optional<Header> sale = TRY(db.first(
      "SELECT kind, till, branch, user, currency, net, tax, total, rounding, change, sold_at FROM sale"
      " WHERE tenant = $1 AND id = $2",
      [](const Row& row) {
        return Header{row.text(0) == "refund", row.id(1),      row.id(2),      row.id(3),
                      row.string(4),           row.integer(5), row.integer(6), row.integer(7),
                      row.integer(8),          row.integer(9), row.integer(10)};
      },
      event.tenant, event.sale));
  if (!sale || sale->currency != rules.currency) return {};
  const std::int64_t sign = event.voided ? -1 : 1;
  const std::int64_t count = sale->is_refund ? -sign : sign;  // of lines: what came back is sold no more
  const Place place{rules.zone.day(sale->sold_at), sale->branch, sale->till, sale->user};

  Amount discount = 0;
  TRY(db.query(
      "SELECT product, sku, name, quantity, tax_class, rate, discount, net, tax, gross FROM sale_line"
      " WHERE tenant = $1 AND sale = $2",
      [&](const Row& row) {
        const Id product = row.id(0);
        const Amount off = row.integer(6), net = row.integer(7), tax = row.integer(8), gross = row.integer(9);
        discount += off;
        ProductSums& sold = cells.products[{place.day, place.branch, product}];
        sold.lines += count;
        sold.quantity += sign * row.integer(3);
        sold.gross += sign * gross;
        sold.net += sign * net;
        sold.tax += sign * tax;
        sold.discount += sign * off;
        TaxSums& taxed = cells.taxes[{place, row.string(4), row.integer(5)}];
        taxed.lines += count;
        taxed.gross += sign * gross;
        taxed.net += sign * net;
        taxed.tax += sign * tax;
        taxed.discount += sign * off;
        if (const auto known = cells.names.find(product); known == cells.names.end())
          cells.names.emplace(product, SoldName{row.string(1), row.string(2)});
      },
      event.tenant, event.sale));

  TRY(db.query(
      "SELECT kind, amount FROM sale_tender WHERE tenant = $1 AND sale = $2",
      [&](const Row& row) {
        TenderSums& paid = cells.tenders[{place, row.string(0)}];
        paid.tenders += sign;
        paid.amount += sign * row.integer(1);
      },
      event.tenant, event.sale));
  // Change is given in cash, whatever it was paid with.
  if (sale->change != 0) cells.tenders[{place, "cash"}].amount -= sign * sale->change;

  HourSums& hour =
      cells.hours[{place.day, rules.zone.hour(sale->sold_at), place.branch, place.till, place.user}];
  (sale->is_refund ? hour.refunds : hour.sales) += sign;
  hour.gross += sign * sale->total;
  hour.net += sign * sale->net;
  hour.tax += sign * sale->tax;
  hour.discount += sign * discount;
  hour.rounding += sign * sale->rounding;
  if (sale->is_refund) hour.refunded += sign * sale->total;
  return {};
}

}  // namespace ringup::store
