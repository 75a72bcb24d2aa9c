#pragma once
/// Changing many products: what each of them becomes, sent in parts, with progress, what was refused, and the
/// way back. No drawing.
#include <functional>
#include <string>
#include <vector>

#include "core/catalogue/catalogue.h"
#include "core/catalogue/reprice.h"
#include "web/console/console.h"

namespace ringup::console {

/// One product of a change in bulk: what to send, and what to send to undo it.
struct BulkStep {
  Id id;
  std::string name;
  json::Object change, undo;  // without the id
};

enum class BulkKind : std::uint8_t { category, tax_class, price, remove };
struct BulkWish {
  BulkKind kind = BulkKind::category;
  Id category;  // nil: none
  std::string tax_class;
  std::int64_t ppm = 0;
  PriceEnding ending = PriceEnding::nine;
};
/// A price before and after, for the preview.
struct Repriced {
  std::string name;
  UnitPrice before, after;
};
struct BulkPlan {
  std::vector<BulkStep> steps;  // of the products that change
  std::size_t unchanged = 0;
  std::size_t impossible = 0;      // a price that would leave its limits
  std::vector<Repriced> examples;  // of price: the first few
};
BulkPlan plan_bulk(const Catalogue& catalogue, const std::vector<Id>& products, const BulkWish& wish);

/// Sends steps in parts of 500, one after another.
class BulkRun {
 public:
  static constexpr std::size_t part = 500;
  struct Refused {
    std::string name, words;
  };

  /// `done` is called at the end, also where it was stopped or failed. Requires that none is running.
  void start(Desk& desk, std::vector<BulkStep> steps, std::function<void()> done);
  void stop() { stopping_ = true; }
  bool running() const { return running_; }
  std::size_t total() const { return steps_.size(); }
  std::size_t sent() const { return sent_; }
  std::size_t changed() const { return undo_.size(); }
  const std::vector<Refused>& refused() const { return refused_; }
  /// Why it ended early; empty where it did not.
  const std::string& problem() const { return problem_; }
  /// The steps back, of what was changed.
  std::vector<BulkStep> take_undo() { return std::move(undo_); }

 private:
  void next(Desk& desk);
  void took(const json::Value& answer, std::size_t begin, std::size_t end);

  std::vector<BulkStep> steps_, undo_;
  std::vector<Refused> refused_;
  std::size_t sent_ = 0;
  bool running_ = false, stopping_ = false;
  std::string problem_;
  std::function<void()> done_;
};

}  // namespace ringup::console
