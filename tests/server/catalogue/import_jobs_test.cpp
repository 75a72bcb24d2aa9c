#include "server/catalogue/import_jobs.h"

#include <algorithm>
#include <thread>

#include "server/catalogue/products.h"
#include "server/store/products.h"
#include "tests/server/catalogue/served.h"

namespace ringup::catalogue {
namespace {

using test::csv_header;
using test::ServedShop;
using test::ShopAnswer;

constexpr std::string_view imports = "/api/catalogue/imports/";

class Imports : public testing::Test {
 protected:
  ShopAnswer start(std::string_view lines, std::string_view query = {}, std::string_view headers = {}) {
    return shop_.send("POST", std::string(imports) + std::string(query), "text/csv",
                      std::string(csv_header) + std::string(lines), "Bearer owner", headers);
  }
  /// Waits until the import is finished. Each look is a request, so nothing spins.
  json::Value finished(const std::string& id) {
    for (;;) {
      const json::Value state = shop_.get(std::string(imports) + id + "/").json();
      if (text(state, "state") == "done" || text(state, "state") == "failed") return state;
      std::this_thread::yield();
    }
  }
  json::Value run(std::string_view lines, std::string_view query = {}) {
    const ShopAnswer begun = start(lines, query);
    EXPECT_EQ(begun.status, 202) << begun.body;
    return finished(begun.text("id"));
  }
  static std::string text(const json::Value& value, std::string_view name) {
    const json::Value* member = value.find(name);
    return member != nullptr && member->as_string() != nullptr ? *member->as_string() : std::string();
  }
  static std::int64_t number(const json::Value& value, std::string_view name) {
    return value.find(name)->as_integer() == nullptr ? -1 : *value.find(name)->as_integer();
  }
  static std::vector<std::int64_t> counts(const json::Value& state) {
    return {number(state, "added"), number(state, "changed"), number(state, "unchanged"),
            number(state, "refused")};
  }
  std::int64_t products() {
    return *shop_.store().read(
        [&](store::Database& db) { return store::count_products(db, shop_.tenant()); });
  }

  ServedShop shop_;
};

constexpr std::string_view two_right_two_wrong =
    "MILK,4006381333931,\"Milk, fresh\",Dairy,1.19,reduced,12\n"
    "NUTS,,Nuts,,1.0425,luxury,1.086\n"
    "SALT,,Salt,Dairy,0,zero,0\n"
    "BAD,4006381333932,=Bad,Dairy,1,zero,0\n";

TEST_F(Imports, PutInWhatIsRightAndNameWhatIsNot) {
  const json::Value state = run(two_right_two_wrong);
  EXPECT_EQ(text(state, "state"), "done");
  EXPECT_EQ(counts(state), (std::vector<std::int64_t>{2, 0, 0, 2}));
  EXPECT_EQ(number(state, "rows"), 4);
  const json::Array& refusals = *state.find("refusals")->as_array();
  ASSERT_EQ(refusals.size(), 2u);
  EXPECT_EQ(number(refusals[0], "line"), 3);
  EXPECT_EQ(text(refusals[0], "column"), "tax_class");
  EXPECT_EQ(text(refusals[0], "code"), "invalid_value");
  EXPECT_EQ(text(refusals[0], "detail"), "There is no tax class luxury, only reduced, standard, zero.");
  ASSERT_EQ(refusals[0].find("values")->as_array()->size(), 7u);
  EXPECT_EQ(*refusals[0].find("values")->as_array()->at(4).as_string(), "1.0425");
  EXPECT_EQ(products(), 2);

  const json::Value again = run(two_right_two_wrong);
  EXPECT_EQ(counts(again), (std::vector<std::int64_t>{0, 0, 2, 2}));

  const ShopAnswer csv = shop_.get(std::string(imports) + text(state, "id") + "/refusals/");
  EXPECT_EQ(csv.status, 200);
  EXPECT_NE(csv.head.find("Content-Type: text/csv; charset=utf-8"), std::string::npos) << csv.head;
  EXPECT_EQ(
      csv.body,
      "\xEF\xBB\xBFsku,barcode,name,category,price,tax_class,stock,line,reason\r\n"
      "NUTS,,Nuts,,1.0425,luxury,1.086,3,\"tax_class: There is no tax class luxury, only reduced, standard, "
      "zero.\"\r\n"
      "BAD,4006381333932,'=Bad,Dairy,1,zero,0,5,barcode: The check digit of 4006381333932 should be 1.\r\n");
}

TEST_F(Imports, ThatOnlyCheckChangeNothing) {
  run("MILK,,Milk,Dairy,1.19,reduced,12\nEGGS,4006381333931,Eggs,,2,reduced,1\nSALT,,Salt,,1,zero,1\n");
  const std::string before = shop_.get("/api/till/catalogue/", "Till till").body;
  const json::Value state =
      run("MILK,,Milk,Dairy,1.29,reduced,12\nSALT,,Salt,,1,zero,1\nNEW,,New,Fresh,1,zero,1\n"
          "THIEF,4006381333931,Thief,,1,zero,1\n",
          "?check=true");
  EXPECT_EQ(counts(state), (std::vector<std::int64_t>{1, 1, 1, 1}));
  EXPECT_EQ(text(state.find("refusals")->as_array()->front(), "detail"),
            "The product EGGS has this barcode already.");
  EXPECT_EQ(shop_.get("/api/till/catalogue/", "Till till").body, before);
}

TEST_F(Imports, CanLeaveTheStockAsItIs) {
  run("MILK,,Milk,Dairy,1.19,reduced,12\n");
  const json::Value state = run("MILK,,Milk,Dairy,1.29,reduced,-5\nNEW,,New,,1,zero,\n", "?stock=left");
  EXPECT_EQ(counts(state), (std::vector<std::int64_t>{1, 1, 0, 0}));
  const json::Value list = shop_.get("/api/catalogue/products/").json();
  EXPECT_EQ(text(list.find("items")->as_array()->at(0), "stock"), "12");
  EXPECT_EQ(text(list.find("items")->as_array()->at(0), "unit_price"), "1.29");
  EXPECT_EQ(text(list.find("items")->as_array()->at(1), "stock"), "0");
}

TEST_F(Imports, OfAFileThatCannotBeReadFailInWords) {
  const ShopAnswer begun = shop_.send("POST", imports, "text/csv; charset=utf-8", "sku;barcode\n1;2\n");
  ASSERT_EQ(begun.status, 202);
  const json::Value state = finished(begun.text("id"));
  EXPECT_EQ(text(state, "state"), "failed");
  EXPECT_EQ(text(*state.find("problem"), "code"), "invalid_csv");
  EXPECT_NE(text(*state.find("problem"), "detail").find("semicolons"), std::string::npos);
}

TEST_F(Imports, AreRefusedWithoutRightTypeOrSense) {
  EXPECT_EQ(shop_.send("POST", imports, "application/json", "{}").status, 415);
  EXPECT_EQ(shop_.send("POST", imports, "text/csv", "x", "Bearer cashier").status, 403);
  EXPECT_EQ(shop_.send("POST", imports, "text/csv", "x", "nobody").status, 401);
  EXPECT_EQ(start("", "?check=maybe").status, 400);
  EXPECT_EQ(start("", "?stock=lost").status, 400);
  EXPECT_EQ(start("", "?chek=true").status, 400);
  const std::string id = start("", "?check=true").text("id");
  finished(id);
  EXPECT_EQ(shop_.get(std::string(imports) + id + "/", "Bearer other").status, 404);
  EXPECT_EQ(shop_.get(std::string(imports) + id + "/refusals/", "Bearer other").status, 404);
  const ShopAnswer unknown = shop_.get(std::string(imports) + to_string(store::new_id()) + "/");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_NE(unknown.text("detail").find("import the file again"), std::string::npos);
}

TEST_F(Imports, AreBegunOncePerKey) {
  const std::string_view key = "Idempotency-Key: import-1\r\n";
  const std::string id = start("MILK,,Milk,Dairy,1.19,reduced,12\n", "", key).text("id");
  finished(id);
  EXPECT_EQ(start("MILK,,Milk,Dairy,1.19,reduced,12\n", "", key).text("id"), id);
  EXPECT_EQ(start("MILK,,Milk,Dairy,1.19,reduced,12\n", "?check=true", key).status, 422);
}

/// The writer is held while an import waits for it: whatever happens then is seen by the import.
TEST_F(Imports, SeeWhatChangedBetweenPlanAndWrite) {
  run("MILK,,Milk,Dairy,1.19,reduced,12\n");
  ImportJobs jobs(shop_.store());
  const auto state_of = [&](const Id& id) {
    std::size_t refused = 0;
    return *jobs.state(shop_.tenant(), id, 10, refused);
  };
  Id id;
  ASSERT_TRUE(shop_.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    ImportWish wish;
                    wish.tenant = shop_.tenant();
                    wish.check = false;
                    wish.file = std::string(csv_header) + "MILK,,Milk,Dairy,1.29,reduced,12\n" +
                                "NEW,4006381333931,New,,1,zero,1\n";
                    id = TRY(jobs.start(wish));
                    EXPECT_EQ(jobs.start(wish).error(), Error::conflict) << "one at a time";
                    while (state_of(id).phase != ImportState::Phase::writing) std::this_thread::yield();
                    Change change(db, shop_.tenant(), store::new_id(), store::unix_us_now());
                    ProductFields taken;
                    taken.sku = "OTHER", taken.name = "Other", taken.tax_class = "zero";
                    taken.unit_price = UnitPrice{100}, taken.barcodes = {*parse_gtin("4006381333931")};
                    TRY(create_product(change, taken));
                    return {};
                  })
                  .ok());
  while (!state_of(id).finished()) std::this_thread::yield();
  const ImportState state = state_of(id);
  EXPECT_EQ(state.phase, ImportState::Phase::done);
  EXPECT_EQ(state.changed, 1);
  EXPECT_EQ(state.added, 0);
  ASSERT_EQ(state.refused.size(), 1u);
  EXPECT_EQ(state.refused[0].detail, "The product OTHER has this barcode already.");
}

TEST_F(Imports, EndCleanlyWithTheServer) {
  Id id;
  {
    ImportJobs jobs(shop_.store());
    ImportWish wish;
    wish.tenant = shop_.tenant();
    wish.check = false;
    wish.file = std::string(csv_header) + "MILK,,Milk,Dairy,1.29,reduced,12\n";
    id = *jobs.start(wish);
  }
  const std::int64_t count = products();
  EXPECT_TRUE(count == 0 || count == 1) << "all of it or nothing";
}

}  // namespace
}  // namespace ringup::catalogue
