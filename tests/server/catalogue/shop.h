#pragma once
/// A business with a branch and tax classes in a folder of its own, for tests of the catalogue.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/store/store.h"
#include "server/store/tenants.h"
#include "tests/server/support.h"

namespace ringup::test {

inline constexpr std::string_view csv_header = "sku,barcode,name,category,price,tax_class,stock\n";

struct Business {
  Id tenant, branch;
};

/// Adds a business in euros with the tax classes standard, reduced and zero and one default branch.
inline Business add_business(store::Store& store, const std::string& slug) {
  Business business{store::new_id(), store::new_id()};
  Result<void> done = store.writer().write([&](store::Database& db) -> Result<void> {
    store::Tenant tenant;
    tenant.id = business.tenant;
    tenant.slug = slug;
    tenant.name = slug;
    tenant.country = "DE";
    tenant.currency = TRY(parse_currency("EUR"));
    TRY(store::insert_tenant(db, tenant));
    TRY(store::insert_branch(db, {business.branch, business.tenant, "main", "Main", "", true, 0}));
    TRY(store::insert_tax_class(db, business.tenant, {"standard", Rate{190000}}));
    TRY(store::insert_tax_class(db, business.tenant, {"reduced", Rate{70000}}));
    return store::insert_tax_class(db, business.tenant, {"zero", Rate{0}});
  });
  EXPECT_TRUE(done.ok()) << describe(done.failure());
  return business;
}

/// A folder with one business in it.
class Shop {
 public:
  Shop() : store_(open()) { business_ = add_business(*store_, "corner"); }

  store::Store& store() { return *store_; }
  const std::string& path() const { return folder_.path(); }
  const Id& tenant() const { return business_.tenant; }
  const Id& branch() const { return business_.branch; }

 private:
  std::unique_ptr<store::Store> open() {
    auto opened = store::Store::open(folder_.path(), {.readers = 4, .make_if_missing = true});
    EXPECT_TRUE(opened.ok()) << describe(opened.failure());
    return std::move(opened).value();
  }
  Folder folder_;
  std::unique_ptr<store::Store> store_;
  Business business_;
};

}  // namespace ringup::test
