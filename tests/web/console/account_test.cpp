// My account: what is sent, that a fresh proof is asked for where the server wants one, and that recovery
// codes are shown once.
#include "web/console/account/account.h"
#include "tests/web/console/screen_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

struct AccountScreen : ScreenTest {
  AccountScreen() : ScreenTest(alone<console::make_account>) {
    console.on(
        "GET", "/api/accounts/me/",
        R"({"id":"0190aaaa-0000-7000-8000-000000000001","email":"mara@example.com","first_name":"Mara",)"
        R"("last_name":"Holler","phone_number":"+4930123456","role":"owner"})");
    security("[]");
    console.on(
        "GET", "/api/accounts/sessions/",
        R"({"items":[{"id":"s1","device":"Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36",)"
        R"("created_at":"2026-01-01T10:00:00.000Z","last_used_at":"2026-01-01T10:00:00.000Z","current":true},)"
        R"({"id":"s2","device":"Mozilla/5.0 (iPhone) Version/18 Safari/604",)"
        R"("created_at":"2026-01-01T10:00:00.000Z","last_used_at":"2026-01-01T10:00:00.000Z",)"
        R"("current":false}],"next":null})");
    go("/account");
  }
  void security(const std::string& factors) {
    console.on(
        "GET", "/api/accounts/security/",
        R"({"factors":)" + factors +
            R"(,"recovery_codes_left":8,"trusted_devices":[{"id":"d1","device":"Mozilla/5.0 (Macintosh; Mac OS X) )"
            R"(Safari/605","created_at":"2026-01-01T10:00:00.000Z","expires_at":"2026-01-31T10:00:00.000Z"}],)"
            R"("password_changed_at":"2026-01-01T10:00:00.000Z","has_pin":false})");
  }
};

TEST_F(AccountScreen, SavesTheProfile) {
  fill(console.app, "First name", "Maria");
  console.on("PATCH", "/api/accounts/me/", R"({"first_name":"Maria","last_name":"Holler"})");
  press("Save profile");
  EXPECT_EQ(console.body_of("PATCH /api/accounts/me/"), R"({"first_name":"Maria","last_name":"Holler"})");
}

TEST_F(AccountScreen, AsksForTheOldPasswordWhereTheServerWantsAProof) {
  console.on("POST", "/api/accounts/change-password/", R"({"code":"proof_required"})", 403);
  fill(console.app, "New password", "nine old stone bridges");
  press("Change password");
  ASSERT_TRUE(shows(Role::dialog, "Is it you?")) << seen();
  console.on("POST", "/api/accounts/change-password/", R"({"code":"invalid_credentials"})", 401);
  fill(console.app, "Password", "wrong");
  press_last("Continue");
  EXPECT_TRUE(shows("This password is wrong."));
  EXPECT_EQ(console.count("POST /api/accounts/refresh/"), 1) << "a wrong password is no reason to refresh";
  console.on("POST", "/api/accounts/change-password/", R"({"status":"changed"})");
  fill(console.app, "Password", "seven small green boats");
  press_last("Continue");
  EXPECT_EQ(console.body_of("POST /api/accounts/change-password/"),
            R"({"new_password":"nine old stone bridges","proof":{"password":"seven small green boats"}})");
  EXPECT_FALSE(shows(Role::dialog, "Is it you?"));
}

TEST_F(AccountScreen, NothingIsSentWhereTheProofIsNotGiven) {
  console.on("POST", "/api/accounts/change-password/", R"({"code":"proof_required"})", 403);
  fill(console.app, "New password", "nine old stone bridges");
  press("Change password");
  console.app.press_key("Escape");
  console.serve();
  EXPECT_FALSE(shows(Role::dialog, "Is it you?"));
  EXPECT_EQ(console.count("POST /api/accounts/change-password/"), 1);
  EXPECT_TRUE(shows("Nothing was changed.")) << seen();
}

TEST_F(AccountScreen, SetsUpAnAuthenticatorAppAndShowsRecoveryCodesOnce) {
  console.on(
      "POST", "/api/accounts/security/totp/enable/",
      R"({"secret":"JBSWY3DPEHPK3PXP","otpauth_uri":"otpauth://totp/Ringup:m?secret=JBSWY3DPEHPK3PXP","qr":[]})");
  press("Set up: Authenticator app");
  ASSERT_TRUE(shows(Role::dialog, "Set up: Authenticator app")) << seen();
  EXPECT_TRUE(shows("JBSW Y3DP EHPK 3PXP"));
  EXPECT_TRUE(shows(Role::image, "For your authenticator app"));
  console.on("POST", "/api/accounts/security/totp/verify/", R"({"code":"invalid_credentials"})", 401);
  fill(console.app, "Code", "123456");
  press("Turn on");
  EXPECT_TRUE(shows("This code is wrong, used or too old."));
  console.on("POST", "/api/accounts/security/totp/verify/",
             R"({"status":"enabled","recovery_codes":["AAAAA-BBBBB","CCCCC-DDDDD"]})");
  security(R"([{"kind":"totp","since":"2026-01-01T10:00:00.000Z"}])");
  fill(console.app, "Code", "123456");
  press("Turn on");
  ASSERT_TRUE(shows(Role::dialog, "Your recovery codes")) << seen();
  EXPECT_TRUE(shows(Role::listitem, "AAAAA-BBBBB"));
  press_last("Copy");
  EXPECT_EQ(console.app.copied(), "AAAAA-BBBBB\nCCCCC-DDDDD\n");
  press("I have kept them");
  EXPECT_FALSE(shows(Role::listitem, "AAAAA-BBBBB"));
  EXPECT_TRUE(shows(Role::button, "Turn off: Authenticator app"));
}

TEST_F(AccountScreen, SendsACodeToThePhoneThatIsGiven) {
  press("Set up: Text message");
  console.on("POST", "/api/accounts/security/sms-2fa/enable/", R"({"status":"sent"})");
  press("Send code");
  EXPECT_EQ(console.body_of("POST /api/accounts/security/sms-2fa/enable/"),
            R"({"phone_number":"+4930123456"})");
  EXPECT_TRUE(shows("We sent a text message with a code to +4930123456."));
}

TEST_F(AccountScreen, TurnsAFactorOffOnlyAfterAQuestion) {
  security(R"([{"kind":"email","since":"2026-01-01T10:00:00.000Z"}])");
  go("/");
  go("/account");
  press("Turn off: E-mail");
  EXPECT_EQ(console.count("POST /api/accounts/security/email-2fa/disable/"), 0);
  press_last("Turn off");
  EXPECT_EQ(console.count("POST /api/accounts/security/email-2fa/disable/"), 1);
}

TEST_F(AccountScreen, ForgetsDevicesAndEndsSessionsElsewhere) {
  console.on("DELETE", "/api/accounts/", "", 204);
  press("Forget Safari on Mac");
  EXPECT_EQ(console.count("DELETE /api/accounts/security/trusted-devices/d1/"), 1);
  press("Sign out on Safari on iPhone");
  EXPECT_EQ(console.count("DELETE /api/accounts/sessions/s2/"), 1);
  EXPECT_FALSE(shows(Role::button, "Sign out on Chrome on Windows")) << "that is this one";
}

TEST_F(AccountScreen, SavesAPin) {
  press("Set a PIN");
  fill(console.app, "New PIN", "4821");
  console.on("PUT", "/api/accounts/me/pin/", "", 204);
  press("Save PIN");
  EXPECT_EQ(console.body_of("PUT /api/accounts/me/pin/"), R"({"pin":"4821"})");
  EXPECT_TRUE(shows("Your PIN is set"));
}

}  // namespace
}  // namespace ringup::tests
