#include <gtest/gtest.h>

#include "server/catalogue/import.h"
#include "tests/server/catalogue/served.h"

namespace ringup::catalogue {
namespace {

using test::ServedShop;
using test::ShopAnswer;

constexpr std::string_view products = "/api/catalogue/products/";
constexpr std::string_view milk =
    R"({"sku":"MILK","name":"Milk","unit_price":"1.19","tax_class":"reduced","barcodes":["4006381333931"],"stock":"12"})";

std::string path_of(std::string_view id, std::string_view rest = {}) {
  return std::string(products) + std::string(id) + "/" + std::string(rest);
}

std::vector<std::string> skus(const ShopAnswer& answer) {
  std::vector<std::string> found;
  const json::Value value = answer.json();
  const json::Value* items = value.find("items");
  EXPECT_NE(items, nullptr) << answer.body;
  if (items == nullptr) return found;
  for (const json::Value& item : *items->as_array()) found.push_back(*item.find("sku")->as_string());
  return found;
}

std::string import(ServedShop& shop, std::string_view lines) {
  auto report = import_products(shop.store().writer(), shop.tenant(),
                                std::string(test::csv_header) + std::string(lines));
  return report.ok() && report->refused.empty() ? "" : "refused";
}

TEST(Products, AreMadeReadChangedAndDeleted) {
  ServedShop shop;
  const ShopAnswer made = shop.call("POST", products, milk);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.text("unit_price"), "1.19");
  EXPECT_EQ(made.text("stock"), "12");
  const std::string path = path_of(made.text("id"));

  EXPECT_EQ(shop.get(path).body, made.body);
  const ShopAnswer changed = shop.call("PATCH", path, R"({"unit_price":"1.0425","barcodes":[]})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text("unit_price"), "1.0425");
  EXPECT_EQ(changed.text("name"), "Milk");
  EXPECT_EQ(shop.get(path).body, changed.body);
  EXPECT_EQ(shop.call("PATCH", path, R"({"unit_price":"1.0425"})").body, changed.body)
      << "what changes nothing takes no version";

  EXPECT_EQ(shop.call("DELETE", path).status, 204);
  EXPECT_EQ(shop.get(path).status, 404);
  EXPECT_EQ(shop.call("DELETE", path).status, 404);
  EXPECT_EQ(shop.call("POST", products, milk).status, 201) << "SKU and barcode of a deleted product are free";
}

TEST(Products, RefuseWhatIsWrongAndNameTheField) {
  ServedShop shop;
  ASSERT_EQ(shop.call("POST", products, milk).status, 201);
  struct Case {
    const char* body;
    int status;
    const char* code;
    const char* field;
  };
  const Case cases[] = {
      {R"({"sku":"A","name":"A","unit_price":"1"})", 400, "missing_member", "tax_class"},
      {R"({"sku":"A","name":"A","unit_price":1,"tax_class":"zero"})", 400, "wrong_type", "unit_price"},
      {R"({"sku":"A","name":"A","unit_price":"1.00001","tax_class":"zero"})", 400, "invalid_value",
       "unit_price"},
      {R"({"sku":"A","name":"A","unit_price":"-1","tax_class":"zero"})", 400, "out_of_range", "unit_price"},
      {R"({"sku":"A","name":"A","unit_price":"99999999999999999999","tax_class":"zero"})", 400, nullptr,
       "unit_price"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"luxury"})", 400, "invalid_value", "tax_class"},
      {R"({"sku":"A","name":" A","unit_price":"1","tax_class":"zero"})", 400, "invalid_value", "name"},
      {R"({"sku":"Ä","name":"A","unit_price":"1","tax_class":"zero"})", 400, "invalid_value", "sku"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","colour":"red"})", 400, "unknown_member",
       "colour"},
      {R"({"sku":"A","sku":"B","name":"A","unit_price":"1","tax_class":"zero"})", 400, "duplicate_member",
       "sku"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","barcodes":["4006381333932"]})", 400,
       "invalid_barcode", "barcodes[0]"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","barcodes":["96385074","96385074"]})",
       409, "duplicate_barcode", "barcodes[1]"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","barcodes":["4006381333931"]})", 409,
       "duplicate_barcode", "barcodes[0]"},
      {R"({"sku":"MILK","name":"A","unit_price":"1","tax_class":"zero"})", 409, "duplicate_sku", "sku"},
      {R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","category":"0192f0c1-2345-7abc-8def-0123456789ab"})",
       400, "invalid_value", "category"},
      {R"({"sku":"A","name":"A",)", 400, "invalid_json", nullptr},
      {"[]", 400, "wrong_type", nullptr},
  };
  for (const Case& one : cases) {
    const ShopAnswer answer = shop.call("POST", products, one.body);
    EXPECT_EQ(answer.status, one.status) << one.body << answer.body;
    if (one.code != nullptr) {
      EXPECT_EQ(answer.text("code"), one.code) << one.body << answer.body;
    }
    if (one.field != nullptr) {
      EXPECT_EQ(answer.wrong_field(), one.field) << one.body << answer.body;
    }
  }
  EXPECT_EQ(shop.call("POST", products, "{\"sku\":\"\xFF\"}").status, 400);
  EXPECT_EQ(skus(shop.get(products)), std::vector<std::string>{"MILK"});
}

TEST(Products, OfAnotherBusinessAreNotThere) {
  ServedShop shop;
  const std::string path = path_of(shop.call("POST", products, milk).text("id"));
  for (const std::string_view method : {"GET", "DELETE"})
    EXPECT_EQ(shop.call(method, path, {}, "Bearer other").status, 404) << method;
  EXPECT_EQ(shop.call("PATCH", path, R"({"name":"Mine"})", "Bearer other").status, 404);
  EXPECT_EQ(shop.get(path + "stock/", "Bearer other").status, 404);
  EXPECT_EQ(shop.call("POST", path + "stock/", R"({"quantity":"1"})", "Bearer other").status, 404);
  for (const std::string_view query :
       {"", "?q=milk", "?sort=name", "?sort=-changed", "?barcode=4006381333931"})
    EXPECT_TRUE(skus(shop.get(std::string(products) + std::string(query), "Bearer other")).empty()) << query;
  EXPECT_EQ(shop.call("POST", products, milk, "Bearer other").status, 201);
  EXPECT_EQ(shop.get(path).status, 200);

  const std::string category =
      shop.call("POST", "/api/catalogue/categories/", R"({"name":"Dairy"})").text("id");
  const std::string category_path = "/api/catalogue/categories/" + category + "/";
  EXPECT_EQ(shop.get(category_path, "Bearer other").status, 404);
  EXPECT_EQ(shop.call("DELETE", category_path, {}, "Bearer other").status, 404);
  const std::string theirs =
      R"({"sku":"X","name":"X","unit_price":"1","tax_class":"zero","category":")" + category + "\"}";
  EXPECT_EQ(shop.call("POST", products, theirs, "Bearer other").status, 400);
}

TEST(Products, CashiersReadAndStrangersDoNot) {
  ServedShop shop;
  const std::string path = path_of(shop.call("POST", products, milk).text("id"));
  EXPECT_EQ(shop.get(path, "Bearer cashier").status, 200);
  EXPECT_EQ(shop.call("POST", products, milk, "Bearer cashier").status, 403);
  EXPECT_EQ(shop.call("PATCH", path, "{}", "Bearer cashier").status, 403);
  EXPECT_EQ(shop.call("DELETE", path, {}, "Bearer cashier").status, 403);
  EXPECT_EQ(shop.call("POST", path + "stock/", R"({"quantity":"1"})", "Bearer cashier").status, 403);
  EXPECT_EQ(shop.get(products, "Till till").status, 401);
  EXPECT_EQ(shop.get("/api/till/catalogue/", "Bearer owner").status, 401);
}

TEST(Products, TheSameKeyAndBodyGiveTheSameAnswer) {
  ServedShop shop;
  const std::string key = "Idempotency-Key: once-1\r\n";
  const ShopAnswer first = shop.call("POST", products, milk, "Bearer owner", key);
  const ShopAnswer again = shop.call("POST", products, milk, "Bearer owner", key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(shop.call("POST", products, R"({"sku":"B","name":"B","unit_price":"1","tax_class":"zero"})",
                      "Bearer owner", key)
                .status,
            422);
  EXPECT_EQ(skus(shop.get(products)).size(), 1u);
}

TEST(Products, AreListedInPagesByEachOrder) {
  ServedShop shop;
  ASSERT_EQ(import(shop,
                   "C,,Apple,Fruit,1,zero,0\nA,,Éclair,Cake,1,zero,0\nE,,banana,Fruit,1,zero,0\n"
                   "B,,Date,Fruit,1,zero,0\nD,,Cherry,,1,zero,0\n"),
            "");
  const auto all = [&](std::string query) {
    std::vector<std::string> found;
    std::string cursor;
    for (int pages = 0; pages < 5; ++pages) {
      const ShopAnswer page = shop.get(std::string(products) + "?limit=2" + query + cursor);
      EXPECT_EQ(page.status, 200) << page.body;
      for (std::string& sku : skus(page)) found.push_back(std::move(sku));
      if (page.text("next").empty()) return found;
      cursor = "&cursor=" + page.text("next");
    }
    return found;
  };
  using Skus = std::vector<std::string>;
  EXPECT_EQ(all(""), (Skus{"A", "B", "C", "D", "E"}));
  EXPECT_EQ(all("&sort=sku"), (Skus{"A", "B", "C", "D", "E"}));
  EXPECT_EQ(all("&sort=name"), (Skus{"C", "E", "D", "B", "A"}));
  const std::string c = path_of(*shop.get(std::string(products) + "?q=apple")
                                     .json()
                                     .find("items")
                                     ->as_array()
                                     ->at(0)
                                     .find("id")
                                     ->as_string());
  ASSERT_EQ(shop.call("PATCH", c, R"({"name":"Apple pie"})").status, 200);
  EXPECT_EQ(all("&sort=-changed").front(), "C");
  EXPECT_EQ(all("&sort=-changed").size(), 5u);

  const ShopAnswer categories = shop.get("/api/catalogue/categories/");
  const json::Value listed = categories.json();
  const std::string fruit = *listed.find("items")->as_array()->at(1).find("id")->as_string();
  EXPECT_EQ(all("&category=" + fruit), (Skus{"B", "C", "E"}));
  EXPECT_EQ(all("&sort=name&category=" + fruit), (Skus{"C", "E", "B"}));
  EXPECT_EQ(all("&q=a&category=" + fruit), (Skus{"C"}));

  for (const std::string_view query :
       {"?sort=price", "?limit=0", "?limit=201", "?colour=red", "?cursor=x&sort=name", "?q=a&sort=sku",
        "?category=x", "?barcode=4006381333932"})
    EXPECT_EQ(shop.get(std::string(products) + std::string(query)).status, 400) << query;
}

TEST(Products, AreFoundAsTheTillFindsThemWhoeverChangedThem) {
  ServedShop shop;
  ASSERT_EQ(
      import(
          shop,
          "MILK,4006381333931,Crème fraîche,Dairy,1.19,reduced,12\nCHOC,,Chocolat au lait,,2,standard,0\n"),
      "");
  const auto find = [&](const std::string& query) {
    return skus(shop.get(std::string(products) + "?q=" + query));
  };
  using Skus = std::vector<std::string>;
  EXPECT_EQ(find("creme"), Skus{"MILK"});
  EXPECT_EQ(find("lai%20choc"), Skus{"CHOC"});
  EXPECT_EQ(find("chcolat"), Skus{"CHOC"});
  EXPECT_EQ(find("4006381"), Skus{"MILK"});
  EXPECT_EQ(find("nothing"), Skus{});
  EXPECT_EQ(skus(shop.get(std::string(products) + "?barcode=4006381333931")), Skus{"MILK"});
  EXPECT_EQ(skus(shop.get(std::string(products) + "?barcode=96385074")), Skus{});

  // Another process on the same folder.
  auto second = store::Store::open(shop.path(), {.readers = 1});
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE(import_products((*second)->writer(), shop.tenant(),
                              std::string(test::csv_header) + "CHOC,,Zartbitter,,2,standard,0\n")
                  .ok());
  EXPECT_EQ(find("choc").size(), 1u) << "by its SKU";
  EXPECT_EQ(find("lait"), Skus{});
  EXPECT_EQ(find("zartb"), Skus{"CHOC"});
  const std::string id = *shop.get(std::string(products) + "?q=zartb")
                              .json()
                              .find("items")
                              ->as_array()
                              ->at(0)
                              .find("id")
                              ->as_string();
  ASSERT_EQ(shop.call("DELETE", path_of(id)).status, 204);
  EXPECT_EQ(find("zartb"), Skus{});
}

TEST(Categories, AreMadeRenamedAndDeletedWhenEmpty) {
  ServedShop shop;
  const std::string_view path = "/api/catalogue/categories/";
  const ShopAnswer made = shop.call("POST", path, R"({"name":"Dairy"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(shop.call("POST", path, R"({"name":"Dairy"})").status, 409);
  EXPECT_EQ(shop.call("POST", path, R"({"name":""})").status, 400);
  const std::string one = std::string(path) + made.text("id") + "/";
  EXPECT_EQ(shop.call("PATCH", one, R"({"name":"Milk and cheese"})").text("name"), "Milk and cheese");
  EXPECT_EQ(shop.get(one).text("name"), "Milk and cheese");

  const std::string body =
      R"({"sku":"A","name":"A","unit_price":"1","tax_class":"zero","category":")" + made.text("id") + "\"}";
  const std::string product = path_of(shop.call("POST", products, body).text("id"));
  EXPECT_EQ(shop.call("DELETE", one).status, 409);
  ASSERT_EQ(shop.call("DELETE", product).status, 204);
  EXPECT_EQ(shop.call("DELETE", one).status, 204);
  EXPECT_EQ(shop.get(one).status, 404);
}

TEST(Stock, IsALedgerOfMovements) {
  ServedShop shop;
  const std::string path = path_of(shop.call("POST", products, milk).text("id"));
  const ShopAnswer booked = shop.call("POST", path + "stock/", R"({"quantity":"-2.5","note":"broken"})");
  ASSERT_EQ(booked.status, 201) << booked.body;
  EXPECT_EQ(booked.text("level"), "9.5");
  EXPECT_EQ(shop.get(path).text("stock"), "9.5");

  const json::Value stock = shop.get(path + "stock/?limit=1").json();
  EXPECT_EQ(*stock.find("stock")->as_string(), "9.5");
  ASSERT_EQ(stock.find("levels")->as_array()->size(), 1u);
  EXPECT_EQ(*stock.find("levels")->as_array()->at(0).find("branch")->as_string(), to_string(shop.branch()));
  ASSERT_EQ(stock.find("items")->as_array()->size(), 1u);
  EXPECT_EQ(*stock.find("items")->as_array()->at(0).find("note")->as_string(), "broken");
  const json::Value rest =
      shop.get(path + "stock/?limit=1&cursor=" + *stock.find("next")->as_string()).json();
  EXPECT_EQ(*rest.find("items")->as_array()->at(0).find("quantity")->as_string(), "12");
  EXPECT_TRUE(rest.find("next")->is_null());

  for (const std::string_view body : {R"({"quantity":"0"})", R"({"quantity":"1.0001"})", R"({"quantity":1})",
                                      R"({"quantity":"1","kind":"sale"})", R"({"quantity":"1","at":"now"})",
                                      R"({"quantity":"1","branch":"0192f0c1-2345-7abc-8def-0123456789ab"})",
                                      R"({"quantity":"99999999999999"})"})
    EXPECT_EQ(shop.call("POST", path + "stock/", body).status, 400) << body;
  EXPECT_EQ(shop.get(path).text("stock"), "9.5");
}

}  // namespace
}  // namespace ringup::catalogue
