/// The courier's promises: what is queued goes out or says why not, once, and in time.
#include "server/notify/courier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/json.h"
#include "tests/server/running.h"

namespace ringup::notify {
namespace {

using store::Channel;
using Kind = Outcome::Kind;
constexpr std::int64_t second = 1'000'000;

struct Row {
  std::string state, trouble, provider_id;
  bool has_values = false;
  std::int64_t attempts = 0, next_try_at = 0;
};

class CourierTest : public testing::Test {
 protected:
  test::RunningServer shop_;
  std::int64_t now_ = 1'795'244'517'000'000;
  std::vector<std::string> mails_, texts_;  // what the providers were given
  std::vector<Outcome> answers_;            // what they say, first to last; then "sent"
  std::vector<Id> ids_;
  CourierSettings settings_{
      .mail_server = {}, .mail_from = "shop@corner.example", .sms = {}, .public_host = "corner.example"};

  Outcome answer() {
    if (answers_.empty()) return {Kind::sent, {}, {}, "provider-1", 0};
    const Outcome next = answers_.front();
    answers_.erase(answers_.begin());
    return next;
  }
  CourierDoors doors() {
    return {.now_us = [this] { return now_; },
            .mail = [this](const std::string&, const std::string&, const std::string& bytes,
                           const CourierDoors::GiveUp&) { return mails_.push_back(bytes), answer(); },
            .sms = [this](const std::string&, const std::string& text,
                          const CourierDoors::GiveUp&) { return texts_.push_back(text), answer(); }};
  }
  Id tenant() {
    return *shop_.store().read([](store::Database& db) -> Result<Id> {
      return *TRY(db.first("SELECT id FROM tenant", [](const store::Row& row) { return row.id(0); }));
    });
  }
  Id queue(Channel channel, std::string name, json::Object values,
           std::optional<std::int64_t> expires_at = std::nullopt, std::string to = {}) {
    const store::Vault vault(shop_.store().secret(), store::message_vault_label);
    store::NewMessage message;
    message.id = store::new_id();
    message.tenant = tenant();
    message.channel = channel;
    message.to = !to.empty() ? to : channel == Channel::email ? "olga@mail.example" : "+49301234567";
    message.template_name = std::move(name);
    values.push_back({"business_name", "Corner Shop"});
    message.sealed_values = vault.seal(json::dump(values), to_string(message.id));
    message.dedupe_key = to_string(message.id);
    message.expires_at = expires_at;
    const auto queued = shop_.store().writer().write_for<bool>(
        [&](store::Database& db) { return store::queue_message(db, message, now_); });
    EXPECT_TRUE(queued.ok() && *queued);
    ids_.push_back(message.id);
    return message.id;
  }
  Id queue_mail() { return queue(Channel::email, "password_reset", {{"link", "https://corner.example/x"}}); }
  Id queue_code(Channel channel = Channel::sms) {
    return queue(channel, "login_code", {{"code", "123456"}, {"minutes", 10}}, now_ + 600 * second);
  }
  Row row(const Id& id) {
    return *shop_.store().read([&](store::Database& db) -> Result<Row> {
      return *TRY(db.first(
          "SELECT state, trouble, provider_id, sealed, attempts, next_try_at FROM message WHERE id = $1",
          [](const store::Row& found) {
            return Row{found.string(0),   found.string(1),  found.string(2),
                       !found.is_null(3), found.integer(4), found.integer(5)};
          },
          id));
    });
  }
};

TEST_F(CourierTest, SendsOnceAndForgetsTheValues) {
  Courier courier(shop_.store(), settings_, doors());
  const Id mail = queue_mail(), code = queue_code();
  EXPECT_TRUE(row(mail).has_values);
  courier.drain();
  ASSERT_EQ(mails_.size(), 1U);
  ASSERT_EQ(texts_.size(), 1U);
  EXPECT_NE(mails_[0].find("Message-ID: <" + to_string(mail) + "@corner.example>"), std::string::npos)
      << mails_[0];
  EXPECT_NE(mails_[0].find("From: Corner Shop <shop@corner.example>"), std::string::npos);
  // The last line is what phones know the code by.
  EXPECT_EQ(texts_[0],
            "123456 is your code for Corner Shop. It is good for 10 minutes. Give it to nobody.\n\n"
            "@corner.example #123456");
  for (const Id& id : {mail, code}) {
    EXPECT_EQ(row(id).state, "sent");
    EXPECT_FALSE(row(id).has_values);
    EXPECT_EQ(row(id).provider_id, "provider-1");
  }
  now_ += 86'400 * second;
  courier.drain();
  EXPECT_EQ(mails_.size() + texts_.size(), 2U);
}

TEST_F(CourierTest, TriesAgainLaterWithTheSameBytes) {
  Courier courier(shop_.store(), settings_, doors());
  answers_ = {{Kind::later, "450 4.2.0 Greylisted", "smtp_450", {}, 0},
              {Kind::later, "450 4.2.0 Greylisted", "smtp_450", {}, 0}};
  const Id mail = queue_mail();
  courier.drain();
  EXPECT_EQ(row(mail).state, "queued");
  EXPECT_EQ(row(mail).trouble, "smtp_450: 450 4.2.0 Greylisted");
  const std::int64_t first = row(mail).next_try_at - now_;
  EXPECT_GE(first, 30 * second);
  now_ += first - 1;
  courier.drain();
  EXPECT_EQ(mails_.size(), 1U);
  now_ += 1;
  courier.drain();
  EXPECT_EQ(mails_.size(), 2U);
  EXPECT_GE(row(mail).next_try_at - now_, 2 * 30 * second);
  now_ = row(mail).next_try_at;
  courier.drain();
  EXPECT_EQ(row(mail).state, "sent");
  ASSERT_EQ(mails_.size(), 3U);
  EXPECT_EQ(mails_[0], mails_[2]);
}

TEST_F(CourierTest, GivesUpAfterThreeDaysAndFailsWhatIsRefused) {
  Courier courier(shop_.store(), settings_, doors());
  answers_ = {{Kind::refused, "550 5.1.1 No such user", "smtp_550", {}, 0}};
  const Id refused = queue_mail();
  courier.drain();
  EXPECT_EQ(row(refused).state, "failed");
  EXPECT_FALSE(row(refused).has_values);
  EXPECT_EQ(row(refused).trouble, "smtp_550: 550 5.1.1 No such user");

  answers_.assign(100, {Kind::later, "", "smtp_451", {}, 0});
  const Id hopeless = queue_mail();
  const std::int64_t begun = now_;
  while (row(hopeless).state == "queued") {
    now_ = row(hopeless).next_try_at;
    courier.drain();
  }
  EXPECT_EQ(row(hopeless).state, "failed");
  EXPECT_LT(now_ - begun, given_up_us);
  EXPECT_GT(now_ - begun, given_up_us / 2);
  EXPECT_LT(row(hopeless).attempts, 40);
}

TEST_F(CourierTest, SendsNoCodeThatHasRunOut) {
  Courier courier(shop_.store(), settings_, doors());
  const Id late = queue_code();
  now_ += 600 * second;
  courier.drain();
  EXPECT_TRUE(texts_.empty());
  EXPECT_EQ(row(late).state, "failed");
  EXPECT_EQ(row(late).trouble, "expired");
  EXPECT_FALSE(row(late).has_values);

  // One whose next try would come too late is not kept for it.
  answers_.assign(100, {Kind::later, "", "http_400", {}, 0});
  const Id unlucky = queue_code();
  const std::int64_t begun = now_;
  while (row(unlucky).state == "queued") {
    now_ = row(unlucky).next_try_at;
    courier.drain();
  }
  EXPECT_LT(now_ - begun, 600 * second);
  EXPECT_GT(texts_.size(), 8U);
}

TEST_F(CourierTest, WaitsLongerForWhatLivesForADay) {
  Courier courier(shop_.store(), settings_, doors());
  answers_.assign(100, {Kind::later, "", "smtp_450", {}, 0});
  const Id link =
      queue(Channel::email, "password_reset", {{"link", "https://corner.example/x"}}, now_ + 86'400 * second);
  while (row(link).state == "queued") {
    now_ = row(link).next_try_at;
    courier.drain();
  }
  EXPECT_LT(mails_.size(), 20U);
}

TEST_F(CourierTest, WritesTimesForPeople) {
  Courier courier(shop_.store(), settings_, doors());
  queue(Channel::email, "account_locked", {{"until", "2026-11-03T07:01:57.000Z"}});
  courier.drain();
  EXPECT_NE(mails_.at(0).find("3 November 2026, 07:01 UTC"), std::string::npos) << mails_.at(0);
  queue(Channel::email, "new_device",
        {{"device", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156 Safari/537.36"}});
  courier.drain();
  EXPECT_NE(mails_.at(1).find("Chrome on Windows"), std::string::npos) << mails_.at(1);
}

TEST_F(CourierTest, RestsWhileNothingGoesAndComesBack) {
  Courier courier(shop_.store(), settings_, doors());
  for (int i = 0; i < 5; ++i) queue_mail();
  answers_.assign(3, {Kind::down, "", "no_connection", {}, 0});
  courier.drain();
  EXPECT_EQ(mails_.size(), 1U);  // not all five against a closed door
  queue_code();
  courier.drain();
  EXPECT_EQ(texts_.size(), 1U);  // text messages have their own way
  for (int i = 0; i < 300; ++i) {
    now_ += second;
    courier.drain();
  }
  EXPECT_EQ(mails_.size() + texts_.size(), 6U + 3U);
  for (const Id& id : ids_) EXPECT_EQ(row(id).state, "sent");
}

TEST_F(CourierTest, WaitsAsLongAsTheProviderAsks) {
  Courier courier(shop_.store(), settings_, doors());
  answers_ = {{Kind::down, "", "http_429", {}, 90}};
  const Id code = queue_code();
  courier.drain();
  EXPECT_EQ(row(code).next_try_at, now_ + 90 * second);
  now_ += 89 * second;
  courier.drain();
  EXPECT_EQ(texts_.size(), 1U);
  now_ += second;
  courier.drain();
  EXPECT_EQ(row(code).state, "sent");
}

TEST_F(CourierTest, TakesUpWhatAnotherOneLeftWhenItsLeaseEnds) {
  const Id mail = queue_mail();
  const auto claimed = shop_.store().writer().write_for<std::optional<store::Claimed>>(
      [&](store::Database& db) { return store::claim_message(db, Channel::email, now_, now_ + lease_us); });
  ASSERT_TRUE(claimed.ok() && claimed->has_value());
  Courier courier(shop_.store(), settings_, doors());
  courier.drain();
  EXPECT_TRUE(mails_.empty());
  now_ += lease_us;
  courier.drain();
  EXPECT_EQ(mails_.size(), 1U);
  // The first one comes back from its sleep: what it says now changes nothing.
  const auto late = shop_.store().writer().write_for<bool>(
      [&](store::Database& db) { return store::note_failed(db, **claimed, "late", now_); });
  EXPECT_FALSE(*late);
  EXPECT_EQ(row(mail).state, "sent");
}

TEST_F(CourierTest, SendsCodesBeforeTheRest) {
  Courier courier(shop_.store(), settings_, doors());
  queue_mail();
  queue_mail();
  now_ += second;
  queue_code(Channel::email);
  ASSERT_TRUE(courier.step(Channel::email));
  EXPECT_NE(mails_.at(0).find("123456"), std::string::npos);
}

TEST_F(CourierTest, SendsNothingItCannotRead) {
  Courier courier(shop_.store(), settings_, doors());
  const Id no_template = queue(Channel::email, "nothing", {});
  const Id bad_link = queue(Channel::email, "password_reset", {{"link", "javascript:alert(1)"}});
  const Id bad_address =
      queue(Channel::email, "password_changed", {}, std::nullopt, "olga@mail.example\r\nBcc: x@y.example");
  const Id tampered = queue_mail();
  ASSERT_TRUE(shop_.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    TRY(db.run("UPDATE message SET sealed = zeroblob(100) WHERE id = $1", tampered));
                    return {};
                  })
                  .ok());
  courier.drain();
  EXPECT_TRUE(mails_.empty());
  for (const Id& id : {no_template, bad_link, bad_address, tampered}) EXPECT_EQ(row(id).state, "failed");
}

TEST_F(CourierTest, WritesToTheOutboxWhereNoProviderIsSet) {
  Courier courier(shop_.store(), {}, {.now_us = [this] { return now_; }});
  const Id mail = queue_mail(), code = queue_code();
  courier.drain();
  const auto read = [&](const std::string& name) {
    std::ifstream file(shop_.folder().path() + "/outbox/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  };
  EXPECT_NE(read(to_string(mail) + ".eml").find("\r\nTo: olga@mail.example\r\n"), std::string::npos);
  const auto sms = json::parse(read(to_string(code) + ".sms.json"));
  ASSERT_TRUE(sms.ok());
  EXPECT_EQ(*sms->find("to")->as_string(), "+49301234567");
  EXPECT_NE(sms->find("body")->as_string()->find("123456"), std::string::npos);
  EXPECT_EQ(row(mail).state, "sent");
  EXPECT_EQ(std::filesystem::status(shop_.folder().path() + "/outbox").permissions(),
            std::filesystem::perms::owner_all);
}

TEST_F(CourierTest, WakesByItselfWhenAMessageIsCommitted) {
  std::mutex mutex;
  std::condition_variable came;
  int count = 0;
  CourierDoors real = doors();
  real.now_us = store::unix_us_now;
  real.mail = [&](const std::string&, const std::string&, const std::string&, const CourierDoors::GiveUp&) {
    const std::lock_guard lock(mutex);
    ++count;
    came.notify_all();
    return Outcome{Kind::sent, {}, {}, {}, 0};
  };
  Courier courier(shop_.store(), settings_, real);
  courier.start();
  for (int wanted = 1; wanted <= 3; ++wanted) {
    const auto begun = std::chrono::steady_clock::now();
    queue_mail();
    std::unique_lock lock(mutex);
    ASSERT_TRUE(came.wait_for(lock, std::chrono::seconds(20), [&] { return count == wanted; }));
    // Not by looking now and then.
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(look_again_ms_max / 2));
  }
}

TEST_F(CourierTest, TellsTheQueueToWhoeverWatches) {
  Courier courier(shop_.store(), settings_, doors());
  queue_mail();
  queue_code();
  now_ += 7 * second;
  const auto rows = [&] {
    log::Exposition out;
    courier.tell_metrics(out);
    return out.take();
  };
  EXPECT_NE(rows().find("ringup_messages_waiting{channel=\"email\"} 1\n"), std::string::npos);
  EXPECT_NE(rows().find("ringup_messages_oldest_seconds{channel=\"sms\"} 7\n"), std::string::npos);
  courier.drain();
  EXPECT_NE(rows().find("ringup_messages_total{channel=\"sms\",outcome=\"sent\"} 1\n"), std::string::npos);
  EXPECT_NE(rows().find("ringup_messages_waiting{channel=\"email\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace ringup::notify
