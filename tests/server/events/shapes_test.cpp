#include "server/events/shapes.h"

#include <gtest/gtest.h>

namespace ringup::events {
namespace {

Id id_of(int n) {
  std::array<std::uint8_t, 10> random{};
  random[9] = static_cast<std::uint8_t>(n);
  return make_id(1'700'000'000'000, random);
}
Audience everything() {
  Audience all;
  for (std::size_t i = 0; i < kinds_count; ++i) all.add(static_cast<Kind>(i));
  return all;
}

TEST(Shapes, EventsOfAKindAreOneAndKeepTheOrderInWhichTheyBegan) {
  Merged merged;
  merged.add(Kind::sale, 10, id_of(1));
  merged.add(Kind::catalogue, 11, {});
  merged.add(Kind::sale, 12, id_of(2));
  merged.add(Kind::catalogue, 13, {});
  merged.add(Kind::sale, 14, id_of(1));  // its void
  // The first one says 10, not 14: whoever saw it alone must be told of the catalogue.
  EXPECT_EQ(merged.text(everything(), 20), "id: 10\nevent: sale\ndata: {\"ids\":[\"" + to_string(id_of(1)) +
                                               "\",\"" + to_string(id_of(2)) +
                                               "\"],\"count\":3}\n\n"
                                               "id: 20\nevent: catalogue\ndata: {}\n\n");
}

TEST(Shapes, NamesTwentySalesAndCountsTheRest) {
  Merged merged;
  for (int i = 0; i < 25; ++i) merged.add(Kind::sale, i + 1, id_of(i));
  const std::string text = merged.text(everything(), 25);
  EXPECT_NE(text.find(to_string(id_of(19))), std::string::npos);
  EXPECT_EQ(text.find(to_string(id_of(20))), std::string::npos);
  EXPECT_NE(text.find("\"count\":25"), std::string::npos);
}

TEST(Shapes, TellsNobodyWhatTheyMayNotRead) {
  Merged merged;
  merged.add(Kind::sale, 1, id_of(1));
  merged.add(Kind::task, 2, {});
  EXPECT_EQ(merged.text(audience_of_tills(), 2), "");
  merged.add(Kind::catalogue, 3, {});
  EXPECT_EQ(merged.text(audience_of_tills(), 3), "id: 3\nevent: catalogue\ndata: {}\n\n");
}

TEST(Shapes, RightsDecideWhatAUserIsTold) {
  for (const Role role : {Role::owner, Role::manager, Role::cashier}) {
    const Audience audience = audience_of(rights_of(role));
    EXPECT_EQ(audience.has(Kind::sale), may(role, Right::sales_read));
    EXPECT_EQ(audience.has(Kind::task), may(role, Right::sales_read));
    EXPECT_EQ(audience.has(Kind::catalogue), may(role, Right::shop_read));
    EXPECT_EQ(audience.has(Kind::customer), may(role, Right::shop_read));
    EXPECT_FALSE(audience.has(Kind::sync)) << "that is for tills";
  }
}

TEST(Shapes, KnowsTheOutboxsKinds) {
  EXPECT_EQ(kind_of("refund"), Kind::sale);
  EXPECT_EQ(kind_of("void"), Kind::sale);
  EXPECT_EQ(kind_of("sync"), Kind::sync);
  EXPECT_EQ(kind_of("shift_open"), Kind::shift);
  EXPECT_EQ(kind_of("cash_out"), Kind::shift);
  EXPECT_EQ(kind_of("of a later version"), std::nullopt);
}

}  // namespace
}  // namespace ringup::events
