#include "server/catalogue/import.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "core/base/csv.h"
#include "core/catalogue/product_csv.h"
#include "server/store/catalogue_version.h"
#include "server/store/categories.h"
#include "server/store/prices.h"
#include "server/store/products.h"
#include "server/store/stock.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace ringup::catalogue {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

Failure at_column(const ProductRow& row, std::string_view column, Error error, std::string detail) {
  return fail(error, "line " + std::to_string(row.line) + ", " + std::string(column), std::move(detail));
}

/// What became of a line.
enum class Taken : std::uint8_t { added, changed, unchanged };

/// The rows of one file going into one tenant's catalogue, inside one writer job.
class Import {
 public:
  Import(store::Database& database, const Id& tenant, const Id& branch, std::int64_t now_us)
      : database_(database), tenant_(tenant), branch_(branch), now_us_(now_us) {}

  Result<void> begin() {
    for (Category& category : TRY(store::categories(database_, tenant_)))
      categories_.emplace(std::move(category.name), category.id);
    products_ = TRY(store::count_products(database_, tenant_));
    was_empty_ = products_ == 0;
    return {};
  }

  /// A failure with a `where` refuses the line; one without ends the import.
  Result<Taken> take(const ProductRow& row) {
    std::optional<Product> present;
    if (!was_empty_) present = TRY(store::product_at_branch(database_, tenant_, row.sku, branch_));
    bool new_barcode = row.barcode.has_value();
    if (row.barcode.has_value() && !was_empty_) {
      const std::optional<Id> owner = TRY(store::product_with_barcode(database_, tenant_, *row.barcode));
      if (owner.has_value()) TRY(refuse_barcode_of_another(row, *owner, present));
      new_barcode = !owner.has_value();
    }
    if (present.has_value() && new_barcode &&
        TRY(store::count_barcodes(database_, present->id)) >= static_cast<std::int64_t>(barcodes_max)) {
      return at_column(row, "barcode", Error::too_many,
                       "The product has " + std::to_string(barcodes_max) + " barcodes already.");
    }
    if (!present.has_value() && products_ >= static_cast<std::int64_t>(products_max)) {
      return at_column(row, "sku", Error::too_many,
                       "The catalogue holds " + std::to_string(products_max) + " products, its limit.");
    }
    const Id category = TRY(category_of(row));

    Product product;
    product.sku = row.sku;
    product.name = row.name;
    product.category = category;
    product.unit_price = row.unit_price;
    product.tax_class = row.tax_class;
    if (present.has_value()) return change(row, *present, std::move(product), new_barcode);

    ++products_;
    product.id = store::new_id();
    product.version = TRY(version());
    if (row.barcode.has_value()) product.barcodes.push_back(*row.barcode);
    TRY(store::insert_product(database_, tenant_, product, now_us_));
    TRY(book(product.id, row.stock.value_or(Quantity{0}).thousandths));
    return Taken::added;
  }

  Result<void> end() {
    if (new_categories_) TRY(store::catalogue_lists_changed(database_, tenant_));
    return {};
  }

 private:
  Result<void> refuse_barcode_of_another(const ProductRow& row, const Id& owner,
                                         const std::optional<Product>& present) {
    if (present.has_value() && present->id == owner) return {};
    const std::optional<Product> other = TRY(store::product(database_, tenant_, owner));
    return at_column(
        row, "barcode", Error::duplicate_barcode,
        "The product " + (other.has_value() ? other->sku : std::string()) + " has this barcode already.");
  }

  Result<Taken> change(const ProductRow& row, const Product& present, Product product, bool new_barcode) {
    const std::int64_t difference =
        row.stock.has_value() ? row.stock->thousandths - present.stock.thousandths : 0;
    const bool fields_differ = product.name != present.name || product.category != present.category ||
                               product.unit_price != present.unit_price ||
                               product.tax_class != present.tax_class;
    if (!fields_differ && !new_barcode && difference == 0) return Taken::unchanged;
    product.id = present.id;
    product.version = TRY(version());
    TRY(store::update_product(database_, tenant_, product));
    if (product.unit_price != present.unit_price) {
      TRY(store::note_price_change(
          database_, tenant_,
          {product.id, present.unit_price, product.unit_price, now_us_, std::nullopt, true}));
    }
    if (new_barcode) TRY(store::add_barcode(database_, tenant_, product.id, *row.barcode));
    TRY(book(product.id, difference));
    return Taken::changed;
  }

  /// The category's id, made where it is new; nil for none.
  Result<Id> category_of(const ProductRow& row) {
    if (row.category.empty()) return Id{};
    const auto known = categories_.find(row.category);
    if (known != categories_.end()) return known->second;
    if (categories_.size() >= categories_max) {
      return at_column(row, "category", Error::too_many,
                       "There are " + std::to_string(categories_max) + " categories, the limit.");
    }
    const Id id = store::new_id();
    TRY(store::insert_category(database_, tenant_, {id, row.category}));
    categories_.emplace(row.category, id);
    new_categories_ = true;
    return id;
  }

  Result<void> book(const Id& product, std::int64_t quantity) {
    if (quantity == 0) return {};
    store::Movement movement;
    movement.tenant = tenant_;
    movement.branch = branch_;
    movement.product = product;
    movement.quantity = quantity;
    movement.kind = store::MovementKind::import;
    movement.at = now_us_;
    TRY(store::book_movement(database_, movement));
    return {};
  }

  /// One for the whole import, taken with its first change.
  Result<std::int64_t> version() {
    if (version_ == 0) version_ = TRY(store::next_catalogue_version(database_, tenant_));
    return version_;
  }

  store::Database& database_;
  const Id tenant_, branch_;
  const std::int64_t now_us_;
  std::unordered_map<std::string, Id> categories_;
  std::int64_t products_ = 0;
  std::int64_t version_ = 0;
  bool was_empty_ = false;  // then no line can meet a product but one of its own file
  bool new_categories_ = false;
};

/// A failure of the store is no fault of the line.
bool is_refusal(const Failure& failure) {
  return failure.where.starts_with("line ");
}

}  // namespace

Result<ImportReport> import_products(store::Database& database, const Id& tenant, const ReadBytes& read,
                                     std::int64_t now_us) {
  const std::optional<store::Branch> branch = TRY(store::find_default_branch(database, tenant));
  if (!branch.has_value())
    return fail(Error::precondition_failed, {}, "This business has no default branch to keep stock at.");
  std::vector<std::string> tax_classes;
  for (ringup::TaxClass& tax_class : TRY(store::catalogue_tax_classes(database, tenant)))
    tax_classes.push_back(std::move(tax_class.name));
  if (tax_classes.empty())
    return fail(Error::precondition_failed, {}, "This business has no tax classes yet.");
  const store::CatalogueSettings settings = TRY(store::catalogue_settings(database, tenant));

  ProductCsv rows(settings.currency, std::move(tax_classes));
  Import import(database, tenant, branch->id, now_us);
  TRY(import.begin());
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
    Result<Taken> taken = import.take(*row);
    if (!taken.ok()) {
      if (!is_refusal(taken.failure())) return std::move(taken).failure();
      TRY(refuse(std::move(taken).failure()));
      continue;
    }
    report.added += *taken == Taken::added ? 1 : 0;
    report.changed += *taken == Taken::changed ? 1 : 0;
    report.unchanged += *taken == Taken::unchanged ? 1 : 0;
  }
  if (!header_read)
    return fail(Error::invalid_csv, "line 1",
                "The file is empty. The first line must be " + std::string(product_csv_header) + ".");
  TRY(import.end());
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
