// The journal endpoint: every row of the protocol's table, over the real store and router.
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Flag;
using journal::Kind;
using journal::Outcome;

TEST(Journal, ASaleIsOnTheDisk) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string sale = till.sale(shop.milk, 2);
  const journal::Answer answer = shop.send(till, {sale});
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.results[0].result, Outcome::accepted);
  EXPECT_TRUE(answer.results[0].flags.empty());
  EXPECT_EQ(answer.acked_through, 1);
  ASSERT_TRUE(answer.results[0].sale.has_value());

  shop.restart();
  EXPECT_EQ(shop.count("SELECT total FROM sale"), 238);
  EXPECT_EQ(shop.count("SELECT tax FROM sale_line"), 16);
  EXPECT_EQ(shop.count("SELECT quantity FROM stock_level WHERE quantity <> 1000000"), 998'000);
  EXPECT_EQ(shop.text("SELECT raw FROM journal_record"), sale);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox"), 1);
}

}  // namespace
}  // namespace ringup::test
