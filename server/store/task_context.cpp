#include "server/store/task_context.h"

#include <limits>

#include "core/till/bodies.h"
#include "core/till/chain.h"
#include "core/till/task_kinds.h"
#include "server/store/prices.h"

namespace ringup::store {
namespace {

struct FoundRecord {
  TaskRecord facts;
  Id till;
  std::string raw;
};

/// The record that the task is about: of several with one id (a conflict) the last one that came.
Result<std::optional<FoundRecord>> find_record(Database& db, const Id& tenant, const Id& id) {
  return db.first(
      "SELECT till, epoch, seq, coalesce(kind, ''), hash, result, received_at, raw FROM journal_record"
      " WHERE tenant = $1 AND id = $2 ORDER BY number DESC LIMIT 1",
      [](const Row& row) {
        FoundRecord found;
        found.till = row.id(0);
        found.facts.epoch = row.integer(1);
        if (!row.is_null(2)) found.facts.seq = row.integer(2);
        found.facts.kind = row.string(3);
        const std::span<const std::uint8_t> hash = row.bytes(4), raw = row.bytes(7);
        found.facts.hash = to_hex(hash.data(), hash.size());
        found.facts.result = row.string(5);
        found.facts.received_at = row.integer(6);
        found.raw.assign(raw.begin(), raw.end());
        return found;
      },
      tenant, id);
}

Result<void> look_up(Database& db, const Id& tenant, TaskProduct& product) {
  TRY(db.query(
      "SELECT p.unit_price, p.tax_class, p.deleted_at IS NOT NULL, p.sku, p.name, coalesce((SELECT "
      "sum(l.quantity) FROM"
      " stock_level l WHERE l.product = p.id), 0) FROM product p WHERE p.tenant = $1 AND p.id = $2",
      [&](const Row& row) {
        product.known = true;
        product.price = row.integer(0);
        product.tax_class = row.string(1);
        product.deleted = row.integer(2) != 0;
        product.stock = row.integer(5);
        if (product.sku.empty()) product.sku = row.string(3);
        if (product.name.empty()) product.name = row.string(4);
      },
      tenant, product.id));
  const std::vector<PriceStep> now =
      TRY(price_history(db, tenant, product.id, std::numeric_limits<std::int64_t>::max(), 1));
  if (!now.empty()) product.price_since = now.front().since;
  return {};
}

/// The lines of the sale that the task may mean: all, or those in which `meant` sees the matter.
template <class Meant>
Result<std::vector<TaskProduct>> products_of(Database& db, const Id& tenant, const Id& sale, Meant&& meant) {
  std::vector<TaskProduct> all, chosen;
  TRY(db.query(
      "SELECT product, sku, name, quantity, unit_price, tax_class FROM sale_line WHERE tenant = $1 AND sale "
      "= $2"
      " ORDER BY line LIMIT 200",
      [&](const Row& row) {
        TaskProduct product;
        product.id = row.id(0);
        product.sku = row.string(1), product.name = row.string(2);
        product.sold_quantity = row.integer(3), product.sold_price = row.integer(4);
        product.sold_tax_class = row.string(5);
        all.push_back(std::move(product));
      },
      tenant, sale));
  for (TaskProduct& product : all) {
    TRY(look_up(db, tenant, product));
    if (meant(product)) chosen.push_back(product);
  }
  // The catalogue may have changed again since: then the matter is seen nowhere any more.
  if (chosen.empty()) chosen = std::move(all);
  if (chosen.size() > task_products_max) chosen.resize(task_products_max);
  return chosen;
}

Result<std::vector<TaskLine>> lines_of(Database& db, const Id& till, std::int64_t epoch, std::int64_t from) {
  std::vector<TaskLine> lines;
  TRY(db.query(
      "SELECT branch, min(seq), max(seq), count(*), max(received_at) FROM journal_record WHERE till = $1 AND"
      " epoch = $2 AND seq >= $3 AND branch IS NOT NULL GROUP BY branch ORDER BY branch",
      [&](const Row& row) {
        lines.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)});
      },
      till, epoch, from));
  return lines;
}

}  // namespace

Result<TaskContext> read_task_context(Database& db, const Id& tenant, const Task& task) {
  TaskContext context;
  const journal::TaskKind* kind = journal::find_task_kind(task.kind);
  if (kind != nullptr && kind->subject == journal::TaskSubject::product) {
    TaskProduct product;
    product.id = task.subject;
    TRY(look_up(db, tenant, product));
    context.products.push_back(std::move(product));
    // The last sale that took some: the booking that made or kept it so.
    const auto last = TRY(db.first(
        "SELECT reference FROM stock_movement WHERE product = $1 AND kind = 'sale' AND tenant = $2"
        " ORDER BY at DESC, id DESC LIMIT 1",
        [](const Row& row) { return row.id(0); }, task.subject, tenant));
    if (last) context.sale = TRY(find_sale(db, tenant, *last));
    if (context.sale) context.till = TRY(find_till(db, context.sale->till));
    return context;
  }
  auto record = TRY(find_record(db, tenant, task.subject));
  if (!record) {  // about a till, or about a record without an id
    context.till = TRY(find_till(db, task.subject));
    if (context.till && context.till->tenant != tenant) context.till.reset();
    return context;
  }
  context.till = TRY(find_till(db, record->till));
  const journal::Envelope envelope = journal::read_envelope(record->raw);
  Id sale = task.subject;
  if (envelope.record) {
    record->facts.at = envelope.record->at;
    record->facts.user = envelope.record->user;
    if (envelope.record->kind == journal::Kind::void_sale) {
      if (const auto body = journal::read_void_body(envelope.record->body); body.ok()) sale = body->sale;
    }
    const journal::Kind of = envelope.record->kind;
    if (of == journal::Kind::cash_in || of == journal::Kind::cash_out) {
      if (const auto body = journal::read_cash_body(envelope.record->body); body.ok()) {
        record->facts.cash = body->amount;
        record->facts.currency = body->currency;
        record->facts.reason = body->reason;
      }
    }
    if (task.kind == "shift_closed" && envelope.record->shift)
      context.shift = TRY(find_shift(db, tenant, *envelope.record->shift));
  }
  context.record = record->facts;
  if (task.kind == "fork" && record->facts.seq)
    context.lines = TRY(lines_of(db, record->till, record->facts.epoch, *record->facts.seq));
  context.sale = TRY(find_sale(db, tenant, sale));
  if (!context.sale) return context;
  if (task.kind == "price_differs") {
    context.products = TRY(products_of(db, tenant, sale, [](const TaskProduct& product) {
      return product.known && ((product.price != 0 && product.price != product.sold_price) ||
                               product.tax_class != product.sold_tax_class);
    }));
  } else if (task.kind == "product_unknown") {
    context.products = TRY(products_of(
        db, tenant, sale, [](const TaskProduct& product) { return !product.known || product.deleted; }));
  }
  return context;
}

}  // namespace ringup::store
