#include "server/catalogue/import.h"

#include <algorithm>
#include <cstring>

#include "core/base/csv.h"
#include "server/catalogue/import_plan.h"
#include "server/store/store.h"

namespace ringup::catalogue {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

}  // namespace

Result<ImportReport> import_products(store::Database& database, const Id& tenant, const ReadBytes& read,
                                     std::int64_t now_us) {
  const ImportGround ground = TRY(import_ground(database, tenant));
  ProductCsv rows(ground.currency, ground.tax_classes);
  ImportPlanner planner(database, ground);
  TRY(planner.begin());
  ImportApplier applier(database, ground, now_us, false);
  TRY(applier.begin());
  ImportReport report;
  const auto refuse = [&](Failure failure) -> Result<void> {
    if (report.refused.size() >= refusals_max) {
      return fail(
          Error::too_many, failure.where,
          "More than " + std::to_string(refusals_max) +
              " lines are refused; nothing was imported. The first: " + describe(report.refused.front()));
    }
    report.refused.push_back(std::move(failure));
    return {};
  };

  csv::Reader reader;
  csv::Record record;
  std::vector<char> buffer(chunk_bytes);
  bool header_read = false, finished = false;
  for (;;) {
    const csv::Reader::Step step = TRY(reader.next(record));
    if (step == csv::Reader::Step::end) break;
    if (step == csv::Reader::Step::need_more) {
      ASSERT(!finished);
      const std::size_t size = TRY(read(buffer));
      if (size == 0) {
        reader.finish();
        finished = true;
      } else {
        reader.feed({buffer.data(), size});
      }
      continue;
    }
    if (!header_read) {
      TRY(rows.header(record));
      header_read = true;
      continue;
    }
    Result<ProductRow> row = rows.row(record);
    if (!row.ok()) {
      TRY(refuse(std::move(row).failure()));
      continue;
    }
    Result<PlannedRow> planned = planner.plan(*row);
    if (!planned.ok()) {
      if (!is_refusal(planned.failure())) return std::move(planned).failure();
      TRY(refuse(std::move(planned).failure()));
      continue;
    }
    const Taken taken = TRY(applier.apply(*row, *planned));
    report.added += taken == Taken::added ? 1 : 0;
    report.changed += taken == Taken::changed ? 1 : 0;
    report.unchanged += taken == Taken::unchanged ? 1 : 0;
  }
  if (!header_read)
    return fail(Error::invalid_csv, "line 1",
                "The file is empty. The first line must be " + std::string(product_csv_header) + ".");
  TRY(applier.end());
  return report;
}

Result<ImportReport> import_products(store::Writer& writer, const Id& tenant, const ReadBytes& read) {
  return writer.write_for<ImportReport>([&](store::Database& database) {
    return import_products(database, tenant, read, store::unix_us_now());
  });
}

Result<ImportReport> import_products(store::Writer& writer, const Id& tenant, std::string_view file) {
  return import_products(writer, tenant,
                         [rest = file](std::span<char> buffer) mutable -> Result<std::size_t> {
                           const std::size_t size = std::min(buffer.size(), rest.size());
                           std::memcpy(buffer.data(), rest.data(), size);
                           rest.remove_prefix(size);
                           return size;
                         });
}

}  // namespace ringup::catalogue
