// The products screen by what a person does with it: finding, opening, editing, saving, undoing, many at
// once, categories.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/catalogue/product.h"
#include "tests/web/console_driver.h"
#include "web/console/products/products.h"

namespace ringup::tests {
namespace {

using ui::Role;

constexpr std::string_view milk = "0190b2f4-0000-7000-8000-000000000001";
constexpr std::string_view bread = "0190b2f4-0000-7000-8000-000000000002";
constexpr std::string_view tea = "0190b2f4-0000-7000-8000-000000000003";
constexpr std::string_view dairy = "0190b2f4-0000-7000-8000-0000000000c1";
constexpr std::string_view products_path = "/api/catalogue/products/";

Product product(std::string_view id, std::string sku, std::string name, std::int64_t price,
                std::int64_t stock) {
  Product made;
  made.id = *parse_id(id);
  made.sku = std::move(sku);
  made.name = std::move(name);
  made.unit_price = {price};
  made.tax_class = "reduced";
  made.stock = {stock * 1000};
  made.version = 1;
  return made;
}

struct ProductsScreen : ::testing::Test {
  CatalogueDelta shop;
  std::unique_ptr<ConsoleDriver> console;

  ProductsScreen() {
    shop.currency = *parse_currency("EUR");
    shop.cursor = "1";
    shop.version = 1;
    shop.reset = true;
    shop.products = {product(milk, "MILK", "Whole milk 1 l", 11900, 12),
                     product(bread, "BREAD", "Bread", 34900, 0),
                     product(tea, "TEA", "Darjeeling tea", 62500, -3)};
    shop.products[0].barcodes = {*parse_gtin("4006381333931")};
    shop.products[0].category = *parse_id(dairy);
    shop.categories = {{*parse_id(dairy), "Dairy"}};
    shop.tax_classes = {{"reduced", Rate{70000}}, {"standard", Rate{190000}}};
  }
  ConsoleDriver& open(std::string place = "/products", ringup::Role role = ringup::Role::owner) {
    console = std::make_unique<ConsoleDriver>(role, [] {
      console::Screens screens;
      screens.push_back(console::make_products());
      return screens;
    });
    serve_shop();
    console->app.visit(place);
    console->serve();
    console->app.advance(16'000);  // the catalogue is asked for again
    console->serve();
    return *console;
  }
  /// What GET …/changes/ answers from now on.
  void serve_shop() { console->on("GET", "/api/catalogue/changes/", to_json(shop)); }
  /// The server has this product now.
  void put(const Product& now) {
    shop.reset = false;
    ++shop.version;
    shop.cursor = std::to_string(shop.version);
    shop.products = {now};
    serve_shop();
  }
  static std::string json_of(const Product& product) {
    std::string text;
    append_json(text, product, *parse_currency("EUR"));
    return text;
  }
  std::vector<std::string> rows() {
    std::vector<std::string> names;
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == Role::row && node.extra.find("\"row\":1,") == std::string::npos && !node.name.empty())
        names.push_back(node.name.substr(0, node.name.find(',')));
    }
    return names;
  }
  void tap_row(std::string_view begins) {
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == Role::row && node.name.starts_with(begins))
        return console->app.tap(node.rect.x + 200, node.rect.middle_y());
    }
    ADD_FAILURE() << begins << " is in no row:\n" << seen();
  }
};

using Names = std::vector<std::string>;

TEST_F(ProductsScreen, ShowsAllByNameAndSortsByEachColumn) {
  auto& app = open().app;
  EXPECT_TRUE(shows("3 products")) << seen();
  EXPECT_EQ(rows(), (Names{"Bread", "Darjeeling tea", "Whole milk 1 l"}));
  tap(app, Role::columnheader, "Price");
  EXPECT_EQ(rows(), (Names{"Whole milk 1 l", "Bread", "Darjeeling tea"}));
  EXPECT_EQ(app.address(), "/products?sort=price");
  tap(app, Role::columnheader, "Price");
  EXPECT_EQ(rows(), (Names{"Darjeeling tea", "Bread", "Whole milk 1 l"}));
  tap(app, Role::columnheader, "Stock");
  EXPECT_EQ(rows(), (Names{"Darjeeling tea", "Bread", "Whole milk 1 l"}));
  tap(app, Role::columnheader, "SKU");
  EXPECT_EQ(rows(), (Names{"Bread", "Whole milk 1 l", "Darjeeling tea"}));
}

TEST_F(ProductsScreen, FindsAsOneTypesAndKeepsTheQueryInTheAddress) {
  auto& app = open().app;
  fill(app, "Search products", "milk", Role::searchbox);
  EXPECT_EQ(rows(), Names{"Whole milk 1 l"});
  EXPECT_TRUE(shows("1 of 3 products"));
  EXPECT_EQ(app.address(), "/products?q=milk");
  fill(app, "Search products", "nothing like it", Role::searchbox);
  tap_button(app, "Clear search and filters");
  EXPECT_EQ(rows().size(), 3u);

  app.visit("/products?stock=none,below_zero&sort=-price");
  EXPECT_EQ(rows(), (Names{"Darjeeling tea", "Bread"}));
  app.visit("/products?lacking=barcode&from=5");
  EXPECT_EQ(rows(), Names{"Darjeeling tea"});
  app.visit("/products?category=" + std::string(dairy));
  EXPECT_EQ(rows(), Names{"Whole milk 1 l"});
}

TEST_F(ProductsScreen, IsFoundOnceBySearchEverything) {
  auto& app = open().app;
  app.press_key("k", true);
  fill(app, "Search everything", "darjeeling", Role::searchbox);
  app.advance(200);
  console->serve();
  const auto options = std::count_if(ui::nodes().begin(), ui::nodes().end(), [](const ui::Node& node) {
    return node.role == Role::option && node.name.starts_with("Darjeeling tea");
  });
  EXPECT_EQ(options, 1) << seen();
}

TEST_F(ProductsScreen, EditsAPriceSavesOnlyThatAndUndoes) {
  auto& app = open().app;
  tap_row("Whole milk");
  EXPECT_EQ(app.address(), "/products/" + std::string(milk));
  fill(app, "Price with tax (EUR)", "1.29");
  EXPECT_TRUE(shows("Not saved yet"));
  Product saved = shop.products[0];
  saved.unit_price = {12900};
  saved.version = 2;
  console->on("PATCH", std::string(products_path), json_of(saved));
  put(saved);
  app.press_key("s", true);
  console->serve();
  EXPECT_EQ(console->body_of("PATCH"), R"({"unit_price":"1.29","version":1})");
  EXPECT_FALSE(shows("Not saved yet"));
  EXPECT_NE(must_find(Role::textbox, "Price with tax (EUR)").value, "1.19");

  tap_button(app, "Undo");
  console->serve();
  EXPECT_EQ(console->body_of("PATCH"), R"({"unit_price":"1.19","version":2})");
}

TEST_F(ProductsScreen, SaysAtTheFieldWhatTheServerRefused) {
  auto& app = open("/products/" + std::string(milk)).app;
  fill(app, "SKU", "BREAD");
  console->on(
      "PATCH", std::string(products_path),
      R"({"code":"duplicate_sku","detail":"Another product has this SKU.","errors":{"sku":"Another product has this SKU."}})",
      409);
  tap_button(app, "Save");
  console->serve();
  EXPECT_TRUE(must_find(Role::textbox, "SKU").has(ui::flag::invalid));
  EXPECT_TRUE(shows("Another product has this SKU.")) << seen();
  EXPECT_TRUE(shows("Not saved yet"));
  fill(app, "SKU", "BREAD-2");
  EXPECT_FALSE(shows("Another product has this SKU.")) << "that was said of another SKU";
  EXPECT_FALSE(must_find(Role::textbox, "SKU").has(ui::flag::invalid));
}

TEST_F(ProductsScreen, OfTwoConsolesTheSecondSeesWhatTheFirstDidAndKeepsItsOwn) {
  auto& app = open("/products/" + std::string(milk)).app;
  fill(app, "Name", "Fresh whole milk");
  console->on(
      "PATCH", std::string(products_path),
      R"({"code":"conflict","detail":"Someone else changed Whole milk 1 l in the meantime.","errors":{"version":"Someone else changed it."}})",
      409);
  Product theirs = shop.products[0];
  theirs.unit_price = {13900};
  theirs.version = 5;
  put(theirs);
  tap_button(app, "Save");
  console->serve();
  EXPECT_EQ(must_find(Role::textbox, "Name").value, "Fresh whole milk");
  EXPECT_EQ(must_find(Role::textbox, "Price with tax (EUR)").value, "1.39");
  EXPECT_TRUE(shows(Role::button, "Take their values")) << seen();

  theirs.name = "Fresh whole milk";
  console->on("PATCH", std::string(products_path), json_of(theirs));
  tap_button(app, "Save");
  console->serve();
  EXPECT_EQ(console->body_of("PATCH"), R"({"name":"Fresh whole milk","version":5})");
}

TEST_F(ProductsScreen, AsksBeforeUnsavedChangesAreLost) {
  auto& app = open("/products/" + std::string(milk)).app;
  EXPECT_FALSE(app.asks_before_leaving());
  fill(app, "Name", "Milk");
  EXPECT_TRUE(app.asks_before_leaving());  // the browser, when the page is loaded anew
  tap_button(app, "Close panel");
  EXPECT_TRUE(shows(Role::button, "Leave without saving")) << seen();
  tap_button(app, "Stay");
  EXPECT_EQ(must_find(Role::textbox, "Name").value, "Milk");
  EXPECT_EQ(app.address(), "/products/" + std::string(milk));
  tap_button(app, "Close panel");
  tap_button(app, "Leave without saving");
  EXPECT_EQ(app.address(), "/products");
  EXPECT_FALSE(shows(Role::textbox, "Name"));
  EXPECT_FALSE(app.asks_before_leaving());
  app.visit("/products/" + std::string(milk));
  EXPECT_EQ(must_find(Role::textbox, "Name").value, "Whole milk 1 l");
}

TEST_F(ProductsScreen, VerifiesABarcodeWhileItIsTyped) {
  auto& app = open("/products/" + std::string(bread)).app;
  const auto says = [](std::string_view words) {
    return must_find(Role::textbox, "Add a barcode").extra.find(words) != std::string::npos;
  };
  const auto typed = [&](const char* digits) { fill(app, "Add a barcode", digits); };
  typed("40063");
  EXPECT_TRUE(says("5 digits of 8, 12, 13 or 14")) << must_find(Role::textbox, "Add a barcode").extra;
  typed("400638133393");
  EXPECT_TRUE(says("As a 13-digit code it still needs the check digit 1."));
  typed("4006381333932");
  EXPECT_TRUE(says("The last digit should be 1: one digit is wrong."));
  EXPECT_TRUE(must_find(Role::button, "Add barcode").has(ui::flag::disabled));
  typed("4006381333931");
  EXPECT_TRUE(says("Whole milk 1 l (MILK) has this barcode."));
  typed("96385074");
  EXPECT_TRUE(says("The check digit is right."));
  tap_button(app, "Add barcode");
  tap_button(app, "Save");
  console->serve();
  EXPECT_EQ(console->body_of("PATCH"), R"({"barcodes":["96385074"],"version":1})");
}

TEST_F(ProductsScreen, AddsAProductAndOpensIt) {
  auto& app = open().app;
  app.press_key("n");
  EXPECT_EQ(app.address(), "/products/new");
  fill(app, "Name", "Butter");
  fill(app, "SKU", "BUTTER");
  fill(app, "Price with tax (EUR)", "2.49");
  fill(app, "In stock now", "6");
  Product butter = product("0190b2f4-0000-7000-8000-000000000009", "BUTTER", "Butter", 24900, 6);
  console->on("POST", std::string(products_path), json_of(butter), 201);
  put(butter);
  tap_button(app, "Add product");  // the one of the panel: the page's own stands before it
  console->serve();
  if (console->count("POST /api/catalogue/products/") == 0) {
    app.press_key("s", true);
    console->serve();
  }
  EXPECT_EQ(console->body_of("POST /api/catalogue/products/"),
            R"({"name":"Butter","sku":"BUTTER","unit_price":"2.49","tax_class":"reduced","stock":"6"})");
  EXPECT_EQ(app.address(), "/products/" + to_string(butter.id));
  EXPECT_TRUE(shows(Role::heading, "Butter")) << seen();
}

TEST_F(ProductsScreen, DeletesWithAQuestionAndBringsBack) {
  auto& app = open("/products/" + std::string(milk)).app;
  console->on("DELETE", std::string(products_path), "", 204);
  tap_button(app, "More actions");
  tap(app, Role::menuitem, "Delete");
  tap_button(app, "Delete product");
  console->serve();
  EXPECT_EQ(console->count("DELETE /api/catalogue/products/" + std::string(milk)), 1);
  EXPECT_EQ(app.address(), "/products");
  tap_button(app, "Undo");
  console->serve();
  EXPECT_EQ(console->count("POST /api/catalogue/products/" + std::string(milk) + "/restore/"), 1);
}

TEST_F(ProductsScreen, ChangesPricesOfManyShowsThemBeforeAndUndoes) {
  auto& app = open().app;
  app.focus_changed(must_find(Role::grid, "Products").id, true);
  app.settle();
  app.press_key("a", true);
  tap_button(app, "Change prices");
  fill(app, "By percent", "10");
  EXPECT_TRUE(shows(Role::listitem, "Bread")) << seen();
  EXPECT_NE(seen().find("€"), 0u);
  console->on("POST", "/api/catalogue/products/bulk/",
              R"({"items":[],"refused":[{"id":")" + std::string(tea) +
                  R"(","code":"conflict","detail":"Someone else changed it."}]})");
  tap_button(app, "Change 3 products");
  console->serve();
  const std::string body = console->body_of("POST /api/catalogue/products/bulk/");
  EXPECT_NE(body.find(R"("unit_price":"3.79","version":1)"), std::string::npos) << body;  // 3.839
  EXPECT_TRUE(shows(Role::listitem, "Darjeeling tea")) << seen();
  tap_button(app, "Close");
  tap_button(app, "Undo");
  console->serve();
  const std::string back = console->body_of("POST /api/catalogue/products/bulk/");
  EXPECT_NE(back.find(R"("unit_price":"3.49")"), std::string::npos) << back;
  EXPECT_EQ(back.find(std::string(tea)), std::string::npos) << "what was refused is not put back";
}

TEST_F(ProductsScreen, ShowsStockWithMovementsAndCorrectsWhatWasCounted) {
  auto& app = open("/products/" + std::string(milk)).app;
  const std::string stock = std::string(products_path) + std::string(milk) + "/stock/";
  console->on(
      "GET", stock,
      R"({"stock":"12","levels":[{"branch":"0190aaaa-0000-7000-8000-000000000002","quantity":"12"}],)"
      R"("items":[{"id":"0190b2f4-0000-7000-8000-0000000000e1","branch":"0190aaaa-0000-7000-8000-000000000002",)"
      R"("quantity":"-2","kind":"sale","reference":"0190b2f4-0000-7000-8000-0000000000f1","note":"","at":"2023-11-14T20:00:00.000Z"}],"next":null})");
  tap(app, Role::tab, "Stock");
  console->serve();
  EXPECT_TRUE(shows("12 in stock")) << seen();
  EXPECT_TRUE(shows(Role::listitem, "Sold"));
  tap_button(app, "Correct stock");
  fill(app, "Counted on the shelf", "9");
  EXPECT_NE(must_find(Role::textbox, "Counted on the shelf").extra.find("12 → 9 (-3)"), std::string::npos);
  console->on(
      "POST", stock,
      R"({"id":"0190b2f4-0000-7000-8000-0000000000e2","branch":"0190aaaa-0000-7000-8000-000000000002","quantity":"-3","level":"9"})",
      201);
  app.enter(must_find(Role::textbox, "Counted on the shelf").id);
  console->serve();
  EXPECT_EQ(console->body_of("POST " + stock),
            R"({"counted":"9","note":"Stocktake","branch":"0190aaaa-0000-7000-8000-000000000002"})");
  tap_button(app, "Undo");
  console->serve();
  EXPECT_EQ(console->body_of("POST " + stock),
            R"({"quantity":"3","branch":"0190aaaa-0000-7000-8000-000000000002","note":"Undone"})");
}

TEST_F(ProductsScreen, ShowsWhoChangedThePriceAndWhen) {
  auto& app = open("/products/" + std::string(milk)).app;
  console->on(
      "GET", std::string(products_path) + std::string(milk) + "/prices/",
      R"({"items":[{"unit_price":"1.19","since":"2023-11-14T20:00:00.000Z","source":"person",)"
      R"("by":{"id":"0190b2f4-0000-7000-8000-0000000000d1","name":"Tarik"}},)"
      R"({"unit_price":"1.00","since":"2023-11-01T08:00:00.000Z","source":"created","by":null}],"next":null})");
  tap(app, Role::tab, "Prices");
  console->serve();
  EXPECT_TRUE(shows(Role::listitem, "1.19 EUR")) << seen();
  EXPECT_NE(seen().find("by Tarik"), std::string::npos);
  EXPECT_NE(seen().find("+19 %"), std::string::npos);
  EXPECT_NE(seen().find("first price"), std::string::npos);
}

TEST_F(ProductsScreen, KeepsCategories) {
  auto& app = open().app;
  tap_button(app, "Categories");
  EXPECT_EQ(app.address(), "/products/categories");
  EXPECT_TRUE(must_find(Role::button, "Delete Dairy").has(ui::flag::disabled)) << seen();
  fill(app, "New category", "Tea");
  console->on("POST", "/api/catalogue/categories/",
              R"({"id":"0190b2f4-0000-7000-8000-0000000000c2","name":"Tea"})", 201);
  tap_button(app, "Add category");
  console->serve();
  EXPECT_EQ(console->body_of("POST /api/catalogue/categories/"), R"({"name":"Tea"})");
  tap_button(app, "Rename Dairy");
  fill(app, "Name of the category", "Milk and cheese");
  console->on("PATCH", "/api/catalogue/categories/",
              R"({"id":"0190b2f4-0000-7000-8000-0000000000c1","name":"Milk and cheese"})");
  tap_button(app, "Save");
  console->serve();
  EXPECT_EQ(console->body_of("PATCH /api/catalogue/categories/" + std::string(dairy)),
            R"({"name":"Milk and cheese"})");
  tap_button(app, "Show 1 product of Dairy");
  EXPECT_EQ(rows(), Names{"Whole milk 1 l"});
}

TEST_F(ProductsScreen, ExportsWhatIsShownInTheFormOfTheImport) {
  auto& app = open("/products?q=milk").app;
  tap_button(app, "Export what is shown");
  ASSERT_EQ(app.saved().size(), 1u);
  const std::string& file = app.saved()[0].bytes;
  EXPECT_NE(file.find("MILK,4006381333931,Whole milk 1 l,Dairy,1.19,reduced,12\r\n"), std::string::npos)
      << file;
  EXPECT_EQ(file.find("BREAD"), std::string::npos);
}

TEST_F(ProductsScreen, GivesAProductItsPicture) {
  auto& app = open("/products/" + std::string(milk)).app;
  tap_button(app, "Add a picture");
  EXPECT_EQ(app.accepted(), "image/jpeg,image/png,image/webp");
  console->on("PUT", std::string(products_path), json_of(shop.products[0]));
  app.choose_file(platform::File{"milk.png", "image/png", "bytes"});
  console->serve();
  EXPECT_EQ(console->body_of("PUT /api/catalogue/products/" + std::string(milk) + "/picture/"), "bytes");
  EXPECT_TRUE(shows("Picture saved") || seen().find("Picture saved") != std::string::npos) << seen();
}

TEST_F(ProductsScreen, WhoMayNotEditReads) {
  open("/products/" + std::string(milk), ringup::Role::cashier);
  EXPECT_TRUE(shows(Role::heading, "Whole milk 1 l")) << seen();
  EXPECT_FALSE(shows(Role::button, "Save"));
  EXPECT_FALSE(shows(Role::button, "Add product"));
  EXPECT_TRUE(must_find(Role::textbox, "Name").has(ui::flag::disabled));
}

}  // namespace
}  // namespace ringup::tests
