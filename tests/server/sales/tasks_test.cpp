// Tasks with what one must know to decide, and their end.
#include "core/sale/cart.h"
#include "core/till/task_kinds.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Kind;

json::Value only_task(ShopFloor& shop, const std::string& query = "") {
  const http::Response response = shop.call("GET", "/api/tasks/" + query);
  EXPECT_EQ(response.status, 200) << response.body;
  const json::Value list = shop.json(response);
  const json::Array* items = list.find("items") != nullptr ? list.find("items")->as_array() : nullptr;
  EXPECT_TRUE(items != nullptr && items->size() == 1) << response.body;
  return items != nullptr && !items->empty() ? items->front() : json::Value();
}
std::string text(const json::Value& value, std::initializer_list<const char*> path) {
  const json::Value* at = &value;
  for (const char* name : path) {
    at = at->find(name);
    if (at == nullptr) return std::string("no ") + name;
  }
  if (at->as_integer() != nullptr) return std::to_string(*at->as_integer());
  return at->as_string() != nullptr ? *at->as_string() : std::string(at->kind());
}

TEST(Tasks, OfAPriceSayWhatWasSoldAtWhatAndWhatItCostsNow) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.run("UPDATE product SET unit_price = 12900 WHERE sku = 'MILK-1L'");
  const std::string sale = to_string(*shop.send(till, {till.sale(shop.milk, 2)}).results[0].sale);
  const json::Value task = only_task(shop);
  EXPECT_EQ(text(task, {"kind"}), "price_differs");
  EXPECT_EQ(text(task, {"title"}), journal::task_kind(journal::Flag::price_differs).title);
  EXPECT_EQ(text(task, {"state"}), "open");
  EXPECT_EQ(text(task, {"context", "sale", "id"}), sale);
  EXPECT_EQ(text(task, {"context", "sale", "receipt"}), "A1-1-000001");
  EXPECT_EQ(text(task, {"context", "sale", "user_name"}), "cashier@example.com");
  EXPECT_EQ(text(task, {"context", "till", "name"}), "A1");
  EXPECT_EQ(text(task, {"context", "record", "seq"}), "1");
  const json::Value product = task.find("context")->find("products")->as_array()->front();
  EXPECT_EQ(text(product, {"sold", "unit_price"}), "1.19");
  EXPECT_EQ(text(product, {"unit_price"}), "1.29");
  EXPECT_EQ(text(product, {"stock"}), "998");
  EXPECT_EQ(
      only_task(shop, text(task, {"id"}).empty() ? "" : "?kind=price_differs").find("id")->as_string() !=
          nullptr,
      true);
  EXPECT_EQ(shop.json(shop.call("GET", "/api/tasks/?kind=gap")).find("items")->as_array()->size(), 0u);
  EXPECT_EQ(shop.call("GET", "/api/tasks/?kind=x").status, 400);
  EXPECT_EQ(shop.call("GET", "/api/tasks/?state=x").status, 400);
}

TEST(Tasks, OfStockNameTheProductAndTheLastSale) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string sale = to_string(*shop.send(till, {till.sale(shop.milk, 1002)}).results[0].sale);
  const json::Value task = only_task(shop);
  EXPECT_EQ(text(task, {"kind"}), "stock_below_zero");
  EXPECT_EQ(text(task, {"subject"}), to_string(shop.milk));
  EXPECT_EQ(text(task, {"context", "sale", "id"}), sale);
  EXPECT_EQ(text(task.find("context")->find("products")->as_array()->front(), {"stock"}), "-2");
}

TEST(Tasks, OfAClockSayHowFarItIsOff) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk)},
            ",\"sent_at\":" + std::to_string(shop.now_us / 1000 + 3 * 3'600'000));
  const json::Value task = only_task(shop);
  EXPECT_EQ(text(task, {"kind"}), "clock_off");
  EXPECT_NE(text(task, {"detail"}).find("3 hours ahead"), std::string::npos) << text(task, {"detail"});
  EXPECT_EQ(text(task, {"context", "till", "id"}), to_string(till.id));
}

TEST(Tasks, OfAClosedShiftSayWhenItWasClosed) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const journal::Record open =
      till.record(Kind::shift_open, json::Object{{"float", 10000}, {"currency", "EUR"}});
  till.shift = open.id;
  shop.send(till,
            {journal::record_text(open),
             till.text(Kind::shift_close, json::Object{{"counted", 0}, {"expected", 0}, {"currency", "EUR"}}),
             till.sale(shop.milk)});
  const json::Value task = only_task(shop);
  EXPECT_EQ(text(task, {"kind"}), "shift_closed");
  EXPECT_EQ(text(task, {"context", "shift", "closed_by_name"}), "cashier@example.com");
  EXPECT_EQ(text(task, {"context", "shift", "closed_at"}), "2026-02-25T06:13:20.000Z");
}

TEST(Tasks, OfCashInAClosedShiftSayHowMuchWhyAndHowItsDrawerWas) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const journal::Record open =
      till.record(Kind::shift_open, json::Object{{"float", 10000}, {"currency", "EUR"}});
  till.shift = open.id;
  shop.send(till, {journal::record_text(open),
                   till.text(Kind::shift_close,
                             json::Object{{"counted", 9950}, {"expected", 10000}, {"currency", "EUR"}}),
                   till.text(Kind::cash_out,
                             json::Object{{"amount", 700}, {"currency", "EUR"}, {"reason", "Flowers"}})});
  const json::Value context = *only_task(shop).find("context");
  EXPECT_EQ(text(context, {"record", "kind"}), "cash_out");
  EXPECT_EQ(text(context, {"record", "amount", "amount"}), "700");
  EXPECT_EQ(text(context, {"record", "reason"}), "Flowers");
  EXPECT_EQ(text(context, {"shift", "id"}), to_string(open.id));
  EXPECT_EQ(text(context, {"shift", "difference", "amount"}), "-50");
}

TEST(Tasks, OfATillThatExistsTwiceSayHowFarEachWent) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk)});
  TestTill clone = till;
  shop.send(till, {till.sale(shop.milk), till.sale(shop.milk)});
  shop.send(clone, {clone.sale(shop.milk)});
  const json::Value context = *only_task(shop, "?kind=fork").find("context");
  const json::Array& lines = *context.find("lines")->as_array();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(text(lines[0], {"branch"}), "0");
  EXPECT_EQ(text(lines[0], {"first"}), "2");
  EXPECT_EQ(text(lines[0], {"last"}), "3");
  EXPECT_EQ(text(lines[1], {"records"}), "1");
}

TEST(Tasks, OfWhatIsNotBookedNameTheRecord) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.text(Kind::sale, json::Object{{"surprise", 1}})});
  const json::Value task = only_task(shop);
  EXPECT_EQ(text(task, {"kind"}), "quarantined");
  EXPECT_EQ(text(task, {"context", "record", "epoch"}), "1");
  EXPECT_EQ(text(task, {"context", "record", "result"}), "quarantined");
  EXPECT_EQ(text(task, {"context", "till", "name"}), "A1");
  EXPECT_TRUE(task.find("context")->find("sale")->is_null());
}

TEST(Tasks, AreDoneByAPersonAndOpenedAgain) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.run("UPDATE product SET unit_price = 12900");
  shop.send(till, {till.sale(shop.milk), till.sale(shop.milk), till.sale(shop.milk)});
  const auto counts = [&] { return text(shop.json(shop.call("GET", "/api/tasks/counts/")), {"open"}); };
  EXPECT_EQ(counts(), "3");
  const json::Value list = shop.json(shop.call("GET", "/api/tasks/"));
  std::vector<std::string> ids;
  for (const json::Value& item : *list.find("items")->as_array())
    ids.push_back(*item.find("id")->as_string());
  ASSERT_EQ(ids.size(), 3u);

  shop.role = Role::cashier;
  EXPECT_EQ(shop.call("POST", "/api/tasks/" + ids[0] + "/done/").status, 403);
  shop.role = Role::manager;
  shop.now_us += 1'000'000;
  const http::Response done =
      shop.call("POST", "/api/tasks/" + ids[0] + "/done/", R"({"note":"The new price is right."})");
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(text(shop.json(done), {"state"}), "done");
  EXPECT_EQ(text(shop.json(done), {"done_by_name"}), "cashier@example.com");
  EXPECT_EQ(text(shop.json(done), {"done_at"}), "2026-02-25T06:13:21.000Z");
  EXPECT_EQ(counts(), "2");
  // A second end changes nothing.
  EXPECT_EQ(text(shop.json(shop.call("POST", "/api/tasks/" + ids[0] + "/done/")), {"note"}),
            "The new price is right.");
  EXPECT_EQ(text(only_task(shop, "?state=done"), {"id"}), ids[0]);
  EXPECT_EQ(text(shop.json(shop.call("POST", "/api/tasks/" + ids[0] + "/reopen/")), {"state"}), "open");
  EXPECT_EQ(counts(), "3");

  EXPECT_EQ(shop.call("POST", "/api/tasks/done/",
                      R"({"ids":[")" + ids[0] + R"(",")" + to_string(shop.milk) + R"("]})")
                .status,
            404);
  EXPECT_EQ(counts(), "3");
  EXPECT_EQ(
      shop.call("POST", "/api/tasks/done/", R"({"ids":[")" + ids[0] + R"(",")" + ids[1] + R"("]})").status,
      200);
  EXPECT_EQ(counts(), "1");
  EXPECT_EQ(shop.call("POST", "/api/tasks/" + ids[2] + "/done/", R"({"surprise":1})").status, 400);
  shop.tenant = store::new_id();
  EXPECT_EQ(shop.call("POST", "/api/tasks/" + ids[2] + "/done/").status, 404);
  EXPECT_EQ(shop.call("GET", "/api/tasks/" + ids[2] + "/").status, 404);
}

TEST(Tasks, DoNotOpenAgainBesideTheSame) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk, 1001)});
  const std::string id = text(only_task(shop), {"id"});
  shop.call("POST", "/api/tasks/" + id + "/done/");
  shop.send(till, {till.sale(shop.milk)});  // still below zero: a new task
  EXPECT_EQ(shop.call("POST", "/api/tasks/" + id + "/reopen/").status, 409);
}

TEST(Voids, ThatComeBeforeTheirSaleAreAppliedWithIt) {
  ShopFloor shop;
  TestTill away = shop.enrol(), here = shop.enrol();
  const journal::Record sale = *journal::read_record(away.sale(shop.milk, 4));
  shop.send(here, {here.text(Kind::void_sale, json::Object{{"sale", sale.id}, {"reason", "brought back"}})});
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{"totals_differ"});
  shop.send(away, {journal::record_text(sale)});
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale WHERE voided_by IS NOT NULL"), 1);
  EXPECT_EQ(shop.count("SELECT min(quantity) FROM stock_level"), 1'000'000);
  EXPECT_EQ(shop.tasks(), std::vector<std::string>{});
  EXPECT_EQ(shop.count("SELECT count(*) FROM early_void"), 0);
}

}  // namespace
}  // namespace ringup::test
