// Sales, customers and tasks at the owner's desk, by what a person does there.
#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

constexpr std::string_view sale_id = "0190bbbb-0000-7000-8000-000000000001";
constexpr std::string_view refund_id = "0190bbbb-0000-7000-8000-000000000002";
constexpr std::string_view task_id = "0190cccc-0000-7000-8000-000000000001";
constexpr std::string_view other_task = "0190cccc-0000-7000-8000-000000000002";
constexpr std::string_view ada_id = "0190dddd-0000-7000-8000-000000000001";

std::string sale_row(std::string_view id, bool refund, std::string_view more = "") {
  return R"({"id":")" + std::string(id) + R"(","kind":")" + (refund ? "refund" : "sale") +
         R"(","receipt":"A1-1-00000)" + (refund ? "2" : "1") +
         R"(","till":"0190eeee-0000-7000-8000-000000000001","till_name":"Front till",)"
         R"("branch":"0190aaaa-0000-7000-8000-000000000002","branch_name":"Main branch",)"
         R"("user":"0190aaaa-0000-7000-8000-000000000001","user_name":"Mia Novak","shift":null,"customer":")" +
         std::string(ada_id) +
         R"(","customer_name":"Ada Lovelace","refund_of":null,"voided_by":null,"sold_at":"2023-11-14T21:00:00.000Z",)"
         R"("net":{"amount":222,"currency":"EUR"},"tax":{"amount":16,"currency":"EUR"},"total":{"amount":)" +
         (refund ? "-119" : "238") +
         R"(,"currency":"EUR"},"discount":{"amount":0,"currency":"EUR"},"rounding":{"amount":0,"currency":"EUR"},)"
         R"("change":{"amount":0,"currency":"EUR"},"tender_kinds":["credit"],"flags":["price_differs"])" +
         std::string(more) + "}";
}
std::string sale_detail() {
  return sale_row(
      sale_id, false,
      R"(,"lines":[{"line":1,"product":null,"sku":"MILK","name":"Whole milk","quantity":"2","unit_price":"1.19",)"
      R"("tax_class":"reduced","rate":70000,"discount":{"amount":0,"currency":"EUR"},"discount_reason":"",)"
      R"("net":{"amount":222,"currency":"EUR"},"tax":{"amount":16,"currency":"EUR"},"gross":{"amount":238,"currency":"EUR"}}],)"
      R"("tenders":[{"kind":"credit","amount":{"amount":238,"currency":"EUR"},"reference":""}],"roundings":[],)"
      R"("rules":{"mode":"per_line","tax":"inside"},"refunds":[{"id":")" +
          std::string(refund_id) +
          R"(","kind":"refund","receipt":"A1-1-000002","sold_at":"2023-11-14T21:30:00.000Z",)"
          R"("total":{"amount":-119,"currency":"EUR"},"voided":false}],"refunded_sale":null,"void":null,)"
          R"("flag_words":[{"flag":"price_differs","title":"Sold at another price","explanation":"The till was offline."}],)"
          R"("tasks":[{"id":")" +
          std::string(task_id) +
          R"(","kind":"price_differs","done":false}],"journal":{"epoch":1,"seq":7,"hash":"00ff","received_at":)"
          R"("2023-11-14T21:00:01.000Z"})");
}
std::string task(std::string_view id, std::string_view kind, std::string_view title, bool done = false) {
  return R"({"id":")" + std::string(id) + R"(","kind":")" + std::string(kind) + R"(","subject":")" +
         std::string(sale_id) + R"(","title":")" + std::string(title) +
         R"(","explanation":"It was sold at another price.","advice":"Mark it as done.","actions":["open_sale"],)"
         R"("detail":"Till A1, record 7","created_at":"2023-11-14T21:00:01.000Z","state":")" +
         (done ? "done" : "open") + R"(","done_at":)" + (done ? "\"2023-11-14T22:00:00.000Z\"" : "null") +
         R"(,"done_by":null,"done_by_name":")" + (done ? "Mara Holler" : "") +
         R"(","note":"","context":{"till":)"
         R"({"id":"0190eeee-0000-7000-8000-000000000001","name":"Front till","series":"A1","branch":null,)"
         R"("branch_name":"Main branch","revoked_at":null},"record":{"epoch":1,"seq":7,"kind":"sale","hash":"00ff",)"
         R"("result":"accepted","at":"2023-11-14T21:00:00.000Z","received_at":"2023-11-14T21:00:01.000Z","user":null,)"
         R"("user_name":"Mia Novak"},"sale":)" +
         sale_row(sale_id, false) +
         R"(,"products":[{"id":"0190ffff-0000-7000-8000-000000000001","sku":"MILK","name":"Whole milk","known":true,)"
         R"("sold":{"quantity":"2","unit_price":"1.19","tax_class":"reduced"},"unit_price":"1.29","tax_class":"reduced",)"
         R"("price_since":"2023-11-14T20:00:00.000Z","stock":"-3"}],"shift":null,"found":"Till A1, record 7"}})";
}
std::string list(const std::string& items) {
  return "{\"items\":[" + items + "],\"next\":null}";
}
std::string ada(std::string_view last_name) {
  return R"({"id":")" + std::string(ada_id) +
         R"(","email":"ada@example.com","first_name":"Ada","last_name":")" + std::string(last_name) +
         R"(","phone_number":null,"consent":{"email":true,"sms":false},"created_at":"2023-01-01T00:00:00.000Z",)"
         R"("figures":{"sales":3,"refunds":1,"spent":{"amount":4210,"currency":"EUR"},"open_credit":)"
         R"({"amount":238,"currency":"EUR"},"last_visit":"2023-11-14T21:00:00.000Z"}})";
}

void shop(ConsoleDriver& console) {
  console.on("GET", "/api/sales/", list(sale_row(sale_id, false) + "," + sale_row(refund_id, true)));
  console.on("GET", "/api/sales/" + std::string(sale_id), sale_detail());
  console.on("GET", "/api/sales/" + std::string(sale_id) + "/receipt/", "Receipt A1-1-000001\n");
  console.on("GET", "/api/tasks/",
             list(task(other_task, "stock_below_zero", "Stock is below zero") + "," +
                  task(task_id, "price_differs", "Sold at another price")));
  console.on(
      "GET", "/api/tasks/counts/",
      R"({"open":2,"kinds":[{"kind":"price_differs","title":"Sold at another price","open":1,"oldest_at":""},)"
      R"({"kind":"stock_below_zero","title":"Stock is below zero","open":1,"oldest_at":""}]})");
  console.on("GET", "/api/tasks/" + std::string(task_id),
             task(task_id, "price_differs", "Sold at another price"));
  console.on("GET", "/api/tasks/" + std::string(other_task),
             task(other_task, "stock_below_zero", "Stock is below zero"));
  console.on("GET", "/api/customers/", list(ada("Lovelace")));
  console.on("GET", "/api/customers/" + std::string(ada_id), ada("Lovelace"));
}
void visit(ConsoleDriver& console, const std::string& address) {
  console.app.visit("/business");  // the console began at sales, before the shop was there
  console.app.visit(address);
  console.serve();
}

TEST(SalesDesk, ShowsSalesWithWhoWhereAndWhatIsDoubtful) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/sales");
  EXPECT_TRUE(shows(Role::grid, "Sales"));
  EXPECT_TRUE(shows(Role::gridcell, "A1-1-000001"));
  EXPECT_TRUE(shows(Role::gridcell, "Ada Lovelace"));
  EXPECT_TRUE(shows(Role::gridcell, "Credit"));
  EXPECT_TRUE(shows(Role::gridcell, "Other price"));
  EXPECT_TRUE(shows(Role::gridcell, "€2.38"));
  EXPECT_TRUE(shows(Role::gridcell, "Refund"));
  // The last 30 days, unless one asks for more.
  EXPECT_GE(console.count("GET /api/sales/?sort=-sold_at&from="), 1);
}

TEST(SalesDesk, OpensASaleAsPrintedAndLeadsToRefundTaskAndCustomer) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/sales");
  tap(console.app, Role::gridcell, "A1-1-000001");
  console.serve();
  EXPECT_EQ(console.app.address(), "/sales/" + std::string(sale_id));
  EXPECT_TRUE(shows(Role::heading, "Sale A1-1-000001"));
  EXPECT_TRUE(shows("Whole milk"));
  EXPECT_TRUE(shows("2 × 1.19"));
  EXPECT_TRUE(shows("Customer: Ada Lovelace"));
  EXPECT_TRUE(shows("Sold at another price"));
  EXPECT_TRUE(shows("Journal: Epoch 1, number 7"));
  EXPECT_TRUE(shows(Role::button, "Refund A1-1-000002"));
  tap_button(console.app, "Print receipt");
  console.serve();
  ASSERT_EQ(console.app.printed().size(), 1u);
  EXPECT_NE(console.app.printed()[0].find("A1-1-000001"), std::string::npos);
  tap(console.app, Role::link, "Open its task");
  console.serve();
  EXPECT_EQ(console.app.address(), "/tasks/" + std::string(task_id));
  console.app.back();
  console.serve();
  tap_button(console.app, "Open customer");
  console.serve();
  EXPECT_EQ(console.app.address(), "/customers/" + std::string(ada_id));
}

TEST(SalesDesk, FiltersByAddressAndByTyping) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/sales?kind=refund&period=any&tender=cash&flagged=clock_off&sort=-total");
  EXPECT_EQ(console.count("GET /api/sales/?sort=-total&kind=refund&tender=cash&flagged=clock_off&limit=100"),
            1);
  visit(console, "/sales");
  fill(console.app, "Receipt number", "a1-1-0000", Role::searchbox);
  console.app.advance(400);
  console.serve();
  EXPECT_EQ(console.count("GET /api/sales/?sort=-sold_at&receipt=a1-1-0000&limit=100"), 1)
      << "any time, and the receipt";
  EXPECT_EQ(console.app.address(), "/sales?receipt=a1-1-0000");
}

TEST(SalesDesk, SavesWhatIsShownAsCsv) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/sales?period=any");
  console.on("GET", "/api/sales/", "receipt,kind\nA1-1-000001,sale\n");
  tap_button(console.app, "Export CSV");
  console.serve();
  ASSERT_EQ(console.app.saved().size(), 1u);
  EXPECT_TRUE(console.app.saved()[0].name.starts_with("sales-2023-11-1"));
  EXPECT_EQ(console.app.saved()[0].bytes, "receipt,kind\nA1-1-000001,sale\n");
}

TEST(SalesDesk, IsFoundByReceiptNumberFromAnywhere) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/customers");
  console.app.press_key("k", true);
  console.app.settle();
  fill(console.app, "Search everything", "A1-1", Role::searchbox);
  console.app.advance(300);
  console.serve();
  EXPECT_TRUE(shows(Role::option, "Sale A1-1-000001")) << seen();
  EXPECT_EQ(console.count("GET /api/sales/?limit=6&receipt=A1-1"), 1);
}

TEST(TasksDesk, ListsByUrgencyAndShowsWhatOneMustKnow) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/tasks");
  EXPECT_TRUE(shows(Role::link, "Tasks, 2"));
  EXPECT_TRUE(shows(Role::gridcell, "Sold at €1.19, now €1.29"));
  const std::string all = seen();
  EXPECT_LT(all.find("gridcell \"Other price"), all.find("gridcell \"Stock below zero")) << all;
  tap(console.app, Role::gridcell, "Sold at €1.19, now €1.29");
  console.serve();
  EXPECT_TRUE(shows(Role::heading, "Sold at another price"));
  EXPECT_TRUE(shows("Sold: 2 at €1.19"));
  EXPECT_TRUE(shows("In stock now: -3"));
  EXPECT_TRUE(shows("Record: Epoch 1, number 7"));
  tap_button(console.app, "Sale A1-1-000001");
  console.serve();
  EXPECT_EQ(console.app.address(), "/sales/" + std::string(sale_id));
}

TEST(TasksDesk, EndsATaskWithANoteAndTakesItBack) {
  ConsoleDriver console;
  shop(console);
  console.on("POST", "/api/tasks/done/", R"({"done":1})");
  console.on("POST", "/api/tasks/" + std::string(task_id) + "/reopen/", task(task_id, "price_differs", "x"));
  visit(console, "/tasks/" + std::string(task_id));
  fill(console.app, "Note", "The new price is right.");
  tap_button(console.app, "Mark as done");
  console.serve();
  EXPECT_EQ(console.body_of("POST /api/tasks/done/"),
            R"({"ids":[")" + std::string(task_id) + R"("],"note":"The new price is right."})");
  EXPECT_FALSE(shows(Role::gridcell, "Other price"));
  EXPECT_EQ(console.app.address(), "/tasks/" + std::string(other_task)) << "the next one is shown";
  tap_button(console.app, "Undo");
  console.serve();
  EXPECT_EQ(console.count("POST /api/tasks/" + std::string(task_id) + "/reopen/"), 1);
  EXPECT_TRUE(shows(Role::gridcell, "Other price"));
}

TEST(TasksDesk, EndsManyAtOnce) {
  ConsoleDriver console;
  shop(console);
  console.on("POST", "/api/tasks/done/", R"({"done":2})");
  visit(console, "/tasks");
  tap(console.app, Role::checkbox, "all");
  console.app.settle();
  tap_button(console.app, "Mark as done");
  console.serve();
  EXPECT_NE(console.body_of("POST /api/tasks/done/").find(other_task), std::string::npos);
  EXPECT_TRUE(shows(Role::heading, "Nothing to look at")) << seen();
}

TEST(TasksDesk, CorrectsTheStockInPlace) {
  ConsoleDriver console;
  shop(console);
  console.on("POST", "/api/catalogue/products/", R"({"level":"4"})", 201);
  visit(console, "/tasks/" + std::string(other_task));
  fill(console.app, "Counted on the shelf", "4,5");
  tap_button(console.app, "Correct stock");
  console.serve();
  EXPECT_NE(console.body_of("POST /api/catalogue/products/").find(R"("counted":"4.5")"), std::string::npos);
}

TEST(TasksDesk, ACashierLooksButEndsNothing) {
  ConsoleDriver console(ringup::Role::cashier);
  shop(console);
  visit(console, "/tasks/" + std::string(task_id));
  EXPECT_TRUE(shows(Role::heading, "Sold at another price"));
  EXPECT_FALSE(shows(Role::button, "Mark as done"));
}

TEST(CustomersDesk, ChangesACustomerAndTakesItBack) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/customers");
  EXPECT_TRUE(shows(Role::gridcell, "€42.10"));
  tap(console.app, Role::gridcell, "Ada Lovelace");
  console.serve();
  EXPECT_TRUE(shows("Open credit: €2.38"));
  EXPECT_TRUE(shows(Role::button, "Sale A1-1-000001"));
  fill(console.app, "Last name", "King");
  console.on("PATCH", "/api/customers/" + std::string(ada_id), ada("King"));
  tap_button(console.app, "Save changes");
  console.serve();
  EXPECT_NE(console.body_of("PATCH /api/customers/").find(R"("last_name":"King")"), std::string::npos);
  EXPECT_TRUE(shows(Role::gridcell, "Ada King"));
  console.on("PATCH", "/api/customers/" + std::string(ada_id), ada("Lovelace"));
  tap_button(console.app, "Undo");
  console.serve();
  EXPECT_NE(console.body_of("PATCH /api/customers/").find(R"("last_name":"Lovelace")"), std::string::npos);
  EXPECT_TRUE(shows(Role::gridcell, "Ada Lovelace"));
}

TEST(CustomersDesk, ShowsWhatTheServerRefusesAtItsField) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/customers/new");
  fill(console.app, "Last name", "Byron");
  fill(console.app, "E-mail address", "nobody");
  console.on(
      "POST", "/api/customers/",
      R"({"code":"invalid_value","detail":"Check this.","errors":{"email":"This is no e-mail address."}})",
      400);
  tap(console.app, Role::button, "Add customer");
  // The one in the page's corner has the same name; the panel's is the last.
  for (const ui::Node& node : std::vector<ui::Node>(ui::nodes())) {
    if (node.role == Role::button && node.name == "Add customer")
      console.app.tap(node.rect.middle_x(), node.rect.middle_y());
  }
  console.serve();
  EXPECT_EQ(console.count("POST /api/customers/"), 1);
  EXPECT_TRUE(must_find(Role::textbox, "E-mail address").has(ui::flag::invalid)) << seen();
}

}  // namespace
}  // namespace ringup::tests
