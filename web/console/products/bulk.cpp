#include "web/console/products/bulk.h"

#include <algorithm>

namespace ringup::console {
namespace {

constexpr std::size_t examples_max = 5;

json::Value id_or_null(const Id& id) {
  return id.is_nil() ? json::Value() : json::Value(id);
}

}  // namespace

BulkPlan plan_bulk(const Catalogue& catalogue, const std::vector<Id>& products, const BulkWish& wish) {
  BulkPlan plan;
  const Currency currency = catalogue.currency();
  for (const Id& id : products) {
    const Product* const product = catalogue.find(id);
    if (product == nullptr) continue;
    BulkStep step{id, product->name, {}, {}};
    switch (wish.kind) {
      case BulkKind::category:
        if (product->category == wish.category) break;
        step.change = {{"category", id_or_null(wish.category)}};
        step.undo = {{"category", id_or_null(product->category)}};
        break;
      case BulkKind::tax_class:
        if (product->tax_class == wish.tax_class) break;
        step.change = {{"tax_class", wish.tax_class}};
        step.undo = {{"tax_class", product->tax_class}};
        break;
      case BulkKind::price: {
        const Result<UnitPrice> price = reprice(product->unit_price, wish.ppm, wish.ending);
        if (!price.ok()) {
          ++plan.impossible;
          continue;
        }
        if (plan.examples.size() < examples_max && product->unit_price.value != 0)
          plan.examples.push_back({product->name, product->unit_price, *price});
        if (*price == product->unit_price) break;
        // With the version: the new price was computed from the one that is shown.
        step.change = {{"unit_price", to_decimal(*price, currency)}, {"version", product->version}};
        step.undo = {{"unit_price", to_decimal(product->unit_price, currency)}};
        break;
      }
      case BulkKind::remove:
        step.change = {{"deleted", true}};
        step.undo = {{"deleted", false}};
        break;
    }
    if (step.change.empty()) {
      ++plan.unchanged;
    } else {
      plan.steps.push_back(std::move(step));
    }
  }
  return plan;
}

void BulkRun::start(Desk& desk, std::vector<BulkStep> steps, std::function<void()> done) {
  ASSERT(!running_);
  *this = BulkRun();
  steps_ = std::move(steps);
  done_ = std::move(done);
  running_ = true;
  next(desk);
}

void BulkRun::next(Desk& desk) {
  if (stopping_ || sent_ == steps_.size() || !problem_.empty()) {
    running_ = false;
    desk.refresh_catalogue([done = std::move(done_)] { done(); });
    return;
  }
  const std::size_t begin = sent_, end = std::min(sent_ + part, steps_.size());
  json::Array products;
  for (std::size_t i = begin; i < end; ++i) {
    json::Object product{{"id", steps_[i].id}};
    for (const json::Member& member : steps_[i].change) product.push_back(member);
    products.push_back(std::move(product));
  }
  desk.api().send("POST", "/api/catalogue/products/bulk/", json::Object{{"products", std::move(products)}},
                  [this, &desk, begin, end](Result<json::Value> answer) {
                    if (answer.ok()) {
                      took(*answer, begin, end);
                      sent_ = end;
                    } else {
                      problem_ = words_of(answer.failure());
                    }
                    next(desk);
                  });
}

void BulkRun::took(const json::Value& answer, std::size_t begin, std::size_t end) {
  std::vector<std::pair<Id, std::string>> refused;
  for (const json::Value& item : items_in(answer, "refused"))
    refused.emplace_back(id_in(item, "id"), text_in(item, "detail"));
  for (std::size_t i = begin; i < end; ++i) {
    const auto found = std::find_if(refused.begin(), refused.end(),
                                    [&](const auto& entry) { return entry.first == steps_[i].id; });
    if (found != refused.end()) {
      refused_.push_back({steps_[i].name, found->second});
    } else {
      undo_.push_back({steps_[i].id, steps_[i].name, steps_[i].undo, {}});
    }
  }
}

}  // namespace ringup::console
