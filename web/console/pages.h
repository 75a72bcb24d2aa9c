#pragma once
/// A list of the API that comes page by page: what is there so far, and the way to more of it.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

/// `Item` is read from each member of "items" and has an `id` of its own. Keep it in a screen: answers find
/// it by its address, and are dropped where something else was asked meanwhile.
template <class Item>
class Pages {
 public:
  static constexpr std::size_t page_items = 100;
  static constexpr std::int64_t fresh_us = 5'000'000;
  using Read = Item (*)(const json::Value&);
  explicit Pages(Read read) : read_(read) {}
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  /// Asks for the list at `path` ("/api/sales/?kind=refund") from its beginning. What is there stays until
  /// the first answer.
  void ask(Desk& desk, std::string path) {
    path_ = std::move(path);
    fetch(desk, true);
    ++version_;
  }
  /// The next page, where there is one and none is on its way.
  void more(Desk& desk) {
    if (!loading_ && !next_.empty()) fetch(desk, false);
  }
  /// Asks for the same again; what is there stays where it is until the answer.
  void again(Desk& desk) { fetch(desk, true); }
  /// The place shows this list, perhaps once more: asks where it is another one, failed, or is some seconds
  /// old. One of which more than the first page is there stays: it would jump under whoever reads it.
  void show(Desk& desk, std::string path) {
    if (path != path_) return ask(desk, std::move(path));
    if (!loading_ &&
        (!problem_.empty() || (items_.size() <= page_items && desk.now_us() - asked_at_ > fresh_us)))
      again(desk);
  }

  std::vector<Item>& items() { return items_; }
  const std::vector<Item>& items() const { return items_; }
  bool loading() const { return loading_; }
  bool complete() const { return next_.empty() && !loading_; }
  /// Nothing came yet, and something will.
  bool first() const { return loading_ && items_.empty(); }
  const std::string& problem() const { return problem_; }
  /// Grows with each list that was asked for.
  std::uint64_t version() const { return version_; }
  const std::string& path() const { return path_; }
  /// Called after each answer.
  std::function<void()> on_answer;

  /// Asks for the first page again without disturbing who reads: what came anew is put in where `may_move`
  /// allows it when the answer is there, else it waits for take(), and only rows that are known change.
  /// `done` when it is over.
  void refresh(Desk& desk, std::function<bool()> may_move, std::function<void()> done) {
    if (loading_) return refresh_later(desk, std::move(may_move), std::move(done));
    desk.api().get(path_of(false), [this, &desk, begun = begun_, may_move = std::move(may_move),
                                    done = std::move(done)](Result<json::Value> answer) {
      if (loading_) return refresh_later(desk, may_move, done);
      if (begun == begun_ && answer.ok()) {
        fresh_.clear();
        for (const json::Value& item : items_in(*answer)) fresh_.push_back(read_(item));
        fresh_next_ = text_in(*answer, "next");
        waiting_ = static_cast<std::size_t>(
            std::count_if(fresh_.begin(), fresh_.end(), [&](const Item& item) { return !known(item); }));
        problem_.clear();
        if (waiting_ == 0 || may_move())
          take();
        else
          for (const Item& item : fresh_) update(item);
        if (on_answer) on_answer();
      }
      done();
    });
  }
  /// Rows that came anew and wait for take().
  std::size_t waiting() const { return waiting_; }
  /// The first page as refresh() last got it takes the place of what it covers.
  void take() {
    waiting_ = 0;
    std::vector<Item> rest;
    if (!fresh_next_.empty()) {
      // Behind the last row that stands on both: what was loaded of later pages.
      std::size_t end = items_.size();
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (in_fresh(items_[i])) end = i + 1;
      }
      for (std::size_t i = end; i < items_.size(); ++i) rest.push_back(std::move(items_[i]));
    }
    const bool replaced = rest.empty();
    if (replaced) next_ = std::move(fresh_next_);
    items_ = std::move(fresh_);
    fresh_.clear();
    for (Item& item : rest) items_.push_back(std::move(item));
    if (!replaced || !loading_) return;
    // The page on its way is one behind the old ones; the table asks for another.
    ++question_;
    ++version_;
    loading_ = false;
    if (const auto later = std::exchange(later_, {})) later();
  }

 private:
  void refresh_later(Desk& desk, std::function<bool()> may_move, std::function<void()> done) {
    later_ = [this, &desk, may_move = std::move(may_move), done = std::move(done)] {
      refresh(desk, may_move, done);
    };
  }
  std::string path_of(bool more) const {
    std::string path =
        path_ + (path_.find('?') == std::string::npos ? "?" : "&") + "limit=" + std::to_string(page_items);
    if (more) path += "&cursor=" + url_encoded(next_);
    return path;
  }
  bool known(const Item& item) const {
    return std::any_of(items_.begin(), items_.end(), [&](const Item& each) { return each.id == item.id; });
  }
  bool in_fresh(const Item& item) const {
    return std::any_of(fresh_.begin(), fresh_.end(), [&](const Item& each) { return each.id == item.id; });
  }
  void update(const Item& item) {
    for (Item& each : items_) {
      if (each.id == item.id) each = item;
    }
  }

  void fetch(Desk& desk, bool begin) {
    loading_ = true;
    if (begin) {
      ++begun_;
      waiting_ = 0;
    }
    asked_at_ = desk.now_us();
    const std::uint64_t question = ++question_;
    desk.api().get(path_of(!begin), [this, question, begin](Result<json::Value> answer) {
      if (question != question_) return;
      loading_ = false;
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (begin) items_.clear();
      if (answer.ok()) {
        for (const json::Value& item : items_in(*answer)) items_.push_back(read_(item));
        next_ = text_in(*answer, "next");
      }
      if (on_answer) on_answer();
      if (const auto later = std::exchange(later_, {})) later();
    });
  }

  Read read_;
  std::string path_, next_, problem_;
  std::vector<Item> items_;
  std::vector<Item> fresh_;  // the first page as refresh() got it, while it waits
  std::string fresh_next_;
  std::size_t waiting_ = 0;
  std::function<void()> later_;  // a refresh() that came while a page was on its way
  std::uint64_t question_ = 0, version_ = 0, begun_ = 0;
  std::int64_t asked_at_ = 0;
  bool loading_ = false;
};

}  // namespace ringup::console
