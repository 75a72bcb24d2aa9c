#pragma once
/// Asks again for what is shown when news come: one request at a time, and the next one a second after the
/// last was sent at the soonest, however many news there are. News that come together (a sale and its task)
/// are one; what comes while a request is under way is covered by one more.
#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "web/console/console.h"

namespace ringup::console {

class Refresh {
 public:
  /// Sends the question, and calls `done` once the answer came, good or bad.
  using Ask = std::function<void(Desk&, std::function<void()> done)>;
  explicit Refresh(Ask ask, int apart_ms = 1'000) : ask_(std::move(ask)), apart_ms_(apart_ms) {}
  Refresh(const Refresh&) = delete;
  Refresh& operator=(const Refresh&) = delete;

  /// What is shown may be old: asks now or soon.
  void want(Desk& desk) {
    if (asking_)
      again_ = true;
    else if (!waiting_)
      soon(desk);
  }

 private:
  void soon(Desk& desk) {
    constexpr int together_ms = 20;
    const double left = asked_at_ < 0 ? 0 : std::ceil(asked_at_ + apart_ms_ - desk.bridge().monotonic_ms());
    waiting_ = true;
    desk.after(std::max(static_cast<int>(left), together_ms), [this, &desk] {
      waiting_ = false;
      start(desk);
    });
  }
  void start(Desk& desk) {
    asking_ = true;
    asked_at_ = desk.bridge().monotonic_ms();
    ask_(desk, [this, &desk] {
      asking_ = false;
      if (std::exchange(again_, false)) soon(desk);
    });
  }

  Ask ask_;
  int apart_ms_;
  double asked_at_ = -1;
  bool asking_ = false, waiting_ = false, again_ = false;
};

}  // namespace ringup::console
