// Looking for sales. A list walks along time unless what is asked for is rare and an index knows where it is:
// then it starts from there. One text per way and order, so that each is prepared once and each condition
// that leads can use its index; the others are looked at row by row.
//
// What it costs: along time, one look into the index and one into the table per sale that is passed over.
// With a million sales a page of the newest takes well under a millisecond, the largest of a month 0.1 s; the
// worst questions (the largest of all time, an amount that no sale has) read them all once, in 1.5 to 3 s.
#include <limits>

#include "server/store/sale_columns.h"

namespace ringup::store {
namespace {

/// Beyond this many matches an index of rare things is no help any more: sorting them costs more than time.
constexpr std::int64_t rare_max = 5'000;

enum Way { by_time, by_receipt, by_customer, by_flag, by_void, by_refund, by_product, by_shift, way_count };

// $1 tenant $2 from $3 to $4 till $5 branch $6 user $7 kind $8 key and $9 id of the last seen $10 customer
// $11 tender $12 least $13 most $14 flags $15 receipt's first and $16 last possible beginning $17 product
// $18 only voided $19 limit $20 shift
#define FILTERS                                                                                              \
  " s.tenant = $1 AND s.sold_at >= $2 AND s.sold_at < $3 AND ($4 IS NULL OR s.till = $4)"                    \
  " AND ($5 IS NULL OR s.branch = $5) AND ($6 IS NULL OR s.user = $6) AND ($7 IS NULL OR s.kind = $7)"       \
  " AND ($12 IS NULL OR s.total >= $12) AND ($13 IS NULL OR s.total <= $13)"                                 \
  " AND ($14 = 0 OR s.flags & $14) AND ($18 = 0 OR s.voided_by IS NOT NULL) AND ($20 IS NULL OR s.shift = "  \
  "$20)"                                                                                                     \
  " AND ($11 IS NULL OR EXISTS (SELECT 1 FROM sale_tender t WHERE t.tenant = s.tenant AND t.sale = s.id AND" \
  " t.kind = $11))"
#define RECEIPT " AND ($15 IS NULL OR (s.receipt >= $15 AND s.receipt < $16))"
#define CUSTOMER " AND ($10 IS NULL OR s.customer = $10)"
#define PRODUCT                                                                                            \
  " AND ($17 IS NULL OR EXISTS (SELECT 1 FROM sale_line l WHERE l.tenant = s.tenant AND l.sale = s.id AND" \
  " l.product = $17))"
#define NEWEST " AND (s.sold_at, s.id) < ($8, $9) ORDER BY s.sold_at DESC, s.id DESC LIMIT $19"
#define OLDEST " AND (s.sold_at, s.id) > ($8, $9) ORDER BY s.sold_at, s.id LIMIT $19"
#define LARGEST " AND (s.total, s.id) < ($8, $9) ORDER BY s.total DESC, s.id DESC LIMIT $19"
#define ORDERS(from_where) \
  { SALE_COLUMNS from_where NEWEST, SALE_COLUMNS from_where OLDEST, SALE_COLUMNS from_where LARGEST }

/// [way][order]. CROSS JOIN keeps the left table the outer one.
constexpr const char* texts[way_count][3] = {
    ORDERS(" FROM sale s WHERE" FILTERS RECEIPT CUSTOMER PRODUCT),
    ORDERS(" FROM sale f CROSS JOIN sale s WHERE f.tenant = $1 AND f.receipt >= $15 AND f.receipt < $16 AND"
           " s.id = f.id AND" FILTERS CUSTOMER PRODUCT),
    ORDERS(
        " FROM sale f CROSS JOIN sale s WHERE f.tenant = $1 AND f.customer = $10 AND s.id = f.id AND" FILTERS
            RECEIPT PRODUCT),
    ORDERS(" FROM sale s WHERE s.flags <> 0 AND" FILTERS RECEIPT CUSTOMER PRODUCT),
    ORDERS(" FROM sale s WHERE s.voided_by IS NOT NULL AND" FILTERS RECEIPT CUSTOMER PRODUCT),
    ORDERS(" FROM sale s WHERE s.kind = 'refund' AND" FILTERS RECEIPT CUSTOMER PRODUCT),
    ORDERS(" FROM (SELECT DISTINCT m.reference AS id FROM stock_movement m WHERE m.product = $17 AND m.at >= "
           "$2 AND"
           " m.at < $3 AND m.kind IN ('sale', 'refund')) f CROSS JOIN sale s WHERE s.id = f.id AND" FILTERS
               RECEIPT CUSTOMER),
    ORDERS(" FROM sale f CROSS JOIN sale s WHERE f.tenant = $1 AND f.shift = $20 AND s.id = f.id AND" FILTERS
               RECEIPT CUSTOMER PRODUCT),
};

/// The least text that is greater than all that begin with `text`.
std::string after_all(std::string text) {
  text += "\xf4\x90";  // above every code point in UTF-8
  return text;
}

Result<Way> choose(Database& db, const Id& tenant, const SaleFilter& filter, const std::string& receipt_end) {
  if (filter.receipt) {
    const std::int64_t found = TRY(db.integer(
        "SELECT count(*) FROM (SELECT 1 FROM sale WHERE tenant = $1 AND receipt >= $2 AND receipt < $3"
        " LIMIT $4)",
        0, tenant, *filter.receipt, receipt_end, rare_max + 1));
    if (found <= rare_max) return by_receipt;
  }
  if (filter.shift) return by_shift;
  if (filter.customer) return by_customer;
  if (filter.product) {
    // A sale's movement carries its time and its id.
    const std::int64_t found = TRY(db.integer(
        "SELECT count(*) FROM (SELECT 1 FROM stock_movement WHERE product = $1 AND at >= $2 AND at < $3"
        " LIMIT $4)",
        0, *filter.product, filter.from.value_or(std::numeric_limits<std::int64_t>::min()),
        filter.to.value_or(std::numeric_limits<std::int64_t>::max()), rare_max + 1));
    if (found <= rare_max) return by_product;
  }
  if (filter.flags != 0) return by_flag;
  if (filter.kind == SaleFilter::Kind::voided) return by_void;
  if (filter.kind == SaleFilter::Kind::refund) return by_refund;
  return by_time;
}

}  // namespace

std::int64_t order_key(const SaleRow& sale, SaleFilter::Order order) {
  return order == SaleFilter::Order::largest ? sale.total : sale.sold_at;
}

Result<std::vector<SaleRow>> list_sales(Database& db, const Id& tenant, const SaleFilter& filter) {
  using Kind = SaleFilter::Kind;
  constexpr std::int64_t first = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  const bool rising = filter.order == SaleFilter::Order::oldest;
  const auto [after_key, after_id] = filter.after.value_or(std::pair(rising ? first : last, Id{}));
  const std::string receipt_end = filter.receipt ? after_all(*filter.receipt) : std::string();
  std::optional<std::string_view> kind;
  if (filter.kind == Kind::sale) kind = "sale";
  if (filter.kind == Kind::refund) kind = "refund";
  const Way way = TRY(choose(db, tenant, filter, receipt_end));
  std::vector<SaleRow> sales;
  TRY(db.query(
      texts[way][static_cast<std::size_t>(filter.order)],
      [&](const Row& row) { sales.push_back(sale_of(row)); }, tenant, filter.from.value_or(first),
      filter.to.value_or(last), filter.till, filter.branch, filter.user, kind, after_key, after_id,
      filter.customer, filter.tender, filter.min_total, filter.max_total,
      static_cast<std::int64_t>(filter.flags), filter.receipt, receipt_end, filter.product,
      filter.kind == Kind::voided, filter.limit, filter.shift));
  return sales;
}

}  // namespace ringup::store
