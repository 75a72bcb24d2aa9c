#include "core/catalogue/product_csv.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace ringup {
namespace {

const Currency euro = *parse_currency("EUR");
const std::string header = std::string(product_csv_header) + "\n";

struct Import {
  std::vector<ProductRow> rows;
  std::vector<std::string> refused;
  std::string failure;
};

Import import(const std::string& file) {
  Import import;
  const auto done = read_product_csv(
      file, euro, {"standard", "reduced"}, [&](ProductRow&& row) { import.rows.push_back(std::move(row)); },
      [&](const Failure& failure) { import.refused.push_back(describe(failure)); });
  if (!done) import.failure = describe(done.failure());
  return import;
}

TEST(ProductCsv, ReadsARow) {
  const Import seen =
      import(header + "A-1,4006381333931, \"Käse, \"\"jung\"\"\" ,Milch,1.0425,reduced,2.5\n");
  EXPECT_TRUE(seen.rows.empty()) << "a space before a quote is a stray quote";
  const Import good = import(
      header + "A-1,036000241457,\" Käse, \"\"jung\"\" \", Dairy ,1.0425,reduced,2.5\nA-2,,B,,0,standard,0");
  ASSERT_EQ(good.rows.size(), 2u) << good.refused[0];
  EXPECT_EQ(good.rows[0].line, 2);
  EXPECT_EQ(good.rows[0].sku, "A-1");
  EXPECT_EQ(to_string(*good.rows[0].barcode), "0036000241457");
  EXPECT_EQ(good.rows[0].name, "Käse, \"jung\"");
  EXPECT_EQ(good.rows[0].category, "Dairy");
  EXPECT_EQ(good.rows[0].unit_price, UnitPrice{10425});
  EXPECT_EQ(good.rows[0].tax_class, "reduced");
  EXPECT_EQ(good.rows[0].stock, Quantity{2500});
  EXPECT_FALSE(good.rows[1].barcode.has_value());
}

TEST(ProductCsv, NamesTheLineAndColumnOfWhatItRefuses) {
  const Import seen = import(header +
                             "A,,Name,C,1.19,standard,1\n"               // 2
                             ",,Name,C,1.19,standard,1\n"                // 3
                             "B,4006381333932,Name,C,1.19,standard,1\n"  // 4
                             "C,,\"two\nlines\",C,1.19,standard,1\n"     // 5 and 6
                             "D,,Name,C,1.23456,standard,1\n"            // 7
                             "E,,Name,C,-1,standard,1\n"                 // 8
                             "F,,Name,C,\"1,19\",standard,1\n"           // 9
                             "G,,Name,C,1.19,luxury,1\n"                 // 10
                             "H,,Name,C,1.19,standard,-1\n"              // 11
                             "I,,Name,C,1.19,standard,1.0005\n"          // 12
                             "J,,Name,C,1.19,standard\n"                 // 13
                             "K,,Na\xFFme,C,1.19,standard,1\n"           // 14
                             "L,,,C,1.19,standard,1\n"                   // 15
                             "M,,Name,C,,standard,1\n"                   // 16
                             "N,,Name,C,1.19,standard,1,2\n"             // 17
                             "Z,,Name,C,1.19,standard,");                // 18, cut off
  EXPECT_EQ(seen.failure, "");
  EXPECT_EQ(seen.rows.size(), 1u);
  const std::vector<std::string> places = {
      "line 3, sku",   "line 4, barcode",    "line 5, name",   "line 7, price",  "line 8, price",
      "line 9, price", "line 10, tax_class", "line 11, stock", "line 12, stock", "line 13",
      "line 14",       "line 15, name",      "line 16, price", "line 17",        "line 18, stock"};
  ASSERT_EQ(seen.refused.size(), places.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    EXPECT_TRUE(seen.refused[i].starts_with(places[i] + ": "))
        << seen.refused[i] << " should begin " << places[i];
  EXPECT_EQ(seen.refused[6], "line 10, tax_class: There is no tax class luxury, only standard, reduced.");
}

TEST(ProductCsv, TheFirstOfTwoEqualSkusOrBarcodesCounts) {
  const Import seen = import(header +
                             "A,036000241457,First,C,1,standard,1\n"
                             "A,,Second,C,1,standard,1\n"
                             "B,0036000241457,Third,C,1,standard,1\n"
                             "C,4006381333931,Fourth,C,wrong,standard,1\n"
                             "C,4006381333931,Fifth,C,1,standard,1\n");
  ASSERT_EQ(seen.rows.size(), 2u);
  EXPECT_EQ(seen.rows[0].name, "First");
  EXPECT_EQ(seen.rows[1].name, "Fifth") << "a refused line takes nothing";
  ASSERT_EQ(seen.refused.size(), 3u);
  EXPECT_EQ(seen.refused[0], "line 3, sku: This SKU stands in line 2 already.");
  EXPECT_EQ(seen.refused[1], "line 4, barcode: This barcode stands in line 2 already.");
}

TEST(ProductCsv, RefusesAFileWithAnotherHeader) {
  EXPECT_EQ(import("sku;barcode;name\n").failure,
            "line 1: The columns are parted by semicolons instead of commas. The first line must be "
            "sku,barcode,name,category,price,tax_class,stock.");
  EXPECT_TRUE(import("sku,barcode,name,category,price,tax_class\n")
                  .failure.starts_with("line 1: The column stock is missing."));
  EXPECT_TRUE(import("sku,barcode,title,category,price,tax_class,stock\n")
                  .failure.starts_with("line 1: Column 3 is not name."));
  EXPECT_TRUE(import("").failure.starts_with("line 1: The column sku is missing."));
  EXPECT_TRUE(import("\xEF\xBB\xBF" + header).failure.empty());
}

TEST(ProductCsv, StopsWhereTheFileIsBroken) {
  const Import seen =
      import(header + "A,,Name,C,1,standard,1\nB,,\"Name,C,1,standard,1\nC,,Name,C,1,standard,1\n");
  EXPECT_EQ(seen.rows.size(), 1u);
  EXPECT_EQ(seen.failure, "line 3: A quote that opens here is never closed.");
}

TEST(ProductCsv, TheWriterWritesWhatTheReaderReads) {
  Product product;
  product.sku = "-5";
  product.barcodes = {*parse_gtin("036000241457"), *parse_gtin("4006381333931")};
  product.unit_price = UnitPrice{10425};
  product.tax_class = "reduced";
  product.stock = Quantity{2500};
  const std::vector<std::string> names = {
      "Käse, \"jung\"", "=1+1",    "+49", "@home", "'=1",        "''-x",
      "'tis",           "O'Neill", "-",   "a=b",   "\"quoted\"", "=HYPERLINK(\"a\",\"b\")"};
  for (const std::string& name : names) {
    product.name = name;
    std::string file;
    begin_product_csv(file);
    append_product_csv(file, product, name, euro);
    const Import seen = import(file);
    ASSERT_EQ(seen.rows.size(), 1u) << file << (seen.refused.empty() ? seen.failure : seen.refused[0]);
    EXPECT_EQ(seen.rows[0].sku, "-5");
    EXPECT_EQ(seen.rows[0].name, name);
    EXPECT_EQ(seen.rows[0].category, name);
    EXPECT_EQ(to_string(*seen.rows[0].barcode), "0036000241457");
    EXPECT_EQ(seen.rows[0].unit_price, product.unit_price);
    EXPECT_EQ(seen.rows[0].stock, product.stock);
  }
  std::string file;
  begin_product_csv(file);
  product.name = "=1+1";
  product.barcodes.clear();
  append_product_csv(file, product, "", euro);
  EXPECT_EQ(file,
            "\xEF\xBB\xBFsku,barcode,name,category,price,tax_class,stock\r\n"
            "'-5,,'=1+1,,1.0425,reduced,2.5\r\n");
}

TEST(ProductCsv, SaysWhatANameOfAWrongEncodingMayHaveMeant) {
  const Import seen = import(header +
                             "A,,Macaroni 3 \xC2\x8Cufs,C,1,standard,1\nB,,Ch\xC2\x8D"
                             "a,C,1,standard,1\n");
  ASSERT_EQ(seen.refused.size(), 2u);
  EXPECT_EQ(
      seen.refused[0],
      "line 2, name: The name holds a control character at place 12. It was once read in a wrong encoding; "
      "perhaps “Macaroni 3 Œufs” was meant.");
  EXPECT_EQ(seen.refused[1], "line 3, name: The name holds a control character at place 3.");
}

TEST(ProductCsv, LeavesTheStockAloneWhereItIsToldTo) {
  ProductCsv rows(euro, {"standard"}, StockColumn::left);
  csv::Record record;
  record.line = 2;
  record.fields = {"A", "", "Name", "", "1", "standard", "-3"};
  const Result<ProductRow> row = rows.row(record);
  ASSERT_TRUE(row.ok()) << describe(row.failure());
  EXPECT_FALSE(row->stock.has_value());
}

TEST(ProductCsv, ReadsTheDemoShopWhole) {
  std::ifstream file("assets/demo/products.csv", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const Import seen = import(text.str());
  EXPECT_EQ(seen.failure, "");
  EXPECT_EQ(seen.refused, std::vector<std::string>{});
  EXPECT_GE(seen.rows.size(), 300u);
  std::set<std::string> categories;
  for (const ProductRow& row : seen.rows) categories.insert(row.category);
  EXPECT_EQ(categories.size(), 10u);
}

}  // namespace
}  // namespace ringup
