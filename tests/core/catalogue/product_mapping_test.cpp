#include "core/catalogue/product_mapping.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

const Currency euro = *parse_currency("EUR");
const std::vector<TaxClass> classes = {
    {"reduced", Rate{70000}}, {"standard", Rate{190000}}, {"zero", Rate{0}}};

ForeignFile opened(std::string_view bytes) {
  Result<ForeignFile> file = open_foreign_file(bytes);
  EXPECT_TRUE(file.ok()) << describe(file.failure());
  return file.ok() ? *file : ForeignFile{};
}

std::vector<int> columns_of(const ProductMapping& mapping) {
  return {mapping.column.begin(), mapping.column.end()};
}

struct Seen {
  std::string file;
  std::vector<std::string> refused;
  std::vector<std::int64_t> origins;
};
Seen read(const ForeignFile& file, const ProductMapping& mapping, const ProductEdits& edits = {}) {
  MappedReading reading(file, mapping, euro, classes, edits);
  for (;;) {
    const Result<bool> more = reading.step(2);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) break;
  }
  Seen seen{reading.import_file(), {}, reading.origins()};
  for (const MappedReading::Refused& one : reading.refused()) {
    seen.refused.push_back(std::to_string(one.line) + " " +
                           std::string(one.column ? column_name(*one.column) : "line") + ": " + one.detail);
  }
  return seen;
}

TEST(ProductMapping, KnowsItsOwnFile) {
  const ForeignFile file = opened(std::string(product_csv_header) + "\nA,,Apple,Fruit,1.19,standard,3\n");
  const ProductMapping mapping = guess_mapping(file, classes);
  EXPECT_EQ(columns_of(mapping), (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(missing_in(mapping), "");
  EXPECT_EQ(read(file, mapping).file, std::string(product_csv_header) + "\nA,,Apple,Fruit,1.19,standard,3\n");
}

TEST(ProductMapping, KnowsColumnsInManyLanguages) {
  const auto guessed = [](std::string_view header) {
    return columns_of(guess_mapping(opened(header), classes));
  };
  EXPECT_EQ(
      guessed("Artikel-Nr.;EAN;Bezeichnung;Warengruppe;EK netto;VK-Preis (EUR);MwSt.-Satz;Lagerbestand\n"),
      (std::vector<int>{0, 1, 2, 3, 5, 6, 7}));
  EXPECT_EQ(guessed("Article no,GTIN,Product name,Category,Price (EUR),VAT rate,In stock\n"),
            (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(guessed("R\xC3\xA9"
                    "f\xC3\xA9rence;Code barres;D\xC3\xA9signation;Rayon;Prix TTC;TVA;Quantit\xC3\xA9\n"),
            (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(guessed("Handle,Title,Type,Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode\n"),
            (std::vector<int>{3, 6, 1, 2, 5, -1, 4}));
  EXPECT_EQ(guessed("Indeks|Nazwa|Kod kreskowy|Cena|Stawka VAT|Grupa|Stan\n"),
            (std::vector<int>{0, 2, 1, 5, 3, 4, 6}));
  EXPECT_EQ(guessed("Colour\tSize\n"), (std::vector<int>{-1, -1, -1, -1, -1, -1, -1}));
}

TEST(ProductMapping, KnowsBarcodesByTheirCheckDigits) {
  const ForeignFile file =
      opened("Kennung;Artikel;Preis\n4006381333931;A;1\n4006381333948;B;2\n4006381333955;C;3\n");
  EXPECT_EQ(guess_mapping(file, classes).of(ProductColumn::barcode), 0);
  const Seen seen = read(file, guess_mapping(file, classes));
  EXPECT_EQ(seen.refused, std::vector<std::string>{});
  EXPECT_NE(seen.file.find("\n4006381333931,4006381333931,A,,1.00,standard,\n"), std::string::npos)
      << "the barcode serves as SKU: " << seen.file;
}

TEST(ProductMapping, ReadsAFileOfAnotherProgram) {
  const ForeignFile file = opened(
      "Artikel-Nr.;EAN;Bezeichnung;Preis;MwSt;Bestand\r\n"
      "A1;\"=\"\"4006381333931\"\"\";\"K\xE4se; jung\";\x80 1,19;7%;12\r\n"
      "A2;;Fernseher;1.299,00 EUR;19;1.000\r\n"
      "A3;4 006381 333948;Wein;12,5;19,0 %;0\r\n"
      "A4;;Pfand;0,25;;3,5\r\n");
  EXPECT_EQ(file.encoding, Encoding::windows_1252);
  EXPECT_EQ(file.delimiter, ';');
  const ProductMapping mapping = guess_mapping(file, classes);
  EXPECT_EQ(mapping.decimal, DecimalMark::comma);
  const Seen seen = read(file, mapping);
  EXPECT_EQ(seen.refused, std::vector<std::string>{});
  EXPECT_EQ(seen.file, std::string(product_csv_header) +
                           "\nA1,4006381333931,Käse; jung,,1.19,reduced,12\n"
                           "A2,,Fernseher,,1299.00,standard,1000\n"
                           "A3,4006381333948,Wein,,12.50,standard,0\n"
                           "A4,,Pfand,,0.25,standard,3.5\n");
}

TEST(ProductMapping, GuessesNoNumberThatMayMeanTwo) {
  const ForeignFile file = opened("sku,name,price\nA,Apple,\"1,234\"\n");
  ProductMapping mapping = guess_mapping(file, classes);
  EXPECT_EQ(mapping.decimal, DecimalMark::unknown);
  EXPECT_EQ(read(file, mapping).refused.size(), 1u);
  mapping.decimal = DecimalMark::comma;
  EXPECT_NE(read(file, mapping).file.find("A,,Apple,,1.234,standard"), std::string::npos);
  mapping.decimal = DecimalMark::point;
  EXPECT_NE(read(file, mapping).file.find("A,,Apple,,1234.00,standard"), std::string::npos);
  const ForeignFile words =
      opened("sku,name,price\nA,Apple,cheap\nB,Bun,\"1,2,3.4.5\"\nC,Cat,12.3456 EUR each one\n");
  EXPECT_EQ(read(words, guess_mapping(words, classes)).refused.size(), 3u);
}

TEST(ProductMapping, NamesWhatIsRefusedByTheLineOfTheFile) {
  const ForeignFile file = opened(
      "name;price;sku\nApple;1,19;A\n\"two\nlines\";1;B\nPear;-1;C\nPlum;1;A\nFig;1;D;5\nKiwi;1\"0;E\nNut;2;"
      "F\n");
  ProductEdits edits;
  const Seen seen = read(file, guess_mapping(file, classes), edits);
  EXPECT_EQ(
      seen.refused,
      (std::vector<std::string>{
          "3 name: The name holds a control character at place 4.", "5 price: \"-1\" is below zero",
          "6 sku: This SKU stands in line 2 already.",
          "8 line: A quote stands inside a field that does not begin with one; write it twice and the field "
          "in quotes."}));
  EXPECT_EQ(seen.origins, (std::vector<std::int64_t>{2, 7, 9}));

  edits.cells[5] = {"C", "", "Pear", "", "1", "standard", ""};
  edits.cells[8] = {"E", "", "Kiwi", "", "10", "standard", ""};
  edits.left_out[3] = edits.left_out[6] = true;
  const Seen mended = read(file, guess_mapping(file, classes), edits);
  EXPECT_EQ(mended.refused, std::vector<std::string>{});
  EXPECT_EQ(mended.origins, (std::vector<std::int64_t>{2, 5, 7, 8, 9}));
}

TEST(ProductMapping, RefusesWhatIsNoListInWords) {
  const auto words = [](std::string_view bytes) { return describe(open_foreign_file(bytes).failure()); };
  EXPECT_EQ(words(""), "The file is empty.");
  EXPECT_EQ(words("just a letter\nof many lines\n").substr(0, 29), "The file has only one column.");
  EXPECT_NE(words("PK\x03\x04").find("save it as CSV UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace ringup
