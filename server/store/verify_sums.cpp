#include "server/store/verify_sums.h"

#include <array>
#include <limits>

#include "server/store/reports.h"
#include "server/store/rollup.h"

namespace ringup::store {
namespace {

using Sums = std::array<std::int64_t, 5>;  // sales, refunds, gross, net, tax

template <class... Args>
Result<Sums> sums_of(Database& db, std::string_view sql, const Args&... args) {
  const auto read = [](const Row& row) {
    return Sums{row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
  };
  return TRY(db.first(sql, read, args...)).value_or(Sums{});
}

}  // namespace

Result<void> verify_sums(Database& db, std::vector<std::string>& problems) {
  struct Book {
    std::int64_t id;
    Id tenant;
    std::string rules, slug;
  };
  std::vector<Book> books;
  TRY(
      db.query("SELECT b.id, b.tenant, b.rules, t.slug FROM report_book b JOIN tenant t ON t.id = b.tenant"
               " WHERE b.retired = 0 ORDER BY b.id",
               [&](const Row& row) {
                 books.push_back({row.integer(0), row.id(1), row.string(2), row.string(3)});
               }));
  for (const Book& book : books) {
    const FoldRules rules = TRY(read_fold_rules(db, book.tenant));
    if (rules.name() != book.rules) continue;  // about to be made anew
    const RollupState state = TRY(rollup_state(db, book.tenant, book.rules));
    const auto events = TRY(sale_events(db, book.tenant, state.through,
                                        std::numeric_limits<std::int64_t>::max(), report_tail_max + 1));
    if (static_cast<std::int64_t>(events.size()) > report_tail_max) continue;  // far behind: says nothing yet
    Cells tail;
    for (const SaleEvent& event : events) TRY(fold(db, event, rules, tail));
    const Sums wanted = TRY(sums_of(db,
                                    "SELECT sum(kind = 'sale'), sum(kind = 'refund'), sum(total), sum(net),"
                                    " sum(tax) FROM sale WHERE tenant = $1 AND currency = $2"
                                    " AND voided_by IS NULL",
                                    book.tenant, rules.currency));
    Sums found =
        TRY(sums_of(db,
                    "SELECT sum(sales), sum(refunds), sum(gross), sum(net), sum(tax) FROM report_hour"
                    " WHERE book = $1",
                    book.id));
    for (const auto& [key, sums] : tail.hours) {
      const Sums more{sums.sales, sums.refunds, sums.gross, sums.net, sums.tax};
      for (std::size_t i = 0; i < found.size(); ++i) found[i] += more[i];
    }
    // Days, months and years hold the same lines, and so do the taxes.
    std::vector<std::int64_t> lines;
    TRY(db.query(
        "SELECT sum(gross) FROM report_product WHERE book = $1 GROUP BY span UNION ALL"
        " SELECT coalesce(sum(gross), 0) FROM report_tax WHERE book = $1",
        [&](const Row& row) { lines.push_back(row.integer(0)); }, book.id));
    bool same = found == wanted;
    for (const std::int64_t gross : lines) same = same && gross == lines.front();
    if (!same) {
      problems.push_back("business " + book.slug + ": the sums for reports differ from the sales (" +
                         std::to_string(found[2]) + " instead of " + std::to_string(wanted[2]) +
                         " in minor units)");
    }
  }
  return {};
}

}  // namespace ringup::store
