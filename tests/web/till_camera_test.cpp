// The sheet over the sell screen that scans: what it says of each state of the camera, and what a code comes
// to.
#include "web/till/screens/camera.h"

#include <gtest/gtest.h>

#include <memory>

#include "core/catalogue/product.h"
#include "tests/web/driver.h"
#include "tests/web/fake_bridge.h"
#include "web/till/model.h"

namespace ringup::till {
namespace {

using platform::CameraFacts;
using platform::CameraState;
using test::FakeBridge;
using tests::must_find;
using tests::shows;
using tests::tap_button;
using ui::Role;

const Id milk_id = *parse_id("0190b2f4-0000-7000-8000-000000000001");
constexpr const char* milk_code = "4006381333931";
constexpr const char* strange_code = "96385074";

class SheetApp final : public ui::App {
 public:
  SheetApp(platform::Platform& platform, Model& model) : ui::App(platform), model_(model) {}
  CameraSheet sheet;
  std::string search;
  bool shown = true;

 private:
  void draw() override {
    sheet.frame_begins(model_);
    ui::ground();
    if (!shown) return;
    if (const std::string asked = sheet.draw(model_); !asked.empty()) search = asked;
  }
  Model& model_;
};

class TillCamera : public ::testing::Test {
 protected:
  void begin(const char* role) {
    role_ = role;
    model = std::make_unique<Model>(bridge);
    answer_all();
    model->enrol("CODE", [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
    answer_all();
    model->sign_in("kim@example.com", "password", [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
    answer_all();
    ASSERT_EQ(model->catalogue().size(), 1u);
    driver = std::make_unique<platform::Headless>([this](platform::Platform& platform) {
      auto made = std::make_unique<SheetApp>(platform, *model);
      app = made.get();
      return made;
    });
    driver->settle();
    app->sheet.open(*model);
    settle();
  }
  void settle() {
    driver->redraw();
    driver->settle();
  }
  void tell(CameraState state) {
    CameraFacts facts;
    facts.state = state;
    tell(facts);
  }
  void tell(const CameraFacts& facts) {
    ASSERT_TRUE(bridge.camera.has_value());
    bridge.camera->on_state(facts);
    settle();
  }
  void scan(const std::string& code) {
    bridge.camera->on_code(code);
    settle();
  }
  void answer_all() {
    bridge.ledger.run();
    for (int i = 0; i < 100 && !bridge.asked.empty(); ++i) {
      FakeBridge::Asked asked = std::move(bridge.asked.front());
      bridge.asked.pop_front();
      asked.done(answer(asked.request));
      bridge.ledger.run();
    }
  }
  platform::FetchResponse answer(const platform::FetchRequest& request) {
    if (request.url == "/api/till/enrol/") {
      Enrolment enrolment;
      enrolment.till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
      enrolment.series = "A1";
      enrolment.token = "till-token";
      enrolment.tenant = "corner";
      enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
      enrolment.settings = {"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
      return {200, json::dump(to_json(enrolment))};
    }
    if (request.url == "/api/accounts/login/" || request.url == "/api/accounts/refresh/") {
      const Cashier cashier{*parse_id("0190b2f4-0000-7000-8000-0000000000c1"),
                            "kim@example.com",
                            "Kim",
                            "Lee",
                            role_,
                            rights_of(*parse_role(role_))};
      const char* access = request.url.ends_with("login/") ? "old" : "new";
      return {200, json::dump(json::Object{{"access", access}, {"user", to_json(cashier)}})};
    }
    if (request.url.starts_with("/api/till/catalogue/")) {
      CatalogueDelta delta;
      delta.currency = *parse_currency("EUR");
      delta.cursor = "7";
      delta.version = 7;
      delta.reset = request.url.find("since") == std::string::npos;
      if (delta.reset)
        delta.products = {
            {milk_id, "MILK", "Milk 1 l", {}, {*parse_gtin(milk_code)}, {11900}, "reduced", {}, 1}};
      delta.tax_classes = {{"reduced", Rate{70000}}};
      delta.rules = write_rules(Rules{});
      return {200, to_json(delta)};
    }
    if (request.url == "/api/catalogue/products/") {
      posts.push_back(request);
      // The first access token has expired.
      if (request.headers.front().second != "Bearer new") return {401, R"({"code":"invalid_token"})"};
      const Product made{*parse_id("0190b2f4-0000-7000-8000-000000000009"),
                         strange_code,
                         "Syrup",
                         {},
                         {*parse_gtin(strange_code)},
                         {42000},
                         "reduced",
                         {},
                         8};
      std::string text;
      append_json(text, made, *parse_currency("EUR"));
      return {201, text};
    }
    return {};
  }

  FakeBridge bridge;
  std::unique_ptr<Model> model;
  std::unique_ptr<platform::Headless> driver;
  SheetApp* app = nullptr;
  std::vector<platform::FetchRequest> posts;
  std::string role_;
};

TEST_F(TillCamera, SaysWhatIsWrongAndTriesAgain) {
  begin("cashier");
  EXPECT_TRUE(shows(Role::heading, "Opening the camera…"));
  const std::pair<CameraState, const char*> states[] = {
      {CameraState::refused, "The camera is not allowed"},
      {CameraState::missing, "No camera found"},
      {CameraState::busy, "The camera does not come"},
      {CameraState::lost, "The camera went away"},
      {CameraState::unloaded, "The scanner could not be loaded"},
  };
  for (const auto& [state, title] : states) {
    tell(state);
    EXPECT_TRUE(shows(Role::heading, title));
    EXPECT_EQ(bridge.camera_width, 0);
    bridge.camera.reset();
    tap_button(*driver, "Try again");
    EXPECT_TRUE(bridge.camera.has_value()) << title;
    EXPECT_TRUE(shows(Role::heading, "Opening the camera…"));
  }
  tell(CameraState::insecure);
  EXPECT_TRUE(shows(Role::heading, "No camera without HTTPS"));
  EXPECT_FALSE(shows(Role::button, "Try again"));
  EXPECT_TRUE(shows(Role::button, "Type the code"));
}

TEST_F(TillCamera, OffersWhatTheCameraHas) {
  begin("cashier");
  tell(CameraState::live);
  EXPECT_GT(bridge.camera_width, 300);
  EXPECT_FALSE(shows(Role::button, "Light"));
  EXPECT_FALSE(shows(Role::button, "Other camera"));
  CameraFacts facts{CameraState::live, false, true, 2};
  tell(facts);
  tap_button(*driver, "Light");
  tap_button(*driver, "Nearer");
  tap_button(*driver, "Other camera");
  EXPECT_EQ(bridge.camera_asked, (std::vector<std::string>{"torch on", "zoom out", "next"}));
}

TEST_F(TillCamera, PutsWhatItReadsIntoTheCart) {
  begin("cashier");
  tell(CameraState::live);
  scan(milk_code);
  EXPECT_TRUE(shows("€1.19 · 1 in the cart"));
  scan(milk_code);
  EXPECT_TRUE(shows("€1.19 · 2 in the cart"));
  EXPECT_EQ(model->cart().total(), 238);
  scan("(01)04006381333931(3103)000500");
  EXPECT_TRUE(shows("0.5 × €1.19 · 2.5 in the cart"));
  scan("4006381333932");
  EXPECT_TRUE(shows("This code cannot be sold"));
  EXPECT_TRUE(shows("The check digit of 4006381333932 should be 1."));
  tap_button(*driver, "Done");
  EXPECT_FALSE(bridge.camera.has_value());
}

TEST_F(TillCamera, ReadsNothingFromThePictureWhileACodeIsTyped) {
  begin("cashier");
  tell(CameraState::live);
  tap_button(*driver, "Type the code");
  EXPECT_EQ(bridge.camera_width, 0);
  tests::fill(*driver, "Code below the barcode", milk_code);
  tap_button(*driver, "Add to the sale");
  EXPECT_TRUE(shows("€1.19 · 1 in the cart"));
  tap_button(*driver, "Back to the camera");
  EXPECT_GT(bridge.camera_width, 300);
}

TEST_F(TillCamera, SearchesForWhatNobodyHas) {
  begin("cashier");
  tell(CameraState::live);
  scan(strange_code);
  EXPECT_TRUE(shows("No product has this code"));
  EXPECT_TRUE(shows("The owner or a manager can add it."));
  EXPECT_FALSE(shows(Role::button, "New product"));
  tap_button(*driver, "Search for it");
  EXPECT_EQ(app->search, strange_code);
  EXPECT_FALSE(bridge.camera.has_value());
}

TEST_F(TillCamera, MakesAProductOfItOnce) {
  begin("manager");
  tell(CameraState::live);
  scan(strange_code);
  tap_button(*driver, "New product");
  EXPECT_EQ(bridge.camera_width, 0);
  tests::fill(*driver, "Name", "Syrup");
  tests::fill(*driver, "Price in EUR", "4.20");
  tap_button(*driver, "Create and add to the sale");
  answer_all();
  settle();
  ASSERT_EQ(posts.size(), 2u) << "the token had expired";
  EXPECT_EQ(posts[0].body, posts[1].body);
  EXPECT_EQ(posts[0].headers[2], posts[1].headers[2]) << "one key: the server makes one product";
  EXPECT_EQ(posts[1].headers[2].first, "Idempotency-Key");
  EXPECT_NE(posts[1].body.find(R"("barcodes":["96385074"])"), std::string::npos) << posts[1].body;
  EXPECT_EQ(model->cart().total(), 420);
  EXPECT_TRUE(shows("New, and in the cart"));
}

TEST_F(TillCamera, TellsWhatCameOfAPhoto) {
  begin("cashier");
  tell(CameraState::missing);
  const auto photo = [&](platform::Photo came, const char* code) {
    tap_button(*driver, "Use a photo");
    ASSERT_EQ(bridge.photos.size(), 1u);
    bridge.photos.back()(came, code);
    bridge.photos.clear();
    settle();
  };
  photo(platform::Photo::nothing, "");
  EXPECT_TRUE(shows("No barcode in this picture"));
  photo(platform::Photo::none, "");
  photo(platform::Photo::found, milk_code);
  EXPECT_EQ(model->cart().total(), 119);
}

TEST_F(TillCamera, ClosesTheCameraWhenItsScreenIsGone) {
  begin("cashier");
  tell(CameraState::live);
  app->shown = false;  // as after signing out
  settle();
  EXPECT_FALSE(bridge.camera.has_value());
}

}  // namespace
}  // namespace ringup::till
