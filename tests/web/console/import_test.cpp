#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

/// The import's screen, with a server that finds what a test says.
class ImportScreen : public testing::Test {
 protected:
  ImportScreen() {
    console_.on("POST", "/api/catalogue/imports/",
                R"({"id":"0190aaaa-0000-7000-8000-0000000000aa","state":"waiting"})");
    found("done", 2, "[]", 0);
    console_.app.visit("/import");
    console_.serve();
  }
  void found(std::string_view state, int added, std::string refusals, int refused,
             std::string problem = "null") {
    console_.on("GET", "/api/catalogue/imports/",
                R"({"id":"0190aaaa-0000-7000-8000-0000000000aa","state":")" + std::string(state) +
                    R"(","check":true,"rows":4,"rows_done":1,"added":)" + std::to_string(added) +
                    R"(,"changed":0,"unchanged":0,"refused":)" + std::to_string(refused) + R"(,"refusals":)" +
                    refusals + R"(,"problem":)" + problem + "}");
  }
  void drop(std::string bytes, std::string name = "products.csv") {
    console_.app.drop_file(
        platform::File{.name = std::move(name), .type = "text/csv", .bytes = std::move(bytes)});
    console_.app.settle();
  }
  /// Lets the clock go on until the run has come to rest.
  void go_on() {
    for (int i = 0; i < 6; ++i) {
      console_.app.advance(300);
      console_.serve();
    }
  }
  void press(std::string_view name) {
    tap_button(console_.app, name);
    go_on();
  }

  ConsoleDriver console_;
};

constexpr std::string_view german =
    "Artikel-Nr.;Bezeichnung;Preis;MwSt\nA;Apfel;1,19;7\nB;Birne;falsch;7\nC;Citrone;2,49;19\n";

TEST_F(ImportScreen, ShowsHowAForeignFileIsReadBeforeAnythingHappens) {
  drop(std::string(german));
  EXPECT_TRUE(shows("UTF-8, parted by semicolons")) << seen();
  EXPECT_TRUE(shows(ui::Role::grid, "First lines"));
  EXPECT_TRUE(shows(ui::Role::gridcell, "1.19")) << seen();
  EXPECT_TRUE(shows(ui::Role::gridcell, "reduced"));
  EXPECT_EQ(console_.count("POST /api/catalogue/imports/"), 0);
}

TEST_F(ImportScreen, MendsALineAndPutsAllIn) {
  drop(std::string(german));
  press("Check the file");
  EXPECT_TRUE(shows("Line 3")) << seen();
  EXPECT_EQ(console_.body_of("POST /api/catalogue/imports/?check=true&stock=left"),
            "sku,barcode,name,category,price,tax_class,stock\nA,,Apfel,,1.19,reduced,\nC,,Citrone,,2.49,"
            "standard,\n");
  fill(console_.app, "Price, line 3", "0,99");
  console_.app.settle();
  EXPECT_TRUE(shows("Changed: check again to see whether it is right now.")) << seen();
  found("done", 3, "[]", 0);
  press("Check again");
  EXPECT_TRUE(shows(ui::Role::heading, "Every line is right")) << seen();
  press("Import 3 products");
  EXPECT_EQ(
      console_.body_of("POST /api/catalogue/imports/?check=false&stock=left"),
      "sku,barcode,name,category,price,tax_class,stock\nA,,Apfel,,1.19,reduced,\nB,,Birne,,0.99,reduced,\n"
      "C,,Citrone,,2.49,standard,\n");
  EXPECT_TRUE(shows(ui::Role::heading, "3 products are in")) << seen();
}

TEST_F(ImportScreen, ShowsWhatOnlyTheServerKnowsAtTheLineOfTheFile) {
  found("done", 1,
        R"([{"line":3,"column":"barcode","code":"duplicate_barcode","detail":"The product Z has it.",)"
        R"("values":["C","","Citrone","","2.49","standard",""]}])",
        1);
  drop(std::string(german));
  press("Check the file");
  EXPECT_TRUE(shows("Line 4")) << "its line in the file, not in what was sent" << seen();
  EXPECT_TRUE(shows("Barcode: The product Z has it."));
  EXPECT_TRUE(shows("2 lines stay out"));
  press("Leave out line 3");
  EXPECT_TRUE(shows("This line stays out.")) << seen();
}

TEST_F(ImportScreen, SaysInWordsWhatIsWrongWithAFile) {
  drop("PK\x03\x04", "list.xlsx");
  EXPECT_TRUE(shows(ui::Role::status,
                    "The encoding of this file is not known: save it as CSV UTF-8 and choose it again.") ||
              seen().find("save it as CSV UTF-8") != std::string::npos)
      << seen();
  EXPECT_TRUE(shows(ui::Role::button, "Choose a file"));
  found("failed", 0, "[]", 0, R"({"code":"too_many","detail":"Too many lines are refused."})");
  drop(std::string(german));
  press("Check the file");
  EXPECT_NE(seen().find("Too many lines are refused."), std::string::npos) << seen();
  EXPECT_TRUE(shows(ui::Role::button, "Check the file")) << "from here it can be tried again";
}

TEST_F(ImportScreen, ReadsAHundredThousandLinesInSteps) {
  std::string file = "sku,name,price\n";
  for (int i = 0; i < 100'000; ++i) file += "S" + std::to_string(i) + ",Product,1.19\n";
  drop(std::move(file));
  tap_button(console_.app, "Check the file");
  console_.app.settle();
  EXPECT_EQ(console_.count("POST /api/catalogue/imports/"), 0) << "not in one frame";
  EXPECT_TRUE(shows(ui::Role::progressbar, "Reading the file…")) << seen();
  for (int i = 0; i < 60; ++i) {
    console_.app.advance(10);
    console_.serve();
  }
  EXPECT_EQ(console_.count("POST /api/catalogue/imports/"), 1);
}

TEST(Import, IsNotOfferedToThoseWhoMayNotWrite) {
  ConsoleDriver console(Role::cashier);
  console.app.visit("/import");
  console.serve();
  EXPECT_FALSE(shows(ui::Role::button, "Choose a file"));
}

}  // namespace
}  // namespace ringup::tests
