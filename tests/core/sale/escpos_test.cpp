#include "core/sale/escpos.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/code_page.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/sale/cart.h"
#include "tests/core/sale/random_carts.h"

namespace ringup {
namespace {

using Kind = ReceiptRow::Kind;
using namespace std::string_literals;

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr char digits[] = "0123456789ABCDEF";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(Escpos, SpeaksAsTheVectorsSay) {
  std::ifstream file("tests/core/vectors/escpos.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const json::Value vectors = json::parse(text.str()).value();
  const auto vector = [&](const char* name) { return *vectors.find(name)->as_string(); };
  EXPECT_EQ(hex(escpos_part::initialise()), vector("initialise"));
  EXPECT_EQ(hex(escpos_part::open_drawer()), vector("open_drawer"));
  EXPECT_EQ(hex(escpos_part::cut(PaperCut::full)), vector("cut"));
  EXPECT_EQ(hex(escpos_part::cut(PaperCut::partial)), vector("partial_cut"));
  EXPECT_EQ(hex(escpos_part::cut(PaperCut::none)), "");
  EXPECT_EQ(hex(escpos_part::text("héllo")), vector("cp1252_hello_with_e_acute"));
  EXPECT_TRUE(
      hex(escpos_part::qr("https://shop.example/r/1", receipt_columns_wide)).ends_with(vector("qr_print")));
}

TEST(Escpos, WritesADocumentByteForByte) {
  Receipt receipt;
  receipt.rows = {{Kind::header, "Café", {}, {}},
                  {Kind::header, "1 Main Street", {}, {}},
                  {Kind::rule, {}, {}, {}},
                  {Kind::item, "Milk", "1.19", {}},
                  {Kind::detail, "2 × 0.60", {}, {}},
                  {Kind::total, "Total", "€ 1.19", {}},
                  {Kind::tender, "Cash", "2.00", {}},
                  {Kind::footer, "Thank you!", {}, {}},
                  {Kind::qr, "http://s/r/1", "Online", {}}};
  const std::string expected =
      "\x1b@"
      "\x1bp\x00\x32\xfa"
      "\x1bt\x10"
      "\x1b"
      "a\x01"
      "\x1b"
      "E\x01"
      "\x1d!\x01"
      "Caf\xe9\n"
      "\x1b"
      "E\x00"
      "\x1d!\x00"
      "1 Main Street\n"
      "\x1b"
      "a\x00"
      "--------------------------------\n"
      "Milk                        1.19\n"
      "  2 \xd7 0.60\n"
      "\x1b"
      "E\x01"
      "\x1d!\x01"
      "Total                     \x80 1.19\n"
      "\x1b"
      "E\x00"
      "\x1d!\x00"
      "Cash                        2.00\n"
      "\x1b"
      "a\x01"
      "Thank you!\n"
      "Online\n"
      "\x1d(k\x04\x00\x31\x41\x32\x00"
      "\x1d(k\x03\x00\x31\x43\x06"
      "\x1d(k\x03\x00\x31\x45\x31"
      "\x1d(k\x0f\x00\x31\x50\x30http://s/r/1"
      "\x1d(k\x03\x00\x31\x51\x30"
      "\x1b"
      "a\x00"
      "\x1b"
      "d\x05"
      "\x1dV\x01"s;
  EXPECT_EQ(hex(escpos(receipt, {receipt_columns_narrow, PaperCut::partial, true})), hex(expected));
  const std::string closed = escpos(receipt, {receipt_columns_narrow, PaperCut::none, false});
  EXPECT_EQ(closed.find("\x1bp"), std::string::npos);
  EXPECT_EQ(closed.find("\x1dV"), std::string::npos);
  EXPECT_EQ(closed.size() + 5 + 3, expected.size());
}

TEST(Escpos, ChangesThePageForLettersOfOthers) {
  EXPECT_EQ(hex(escpos_part::text("ab")), "1B74106162");
  // Łódź: PC852 has all of it, and keeps what follows.
  EXPECT_EQ(hex(escpos_part::text("Łódź!")), "1B74129DA264AB21");
  EXPECT_EQ(hex(escpos_part::text("Чай €")),
            "1B7411"
            "97A0A920"
            "1B7410"
            "80");
  EXPECT_EQ(hex(escpos_part::text("Ελιά")),
            "1B740E"
            "84A2A0E1");
}

TEST(CodePage, KeepsColumnsWithTheNearestLetter) {
  EXPECT_EQ(printable("crème brûlée 1,50 €"), "crème brûlée 1,50 €");
  EXPECT_EQ(printable("Ștefan ıĞ ğ Ā ŵ"), "Ştefan iG g A w");
  EXPECT_EQ(printable("Phở Ế"), "Pho E");
  EXPECT_EQ(printable("5\u00a0€ − 2\u202f€"), "5 € - 2 €");
  EXPECT_EQ(printable("e\u0301 a\u200bb"), "e ab");
  EXPECT_EQ(printable("茶 🍵"), "? ?");
  EXPECT_EQ(printable("a\x1b@\nb\x7f"), "a @ b ");
  EXPECT_EQ(printable("a\xff"), "a?");
}

/// What a printer has on its paper: the commands gone, each line by its width.
std::vector<std::size_t> widths(std::string_view bytes) {
  std::vector<std::size_t> lines{0};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') {
      lines.push_back(0);
    } else if (c == '\x1d' && bytes[i + 1] == '(') {
      i += 4 + static_cast<unsigned char>(bytes[i + 3]) + 256U * static_cast<unsigned char>(bytes[i + 4]);
    } else if (c == '\x1b' || c == '\x1d') {
      i += bytes[i + 1] == '@' ? 1 : bytes[i + 1] == 'p' ? 4 : 2;
    } else {
      EXPECT_GE(static_cast<unsigned char>(c), 0x20);
      ++lines.back();
    }
  }
  return lines;
}

TEST(Escpos, NeverLeavesThePaper) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Dice dice(seed);
    Sale sale = random_sale(dice);
    sale.lines[0].name = "Ő Ж Ω 茶 e\u0301" + std::string(static_cast<std::size_t>(dice.between(0, 90)), 'x');
    ReceiptSetup setup;
    setup.header = {"Кафе «Ελιά» in Łódź, the very long name of a shop"};
    setup.link = "https://shop.example/r/019aa5a2-7c00-7abc-8def-0123456789ab";
    const Receipt receipt = make_receipt(sale, setup).value();
    for (const std::size_t columns : {receipt_columns_narrow, receipt_columns_wide}) {
      const std::string bytes = escpos(receipt, {columns, PaperCut::partial, true});
      for (const std::size_t width : widths(bytes)) EXPECT_LE(width, columns) << "seed " << seed;
    }
  }
}

TEST(Receipt, HasItsAddressAtTheEnd) {
  EXPECT_EQ(receipt_link("", Id{{1}}), "");
  const std::string link = receipt_link("https://shop.example/", Id{{1}});
  EXPECT_EQ(link, "https://shop.example/r/01000000-0000-0000-0000-000000000000");
  Dice dice(1);
  ReceiptSetup setup;
  setup.link = link;
  const Receipt linked = make_receipt(random_sale(dice), setup).value();
  EXPECT_EQ(linked.rows.back(), (ReceiptRow{Kind::qr, link, "This receipt online", {}}));
  const std::string text = render(linked, receipt_columns_wide);
  EXPECT_NE(text.find("This receipt online\n"), std::string::npos);
  EXPECT_NE(text.find("https://shop.example/r/"), std::string::npos);
  setup.link = "https://" + std::string(400, 'x');  // more than a code holds
  Dice again(1);
  EXPECT_NE(make_receipt(random_sale(again), setup).value().rows.back().kind, Kind::qr);
}

TEST(Receipt, TakesAnyTextUnderATitle) {
  const Receipt report = make_document("Z report", "Shift 4\n---\nCash     12.00\n");
  EXPECT_EQ("\n" + render(report, 24), R"(
        Z report
------------------------
Shift 4
------------------------
Cash     12.00
)");
}

}  // namespace
}  // namespace ringup
