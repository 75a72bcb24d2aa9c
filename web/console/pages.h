#pragma once
/// A list of the API that comes page by page: what is there so far, and the way to more of it.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

/// `Item` is read from each member of "items". Keep it in a screen: answers find it by its address, and are
/// dropped where something else was asked meanwhile.
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

 private:
  void fetch(Desk& desk, bool begin) {
    loading_ = true;
    asked_at_ = desk.now_us();
    const std::uint64_t question = ++question_;
    std::string path =
        path_ + (path_.find('?') == std::string::npos ? "?" : "&") + "limit=" + std::to_string(page_items);
    if (!begin) path += "&cursor=" + url_encoded(next_);
    desk.api().get(std::move(path), [this, question, begin](Result<json::Value> answer) {
      if (question != question_) return;
      loading_ = false;
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (begin) items_.clear();
      if (answer.ok()) {
        for (const json::Value& item : items_in(*answer)) items_.push_back(read_(item));
        next_ = text_in(*answer, "next");
      }
      if (on_answer) on_answer();
    });
  }

  Read read_;
  std::string path_, next_, problem_;
  std::vector<Item> items_;
  std::uint64_t question_ = 0, version_ = 0;
  std::int64_t asked_at_ = 0;
  bool loading_ = false;
};

}  // namespace ringup::console
