#include "server/catalogue/pictures.h"

#include "core/catalogue/catalogue.h"
#include "server/store/pictures.h"
#include "tests/server/catalogue/served.h"
#include "tests/server/image/made_picture.h"

namespace ringup::catalogue {
namespace {

using test::make_jpeg, test::make_png, test::make_webp, test::quarters;
using test::ServedShop;
using test::ShopAnswer;

class Pictures : public testing::Test {
 protected:
  std::string add(std::string_view sku) {
    const ShopAnswer made = shop_.call(
        "POST", "/api/catalogue/products/",
        R"({"sku":")" + std::string(sku) + R"(","name":"Apple","unit_price":"1","tax_class":"reduced"})");
    EXPECT_EQ(made.status, 201) << made.body;
    return "/api/catalogue/products/" + made.text("id") + "/";
  }
  ShopAnswer put(const std::string& product, std::string_view body, std::string_view type = "image/png",
                 std::string_view token = "Bearer owner") {
    return shop_.send("PUT", product + "picture/", type, body, token);
  }
  std::int64_t kept() {
    return *shop_.store().read(
        [](store::Database& db) { return db.integer("SELECT count(*) FROM picture", 0); });
  }
  Result<std::int64_t> drop_unused(std::int64_t us) {
    return shop_.store().writer().write_for<std::int64_t>(
        [&](store::Database& db) { return store::drop_unused_pictures(db, shop_.tenant(), us); });
  }
  CatalogueDelta delta(std::string_view path, std::string_view token) {
    const ShopAnswer answer = shop_.get(path, token);
    Result<CatalogueDelta> read = read_delta(answer.body);
    EXPECT_TRUE(read.ok()) << answer.body;
    return read.ok() ? *read : CatalogueDelta{};
  }

  ServedShop shop_;
};

TEST_F(Pictures, AreServedInThreeSizesUnderANameThatNeverChanges) {
  const std::string apple = add("APPLE");
  EXPECT_EQ(shop_.get(apple).body.find("picture"), std::string::npos);
  const ShopAnswer answer = put(apple, make_png(quarters(2000, 1000)));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string hash = answer.text("picture");
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(shop_.get(apple).body, answer.body);
  for (const int size : image::sizes) {
    const std::string name = hash + "-" + std::to_string(size);
    const ShopAnswer picture = shop_.get("/pictures/" + name + ".webp", "nobody");
    ASSERT_EQ(picture.status, 200) << picture.head;
    EXPECT_EQ(image::read_head(picture.body)->width, static_cast<std::uint32_t>(size));
    EXPECT_NE(picture.head.find("Content-Type: image/webp"), std::string::npos) << picture.head;
    EXPECT_NE(picture.head.find("Cache-Control: public, max-age=31536000, immutable"), std::string::npos);
    EXPECT_NE(picture.head.find("ETag: \"" + name + "\""), std::string::npos);
    const ShopAnswer again =
        shop_.call("GET", "/pictures/" + name + ".webp", {}, "nobody", "If-None-Match: \"" + name + "\"\r\n");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
  }
  for (const std::string& name : {hash + "-100.webp", hash + "-96.png", hash + ".webp", hash + "-96webp",
                                  std::string(64, '0') + "-96.webp", "X" + hash.substr(1) + "-96.webp"})
    EXPECT_EQ(shop_.get("/pictures/" + name, "nobody").status, 404) << name;
}

TEST_F(Pictures, OfEveryFormatAreTakenAndTheSameOneIsKeptOnce) {
  const std::string apple = add("APPLE"), pear = add("PEAR");
  EXPECT_EQ(put(apple, make_jpeg(quarters(500, 500)), "image/jpeg").status, 200);
  EXPECT_EQ(put(apple, make_webp(quarters(500, 500)), "image/webp").status, 200);
  const std::string file = make_png(quarters(500, 500));
  const std::string hash = put(apple, file).text("picture");
  EXPECT_EQ(put(pear, file, "image/png; x=y").text("picture"), hash);
  ASSERT_TRUE(drop_unused(INT64_MAX).ok());
  EXPECT_EQ(kept(), 1);
}

TEST_F(Pictures, ThatAreNoneAreRefusedInWords) {
  const std::string apple = add("APPLE");
  const std::string file = make_png(quarters(100, 100));
  EXPECT_EQ(put(apple, file, "application/json").status, 415);
  EXPECT_EQ(put(apple, file, "image/gif").status, 415);
  EXPECT_EQ(put(apple, "no picture").text("detail"), "This is no JPEG, PNG or WebP picture.");
  EXPECT_EQ(put(apple, std::string_view(file).substr(0, file.size() / 2)).text("detail"),
            "This picture is damaged or cut off, so it cannot be read.");
  EXPECT_EQ(put(apple, make_png({9000, 9000, {}}, {.one_bit = true})).text("code"), "limit_exceeded");
  EXPECT_EQ(put(apple, std::string((16 << 20) + 1, 'x')).status, 413);
  EXPECT_EQ(put(apple, file, "image/png", "Bearer cashier").status, 403);
  EXPECT_EQ(put(apple, file, "image/png", "nobody").status, 401);
  EXPECT_EQ(shop_.get(apple).body.find("picture"), std::string::npos);
  EXPECT_EQ(kept(), 0);
}

TEST_F(Pictures, OfAnotherBusinessAreNeitherChangedNorTaken) {
  const std::string apple = add("APPLE");
  const std::string file = make_png(quarters(100, 100));
  EXPECT_EQ(put(apple, file, "image/png", "Bearer other").status, 404);
  const std::string hash = put(apple, file).text("picture");
  EXPECT_EQ(shop_.call("DELETE", apple + "picture/", {}, "Bearer other").status, 404);
  const ShopAnswer theirs = shop_.call(
      "POST", "/api/catalogue/products/",
      R"({"sku":"A","name":"A","unit_price":"1","tax_class":"reduced","picture":")" + hash + R"("})",
      "Bearer other");
  EXPECT_EQ(theirs.status, 400);
  EXPECT_EQ(theirs.wrong_field(), "picture");
  EXPECT_EQ(shop_.get(apple).text("picture"), hash);
}

TEST_F(Pictures, ThatNoProductHasAreKeptForADayAndCanBePutBack) {
  const std::string apple = add("APPLE"), pear = add("PEAR");
  const std::string hash = put(apple, make_png(quarters(100, 100))).text("picture");
  EXPECT_EQ(shop_.call("DELETE", apple + "picture/").status, 204);
  EXPECT_EQ(shop_.call("DELETE", apple + "picture/").status, 204) << "where there is none, nothing is to do";
  EXPECT_EQ(shop_.get(apple).body.find("picture"), std::string::npos);
  const ShopAnswer undone = shop_.call("PATCH", apple, R"({"picture":")" + hash + R"("})");
  EXPECT_EQ(undone.text("picture"), hash) << undone.body;
  ASSERT_EQ(shop_.call("PATCH", pear, R"({"picture":")" + hash + R"("})").status, 200);

  const std::int64_t later = store::unix_us_now() + 1'000'000;
  ASSERT_EQ(shop_.call("PATCH", apple, R"({"picture":null})").status, 200);
  EXPECT_EQ(*drop_unused(later), 0) << "the pear has it";
  ASSERT_EQ(shop_.call("DELETE", pear).status, 204);
  EXPECT_EQ(*drop_unused(store::unix_us_now() - unused_picture_us), 0);
  EXPECT_EQ(*drop_unused(later), 1);
  EXPECT_EQ(shop_.call("PATCH", apple, R"({"picture":")" + hash + R"("})").status, 400);
}

TEST_F(Pictures, TravelWithTheDeltaToThoseWhoKnowThem) {
  const std::string apple = add("APPLE");
  const CatalogueDelta before = delta("/api/till/catalogue/?pictures=true", "Till till");
  const std::string hash = put(apple, make_png(quarters(100, 100))).text("picture");
  const std::string since = "since=" + before.cursor;
  const CatalogueDelta till = delta("/api/till/catalogue/?pictures=true&" + since, "Till till");
  ASSERT_EQ(till.products.size(), 1u) << "a picture is news";
  ASSERT_TRUE(till.products[0].picture.has_value());
  EXPECT_EQ(to_hex(*till.products[0].picture), hash);
  const CatalogueDelta console = delta("/api/catalogue/changes/?" + since, "Bearer owner");
  EXPECT_EQ(console.products, till.products);
  const ShopAnswer old = shop_.get("/api/till/catalogue/?" + since, "Till till");
  EXPECT_EQ(old.body.find("picture"), std::string::npos) << "an old till would stop at the member";
  EXPECT_EQ(shop_.get("/api/till/catalogue/?pictures=yes", "Till till").status, 400);

  Catalogue catalogue;
  ASSERT_TRUE(catalogue.apply(till).ok());
  EXPECT_TRUE(catalogue.find_sku("APPLE")->picture.has_value());
}

}  // namespace
}  // namespace ringup::catalogue
