#include "server/store/rollup.h"

namespace ringup::store {
namespace {

struct Book {
  std::int64_t id = 0;
  std::string rules;
  std::optional<std::int64_t> through;
};

Result<std::optional<Book>> book_of(Database& db, const Id& tenant) {
  return db.first(
      "SELECT id, rules, through FROM report_book WHERE tenant = $1 AND retired = 0",
      [](const Row& row) {
        return Book{row.integer(0), row.string(1),
                    row.is_null(2) ? std::nullopt : std::optional(row.integer(2))};
      },
      tenant);
}

Result<std::int64_t> common_mark(Database& db) {
  return db.integer("SELECT through FROM report_mark", 0);
}

Result<std::int64_t> newest_event(Database& db) {
  return db.integer("SELECT max(sequence) FROM outbox", 0);
}

/// What one step found on a reader and the writer's job puts down.
struct Batch {
  std::int64_t from = 0, to = 0;  // of the mark that moves
  struct Part {
    Id tenant;
    std::string rules;
    bool in_step = false;  // the tenant's book stands at the mark, or there is none yet
    Cells cells;
  };
  std::vector<Part> parts;
  std::int64_t events = 0;
};

Result<void> add_products(Database& db, std::int64_t book, const Cells& cells) {
  using Key = std::tuple<int, std::int64_t, Id, Id>;
  std::map<Key, ProductSums> all;
  for (const auto& [key, sums] : cells.products) {
    const Date date = date_of(key.day);
    const std::int64_t periods[] = {key.day, date.year * 12 + static_cast<int>(date.month) - 1, date.year};
    for (int span = 0; span < 3; ++span) {
      ProductSums& to = all[{span, periods[span], key.branch, key.product}];
      to.lines += sums.lines;
      to.quantity += sums.quantity;
      to.gross += sums.gross;
      to.net += sums.net;
      to.tax += sums.tax;
      to.discount += sums.discount;
    }
  }
  for (const auto& [key, sums] : all) {
    const auto& [span, period, branch, product] = key;
    TRY(db.run(
        "INSERT INTO report_product (book, span, period, branch, product, lines, quantity, gross, net, tax,"
        " discount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (book, span, period, branch, product) DO UPDATE SET lines = lines + excluded.lines,"
        " quantity = quantity + excluded.quantity, gross = gross + excluded.gross, net = net + excluded.net,"
        " tax = tax + excluded.tax, discount = discount + excluded.discount",
        book, span, period, branch, product, sums.lines, sums.quantity, sums.gross, sums.net, sums.tax,
        sums.discount));
  }
  for (const auto& [product, name] : cells.names) {
    TRY(
        db.run("INSERT INTO report_name (book, product, sku, name) SELECT $1, $2, $3, $4"
               " WHERE NOT EXISTS (SELECT 1 FROM product WHERE id = $2) ON CONFLICT DO NOTHING",
               book, product, name.sku, name.name));
  }
  return {};
}

Result<void> add_cells(Database& db, std::int64_t book, const Cells& cells) {
  for (const auto& [key, sums] : cells.hours) {
    TRY(db.run(
        "INSERT INTO report_hour (book, day, hour, branch, till, user, sales, refunds, gross, net, tax,"
        " discount, rounding, refunded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT (book, day, hour, branch, till, user) DO UPDATE SET sales = sales + excluded.sales,"
        " refunds = refunds + excluded.refunds, gross = gross + excluded.gross, net = net + excluded.net,"
        " tax = tax + excluded.tax, discount = discount + excluded.discount,"
        " rounding = rounding + excluded.rounding, refunded = refunded + excluded.refunded",
        book, key.day, key.hour, key.branch, key.till, key.user, sums.sales, sums.refunds, sums.gross,
        sums.net, sums.tax, sums.discount, sums.rounding, sums.refunded));
  }
  for (const auto& [key, sums] : cells.taxes) {
    const auto& [place, tax_class, rate] = key;
    TRY(db.run(
        "INSERT INTO report_tax (book, day, branch, till, user, tax_class, rate, lines, gross, net, tax,"
        " discount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (book, day, branch, till, user, tax_class, rate) DO UPDATE SET"
        " lines = lines + excluded.lines, gross = gross + excluded.gross, net = net + excluded.net,"
        " tax = tax + excluded.tax, discount = discount + excluded.discount",
        book, place.day, place.branch, place.till, place.user, tax_class, rate, sums.lines, sums.gross,
        sums.net, sums.tax, sums.discount));
  }
  for (const auto& [key, sums] : cells.tenders) {
    const auto& [place, kind] = key;
    TRY(
        db.run("INSERT INTO report_tender (book, day, branch, till, user, kind, tenders, amount)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
               " ON CONFLICT (book, day, branch, till, user, kind) DO UPDATE SET"
               " tenders = tenders + excluded.tenders, amount = amount + excluded.amount",
               book, place.day, place.branch, place.till, place.user, kind, sums.tenders, sums.amount));
  }
  return add_products(db, book, cells);
}

/// A new book in which nothing is yet; `through` NULL where it stands at the mark.
Result<std::int64_t> begin_book(Database& db, const Id& tenant, std::string_view rules,
                                const std::optional<std::int64_t>& through) {
  return db.integer("INSERT INTO report_book (tenant, rules, through) VALUES ($1, $2, $3) RETURNING id", 0,
                    tenant, rules, through);
}

/// What lies behind the common mark, tenant by tenant.
Result<Batch> read_common(Database& db, std::int64_t events_max) {
  Batch batch;
  batch.from = TRY(common_mark(db));
  batch.to = TRY(newest_event(db));
  const std::vector<SaleEvent> events = TRY(sale_events(db, std::nullopt, batch.from, batch.to, events_max));
  if (static_cast<std::int64_t>(events.size()) == events_max) batch.to = events.back().sequence;
  batch.events = static_cast<std::int64_t>(events.size());
  std::map<Id, std::pair<std::size_t, FoldRules>> places;
  for (const SaleEvent& event : events) {
    auto place = places.find(event.tenant);
    if (place == places.end()) {
      FoldRules rules = TRY(read_fold_rules(db, event.tenant));
      const std::optional<Book> book = TRY(book_of(db, event.tenant));
      Batch::Part part{event.tenant, rules.name(), true, {}};
      part.in_step = !book || (book->rules == part.rules && !book->through);
      place = places.emplace(event.tenant, std::pair(batch.parts.size(), std::move(rules))).first;
      batch.parts.push_back(std::move(part));
    }
    Batch::Part& part = batch.parts[place->second.first];
    if (part.in_step) TRY(fold(db, event, place->second.second, part.cells));
  }
  return batch;
}

Result<void> write_common(Database& db, const Batch& batch) {
  const std::int64_t moved =
      TRY(db.run("UPDATE report_mark SET through = $2 WHERE through = $1", batch.from, batch.to));
  if (moved == 0) return Error::conflict;
  for (const Batch::Part& part : batch.parts) {
    const std::optional<Book> book = TRY(book_of(db, part.tenant));
    const bool fits = book && book->rules == part.rules && !book->through;
    if (part.in_step != (!book || fits)) return Error::conflict;  // begun anew by another process meanwhile
    if (!part.in_step) continue;
    const std::int64_t id =
        book ? book->id : TRY(begin_book(db, part.tenant, part.rules, std::optional<std::int64_t>()));
    TRY(add_cells(db, id, part.cells));
  }
  return {};
}

/// Tenants whose book was made by other rules than theirs.
Result<std::optional<std::pair<Id, std::string>>> find_outdated(Database& db) {
  std::optional<std::pair<Id, std::string>> outdated;
  std::vector<std::pair<Id, std::string>> books;
  TRY(db.query("SELECT tenant, rules FROM report_book WHERE retired = 0",
               [&](const Row& row) { books.emplace_back(row.id(0), row.string(1)); }));
  for (const auto& [tenant, rules] : books) {
    const std::string now = TRY(read_fold_rules(db, tenant)).name();
    if (now != rules) return std::optional(std::pair(tenant, now));
  }
  return outdated;
}

Result<void> begin_anew(Database& db, const Id& tenant, const std::string& rules) {
  TRY(db.run("UPDATE report_book SET retired = 1 WHERE tenant = $1 AND retired = 0", tenant));
  TRY(begin_book(db, tenant, rules, std::int64_t{0}));
  return {};
}

/// The next part of a book that was begun anew.
struct Catching {
  Id tenant;
  Book book;
  std::int64_t mark = 0, to = 0;
  std::int64_t events = 0;
  Cells cells;
};
Result<std::optional<Catching>> read_catching(Database& db, std::int64_t events_max) {
  auto found = TRY(
      db.first("SELECT tenant, id, rules, through FROM report_book WHERE retired = 0 AND through IS NOT NULL"
               " ORDER BY id LIMIT 1",
               [](const Row& row) {
                 return Catching{row.id(0), {row.integer(1), row.string(2), row.integer(3)}, 0, 0, 0, {}};
               }));
  if (!found) return found;
  const FoldRules rules = TRY(read_fold_rules(db, found->tenant));
  if (rules.name() != found->book.rules) return std::optional<Catching>();
  found->mark = found->to = TRY(common_mark(db));
  const std::vector<SaleEvent> events =
      TRY(sale_events(db, found->tenant, *found->book.through, found->mark, events_max));
  if (static_cast<std::int64_t>(events.size()) == events_max) found->to = events.back().sequence;
  found->events = static_cast<std::int64_t>(events.size());
  for (const SaleEvent& event : events) TRY(fold(db, event, rules, found->cells));
  return found;
}

Result<void> write_catching(Database& db, const Catching& catching) {
  // At the common mark it goes on with it, unless the mark has moved meanwhile.
  const bool whole = catching.to == catching.mark && TRY(common_mark(db)) == catching.mark;
  const std::int64_t moved =
      TRY(db.run("UPDATE report_book SET through = $3 WHERE id = $1 AND through = $2 AND retired = 0",
                 catching.book.id, catching.book.through, whole ? std::nullopt : std::optional(catching.to)));
  if (moved == 0) return Error::conflict;
  return add_cells(db, catching.book.id, catching.cells);
}

/// Deletes a part of a book that is no longer used; false where there is none.
Result<bool> forget(Database& db) {
  const std::int64_t book =
      TRY(db.integer("SELECT id FROM report_book WHERE retired = 1 ORDER BY id LIMIT 1", 0));
  if (book == 0) return false;
  std::int64_t gone =
      TRY(db.run("DELETE FROM report_product WHERE book = $1 AND (span, period) IN"
                 " (SELECT span, period FROM report_product WHERE book = $1 LIMIT 1)",
                 book));
  if (gone > 0) return true;
  // These have some dozens of rows a day.
  constexpr std::int64_t days = 30;
  for (int table = 0; table < 3 && gone == 0; ++table) {
    constexpr const char* deletes[] = {
        "DELETE FROM report_hour WHERE book = $1 AND day <"
        " (SELECT day + $2 FROM report_hour WHERE book = $1 LIMIT 1)",
        "DELETE FROM report_tax WHERE book = $1 AND day <"
        " (SELECT day + $2 FROM report_tax WHERE book = $1 LIMIT 1)",
        "DELETE FROM report_tender WHERE book = $1 AND day <"
        " (SELECT day + $2 FROM report_tender WHERE book = $1 LIMIT 1)"};
    gone = TRY(db.run(deletes[table], book, days));
  }
  if (gone > 0) return true;
  TRY(db.run("DELETE FROM report_name WHERE book = $1", book));
  TRY(db.run("DELETE FROM report_book WHERE id = $1", book));
  return true;
}

}  // namespace

Result<RollupStep> roll_up(Store& store, std::int64_t events_max) {
  const Batch batch = TRY(
      store.read([&](Database& db) { return in_snapshot(db, [&] { return read_common(db, events_max); }); }));
  if (batch.to > batch.from) {
    TRY(store.writer().write([&](Database& db) { return write_common(db, batch); }));
    return RollupStep{batch.events, true};
  }
  const auto outdated = TRY(store.read([](Database& db) { return find_outdated(db); }));
  if (outdated) {
    TRY(store.writer().write(
        [&](Database& db) { return begin_anew(db, outdated->first, outdated->second); }));
    return RollupStep{0, true};
  }
  const auto catching = TRY(store.read(
      [&](Database& db) { return in_snapshot(db, [&] { return read_catching(db, events_max); }); }));
  if (catching) {
    TRY(store.writer().write([&](Database& db) { return write_catching(db, *catching); }));
    return RollupStep{catching->events, true};
  }
  const std::int64_t retired = TRY(store.read(
      [](Database& db) { return db.integer("SELECT 1 FROM report_book WHERE retired = 1 LIMIT 1", 0); }));
  if (retired == 0) return RollupStep{};
  const bool more = TRY(store.writer().write_for<bool>([](Database& db) { return forget(db); }));
  return RollupStep{0, more};
}

Result<std::int64_t> rollup_backlog(Database& db) {
  return TRY(newest_event(db)) - TRY(common_mark(db));
}

Result<RollupState> rollup_state(Database& db, const Id& tenant, std::string_view rules) {
  const std::optional<Book> book = TRY(book_of(db, tenant));
  const std::int64_t mark = TRY(common_mark(db));
  // No book: no event of this tenant is behind the mark. Another's rules: all of them count anew.
  if (!book) return RollupState{0, mark};
  if (book->rules != rules) return RollupState{0, 0};
  return RollupState{book->id, book->through.value_or(mark)};
}

}  // namespace ringup::store
