#include "core/catalogue/column_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/fold.h"
#include "core/catalogue/product_mapping.h"

namespace ringup {
namespace {

// Folded, without gaps: "Artikel-Nr." is "artikelnr". The first of a row are the surest.
constexpr std::array<std::string_view, 44> sku_names = {"sku",
                                                        "articleno",
                                                        "articlenumber",
                                                        "itemno",
                                                        "itemnumber",
                                                        "itemcode",
                                                        "productcode",
                                                        "productid",
                                                        "partnumber",
                                                        "stockcode",
                                                        "variantsku",
                                                        "handle",
                                                        "ref",
                                                        "reference",
                                                        "artikelnr",
                                                        "artikelnummer",
                                                        "artnr",
                                                        "artno",
                                                        "bestellnummer",
                                                        "produktnummer",
                                                        "referencia",
                                                        "codigo",
                                                        "codigoarticulo",
                                                        "codice",
                                                        "codicearticolo",
                                                        "referentie",
                                                        "artikelcode",
                                                        "symbol",
                                                        "indeks",
                                                        "kodtowaru",
                                                        "kodproduktu",
                                                        "katalogovecislo",
                                                        "kodzbozi",
                                                        "artiklo",
                                                        "varenr",
                                                        "varenummer",
                                                        "tuotenumero",
                                                        "cikkszam",
                                                        "codarticulo",
                                                        "codprodus",
                                                        "article",
                                                        "id",
                                                        "code",
                                                        "nr"};
constexpr std::array<std::string_view, 22> barcode_names = {
    "barcode",     "ean",       "ean13",          "eancode",      "gtin",         "gtin13",
    "gtin14",      "upc",       "upca",           "upccode",      "strichcode",   "barcodeean",
    "codebarres",  "codebarre", "codigodebarras", "codigobarras", "codiceabarre", "streepjescode",
    "kodkreskowy", "carovykod", "streckkod",      "vonalkod"};
constexpr std::array<std::string_view, 30> name_names = {
    "name",         "productname", "itemname",     "title",       "description",
    "item",         "product",     "artikelname",  "bezeichnung", "artikelbezeichnung",
    "produktname",  "artikel",     "beschreibung", "titel",       "nom",
    "nomduproduit", "designation", "libelle",      "nombre",      "nombredelproducto",
    "descripcion",  "nome",        "nomeprodotto", "descrizione", "naam",
    "omschrijving", "nazwa",       "nazev",        "benamning",   "megnevezes"};
constexpr std::array<std::string_view, 24> category_names = {
    "category",    "categories", "productcategory", "department",  "group",         "productgroup",
    "producttype", "type",       "kategorie",       "warengruppe", "artikelgruppe", "produktgruppe",
    "categorie",   "rayon",      "famille",         "categoria",   "familia",       "gruppo",
    "groep",       "kategoria",  "grupa",           "kategori",    "skupina",       "collection"};
constexpr std::array<std::string_view, 38> price_names = {
    "price",       "unitprice",    "saleprice",     "salesprice",    "sellingprice", "retailprice",
    "grossprice",  "variantprice", "regularprice",  "listprice",     "preis",        "verkaufspreis",
    "vkpreis",     "vk",           "bruttopreis",   "vkbrutto",      "preisbrutto",  "ladenpreis",
    "einzelpreis", "prix",         "prixttc",       "prixdevente",   "prixunitaire", "precio",
    "pvp",         "precioventa",  "prezzo",        "prezzovendita", "prijs",        "verkoopprijs",
    "cena",        "cenabrutto",   "cenasprzedazy", "prodejnicena",  "pris",         "hinta",
    "ar",          "pret"};
constexpr std::array<std::string_view, 30> tax_names = {
    "taxclass",       "tax",     "taxrate",    "vat",        "vatrate",
    "vatcode",        "taxcode", "taxpercent", "steuer",     "steuerklasse",
    "steuersatz",     "mwst",    "mwstsatz",   "ust",        "ustsatz",
    "mehrwertsteuer", "tva",     "tauxtva",    "iva",        "tipoiva",
    "aliquotaiva",    "btw",     "btwtarief",  "vatpercent", "stawkavat",
    "sazbadph",       "dph",     "moms",       "alv",        "afa"};
constexpr std::array<std::string_view, 32> stock_names = {"stock",
                                                          "quantity",
                                                          "qty",
                                                          "inventory",
                                                          "onhand",
                                                          "stocklevel",
                                                          "stockquantity",
                                                          "instock",
                                                          "available",
                                                          "variantinventoryqty",
                                                          "quantityonhand",
                                                          "bestand",
                                                          "lagerbestand",
                                                          "menge",
                                                          "anzahl",
                                                          "lager",
                                                          "stk",
                                                          "quantite",
                                                          "enstock",
                                                          "existencias",
                                                          "cantidad",
                                                          "giacenza",
                                                          "quantita",
                                                          "voorraad",
                                                          "aantal",
                                                          "stan",
                                                          "stanmagazynowy",
                                                          "ilosc",
                                                          "sklad",
                                                          "skladem",
                                                          "lagersaldo",
                                                          "keszlet"};

/// Titles that hold a price or a name, but not the one that is meant.
constexpr std::array<std::string_view, 12> other_words = {"purchase", "cost",   "einkauf",  "ek",
                                                          "achat",    "compra", "acquisto", "inkoop",
                                                          "zakup",    "nakup",  "net",      "netto"};

template <std::size_t n>
int place_in(const std::array<std::string_view, n>& names, std::string_view text) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == text) return static_cast<int>(n - i);
  }
  return 0;
}

int score_in(ProductColumn column, std::string_view text) {
  switch (column) {
    case ProductColumn::sku:
      return place_in(sku_names, text);
    case ProductColumn::barcode:
      return place_in(barcode_names, text);
    case ProductColumn::name:
      return place_in(name_names, text);
    case ProductColumn::category:
      return place_in(category_names, text);
    case ProductColumn::price:
      return place_in(price_names, text);
    case ProductColumn::tax_class:
      return place_in(tax_names, text);
    case ProductColumn::stock:
      return place_in(stock_names, text);
  }
  return 0;
}

std::string ascii_of(const std::u16string& units) {
  std::string out;
  for (const char16_t unit : units)
    if (unit < 0x80) out.push_back(static_cast<char>(unit));
  return out;
}

}  // namespace

int name_score(std::string_view title, ProductColumn column) {
  constexpr int exact = 1000, word = 100;
  // What stands in brackets is a unit or a hint: "Price (EUR)".
  title = title.substr(0, title.find_first_of("(["));
  std::vector<std::string> words;
  std::string joined;
  for (const std::u16string& one : fold_words(title)) {
    words.push_back(ascii_of(one));
    joined += words.back();
  }
  if (const int place = score_in(column, joined); place > 0) return exact + place;
  for (const std::string& one : words) {
    if (place_in(other_words, one) > 0) return 0;
  }
  // "Preis in EUR", "Product name EN": a word of the title, or two that follow each other. Short words say
  // too little there.
  constexpr std::size_t letters_min = 4;
  int best = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].size() >= letters_min) best = std::max(best, score_in(column, words[i]));
    if (i + 1 < words.size()) {
      const int both = score_in(column, words[i] + words[i + 1]);
      if (both > 0) best = std::max(best, both + word);
    }
  }
  return best > 0 ? word + best : 0;
}

}  // namespace ringup
