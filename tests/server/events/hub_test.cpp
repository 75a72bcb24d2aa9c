#include "server/events/hub.h"

#include "tests/server/sales/floor.h"

namespace ringup::events {
namespace {

using test::ShopFloor;

class HubTest : public ::testing::Test {
 protected:
  void tell(std::string_view kind, int count = 1) {
    ASSERT_TRUE(shop.store()
                    .writer()
                    .write([&](store::Database& db) -> Result<void> {
                      for (int i = 0; i < count; ++i) TRY(store::add_event(db, shop.tenant, kind));
                      return {};
                    })
                    .ok());
  }
  std::unique_ptr<Hub> open() { return std::move(Hub::open(shop.store())).value(); }
  std::string missed(const Hub& hub, std::int64_t seen) {
    const Hub::Missed missed = hub.missed(shop.tenant, audience_of(rights_of(Role::owner)), seen);
    switch (missed.resumed) {
      case Hub::Resumed::told:
        return missed.text;
      case Hub::Resumed::too_old:
        return "too old";
      case Hub::Resumed::restored:
        return "restored";
    }
    return {};
  }
  ShopFloor shop;
};

std::string event(std::int64_t id, std::string_view name) {
  return event_text(id, name, name == "task" ? R"({"count":1})" : "{}");
}

TEST_F(HubTest, BeginsAtTheEndAndReadsOnFromThere) {
  const auto hub = open();
  const std::int64_t begun = hub->position();
  EXPECT_TRUE(hub->follow()->news.empty());
  tell("catalogue");
  const Hub::Pass pass = *hub->follow();
  ASSERT_EQ(pass.news.size(), 1u);
  EXPECT_EQ(pass.news.at(shop.tenant).text(audience_of_tills(), hub->position()),
            event(begun + 1, "catalogue"));
  EXPECT_FALSE(pass.more);
  EXPECT_TRUE(hub->follow()->news.empty());
}

TEST_F(HubTest, SeesWhetherAnythingWasCommitted) {
  const auto hub = open();
  (void)hub->changed();
  EXPECT_FALSE(hub->changed());
  tell("catalogue");
  EXPECT_TRUE(hub->changed());
  EXPECT_FALSE(hub->changed());
}

TEST_F(HubTest, TellsWhatSomebodyMissedAlsoWhenItBeganLater) {
  const std::int64_t seen = open()->position();
  tell("task");
  tell("catalogue");
  const auto hub = open();
  EXPECT_EQ(missed(*hub, seen), event(seen + 1, "task") + event(seen + 2, "catalogue"));
  EXPECT_EQ(missed(*hub, seen + 1), event(seen + 2, "catalogue"));
  EXPECT_EQ(missed(*hub, seen + 2), "");
  const Id stranger = store::new_id();
  EXPECT_EQ(hub->missed(stranger, audience_of(rights_of(Role::owner)), seen).text, "");
}

TEST_F(HubTest, SaysWhenSomebodyWasAwayForTooLong) {
  const auto hub = open();
  const std::int64_t seen = hub->position();
  tell("note", static_cast<int>(remembered_max));  // nothing to listeners, but they count
  for (bool more = true; more;) more = hub->follow()->more;
  EXPECT_EQ(missed(*hub, seen), "");
  EXPECT_EQ(missed(*open(), seen), "");
  tell("catalogue");
  (void)hub->follow();
  EXPECT_EQ(missed(*hub, seen), "too old");
  EXPECT_EQ(missed(*open(), seen), "too old") << "a new process must say the same";
  EXPECT_EQ(missed(*hub, seen + 1), event(hub->position(), "catalogue"));
}

TEST_F(HubTest, SaysThatWhatWasSeenHasBeenUndone) {
  const auto before = open();
  const std::int64_t seen = before->position();
  EXPECT_EQ(missed(*before, seen + 1), "restored") << "from the future";
  ASSERT_TRUE(shop.store().writer().write([](store::Database& db) { return store::note_restored(db); }).ok());
  const auto hub = open();
  EXPECT_EQ(missed(*hub, seen), "restored");
  EXPECT_EQ(missed(*hub, seen + 1'000), "restored");
  EXPECT_EQ(missed(*hub, hub->position()), "");
  EXPECT_EQ(missed(*hub, hub->position() + 1), "restored");
}

TEST_F(HubTest, CatchingUpLeavesOutWhatNobodyCouldRemember) {
  const auto hub = open();
  tell("task", 3);
  tell("note", static_cast<int>(2 * remembered_max));
  tell("catalogue");
  ASSERT_TRUE(hub->catch_up().ok());
  EXPECT_EQ(hub->position(),
            *shop.store().read([](store::Database& db) { return store::newest_sequence(db); }));
  EXPECT_TRUE(hub->follow()->news.empty());
  EXPECT_EQ(missed(*hub, hub->position() - 1), event(hub->position(), "catalogue"));
}

}  // namespace
}  // namespace ringup::events
