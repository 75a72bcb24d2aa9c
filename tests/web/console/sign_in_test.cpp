// Signing in to the console with a second factor, with a password that has expired, and as somebody who has
// nothing to do there.
#include "tests/web/console/screen_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

constexpr char granted[] =
    R"({"access":"new","user":{"id":"0190aaaa-0000-7000-8000-000000000001","email":"mara@example.com",)"
    R"("first_name":"Mara","last_name":"Holler","role":"owner"}})";
constexpr char two_factor[] =
    R"({"status":"TWO_FACTOR_REQUIRED","challenge":"c1","methods":["totp","email","recovery"]})";

struct SignIn : ::testing::Test {
  ConsoleDriver console{ringup::Role::owner, console::make_screens, tall()};
  SignIn() {
    tap_button(console.app, "Account of Mara Holler");
    tap_button(console.app, "Sign out");
    console.serve();
  }
  void password(const char* answer, int status = 200) {
    console.on("POST", "/api/accounts/login/", answer, status);
    fill(console.app, "E-mail", "mara@example.com");
    fill(console.app, "Password", "seven small green boats");
    press("Sign in");
  }
  void press(std::string_view name) {
    tap_button(console.app, name);
    console.serve();
  }
};

TEST_F(SignIn, AsksForASecondFactorAndThenOpensTheShop) {
  password(two_factor);
  ASSERT_TRUE(shows(Role::heading, "One more step")) << seen();
  EXPECT_TRUE(shows("Enter the code that your authenticator app shows."));
  const char* path = "/api/accounts/security/totp/verify_login/";
  console.on("POST", path, R"({"code":"invalid_credentials","detail":"Wrong."})", 401);
  fill(console.app, "Code", "123456");  // six digits are sent by themselves
  console.serve();
  EXPECT_EQ(console.body_of("POST " + std::string(path)), R"({"challenge":"c1","code":"123456"})");
  EXPECT_TRUE(shows("This code is wrong, used or too old."));
  console.on("POST", path, granted);
  tap(console.app, Role::checkbox, "Do not ask on this device for 30 days");
  fill(console.app, "Code", "654321");
  console.serve();
  EXPECT_EQ(console.body_of("POST " + std::string(path)),
            R"({"challenge":"c1","code":"654321","remember_device":true})");
  EXPECT_TRUE(shows(Role::button, "Account of Mara Holler")) << seen();
}

TEST_F(SignIn, SendsACodeWhereAnotherWayIsChosenAndTakesRecoveryCodes) {
  password(two_factor);
  console.on("POST", "/api/accounts/security/email-2fa/send_code/", R"({"status":"sent"})");
  press("Send an e-mail");
  EXPECT_EQ(console.body_of("POST /api/accounts/security/email-2fa/send_code/"), R"({"challenge":"c1"})");
  EXPECT_NE(must_find(Role::textbox, "Code").extra.find("Code sent"), std::string::npos);
  press("Use a recovery code");
  console.on("POST", "/api/accounts/security/recovery/verify_login/", granted);
  fill(console.app, "Recovery code", "K7QMX-2N94T");
  press("Continue");
  EXPECT_EQ(console.body_of("POST /api/accounts/security/recovery/verify_login/"),
            R"({"challenge":"c1","code":"K7QMX-2N94T"})");
  EXPECT_TRUE(shows(Role::button, "Account of Mara Holler"));
}

TEST_F(SignIn, BeginsAnewWhereTheChallengeIsGone) {
  password(two_factor);
  console.on("POST", "/api/accounts/security/totp/verify_login/", R"({"code":"invalid_token"})", 401);
  fill(console.app, "Code", "123456");
  console.serve();
  EXPECT_TRUE(shows(Role::heading, "Ringup console"));
  EXPECT_TRUE(shows("That took too long, or too many tries. Sign in again."));
}

TEST_F(SignIn, AsksForAnotherPasswordWhereItHasExpired) {
  password(R"({"status":"PASSWORD_EXPIRED","challenge":"c2"})");
  ASSERT_TRUE(shows(Role::heading, "Choose another password"));
  console.on("POST", "/api/accounts/change-password/",
             R"({"code":"invalid_value","detail":"x","errors":{"password":"This password is too common."}})",
             400);
  fill(console.app, "New password", "password1");
  press("Save and sign in");
  EXPECT_TRUE(shows("This password is too common."));
  console.on("POST", "/api/accounts/change-password/", granted);
  fill(console.app, "New password", "nine old stone bridges");
  press("Save and sign in");
  EXPECT_EQ(console.body_of("POST /api/accounts/change-password/"),
            R"({"challenge":"c2","new_password":"nine old stone bridges"})");
  EXPECT_TRUE(shows(Role::button, "Account of Mara Holler"));
}

TEST_F(SignIn, TellsACustomerWhereTheyBelong) {
  password(R"({"access":"new","user":{"id":"0190aaaa-0000-7000-8000-000000000009","email":"c@home.example",)"
           R"("first_name":"Cleo","last_name":"","role":"customer","rights":[]}})");
  EXPECT_TRUE(shows(Role::heading, "This is where the shop's own people work")) << seen();
  EXPECT_TRUE(shows(Role::button, "Open your account"));
}

}  // namespace
}  // namespace ringup::tests
