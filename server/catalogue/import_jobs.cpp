#include "server/catalogue/import_jobs.h"

#include <malloc.h>

#include <algorithm>

#include "core/base/csv.h"
#include "server/store/catalogue_version.h"
#include "server/store/products.h"

namespace ringup::catalogue {
namespace {

using Phase = ImportState::Phase;
constexpr std::int64_t told_every = 1'000;  // rows between two looks at the lock

}  // namespace

std::string_view phase_name(Phase phase) {
  constexpr std::string_view names[] = {"waiting", "reading", "checking", "writing", "done", "failed"};
  return names[static_cast<std::size_t>(phase)];
}

/// `state` under the lock of ImportJobs; everything else is the thread's that works.
struct ImportJobs::Job {
  ImportWish wish;
  ImportState state;

  std::vector<ProductRow> rows;
  std::vector<PlannedRow> planned;  // of rows
  std::vector<bool> taken;          // of rows: not refused by the plan
  std::int64_t version = -1;        // of the catalogue that the plan is true for; -1: there is no whole plan
};

ImportJobs::~ImportJobs() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Result<Id> ImportJobs::start(ImportWish wish) {
  auto job = std::make_shared<Job>();
  job->wish = std::move(wish);
  job->state.id = store::new_id();
  job->state.check = job->wish.check;
  const Id id = job->state.id;
  const std::lock_guard lock(mutex_);
  for (const auto& one : known_) {
    if (one->wish.tenant == job->wish.tenant && !one->state.finished())
      return fail(Error::conflict, {}, "An import is running already; wait until it is done.");
  }
  // Only finished ones are forgotten.
  while (known_.size() >= finished_max) {
    const auto oldest =
        std::find_if(known_.begin(), known_.end(), [](const auto& one) { return one->state.finished(); });
    if (oldest == known_.end()) return fail(Error::busy, {}, "Many imports are waiting; try again later.");
    known_.erase(oldest);
  }
  known_.push_back(job);
  waiting_.push_back(std::move(job));
  work_.notify_one();
  return id;
}

std::optional<ImportState> ImportJobs::state(const Id& tenant, const Id& id, std::size_t refused_max,
                                             std::size_t& refused_count) const {
  const std::lock_guard lock(mutex_);
  for (const auto& job : known_) {
    if (job->state.id != id || job->wish.tenant != tenant) continue;
    const ImportState& state = job->state;
    refused_count = state.refused.size();
    ImportState copy{state.id,    state.check,   state.phase,     state.rows, state.rows_done,
                     state.added, state.changed, state.unchanged, {},         state.failure};
    copy.refused.assign(
        state.refused.begin(),
        state.refused.begin() + static_cast<std::ptrdiff_t>(std::min(refused_max, state.refused.size())));
    return copy;
  }
  return std::nullopt;
}

void ImportJobs::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const std::shared_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Result<void> worked = work(*job);
    // What a job needed while it ran is not kept with its result, nor by the allocator.
    job->rows = {};
    job->planned = {};
    job->taken = {};
    job->wish.file = {};
    (void)::malloc_trim(0);
    lock.lock();
    if (!worked.ok()) job->state.failure = std::move(worked).failure();
    job->state.phase = job->state.failure.has_value() ? Phase::failed : Phase::done;
    std::stable_sort(job->state.refused.begin(), job->state.refused.end(),
                     [](const RefusedLine& one, const RefusedLine& other) { return one.line < other.line; });
  }
}

Result<void> ImportJobs::work(Job& job) {
  const auto enter = [&](Phase phase) {
    const std::lock_guard lock(mutex_);
    job.state.phase = phase;
    job.state.rows_done = 0;
  };
  enter(Phase::reading);
  const ImportGround ground =
      TRY(store_.read([&](store::Database& database) { return import_ground(database, job.wish.tenant); }));
  TRY(read(job, ground));
  enter(Phase::checking);
  TRY(store_.read([&](store::Database& database) -> Result<void> {
    return store::in_snapshot(database, [&] { return plan(job, database, ground); });
  }));
  if (job.wish.check) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < job.rows.size(); ++i) {
      if (!job.taken[i]) continue;
      job.state.added += job.planned[i].taken == Taken::added ? 1 : 0;
      job.state.changed += job.planned[i].taken == Taken::changed ? 1 : 0;
      job.state.unchanged += job.planned[i].taken == Taken::unchanged ? 1 : 0;
    }
    return {};
  }
  enter(Phase::writing);
  // It may run again from its start, so it goes without a savepoint, which would copy every page it touches.
  return store_.writer().write([&](store::Database& database) { return write(job, database, ground); },
                               store::Writer::Again::possible);
}

Result<void> ImportJobs::read(Job& job, const ImportGround& ground) {
  ProductCsv rows(ground.currency, ground.tax_classes, job.wish.stock);
  csv::Reader reader;
  reader.feed(job.wish.file);
  reader.finish();
  csv::Record record;
  bool header_read = false;
  std::int64_t seen = 0;
  for (;;) {
    if (TRY(reader.next(record)) != csv::Reader::Step::record) break;
    if (!header_read) {
      TRY(rows.header(record));
      header_read = true;
      continue;
    }
    Result<ProductRow> row = rows.row(record);
    if (row.ok()) {
      job.rows.push_back(std::move(row).value());
    } else {
      refuse(job, std::move(row).failure(), {record.fields.begin(), record.fields.end()});
    }
    if (++seen % told_every == 0) {
      TRY(go_on(job));
      const std::lock_guard lock(mutex_);
      job.state.rows = job.state.rows_done = seen;
      if (job.state.refused.size() > import_refusals_max) {
        return fail(Error::too_many, {},
                    "More than " + std::to_string(import_refusals_max) +
                        " lines are refused, so nothing was imported; look at the first of them.");
      }
    }
  }
  if (!header_read)
    return fail(Error::invalid_csv, "line 1",
                "The file is empty. The first line must be " + std::string(product_csv_header) + ".");
  const std::lock_guard lock(mutex_);
  job.state.rows = seen;
  return {};
}

Result<void> ImportJobs::plan(Job& job, store::Database& database, const ImportGround& ground) {
  // A plan that is cut off is true for no version, so that write(), run again, does not take it for whole.
  job.version = -1;
  const std::int64_t version = TRY(store::catalogue_version(database, ground.tenant)).version;
  ImportPlanner planner(database, ground);
  TRY(planner.begin());
  job.planned.assign(job.rows.size(), {});
  job.taken.assign(job.rows.size(), false);
  for (std::size_t i = 0; i < job.rows.size(); ++i) {
    Result<PlannedRow> planned = planner.plan(job.rows[i]);
    if (planned.ok()) {
      job.planned[i] = *planned;
      job.taken[i] = true;
    } else if (is_refusal(planned.failure())) {
      // The row as it was read: its values are what the line says.
      const ProductRow& row = job.rows[i];
      refuse(job, std::move(planned).failure(),
             {row.sku, row.barcode ? to_string(*row.barcode) : std::string(), row.name, row.category,
              to_decimal(row.unit_price, ground.currency), row.tax_class,
              row.stock ? to_decimal(*row.stock) : std::string()});
    } else {
      return std::move(planned).failure();
    }
    if ((i + 1) % static_cast<std::size_t>(told_every) == 0) {
      TRY(go_on(job));
      const std::lock_guard lock(mutex_);
      job.state.rows_done = static_cast<std::int64_t>(i + 1);
    }
  }
  job.version = version;
  return {};
}

Result<void> ImportJobs::write(Job& job, store::Database& database, const ImportGround& ground) {
  const std::int64_t present = TRY(store::catalogue_version(database, ground.tenant)).version;
  if (present != job.version) {
    {
      const std::lock_guard lock(mutex_);
      // What the first plan refused may be different now.
      std::erase_if(job.state.refused, [&](const RefusedLine& refused) {
        const auto row =
            std::lower_bound(job.rows.begin(), job.rows.end(), refused.line,
                             [](const ProductRow& one, std::int64_t line) { return one.line < line; });
        return row != job.rows.end() && row->line == refused.line;
      });
    }
    TRY(plan(job, database, ground));
  }
  ImportApplier applier(database, ground, store::unix_us_now(), true);
  TRY(applier.begin());
  std::int64_t counts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < job.rows.size(); ++i) {
    if (!job.taken[i]) continue;
    ++counts[static_cast<std::size_t>(TRY(applier.apply(job.rows[i], job.planned[i])))];
    if ((i + 1) % static_cast<std::size_t>(told_every) == 0) {
      const std::lock_guard lock(mutex_);
      job.state.rows_done = static_cast<std::int64_t>(i + 1);
    }
  }
  TRY(applier.end());
  const std::lock_guard lock(mutex_);
  job.state.added = counts[static_cast<std::size_t>(Taken::added)];
  job.state.changed = counts[static_cast<std::size_t>(Taken::changed)];
  job.state.unchanged = counts[static_cast<std::size_t>(Taken::unchanged)];
  return {};
}

void ImportJobs::refuse(Job& job, Failure failure, std::vector<std::string> values) {
  const RefusedPlace place = place_of(failure);
  const std::lock_guard lock(mutex_);
  job.state.refused.push_back(
      {place.line, place.column, failure.error,
       failure.detail.empty() ? std::string(error_words(failure.error)) + '.' : std::move(failure.detail),
       std::move(values)});
}

Result<void> ImportJobs::go_on(Job&) const {
  if (stopping_)
    return fail(Error::busy, {}, "The server stopped before anything was written; import the file again.");
  return {};
}

}  // namespace ringup::catalogue
