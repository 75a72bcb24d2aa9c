// Editing as people do it in the console: prices with their history, two at once, many at once, undo.
#include <gtest/gtest.h>

#include "core/base/time.h"
#include "server/catalogue/import.h"
#include "server/store/prices.h"
#include "server/store/users.h"
#include "tests/server/catalogue/served.h"

namespace ringup::catalogue {
namespace {

using test::ServedShop;
using test::ShopAnswer;

constexpr std::string_view products = "/api/catalogue/products/";

ShopAnswer make(ServedShop& shop, const std::string& sku, const std::string& price,
                const std::string& more = {}) {
  ShopAnswer made = shop.call("POST", products,
                              R"({"sku":")" + sku + R"(","name":")" + sku + R"(","unit_price":")" + price +
                                  R"(","tax_class":"reduced")" + more + "}");
  EXPECT_EQ(made.status, 201) << made.body;
  return made;
}

std::string path_of(std::string_view id, std::string_view rest = {}) {
  return std::string(products) + std::string(id) + "/" + std::string(rest);
}

std::int64_t version_of(const ShopAnswer& answer) {
  return *answer.json().find("version")->as_integer();
}

json::Array items_of(const ShopAnswer& answer, std::string_view name = "items") {
  const json::Value value = answer.json();
  const json::Value* items = value.find(name);
  EXPECT_NE(items, nullptr) << answer.body;
  return items == nullptr ? json::Array() : *items->as_array();
}

std::string text(const json::Value& value, std::string_view name) {
  const json::Value* member = value.find(name);
  return member != nullptr && member->as_string() != nullptr ? *member->as_string() : std::string();
}

TEST(Prices, HaveAHistoryWithWhoAndWhen) {
  ServedShop shop;
  const std::string path = path_of(make(shop, "MILK", "1.19").text("id"));
  json::Array items = items_of(shop.get(path + "prices/"));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(text(items[0], "unit_price"), "1.19");
  EXPECT_EQ(text(items[0], "source"), "created");
  EXPECT_TRUE(items[0].find("by")->is_null());

  ASSERT_TRUE(shop.store()
                  .writer()
                  .write([&](store::Database& database) {
                    store::User tarik;
                    tarik.id = shop.user();
                    tarik.tenant = shop.tenant();
                    tarik.email = "tarik@example.com";
                    tarik.first_name = "Tarik";
                    return store::insert_user(database, tarik);
                  })
                  .ok());
  ASSERT_EQ(shop.call("PATCH", path, R"({"unit_price":"1.29"})").status, 200);
  ASSERT_EQ(shop.call("PATCH", path, R"({"name":"Whole milk","unit_price":"1.29"})").status, 200);
  const auto report = import_products(shop.store().writer(), shop.tenant(),
                                      std::string(test::csv_header) + "MILK,,Whole milk,,1.39,reduced,0\n");
  ASSERT_TRUE(report.ok());

  items = items_of(shop.get(path + "prices/"));
  ASSERT_EQ(items.size(), 3u) << "a new name is no new price";
  EXPECT_EQ(text(items[0], "unit_price"), "1.39");
  EXPECT_EQ(text(items[0], "source"), "import");
  EXPECT_EQ(text(items[1], "unit_price"), "1.29");
  EXPECT_EQ(text(items[1], "source"), "person");
  EXPECT_EQ(text(*items[1].find("by"), "name"), "Tarik");
  EXPECT_EQ(text(items[2], "unit_price"), "1.19");
  EXPECT_GT(text(items[0], "since"), text(items[1], "since"));

  // The same in pages of one.
  std::string next;
  for (std::size_t i = 0; i < 3; ++i) {
    const ShopAnswer page = shop.get(path + "prices/?limit=1" + (next.empty() ? "" : "&cursor=" + next));
    ASSERT_EQ(items_of(page).size(), 1u) << page.body;
    EXPECT_EQ(items_of(page)[0], items[i]);
    next = page.text("next");
  }
  EXPECT_EQ(next, "");
  EXPECT_EQ(shop.get(path + "prices/", "Bearer other").status, 404);
  EXPECT_EQ(shop.get(path + "prices/?cursor=x").wrong_field(), "cursor");
}

TEST(Prices, AreKnownForAnyMoment) {
  ServedShop shop;
  store::Store& store = shop.store();
  const Id id = *parse_id(make(shop, "MILK", "1.19").text("id"));
  const auto at = [&](std::int64_t when) {
    const auto step = *store.read(
        [&](store::Database& database) { return store::price_at(database, shop.tenant(), id, when); });
    return step.has_value() ? step->price.value : -1;
  };
  const std::int64_t now = store::unix_us_now();
  const auto change = [&](std::int64_t before, std::int64_t after, std::int64_t when) {
    ASSERT_TRUE(store.writer()
                    .write([&](store::Database& database) {
                      return store::note_price_change(database, shop.tenant(),
                                                      {id, {before}, {after}, when, std::nullopt, false});
                    })
                    .ok());
  };
  change(11900, 12900, now + 1000);
  change(12900, 13900, now + 500);  // the clock stepped back: still behind the one before
  EXPECT_EQ(at(now - 1'000'000'000), 11900);
  EXPECT_EQ(at(now + 999), 11900);
  EXPECT_EQ(at(now + 1000), 12900);
  EXPECT_EQ(at(now + 1001), 13900);
}

TEST(Editing, OfTwoAtOnceTheSecondIsTold) {
  ServedShop shop;
  const ShopAnswer made = make(shop, "MILK", "1.19");
  const std::string path = path_of(made.text("id"));
  const std::string seen = std::to_string(version_of(made));
  ASSERT_EQ(shop.call("PATCH", path, R"({"unit_price":"1.29","version":)" + seen + "}").status, 200);
  const ShopAnswer second = shop.call("PATCH", path, R"({"name":"Whole milk","version":)" + seen + "}");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.text("code"), "conflict");
  EXPECT_NE(second.body.find("Someone else changed MILK"), std::string::npos) << second.body;
  EXPECT_EQ(shop.get(path).text("name"), "MILK");

  const std::string match = "If-Match: \"" + seen + "\"\r\n";
  EXPECT_EQ(shop.call("PATCH", path, R"({"name":"Whole milk"})", "Bearer owner", match).status, 409);
  EXPECT_EQ(shop.call("DELETE", path, {}, "Bearer owner", match).status, 409);
  EXPECT_EQ(shop.call("PATCH", path, "{}", "Bearer owner", "If-Match: milk\r\n").wrong_field(), "If-Match");
  const std::string now = "If-Match: \"" + std::to_string(version_of(shop.get(path))) + "\"\r\n";
  EXPECT_EQ(shop.call("PATCH", path, R"({"name":"Whole milk"})", "Bearer owner", now).status, 200);
  // Moving stock is no change of the product: nobody's edit is lost to a correction or a sale.
  const std::string present = std::to_string(version_of(shop.get(path)));
  ASSERT_EQ(shop.call("POST", path + "stock/", R"({"quantity":"4"})").status, 201);
  EXPECT_EQ(shop.call("PATCH", path, R"({"name":"Milk","version":)" + present + "}").status, 200);
}

TEST(Editing, ADeletedProductComesBackAsItWas) {
  ServedShop shop;
  const ShopAnswer made =
      make(shop, "MILK", "1.19", R"(,"barcodes":["4006381333931","96385074"],"stock":"3")");
  const std::string path = path_of(made.text("id"));
  EXPECT_EQ(shop.call("POST", path + "restore/").status, 404);
  ASSERT_EQ(shop.call("DELETE", path).status, 204);
  EXPECT_EQ(shop.call("POST", path + "restore/", {}, "Bearer other").status, 404);
  EXPECT_EQ(shop.call("POST", path + "restore/", {}, "Bearer cashier").status, 403);
  const ShopAnswer back = shop.call("POST", path + "restore/");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(shop.get(path).body, back.body);
  EXPECT_EQ(back.text("stock"), "3");
  EXPECT_EQ(back.json().find("barcodes")->as_array()->size(), 2u);
  EXPECT_GT(version_of(back), version_of(made));
  EXPECT_EQ(items_of(shop.get(std::string(products) + "?barcode=96385074")).size(), 1u);

  // Its codes are taken: it says so and stays deleted.
  ASSERT_EQ(shop.call("DELETE", path).status, 204);
  const std::string other = path_of(make(shop, "OTHER", "1", R"(,"barcodes":["96385074"])").text("id"));
  const ShopAnswer taken = shop.call("POST", path + "restore/");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.text("code"), "duplicate_barcode");
  EXPECT_EQ(shop.get(path).status, 404);
  ASSERT_EQ(shop.call("DELETE", other).status, 204);
  EXPECT_EQ(shop.call("POST", path + "restore/").status, 200);
}

TEST(Editing, ManyAtOnceEachForItself) {
  ServedShop shop;
  const ShopAnswer a = make(shop, "A", "1"), b = make(shop, "B", "1"), c = make(shop, "C", "1");
  const std::string bulk = std::string(products) + "bulk/";
  const auto item = [](const ShopAnswer& product, const std::string& members) {
    return R"({"id":")" + product.text("id") + "\"," + members + "}";
  };
  ASSERT_EQ(shop.call("PATCH", path_of(b.text("id")), R"({"name":"Bee"})").status, 200);
  const std::string body = R"({"products":[)" +
                           item(a, R"("unit_price":"2","version":)" + std::to_string(version_of(a))) + "," +
                           item(b, R"("unit_price":"2","version":)" + std::to_string(version_of(b))) + "," +
                           item(c, R"("deleted":true)") + "]}";
  const ShopAnswer done = shop.call("POST", bulk, body, "Bearer owner", "Idempotency-Key: 1\r\n");
  ASSERT_EQ(done.status, 200) << done.body;
  const json::Array items = items_of(done), refused = items_of(done, "refused");
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(*items[0].find("version"), *items[1].find("version")) << "one version for all";
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(text(refused[0], "id"), b.text("id"));
  EXPECT_EQ(text(refused[0], "code"), "conflict");
  EXPECT_NE(text(refused[0], "detail").find("Bee"), std::string::npos);
  EXPECT_EQ(shop.get(path_of(a.text("id"))).text("unit_price"), "2.00");
  EXPECT_EQ(shop.get(path_of(b.text("id"))).text("unit_price"), "1.00");
  EXPECT_EQ(shop.get(path_of(c.text("id"))).status, 404);
  EXPECT_EQ(shop.call("POST", bulk, body, "Bearer owner", "Idempotency-Key: 1\r\n").body, done.body);
  EXPECT_EQ(items_of(shop.get(path_of(a.text("id"), "prices/"))).size(), 2u);

  // Undo is the opposite.
  const ShopAnswer undone = shop.call(
      "POST", bulk,
      R"({"products":[)" + item(a, R"("unit_price":"1")") + "," + item(c, R"("deleted":false)") + "]}");
  EXPECT_EQ(items_of(undone).size(), 2u) << undone.body;
  EXPECT_EQ(shop.get(path_of(c.text("id"))).status, 200);

  // What is malformed changes nothing at all; what is of another business is not there.
  const ShopAnswer wrong = shop.call(
      "POST", bulk,
      R"({"products":[)" + item(a, R"("unit_price":"3")") + "," + item(b, R"("unit_price":"-3")") + "]}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.wrong_field(), "products[1].unit_price");
  EXPECT_EQ(shop.get(path_of(a.text("id"))).text("unit_price"), "1.00");
  EXPECT_EQ(shop.call("POST", bulk, R"({"products":[)" + item(a, R"("deleted":true,"name":"X")") + "]}")
                .wrong_field(),
            "products[0].name");
  EXPECT_EQ(
      items_of(shop.call("POST", bulk, R"({"products":[)" + item(a, R"("name":"X")") + "]}", "Bearer other"),
               "refused")
          .size(),
      1u);
  EXPECT_EQ(shop.call("POST", bulk, R"({"products":[]})", "Bearer cashier").status, 403);
}

TEST(Editing, StockIsCorrectedByWhatWasCounted) {
  ServedShop shop;
  const std::string path = path_of(make(shop, "MILK", "1.19", R"(,"stock":"12")").text("id"), "stock/");
  const ShopAnswer less = shop.call("POST", path, R"({"counted":"9.5","note":"Stocktake"})");
  ASSERT_EQ(less.status, 201) << less.body;
  EXPECT_EQ(less.text("quantity"), "-2.5");
  EXPECT_EQ(less.text("level"), "9.5");
  EXPECT_EQ(shop.call("POST", path, R"({"counted":"9.5"})").text("quantity"), "0");
  EXPECT_EQ(shop.call("POST", path, R"({"counted":"9.5","quantity":"1"})").wrong_field(), "counted");
  EXPECT_EQ(shop.call("POST", path, "{}").wrong_field(), "quantity");
  EXPECT_EQ(shop.get(path).text("stock"), "9.5");
}

TEST(Editing, ListsAreNarrowedForIntegrators) {
  ServedShop shop;
  const std::string category =
      shop.call("POST", "/api/catalogue/categories/", R"({"name":"Dairy"})").text("id");
  make(shop, "A", "1", R"(,"stock":"5","category":")" + category + "\"");
  make(shop, "B", "2", R"(,"stock":"0")");
  const std::int64_t seen = version_of(make(shop, "C", "3", R"(,"stock":"-1")"));
  ASSERT_EQ(shop.call("PATCH", path_of(text(items_of(shop.get(std::string(products)))[0], "id")),
                      R"({"tax_class":"standard"})")
                .status,
            200);
  const auto found = [&](const std::string& query) {
    std::string skus;
    for (const json::Value& item : items_of(shop.get(std::string(products) + query)))
      skus += text(item, "sku");
    return skus;
  };
  EXPECT_EQ(found("?tax_class=reduced"), "BC");
  EXPECT_EQ(found("?price_min=2"), "BC");
  EXPECT_EQ(found("?price_min=1.5&price_max=2"), "B");
  EXPECT_EQ(found("?stock_max=0"), "BC");
  EXPECT_EQ(found("?stock_max=-0.001"), "C");
  EXPECT_EQ(found("?changed_since=" + std::to_string(seen)), "A");
  EXPECT_EQ(found("?sort=-changed&price_max=2"), "AB");
  EXPECT_EQ(found("?category=" + category + "&stock_max=5"), "A");
  EXPECT_EQ(found("?category=" + category + "&stock_max=4"), "");
  EXPECT_EQ(found("?category=" + category + "&sort=-changed"), "A");
  EXPECT_EQ(found("?price_max=2&limit=1&cursor=A"), "B");
  EXPECT_EQ(shop.get(std::string(products) + "?price_min=cheap").wrong_field(), "price_min");
  EXPECT_EQ(shop.get(std::string(products) + "?changed_since=-1").wrong_field(), "changed_since");
  EXPECT_EQ(shop.get(std::string(products) + "?q=a&stock_max=1").wrong_field(), "q");
}

}  // namespace
}  // namespace ringup::catalogue
