/// `verify` finds what was changed or taken away on the server.
#include "server/store/verify.h"

#include <fstream>

#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Kind;

Result<store::VerifyReport> verify(ShopFloor& shop) {
  auto db = store::Database::open(shop.folder.path() + "/ringup.db", store::Database::Mode::read_only);
  EXPECT_TRUE(db.ok());
  return store::verify_journals(**db);
}

/// What it finds wrong; empty where all agrees.
std::vector<std::string> problems(ShopFloor& shop) {
  const Result<store::VerifyReport> report = verify(shop);
  EXPECT_TRUE(report.ok()) << describe(report.failure());
  return report.ok() ? report->problems : std::vector<std::string>{"verify failed"};
}

TEST(Verify, NamesWhatWasChangedOnTheServer) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const std::string id = to_string(*shop.send(till, {till.sale(shop.milk)}).results[0].sale);
  shop.send(till, {till.sale(shop.milk), till.sale(shop.bread)});
  EXPECT_EQ(problems(shop), std::vector<std::string>{});

  const auto breaks = [&](const std::string& change, const std::string& undo, const std::string& named) {
    shop.run(change);
    const std::vector<std::string> found = problems(shop);
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found[0].find(named), std::string::npos) << found[0];
    shop.run(undo);
    EXPECT_EQ(problems(shop), std::vector<std::string>{}) << undo;
  };
  breaks("UPDATE sale SET total = total + 1 WHERE receipt = 'A1-1-000001'",
         "UPDATE sale SET total = total - 1 WHERE receipt = 'A1-1-000001'", id);
  breaks("UPDATE sale_line SET gross = gross + 1", "UPDATE sale_line SET gross = gross - 1", id);
  breaks("UPDATE sale_tender SET amount = amount - 1", "UPDATE sale_tender SET amount = amount + 1", id);
  breaks("UPDATE journal_record SET raw = CAST(replace(raw, 'Milch', 'Molch') AS BLOB) WHERE seq = 1",
         "UPDATE journal_record SET raw = CAST(replace(raw, 'Molch', 'Milch') AS BLOB) WHERE seq = 1", id);
  breaks("UPDATE journal_record SET seq = 9 WHERE seq = 2", "UPDATE journal_record SET seq = 2 WHERE seq = 9",
         "");
  breaks("UPDATE sale SET customer = user", "UPDATE sale SET customer = NULL", id);
  breaks("UPDATE sale SET branch = user", "UPDATE sale SET branch = (SELECT branch FROM till)", id);
  breaks("UPDATE sale SET shift = user", "UPDATE sale SET shift = NULL", id);
  breaks("UPDATE sale SET voided_by = user WHERE receipt = 'A1-1-000001'", "UPDATE sale SET voided_by = NULL",
         id);
  breaks("UPDATE journal_branch SET last = 4", "UPDATE journal_branch SET last = 3", "missing");
}

TEST(Verify, ComparesDrawersAndStockWithWhatMadeThem) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const journal::Record open =
      till.record(Kind::shift_open, json::Object{{"float", 10000}, {"currency", "EUR"}});
  till.shift = open.id;
  const json::Object cash{{"amount", 500}, {"currency", "EUR"}, {"reason", "milk"}};
  shop.send(
      till,
      {journal::record_text(open), till.text(Kind::cash_out, cash), till.sale(shop.milk),
       till.text(Kind::shift_close, json::Object{{"counted", 9400}, {"expected", 9500}, {"currency", "EUR"}}),
       till.text(Kind::shift_close, json::Object{{"counted", 1}, {"expected", 2}, {"currency", "EUR"}})});
  EXPECT_EQ(problems(shop), std::vector<std::string>{});
  const auto breaks = [&](const std::string& change, const std::string& undo, const std::string& named) {
    shop.run(change);
    const std::vector<std::string> found = problems(shop);
    ASSERT_EQ(found.size(), 1u) << change;
    EXPECT_NE(found[0].find(named), std::string::npos) << found[0];
    shop.run(undo);
    EXPECT_EQ(problems(shop), std::vector<std::string>{}) << undo;
  };
  breaks("UPDATE shift SET counted = counted + 1", "UPDATE shift SET counted = counted - 1", "record 4");
  breaks("UPDATE shift SET float_amount = 1", "UPDATE shift SET float_amount = 10000", to_string(open.id));
  breaks("UPDATE cash_movement SET amount = amount + 1", "UPDATE cash_movement SET amount = amount - 1",
         "record 2");
  breaks("UPDATE cash_movement SET reason = ''", "UPDATE cash_movement SET reason = 'milk'", "differs");
  breaks("UPDATE stock_level SET quantity = quantity + 500 WHERE quantity < 1000000",
         "UPDATE stock_level SET quantity = quantity - 500 WHERE quantity < 1000000",
         "MILK-1L at Main Street: it says 999.5, its movements come to 999");
}

TEST(Verify, SeesThatAllRecordsAreGone) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk), till.sale(shop.milk)});
  shop.now_us += 86'400'000'000;
  shop.send(till, {till.sale(shop.bread)});
  EXPECT_EQ(problems(shop), std::vector<std::string>{});

  for (const char* table : {"sale_tender", "sale_line", "sale", "journal_record"})
    shop.run(std::string("DELETE FROM ") + table);
  std::vector<std::string> found = problems(shop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0], "till A1, epoch 1: the records after 0 up to 3 are missing");

  shop.run("DELETE FROM journal_branch");  // the days' marks are left
  found = problems(shop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0], "till A1, epoch 1: it had come to record 2, and now ends at 0");
}

TEST(Verify, SeesThatTheEndOfABranchIsGone) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  shop.send(till, {till.sale(shop.milk)});
  shop.run("DELETE FROM journal_branch");
  const std::vector<std::string> found = problems(shop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("till A1, epoch 1: nothing says any more"), std::string::npos) << found[0];
}

TEST(Verify, ComparesVoidsWithTheSalesTheyVoid) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  const Id sale = *shop.send(till, {till.sale(shop.milk)}).results[0].sale;
  const auto void_it = [&] {
    shop.send(till, {till.text(Kind::void_sale, json::Object{{"sale", sale}, {"reason", "mistake"}})});
  };
  void_it();
  void_it();  // voids nothing more, and verify does not mind
  EXPECT_EQ(problems(shop), std::vector<std::string>{});

  shop.run("UPDATE sale SET voided_by = NULL");
  const std::vector<std::string> found = problems(shop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find(to_string(sale)), std::string::npos) << found[0];
}

TEST(Verify, LooksAtTheFileFirst) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  for (int i = 0; i < 20; ++i) shop.send(till, {till.sale(shop.milk)});
  const std::int64_t page = shop.count("SELECT rootpage FROM sqlite_schema WHERE name = 'sale_line'");
  const std::int64_t size = shop.count("PRAGMA page_size");
  shop.close();  // everything is in the one file now
  {
    std::fstream file(shop.folder.path() + "/ringup.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((page - 1) * size);
    file << std::string(static_cast<std::size_t>(size), 'x');
  }
  const Result<store::VerifyReport> report = verify(shop);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error(), Error::damaged);
  EXPECT_NE(describe(report.failure()).find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace ringup::test
