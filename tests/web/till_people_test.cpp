// Signing in at the till and changing places, as people do it: by role and name.
#include <deque>

#include "core/catalogue/product.h"
#include "core/till/exchange.h"
#include "tests/web/driver.h"
#include "tests/web/permit_maker.h"
#include "web/till/cashier.h"
#include "web/till/server.h"

namespace ringup::tests {
namespace {

using platform::Headless;
using ui::Role;

const Id till_id = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
const Id kim_id = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
const Id mira_id = *parse_id("0190b2f4-0000-7000-8000-0000000000c2");

platform::Viewport phone() {
  platform::Viewport viewport;
  viewport.width = 390;
  viewport.height = 844;
  viewport.touch = true;
  return viewport;
}

/// A paired till on a phone, whose server is a list of answers.
class TillPeople : public ::testing::Test {
 protected:
  void SetUp() override {
    app.set_crypto({test::verify_es256, test::derive_pbkdf2});
    Enrolment enrolment;
    enrolment.till = till_id;
    enrolment.series = "A1";
    enrolment.token = "till-token";
    enrolment.tenant = "corner";
    enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
    enrolment.settings = {"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
    on("/api/till/enrol/", 200, json::dump(to_json(enrolment)));
    CatalogueDelta delta;
    delta.currency = *parse_currency("EUR");
    delta.cursor = "7";
    delta.version = 7;
    delta.reset = true;
    on("/api/till/catalogue/", 200, to_json(delta));
    journal::Answer answer;
    answer.generation = "g1";
    on("/api/till/journal/", 200, journal::write_answer(answer));
    serve();
    fill(app, "Pairing code", "CODE");
    tap_button(app, "Pair this till");
    serve();
  }
  using Enrolment = till::Enrolment;

  void on(const std::string& path, int status, std::string body) {
    answers[path] = {status, std::move(body)};
  }
  void serve() {
    app.settle();
    while (!app.fetches().empty()) {
      Headless::Fetch fetch = app.take_fetch();
      const std::string path = fetch.request.url.substr(0, fetch.request.url.find('?'));
      asked.push_back(path + " " + fetch.request.body);
      const auto found = answers.find(path);
      fetch.done(found == answers.end() ? platform::FetchResponse{404, "{}"}
                                        : platform::FetchResponse{found->second.first, found->second.second});
      app.redraw();
      app.settle();
    }
  }
  static std::string user(const Id& id, const std::string& first, const std::string& role) {
    till::Cashier cashier;
    cashier.user = id;
    cashier.email = "kim@example.com";
    cashier.first_name = first;
    cashier.role = role;
    json::Value value = to_json(cashier);
    json::Object members = *value.as_object();
    std::erase_if(members,
                  [](const json::Member& member) { return member.name == "rights"; });  // of its role
    return json::dump(members);
  }
  static std::string granted() {
    return R"({"access":"token","user":)" + user(kim_id, "Kim", "cashier") + "}";
  }
  void give_permits() {
    const std::int64_t now = app.bridge().now_ms();
    on("/api/till/permits/", 200,
       test::answer_of(key, {test::make_permit(till_id, mira_id, "Mira", "Sol", "902817", now),
                             test::make_permit(till_id, kim_id, "Kim", "", "4071", now)}));
    app.tell("business", "{}");
    serve();
  }
  void show_password(const std::string& password = "a password") {
    fill(app, "E-mail", "kim@example.com");
    fill(app, "Password", password);
    tap_button(app, "Sign in");
    serve();
  }
  void press_pin(std::string_view pin) {
    for (const char digit : pin) tap_button(app, std::string(1, digit));
  }
  bool selling() const { return ui::find(Role::button, "Menu") != nullptr; }
  std::string last() const { return asked.empty() ? std::string() : asked.back(); }
  bool was_asked(std::string_view line) const {
    for (const std::string& each : asked) {
      if (each.find(line) != std::string::npos) return true;
    }
    return false;
  }

  test::TestKey key;
  std::map<std::string, std::pair<int, std::string>> answers;
  std::vector<std::string> asked;
  Headless app{[](platform::Platform& platform) { return platform::make_app(platform); }, phone()};
};

TEST_F(TillPeople, AreNamedAndShowTheirPin) {
  give_permits();
  must_find(Role::heading, "Who is selling?");
  tap(app, Role::button, "Mira Sol, Cashier");
  press_pin("9028");
  press_pin("17");
  // Neither the screen nor what is said holds the digits.
  EXPECT_EQ(seen().find("902817"), std::string::npos);
  EXPECT_EQ(app.announced().back(), "6 digits");
  tap_button(app, "Start selling");
  serve();
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, HearThatAPinIsWrongAndHaveToWait) {
  give_permits();
  tap(app, Role::button, "Mira Sol, Cashier");
  for (int i = 0; i < 5; ++i) {
    press_pin("1111");
    tap_button(app, "Start selling");
    serve();
    if (i == 0) {
      EXPECT_TRUE(shows("That is not the PIN of Mira Sol. 4 tries are left.")) << seen();
    }
  }
  EXPECT_TRUE(shows("Too many wrong PINs. Try again in 60 seconds, or sign in with the password.")) << seen();
  EXPECT_FALSE(shows(Role::button, "Start selling"));
  app.advance(61'000);
  press_pin("902817");
  tap_button(app, "Start selling");
  serve();
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, ChangePlacesFromTheMenu) {
  give_permits();
  tap_button(app, "Sign in with a password");
  on("/api/accounts/login/", 200, granted());
  show_password();
  ASSERT_TRUE(selling()) << seen();
  tap_button(app, "Menu");
  app.advance(400);
  tap(app, Role::button, "Switch cashier, By PIN, also without a network");
  app.advance(400);
  must_find(Role::heading, "Who is selling?");
  must_find(Role::button, "Kim, Cashier, At the till");
  tap_button(app, "Back");
  ASSERT_TRUE(selling());
  tap_button(app, "Menu");
  app.advance(400);
  tap(app, Role::button, "Switch cashier, By PIN, also without a network");
  app.advance(400);
  tap(app, Role::button, "Mira Sol, Cashier");
  press_pin("902817");
  app.press_key("Enter");
  serve();
  EXPECT_TRUE(selling()) << seen();
  EXPECT_TRUE(was_asked("/api/accounts/logout/"));
}

TEST_F(TillPeople, KeysAreLargeEnoughForAFinger) {
  give_permits();
  for (const char* name : {"Mira Sol, Cashier", "Sign in with a password"})
    EXPECT_GE(must_find(Role::button, name).rect.h, 48) << name;
  tap(app, Role::button, "Mira Sol, Cashier");
  for (const char* name : {"0", "1", "9", "Delete last digit", "Clear", "Start selling", "Back"}) {
    const ui::Node node = must_find(Role::button, name);
    EXPECT_GE(node.rect.h, 48) << name;
    EXPECT_GE(node.rect.w, 48) << name;
    EXPECT_LE(node.rect.y + node.rect.h, 844) << name;
  }
}

TEST_F(TillPeople, ShowASecondFactor) {
  on("/api/accounts/login/", 200,
     R"({"status":"TWO_FACTOR_REQUIRED","challenge":"gate-1","methods":["totp","sms","recovery"]})");
  show_password();
  EXPECT_FALSE(selling());
  must_find(Role::heading, "One more step");
  EXPECT_TRUE(shows("Enter the code that your authenticator app shows for this shop."));
  on("/api/accounts/security/totp/verify_login/", 401,
     R"({"code":"invalid_credentials","detail":"This code is wrong or was used."})");
  fill(app, "Code", "123456");  // as the phone fills it in: no press
  serve();
  EXPECT_EQ(last(), R"(/api/accounts/security/totp/verify_login/ {"challenge":"gate-1","code":"123456"})");
  EXPECT_EQ(app.announced().back(), "This code is wrong or was used.");
  // By another way: a code is sent at once.
  on("/api/accounts/security/sms-2fa/send_code/", 200, R"({"status":"sent"})");
  tap_button(app, "Text message");
  serve();
  EXPECT_EQ(last(), R"(/api/accounts/security/sms-2fa/send_code/ {"challenge":"gate-1"})");
  on("/api/accounts/security/sms-2fa/verify_login/", 200, granted());
  fill(app, "Code", "654 321");
  serve();
  EXPECT_TRUE(was_asked(R"("challenge":"gate-1","code":"654321")"));
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, TypeARecoveryCode) {
  on("/api/accounts/login/", 200,
     R"({"status":"TWO_FACTOR_REQUIRED","challenge":"gate-1","methods":["totp","recovery"]})");
  show_password();
  tap_button(app, "Recovery code");
  on("/api/accounts/security/recovery/verify_login/", 200, granted());
  fill(app, "Recovery code", "abcd-efgh");
  tap_button(app, "Continue");
  serve();
  EXPECT_TRUE(was_asked(
      R"(/api/accounts/security/recovery/verify_login/ {"challenge":"gate-1","code":"abcd-efgh"})"));
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, CanGoBackFromTheSecondFactor) {
  on("/api/accounts/login/", 200,
     R"({"status":"TWO_FACTOR_REQUIRED","challenge":"gate-1","methods":["totp"]})");
  show_password();
  tap_button(app, "Back to sign-in");
  must_find(Role::textbox, "Password");
}

TEST_F(TillPeople, SetAnotherPasswordInPlaceOfAnExpiredOne) {
  on("/api/accounts/login/", 200, R"({"status":"PASSWORD_EXPIRED","challenge":"gate-2"})");
  show_password();
  must_find(Role::heading, "Choose a new password");
  on("/api/accounts/change-password/", 400,
     R"({"code":"invalid_value","detail":"This password is too short."})");
  fill(app, "New password", "short");
  tap_button(app, "Save and sign in");
  serve();
  EXPECT_EQ(app.announced().back(), "This password is too short.");
  on("/api/accounts/change-password/", 200, granted());
  fill(app, "New password", "seven small green boats");
  tap_button(app, "Save and sign in");
  serve();
  EXPECT_TRUE(was_asked(R"({"challenge":"gate-2","new_password":"seven small green boats"})"));
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, SignInByAOneTimeCode) {
  tap_button(app, "Sign in with a one-time code");
  on("/auth/api/mobile/generate-otp/", 200, R"({"message":"OTP sent successfully to your phone"})");
  fill(app, "E-mail or phone number", "+491234567890");
  tap_button(app, "Send a code");
  serve();
  EXPECT_EQ(last(), R"(/auth/api/mobile/generate-otp/ {"tenant":"corner","phone_number":"+491234567890"})");
  on("/auth/api/mobile/verify-otp/", 401, R"({"code":"invalid_credentials","detail":"This code is wrong."})");
  fill(app, "Code", "111111");
  serve();
  EXPECT_EQ(app.announced().back(), "This code is wrong.");
  on("/auth/api/mobile/verify-otp/", 200, R"({"token":"0123abcd","message":"Login successful","user":{}})");
  on("/api/accounts/me/", 200, user(kim_id, "Kim", "cashier"));
  fill(app, "Code", "222222");
  serve();
  EXPECT_TRUE(selling()) << seen();
  EXPECT_TRUE(was_asked(R"({"tenant":"corner","phone_number":"+491234567890","otp_code":"222222"})"));
}

TEST_F(TillPeople, AOneTimeCodeMayBeTheFirstOfTwoSteps) {
  tap_button(app, "Sign in with a one-time code");
  on("/auth/api/mobile/generate-otp/", 200, R"({"message":"OTP sent successfully to your email"})");
  fill(app, "E-mail or phone number", "kim@example.com");
  tap_button(app, "Send a code");
  serve();
  EXPECT_EQ(last(), R"(/auth/api/mobile/generate-otp/ {"tenant":"corner","email":"kim@example.com"})");
  on("/auth/api/mobile/verify-otp/", 200,
     R"({"status":"TWO_FACTOR_REQUIRED","challenge":"gate-3","methods":["totp"]})");
  fill(app, "Code", "222222");
  serve();
  must_find(Role::heading, "One more step");
  on("/api/accounts/security/totp/verify_login/", 200, granted());
  fill(app, "Code", "333333");
  serve();
  EXPECT_TRUE(selling()) << seen();
}

TEST_F(TillPeople, WhoMayNotSellIsToldSo) {
  on("/api/accounts/login/", 200, R"({"access":"token","user":)" + user(kim_id, "Kim", "auditor") + "}");
  show_password();
  EXPECT_FALSE(selling());
  EXPECT_EQ(app.announced().back(),
            "This account may not sell. Ask the owner for the right to, or sign in with another.");
  EXPECT_TRUE(was_asked("/api/accounts/logout/"));
}

TEST_F(TillPeople, ChooseAPinOfTheirOwn) {
  on("/api/accounts/login/", 200, granted());
  show_password();
  tap_button(app, "Menu");
  app.advance(400);
  tap(app, Role::button, "My PIN, To change places at the till");
  app.advance(400);
  press_pin("1234");
  tap_button(app, "Next");
  EXPECT_TRUE(app.announced().back().starts_with("This PIN is among the first")) << app.announced().back();
  press_pin("4071");
  tap_button(app, "Next");
  press_pin("4072");
  tap_button(app, "Set the PIN");
  EXPECT_EQ(app.announced().back(), "The two were not the same. Choose again.");
  press_pin("4071");
  tap_button(app, "Next");
  press_pin("4071");
  on("/api/accounts/me/pin/", 403, R"({"code":"proof_required","detail":"Show your password."})");
  tap_button(app, "Set the PIN");
  serve();
  fill(app, "Password", "a password");
  on("/api/accounts/me/pin/", 204, "");
  tap_button(app, "Set the PIN");
  serve();
  EXPECT_TRUE(was_asked(R"(/api/accounts/me/pin/ {"pin":"4071","proof":{"password":"a password"}})"));
  EXPECT_TRUE(was_asked("/api/till/permits/"));
  app.advance(400);
  EXPECT_FALSE(shows(Role::button, "Set the PIN"));
}

}  // namespace
}  // namespace ringup::tests
