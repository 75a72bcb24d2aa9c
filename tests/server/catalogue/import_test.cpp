#include "server/catalogue/import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "server/store/catalogue_delta.h"
#include "server/store/catalogue_version.h"
#include "server/store/products.h"
#include "server/store/stock.h"
#include "tests/server/catalogue/shop.h"

namespace ringup::catalogue {
namespace {

using test::csv_header;
using test::Shop;

ImportReport import(Shop& shop, std::string_view lines) {
  auto report =
      import_products(shop.store().writer(), shop.tenant(), std::string(csv_header) + std::string(lines));
  EXPECT_TRUE(report.ok()) << describe(report.failure());
  return report.ok() ? *report : ImportReport{};
}

std::optional<Product> product(Shop& shop, std::string_view sku) {
  return *shop.store().read([&](store::Database& db) -> Result<std::optional<Product>> {
    const std::optional<Id> id = TRY(store::product_with_sku(db, shop.tenant(), sku));
    if (!id.has_value()) return std::optional<Product>();
    return store::product(db, shop.tenant(), *id);
  });
}

std::int64_t count(Shop& shop, std::string_view table) {
  return *shop.store().read(
      [&](store::Database& db) { return db.integer("SELECT count(*) FROM " + std::string(table), 0); });
}

std::int64_t version(Shop& shop) {
  return shop.store()
      .read([&](store::Database& db) { return store::catalogue_version(db, shop.tenant()); })
      ->version;
}

TEST(Import, PutsProductsWithBarcodeCategoryPriceAndStockIn) {
  Shop shop;
  const ImportReport report = import(shop,
                                     "MILK,4006381333931,\"Milk, fresh\",Dairy,1.19,reduced,12\n"
                                     "NUTS,,Nuts,,1.0425,standard,1.086\r\n"
                                     "SALT,,Salt,Dairy,0,zero,0");
  EXPECT_EQ(report.added, 3);
  EXPECT_EQ(report.changed + report.unchanged, 0);
  EXPECT_TRUE(report.refused.empty());

  const std::optional<Product> milk = product(shop, "MILK");
  ASSERT_TRUE(milk.has_value());
  EXPECT_EQ(milk->name, "Milk, fresh");
  EXPECT_EQ(milk->unit_price.value, 11900);
  EXPECT_EQ(milk->tax_class, "reduced");
  EXPECT_EQ(milk->stock.thousandths, 12000);
  ASSERT_EQ(milk->barcodes.size(), 1u);
  EXPECT_EQ(to_string(milk->barcodes[0]), "4006381333931");
  EXPECT_FALSE(milk->category.is_nil());
  EXPECT_EQ(milk->category, product(shop, "SALT")->category);

  const std::optional<Product> nuts = product(shop, "NUTS");
  EXPECT_EQ(nuts->unit_price.value, 10425);
  EXPECT_EQ(nuts->stock.thousandths, 1086);
  EXPECT_TRUE(nuts->category.is_nil());
  // A level of zero needs no movement.
  EXPECT_EQ(count(shop, "stock_movement"), 2);
}

TEST(Import, RepeatedDoesNothing) {
  Shop shop;
  const std::string lines = "MILK,4006381333931,Milk,Dairy,1.19,reduced,12\nSALT,,Salt,,0.50,standard,3\n";
  import(shop, lines);
  const std::int64_t before = version(shop);
  const ImportReport again = import(shop, lines);
  EXPECT_EQ(again.added, 0);
  EXPECT_EQ(again.changed, 0);
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_EQ(version(shop), before);
  EXPECT_EQ(count(shop, "stock_movement"), 2);
}

TEST(Import, ChangesWhatTheLineChanges) {
  Shop shop;
  import(shop, "MILK,4006381333931,Milk,Dairy,1.19,reduced,12\nSALT,,Salt,,0.50,standard,3\n");
  const Id milk = product(shop, "MILK")->id;
  const ImportReport report =
      import(shop, "MILK,4006381333931,Milk,Dairy,1.29,reduced,10\nSALT,96385074,Salt,,0.50,standard,3\n");
  EXPECT_EQ(report.added, 0);
  EXPECT_EQ(report.changed, 2);
  const std::optional<Product> changed = product(shop, "MILK");
  EXPECT_EQ(changed->id, milk);
  EXPECT_EQ(changed->unit_price.value, 12900);
  EXPECT_EQ(changed->stock.thousandths, 10000);
  EXPECT_EQ(changed->version, version(shop));
  EXPECT_EQ(to_string(product(shop, "SALT")->barcodes.at(0)), "96385074");
  const auto movements = *shop.store().read(
      [&](store::Database& db) { return store::stock_movements(db, shop.tenant(), milk, Id{}, 10); });
  ASSERT_EQ(movements.size(), 2u);
  EXPECT_EQ(movements[0].quantity, -2000);
  EXPECT_EQ(movements[0].kind, "import");
  EXPECT_EQ(movements[0].branch, shop.branch());
}

TEST(Import, NamesEachRefusedLineAndTakesTheOthers) {
  Shop shop;
  import(shop, "OWN,4006381333931,Owner,,1,standard,0\n");
  struct Case {
    const char* line;
    const char* where;
    Error error;
  };
  const Case cases[] = {
      {"A,4006381333932,Wrong digit,,1,standard,0", "line 2, barcode", Error::invalid_barcode},
      {"A,,No class,,1,luxury,0", "line 3, tax_class", Error::invalid_value},
      {"A,,Comma price,,\"1,19\",standard,0", "line 4, price", Error::invalid_value},
      {"A,,Below zero,,-1,standard,0", "line 5, price", Error::out_of_range},
      {"A,,Five decimals,,1.00005,standard,0", "line 6, price", Error::invalid_value},
      {"A,,Stock below zero,,1,standard,-1", "line 7, stock", Error::out_of_range},
      {",,No SKU,,1,standard,0", "line 8, sku", Error::invalid_value},
      {"A,,,,1,standard,0", "line 9, name", Error::invalid_value},
      {"A,,Half a line,,1", "line 10", Error::invalid_csv},
      {"A,,Stray \"quote,,1,standard,0", "line 11", Error::invalid_csv},
      {"A,,Latin \xE9,,1,standard,0", "line 12", Error::invalid_csv},
      {"A,4006381333931,Of another,,1,standard,0", "line 13, barcode", Error::duplicate_barcode},
      {"B,96385074,Good,,1,standard,0", nullptr, Error::internal},
      {"B,,The same SKU,,1,standard,0", "line 15, sku", Error::duplicate_sku},
      {"C,96385074,The same barcode,,1,standard,0", "line 16, barcode", Error::duplicate_barcode},
  };
  std::string lines;
  for (const Case& one : cases) lines += std::string(one.line) + "\n";
  const ImportReport report = import(shop, lines);
  EXPECT_EQ(report.added, 1);
  std::size_t next = 0;
  for (const Case& one : cases) {
    if (one.where == nullptr) continue;
    ASSERT_LT(next, report.refused.size());
    const Failure& refused = report.refused[next++];
    EXPECT_EQ(refused.where, one.where) << one.line << " " << describe(refused);
    EXPECT_EQ(refused.error, one.error) << one.line << " " << describe(refused);
    EXPECT_FALSE(refused.detail.empty()) << one.line;
  }
  EXPECT_EQ(next, report.refused.size());
  EXPECT_TRUE(product(shop, "B").has_value());
  EXPECT_FALSE(product(shop, "A").has_value());
}

TEST(Import, AFileThatCannotBeReadToItsEndChangesNothing) {
  Shop shop;
  const std::string good = "GOOD,,Good,,1,standard,5\n";
  const std::string header(csv_header);
  const std::string files[] = {
      "",
      "name,price\nMilk,1\n",
      "sku;barcode;name;category;price;tax_class;stock\nA;;Milk;;1;standard;0\n",
      good,
      std::string("\xFF\xFEs\0k\0u\0", 8),
      header + good + "BAD,,\"never closed,,1,standard,0\nMORE,,More,,1,standard,0\n",
  };
  for (const std::string& file : files) {
    auto report = import_products(shop.store().writer(), shop.tenant(), file);
    ASSERT_FALSE(report.ok()) << file;
    EXPECT_EQ(report.error(), Error::invalid_csv) << describe(report.failure());
    EXPECT_FALSE(report.failure().detail.empty());
  }
  EXPECT_EQ(count(shop, "product"), 0);
  EXPECT_EQ(count(shop, "stock_movement"), 0);
  EXPECT_EQ(version(shop), 0);

  // A disk that fails in the middle of the file is no end of the file.
  int reads = 0;
  auto broken = import_products(shop.store().writer(), shop.tenant(),
                                [&](std::span<char> buffer) -> Result<std::size_t> {
                                  if (reads++ > 0) return fail(Error::storage, {}, "I/O error");
                                  const std::string start = header + good;
                                  std::copy(start.begin(), start.end(), buffer.begin());
                                  return start.size();
                                });
  EXPECT_EQ(broken.error(), Error::storage);
  EXPECT_EQ(count(shop, "product"), 0);
}

TEST(Import, ReadsTheSameWhateverThePiecesOfTheFile) {
  Shop shop;
  const std::string file = std::string(csv_header) +
                           "MILK,4006381333931,\"Milk, \"\"fresh\"\"\",Dairy,1.19,reduced,12\r\n"
                           "SALT,,Sel à la mer,Épicerie,0.50,standard,3\n";
  std::size_t at = 0;
  auto report = import_products(shop.store().writer(), shop.tenant(),
                                [&](std::span<char> buffer) -> Result<std::size_t> {
                                  if (at == file.size()) return std::size_t{0};
                                  buffer[0] = file[at++];
                                  return std::size_t{1};
                                });
  ASSERT_TRUE(report.ok()) << describe(report.failure());
  EXPECT_EQ(report->added, 2);
  EXPECT_EQ(product(shop, "MILK")->name, "Milk, \"fresh\"");
  EXPECT_EQ(product(shop, "SALT")->name, "Sel à la mer");
}

TEST(Import, TwoBusinessesKeepTheirOwn) {
  Shop shop;
  const test::Business other = test::add_business(shop.store(), "other");
  const std::string lines = "MILK,4006381333931,Milk,Dairy,1.19,reduced,12\n";
  EXPECT_EQ(import(shop, lines).added, 1);
  auto report = import_products(shop.store().writer(), other.tenant, std::string(csv_header) + lines);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->added, 1) << "the same SKU and barcode are free in another business";
  EXPECT_EQ(count(shop, "product"), 2);
  EXPECT_EQ(count(shop, "category"), 2);
}

}  // namespace
}  // namespace ringup::catalogue
