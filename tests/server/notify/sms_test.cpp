/// Text messages, judged by the providers' own SDKs (sms_provider.mjs).
#include "server/notify/sms.h"

#include <gtest/gtest.h>

#include "core/base/json.h"
#include "tests/server/program.h"

namespace ringup::notify {
namespace {

using Kind = Outcome::Kind;

struct Standin {
  test::Program program;
  SmsProvider provider;
  Standin(SmsProvider::Kind kind, const std::vector<std::string>& answers = {})
      : program([&] {
          const bool twilio = kind == SmsProvider::Kind::twilio;
          std::vector<std::string> words = {"node", "tests/server/notify/sms_provider.mjs"};
          const std::vector<std::string> login =
              twilio ? std::vector<std::string>{"twilio", "AC0123456789abcdef", "tok+en/=&", "+15005550006"}
                     : std::vector<std::string>{"sns", "AKIDEXAMPLE",
                                                "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1"};
          words.insert(words.end(), login.begin(), login.end());
          words.insert(words.end(), answers.begin(), answers.end());
          return words;
        }()) {
    provider.kind = kind;
    provider.base = "http://127.0.0.1:" + program.line();
    provider.deadline_ms = 10'000;
    if (kind == SmsProvider::Kind::twilio) {
      provider.user = "AC0123456789abcdef";
      provider.password = "tok+en/=&";
      provider.from = "+15005550006";
    } else {
      provider.user = "AKIDEXAMPLE";
      provider.password = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
      provider.region = "eu-central-1";
    }
  }
  json::Value next() {
    auto value = json::parse(program.line());
    return value.ok() ? *value : json::Value();
  }
};

constexpr const char* texts[] = {
    "123456 is your code for Corner Shop.\n\n@corner.example #123456",
    "B\xC3\xA4"
    "ckerei & S\xC3\xB6hne = 100 % + \xF0\x9F\xA5\x96 ~*'()!",
    "line\r\nbreak\ttab;&To=+491111111",
};

TEST(Sms, OfTwilioIsWhatItsSdkSends) {
  Standin standin(SmsProvider::Kind::twilio);
  for (const char* text : texts) {
    const Outcome outcome = send_sms(standin.provider, "+49301234567", text);
    EXPECT_EQ(outcome.kind, Kind::sent) << outcome.words;
    EXPECT_EQ(outcome.provider_id, "SM123");
    const json::Value seen = standin.next();
    EXPECT_EQ(json::dump(*seen.find("faults")), "[]");
    EXPECT_EQ(*seen.find("to")->as_string(), "+49301234567");
    EXPECT_EQ(*seen.find("text")->as_string(), text);
  }
}

TEST(Sms, OfSnsIsSignedAsItsSdkSigns) {
  Standin standin(SmsProvider::Kind::aws_sns);
  for (const char* text : texts) {
    const Outcome outcome = send_sms(standin.provider, "+49301234567", text);
    EXPECT_EQ(outcome.kind, Kind::sent) << outcome.words;
    EXPECT_EQ(outcome.provider_id, "94f20ce6");
    const json::Value seen = standin.next();
    EXPECT_EQ(json::dump(*seen.find("faults")), "[]");
    EXPECT_EQ(*seen.find("to")->as_string(), "+49301234567");
    EXPECT_EQ(*seen.find("text")->as_string(), text);
  }
}

TEST(Sms, TellsWhatTwilioSaysApart) {
  const struct {
    const char *status, *body;
    Kind kind;
    const char* cause;
    int wait_s = 0;
  } cases[] = {
      {"400", R"({"code":21211,"message":"Invalid 'To' number"})", Kind::refused, "twilio_21211"},
      {"400", R"({"code":21610,"message":"unsubscribed"})", Kind::refused, "twilio_21610"},
      {"400", R"({"code":21606,"message":"From is not yours"})", Kind::down, "twilio_21606"},
      {"401", R"({"code":20003,"message":"Authenticate"})", Kind::down, "twilio_20003"},
      {"429/7", R"({"code":20429,"message":"Too many"})", Kind::down, "twilio_20429", 7},
      {"500", "oops", Kind::down, "http_500"},
      {"503/30", "<html>", Kind::down, "http_503", 30},
      {"302", "", Kind::down, "http_302"},
      {"drop", "", Kind::down, "connection_lost"},
  };
  std::vector<std::string> answers;
  for (const auto& one : cases) answers.insert(answers.end(), {one.status, one.body});
  Standin standin(SmsProvider::Kind::twilio, answers);
  for (const auto& one : cases) {
    const Outcome outcome = send_sms(standin.provider, "+49301234567", "x");
    EXPECT_EQ(outcome.kind, one.kind) << one.status << one.body;
    EXPECT_EQ(outcome.cause, one.cause);
    EXPECT_EQ(outcome.wait_s, one.wait_s);
    EXPECT_EQ(outcome.words.find(standin.provider.password), std::string::npos);
  }
}

TEST(Sms, TellsWhatSnsSaysApart) {
  const auto error = [](const std::string& code) {
    return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
           "</Code><Message>words</Message></Error></ErrorResponse>";
  };
  const struct {
    std::string status, body;
    Kind kind;
    const char* cause;
  } cases[] = {
      {"400", error("InvalidParameter"), Kind::refused, "sns_InvalidParameter"},
      {"400", error("OptedOut"), Kind::refused, "sns_OptedOut"},
      {"400", error("Throttling"), Kind::down, "sns_Throttling"},
      {"403", error("SignatureDoesNotMatch"), Kind::down, "sns_SignatureDoesNotMatch"},
      {"403", error("AuthorizationError"), Kind::down, "sns_AuthorizationError"},
      {"500", error("InternalError"), Kind::down, "sns_InternalError"},
      {"200", "<html>a proxy</html>", Kind::down, "unknown_answer"},
  };
  std::vector<std::string> answers;
  for (const auto& one : cases) answers.insert(answers.end(), {one.status, one.body});
  Standin standin(SmsProvider::Kind::aws_sns, answers);
  for (const auto& one : cases) {
    const Outcome outcome = send_sms(standin.provider, "+49301234567", "x");
    EXPECT_EQ(outcome.kind, one.kind) << one.status << one.body;
    EXPECT_EQ(outcome.cause, one.cause);
  }
}

TEST(Sms, SendsNoLoginInTheOpenAndNothingToWhatIsNoNumber) {
  SmsProvider open{.kind = SmsProvider::Kind::twilio,
                   .user = "AC1",
                   .password = "p",
                   .from = "+15005550006",
                   .region = "",
                   .base = "http://sms.invalid",
                   .authorities = ""};
  EXPECT_EQ(send_sms(open, "+49301234567", "x").cause, "not_encrypted");
  for (const char* number :
       {"", "49301234567", "+49 30 1234567", "+49301234567\r\nX: y", "olga@mail.example"})
    EXPECT_EQ(send_sms(open, number, "x").cause, "invalid_number");
}

TEST(Sms, ProviderIsAskedWhetherItKnowsUs) {
  Standin known(SmsProvider::Kind::twilio, {"200", "{}"});
  EXPECT_TRUE(probe_sms(known.provider).ok());
  Standin stranger(SmsProvider::Kind::twilio, {"401", R"({"code":20003})"});
  const auto refused = probe_sms(stranger.provider);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(describe(refused.failure()).find("TWILIO_AUTH_TOKEN"), std::string::npos);
  Standin narrow(SmsProvider::Kind::aws_sns, {"403", "<Code>AuthorizationError</Code>"});
  EXPECT_TRUE(probe_sms(narrow.provider).ok());
  Standin wrong(SmsProvider::Kind::aws_sns, {"403", "<Code>SignatureDoesNotMatch</Code>"});
  EXPECT_FALSE(probe_sms(wrong.provider).ok());
}

}  // namespace
}  // namespace ringup::notify
