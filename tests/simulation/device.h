#pragma once
/// A phone or tablet of the simulated shop: the real till code over a browser that crashes, forgets and is
/// cloned.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/server/sales/outbox_till.h"
#include "tests/web/fake_bridge.h"
#include "web/till/model.h"

namespace ringup::simulation {

using test::Chance;

/// What somebody was shown as done: a receipt, or a tick behind it.
struct Shown {
  Id id;
  std::string receipt;  // of sales and refunds
  Amount total = 0;
};

class Device {
 public:
  using Entries = std::map<std::string, std::string, std::less<>>;
  explicit Device(std::uint64_t seed, Id milk, Id bread);

  /// The app starts on what the device holds.
  void start();
  /// The app dies with everything that is not on the disk.
  void crash();
  bool runs() const { return model_ != nullptr; }

  /// The cashier does something, where the till lets them; `shown` when it is done.
  void act(Chance& chance, const std::function<void(const Shown&)>& shown);
  /// Pairs it with this code and signs somebody in.
  void pair(const std::string& code);
  /// Somebody waits for the pairing to be done.
  bool pairing() const { return pairing_; }
  void sign_in();

  bool paired() const { return model_ && !model_->opening() && model_->enrolled(); }
  /// The cashier may begin something.
  bool ready() const;
  bool waits() const;  // for the server to get something, or for an epoch

  /// What lies on the disk.
  Entries& disk() { return bridge_.ledger.kept; }
  /// Ids of the records on the disk whose text reads back.
  static std::set<Id> records_of(const Entries& disk);
  /// Of these, those that the till counts as delivered.
  std::set<Id> delivered() const;
  /// One file for each epoch that it has records of: the header and the records.
  std::vector<std::string> exported() const;
  std::optional<Id> till() const;

  test::FakeBridge& bridge() { return bridge_; }
  till::Model& model() { return *model_; }
  std::optional<Entries> copy;  // of the disk on an earlier day
  std::set<Id> limbo;           // in the app's memory only, since the browser deleted the database
  bool multiplied = false;      // its storage was cloned, or an older one put back

 private:
  class Browser final : public test::FakeBridge {
   public:
    explicit Browser(std::uint64_t seed) : chance_(seed) {}
    void random(std::span<std::uint8_t> out) override {
      for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(chance_.next());
    }

   private:
    Chance chance_;
  };
  void sell(Chance& chance, const std::function<void(const Shown&)>& shown);
  void undo(Chance& chance, const std::function<void(const Shown&)>& shown);
  void book(journal::Kind kind, json::Value body, const std::function<void(const Shown&)>& shown);

  Browser bridge_;
  bool pairing_ = false;
  Id milk_, bread_;
  std::unique_ptr<till::Model> model_;
};

}  // namespace ringup::simulation
