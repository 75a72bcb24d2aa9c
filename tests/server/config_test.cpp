#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/server/support.h"

namespace ringup {
namespace {

using Names = std::map<std::string, std::string>;

Result<Config> load(const std::string& folder, const Names& environment = {}) {
  return Config::load(folder, "127.0.0.1:8080", [&](const char* name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

/// The failure of one setting from the environment, in words; "" where it is fine.
std::string wrong(const std::string& name, const std::string& value) {
  const test::Folder folder;
  const auto config = load(folder.path(), {{name, value}});
  return config.ok() ? "" : describe(config.failure());
}

void write(const test::Folder& folder, std::string_view text) {
  std::ofstream(folder.path() + "/ringup.env", std::ios::binary) << text;
}

TEST(Config, HasDefaults) {
  const test::Folder folder;
  const auto config = load(folder.path());
  ASSERT_TRUE(config.ok()) << describe(config.failure());
  EXPECT_EQ(config->integer("JWT_ACCESS_TOKEN_EXPIRE_MINUTES"), 30);
  EXPECT_EQ(config->integer("JWT_REFRESH_TOKEN_EXPIRE_DAYS"), 7);
  EXPECT_EQ(config->text("SMS_PROVIDER"), "console");
  EXPECT_EQ(config->text("PUBLIC_URL"), "http://127.0.0.1:8080");
  EXPECT_EQ(config->public_host(), "127.0.0.1");
  EXPECT_FALSE(config->public_https());
  EXPECT_FALSE(config->is_set("JWT_SECRET_KEY"));
}

TEST(Config, TheEnvironmentGoesBeforeTheFile) {
  const test::Folder folder;
  write(folder,
        "# ours\r\n\r\nSMTP_PORT = 2525\r\nTOTP_ISSUER=\" Shop \"\nEMAIL_USERNAME=a=b#c\nBACKUP_DIR=");
  const auto config =
      load(folder.path(), {{"SMTP_PORT", "26"}, {"PUBLIC_URL", "https://Shop.example:8443/"}});
  ASSERT_TRUE(config.ok()) << describe(config.failure());
  EXPECT_EQ(config->integer("SMTP_PORT"), 26);
  EXPECT_EQ(config->text("TOTP_ISSUER"), " Shop ");
  EXPECT_EQ(config->text("EMAIL_USERNAME"), "a=b#c");
  EXPECT_FALSE(config->is_set("BACKUP_DIR"));
  EXPECT_EQ(config->public_host(), "shop.example");
  EXPECT_TRUE(config->public_https());
}

TEST(Config, NamesWhatIsWrongInTheFile) {
  const auto failure = [](std::string_view text) {
    const test::Folder folder;
    write(folder, text);
    const auto config = load(folder.path());
    return config.ok() ? "" : describe(config.failure());
  };
  EXPECT_EQ(failure("SMTP_PORT=25\nSMPT_SERVER=x\n"),
            "SMPT_SERVER (ringup.env line 2): No setting has this name.");
  EXPECT_EQ(failure("\n\nSMTP_PORT=x\n"), "SMTP_PORT (ringup.env line 3): This must be a port, 1 to 65535.");
  EXPECT_EQ(failure("SMTP_PORT\n"), "ringup.env line 1: This must be NAME=value.");
  EXPECT_NE(failure("SMTP_PORT=25\nSMTP_PORT=26\n").find("twice"), std::string::npos);
  EXPECT_NE(failure("TOTP_ISSUER=\"Shop\n").find("quote"), std::string::npos);
  EXPECT_NE(failure("TOTP_ISSUER=\xff\n").find("TOTP_ISSUER"), std::string::npos);
  EXPECT_NE(failure(std::string("TOTP_ISSUER=a\0b\n", 16)).find("TOTP_ISSUER"), std::string::npos);
  EXPECT_NE(failure("#" + std::string(70'000, 'x')).find("too large"), std::string::npos);
}

TEST(Config, RefusesMalformedValues) {
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"SMTP_PORT", "0"},
           {"SMTP_PORT", "65536"},
           {"SMTP_PORT", "25 "},
           {"EMAIL_FROM", "nobody"},
           {"JWT_SECRET_KEY", "too short"},
           {"JWT_ALGORITHM", "none"},
           {"JWT_ALGORITHM", "HS512"},
           {"JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "-1"},
           {"JWT_REFRESH_TOKEN_EXPIRE_DAYS", "1.5"},
           {"FORCE_HTTPS", "maybe"},
           {"SMS_PROVIDER", "pigeon"},
           {"PAYMENT_PROVIDER", "cash"},
           {"TWILIO_PHONE_NUMBER", "12"},
           {"TWILIO_API_BASE", "ftp://x"},
           {"STRIPE_API_BASE", "https://"},
           {"BACKUP_EVERY", "often"},
           {"BACKUP_EVERY", "h"},
           {"PUBLIC_URL", "shop.example"},
           {"PUBLIC_URL", "https://shop.example/path"},
           {"PUBLIC_URL", "https://shop.example:0"},
           {"TRUSTED_PROXIES", "yes"},
           {"CORS_ALLOWED_ORIGINS", "*"},
           {"CORS_ALLOWED_ORIGINS", "https://a.example,b"},
       }) {
    EXPECT_TRUE(wrong(name, value).starts_with(std::string(name) + " (environment): "))
        << name << "=" << value;
  }
  EXPECT_EQ(wrong("CORS_ALLOWED_ORIGINS", "https://a.example, http://localhost:5173"), "");
  EXPECT_EQ(wrong("PUBLIC_URL", "http://[::1]:8080"), "");
  EXPECT_EQ(wrong("BACKUP_EVERY", "15m"), "");
}

TEST(Config, KnowsWhatBelongsTogether) {
  EXPECT_TRUE(wrong("SSL_CERT_PATH", "/etc/cert.pem").starts_with("SSL_KEY_PATH: "));
  EXPECT_TRUE(wrong("SMS_PROVIDER", "twilio").starts_with("TWILIO_ACCOUNT_SID: "));
  EXPECT_TRUE(wrong("SMS_PROVIDER", "aws_sns").starts_with("AWS_ACCESS_KEY_ID: "));
  EXPECT_TRUE(wrong("PAYMENT_PROVIDER", "stripe").starts_with("STRIPE_SECRET_KEY: "));
  EXPECT_TRUE(wrong("SMTP_SERVER", "mail.example").starts_with("EMAIL_FROM: "));
}

TEST(Config, ShowsEverythingButSecrets) {
  const test::Folder folder;
  const std::string key(40, 'k');
  const auto config =
      load(folder.path(), {{"JWT_SECRET_KEY", key}, {"EMAIL_PASSWORD", "hush"}, {"SMTP_PORT", "25"}});
  ASSERT_TRUE(config.ok());
  const std::string text = config->describe();
  EXPECT_NE(text.find("SMTP_PORT=25  # environment\n"), std::string::npos) << text;
  EXPECT_NE(text.find("JWT_SECRET_KEY=********  # environment\n"), std::string::npos);
  EXPECT_NE(text.find("STRIPE_SECRET_KEY=  # default\n"), std::string::npos);
  EXPECT_EQ(text.find(key), std::string::npos);
  EXPECT_EQ(text.find("hush"), std::string::npos);
}

}  // namespace
}  // namespace ringup
