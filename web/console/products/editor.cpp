#include "web/console/products/editor.h"

#include <algorithm>

namespace ringup::console {
namespace {

ProductTexts texts_of(const Product& product, Currency currency) {
  ProductTexts texts;
  texts.name = product.name;
  texts.sku = product.sku;
  texts.unit_price = to_decimal(product.unit_price, currency);
  texts.tax_class = product.tax_class;
  texts.category = product.category;
  for (const Gtin barcode : product.barcodes) texts.barcodes.push_back(to_string(barcode));
  return texts;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

void Editor::begin(const Product& product, Currency currency) {
  *this = Editor();
  id_ = product.id;
  version_ = product.version;
  texts_ = saved_ = texts_of(product, currency);
}

void Editor::begin_new(std::string tax_class) {
  *this = Editor();
  texts_.tax_class = std::move(tax_class);
  saved_ = texts_;
}

void Editor::follow(const Product& product, Currency currency) {
  if (product.version == version_) return;
  version_ = product.version;
  const ProductTexts now = texts_of(product, currency);
  const auto take = [&](auto ProductTexts::*field) {
    if (texts_.*field == saved_.*field) texts_.*field = now.*field;
  };
  take(&ProductTexts::name);
  take(&ProductTexts::sku);
  take(&ProductTexts::unit_price);
  take(&ProductTexts::tax_class);
  take(&ProductTexts::category);
  take(&ProductTexts::barcodes);
  saved_ = now;
}

void Editor::discard() {
  texts_ = saved_;
  clear_errors();
}

json::Object Editor::members(const ProductTexts& from, const ProductTexts& other) const {
  json::Object members;
  if (from.name != other.name) members.push_back({"name", trimmed(from.name)});
  if (from.sku != other.sku) members.push_back({"sku", trimmed(from.sku)});
  if (from.unit_price != other.unit_price) members.push_back({"unit_price", trimmed(from.unit_price)});
  if (from.tax_class != other.tax_class) members.push_back({"tax_class", from.tax_class});
  if (from.category != other.category)
    members.push_back({"category", from.category.is_nil() ? json::Value() : json::Value(from.category)});
  if (from.barcodes != other.barcodes) {
    json::Array barcodes;
    for (const std::string& barcode : from.barcodes) barcodes.emplace_back(barcode);
    members.push_back({"barcodes", std::move(barcodes)});
  }
  return members;
}

json::Object Editor::body() const {
  if (!is_new()) {
    json::Object changed = members(texts_, saved_);
    changed.push_back({"version", version_});
    return changed;
  }
  json::Object all = members(texts_, ProductTexts());
  for (const char* needed : {"name", "sku", "unit_price"}) {
    if (std::none_of(all.begin(), all.end(),
                     [&](const json::Member& member) { return member.name == needed; }))
      all.push_back({needed, ""});
  }
  if (!trimmed(texts_.stock).empty()) all.push_back({"stock", trimmed(texts_.stock)});
  return all;
}

json::Object Editor::body_before() const {
  return members(saved_, texts_);
}

std::string_view Editor::error(std::string_view field) const {
  const auto found = errors_.find(field);
  return found == errors_.end() ? std::string_view() : std::string_view(found->second);
}

void Editor::clear_error(std::string_view field) {
  if (const auto found = errors_.find(field); found != errors_.end()) errors_.erase(found);
}

std::string_view Editor::barcode_error() const {
  const auto found = errors_.lower_bound("barcodes");
  return found == errors_.end() || !found->first.starts_with("barcodes") ? std::string_view()
                                                                         : std::string_view(found->second);
}

void Editor::refuse(const Failure& failure, std::string words) {
  clear_errors();
  conflict_ = failure.error == Error::conflict && failure.where == "version";
  static constexpr std::string_view fields[] = {"name",     "sku",      "unit_price", "tax_class",
                                                "category", "barcodes", "stock"};
  const std::string_view field = std::string_view(failure.where).substr(0, failure.where.find('['));
  if (std::find(std::begin(fields), std::end(fields), field) != std::end(fields)) {
    errors_[failure.where] = std::move(words);
  } else {
    problem_ = std::move(words);
  }
}

void Editor::clear_errors() {
  errors_.clear();
  problem_.clear();
  conflict_ = false;
}

BarcodeHint barcode_hint(std::string_view typed, const std::vector<std::string>& own, const Id& product,
                         const Catalogue& catalogue) {
  using Kind = BarcodeHint::Kind;
  const std::string text = trimmed(typed);
  if (text.empty()) return {};
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return {Kind::wrong, "A barcode has digits only."};
  const Result<Gtin> gtin = parse_gtin(text);
  if (gtin.ok()) {
    for (const std::string& barcode : own) {
      const Result<Gtin> there = parse_gtin(barcode);
      if (there.ok() && *there == *gtin) return {Kind::wrong, "This product has it already."};
    }
    const Product* const owner = catalogue.find_barcode(*gtin);
    if (owner != nullptr && owner->id != product)
      return {Kind::wrong, owner->name + " (" + owner->sku + ") has this barcode."};
    return {Kind::good, "The check digit is right."};
  }
  const auto missing = [&](std::string_view digits) {
    const Result<int> digit = check_digit(digits);
    return digit.ok() ? std::to_string(*digit) : std::string();
  };
  if (text.size() == 7 || text.size() == 11)
    return {Kind::typing, "The check digit is missing: it is " + missing(text) + "."};
  if (text.size() == 12) {
    return {Kind::typing, "As a 13-digit code it still needs the check digit " + missing(text) + "."};
  }
  if (text.size() == 8 || text.size() == 13 || text.size() == 14) {
    return {Kind::wrong,
            "The last digit should be " + missing(text.substr(0, text.size() - 1)) + ": one digit is wrong."};
  }
  if (text.size() > 14) return {Kind::wrong, "That is too long: a barcode has 8, 12, 13 or 14 digits."};
  return {Kind::typing, std::to_string(text.size()) + " digits of 8, 12, 13 or 14"};
}

}  // namespace ringup::console
