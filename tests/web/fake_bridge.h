#pragma once
/// A browser that a test holds in its hands: storage in maps, requests that wait until the test answers them,
/// a clock that stands still until it is moved.
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/web/fake_ledger.h"
#include "web/platform/bridge.h"

namespace ringup::test {

class FakeBridge : public platform::Bridge {
 public:
  struct Asked {
    platform::FetchRequest request;
    platform::FetchDone done;
  };
  std::deque<Asked> asked;
  std::optional<platform::Follow> followed;
  std::map<std::string, std::string, std::less<>> local, blobs;
  int blob_writes_left = 1 << 30;  // those after it are lost, as when the power goes too early
  bool blobs_refused = false;      // and said so
  std::vector<platform::PaperStrip> strips;
  struct PrintJob {
    platform::PrinterAddress to;
    std::string bytes;
    platform::PrinterDone done;
  };
  std::deque<PrintJob> print_jobs;                                             // wait until the test answers
  std::deque<std::pair<platform::PrinterPort, platform::PrinterDone>> chosen;  // likewise
  bool has_usb = true, has_serial = true;
  platform::Keeping kept;
  std::vector<platform::KeepAct> keep_acts;
  FakeLedger ledger;  // does nothing by itself: ledger.run()
  std::vector<std::string> printed, told_tabs;
  std::vector<platform::PickDone> picks;
  std::vector<platform::File> saved;
  std::int64_t clock = 1'769'846'400'000;
  double monotonic = 1000;
  bool is_online = true;
  std::size_t room = 1 << 20;  // bytes that local storage still takes

  void fetch(platform::FetchRequest request, platform::FetchDone done) override {
    asked.push_back({std::move(request), std::move(done)});
  }
  void follow(platform::Follow follow) override { followed = std::move(follow); }
  void unfollow() override { followed.reset(); }
  void tell_tabs(std::string_view words) override { told_tabs.emplace_back(words); }
  std::optional<std::string> local_get(std::string_view key) override {
    const auto found = local.find(key);
    return found == local.end() ? std::nullopt : std::optional(found->second);
  }
  bool local_set(std::string_view key, std::string_view value) override {
    std::size_t used = 0;
    for (const auto& [name, text] : local) used += name == key ? 0 : name.size() + text.size();
    if (used + key.size() + value.size() > room) return false;
    local[std::string(key)] = std::string(value);
    return true;
  }
  void local_remove(std::string_view key) override { local.erase(std::string(key)); }
  void blob_get(std::string_view key, platform::BlobDone done) override {
    const auto found = blobs.find(key);
    done(found == blobs.end() ? std::nullopt : std::optional(found->second));
  }
  void blob_put(std::string_view key, std::string bytes, platform::StoreDone done) override {
    if (--blob_writes_left >= 0) blobs[std::string(key)] = std::move(bytes);
    done(!blobs_refused);
  }
  void blob_remove(std::string_view key, platform::StoreDone done) override {
    if (--blob_writes_left >= 0) blobs.erase(std::string(key));
    done(true);
  }
  void ledger_watch(std::function<void(platform::LedgerState)> is) override { ledger.watch(std::move(is)); }
  void ledger_write(std::vector<platform::LedgerWrite> writes, platform::LedgerDone done) override {
    ledger.write(std::move(writes), std::move(done));
  }
  void ledger_read(std::string_view from, std::string_view to, int limit,
                   platform::LedgerRead done) override {
    ledger.read(std::string(from), std::string(to), limit, std::move(done));
  }
  void after(int ms, std::function<void()> done) override {
    timers_.push_back({monotonic + ms, std::move(done)});
  }
  std::int64_t now_ms() override { return clock; }
  double monotonic_ms() override { return monotonic; }
  int utc_offset_minutes(std::int64_t) override { return 60; }
  int utc_offset_minutes(std::int64_t, std::string_view) override { return 60; }
  void random(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out)
      byte = static_cast<std::uint8_t>(chance_ = chance_ * 1'103'515'245 + 12'345);
  }
  void print_text(std::string_view, std::string_view text) override { printed.emplace_back(text); }
  void print_strip(const platform::PaperStrip& strip) override { strips.push_back(strip); }
  bool has_printer_port(platform::PrinterPort port) override {
    return port == platform::PrinterPort::usb ? has_usb : has_serial;
  }
  void choose_printer(platform::PrinterPort port, platform::PrinterDone done) override {
    chosen.emplace_back(port, std::move(done));
  }
  void send_to_printer(const platform::PrinterAddress& to, std::string bytes,
                       platform::PrinterDone done) override {
    print_jobs.push_back({to, std::move(bytes), std::move(done)});
  }
  // WebCrypto, where a test gives it: its answers wait in `computed` until compute().
  std::function<std::optional<std::string>(std::string_view key, std::string_view jws)> verify;
  std::function<std::string(std::string_view password, std::string_view salt, int iterations)> derive;
  std::deque<std::function<void()>> computed;
  void compute() {
    while (!computed.empty()) {
      const auto next = std::move(computed.front());
      computed.pop_front();
      next();
    }
  }
  bool has_crypto() override { return verify != nullptr; }
  void verify_es256(std::string_view key, std::string_view jws, platform::PermitDone done) override {
    std::optional<std::string> found = verify ? verify(key, jws) : std::nullopt;
    computed.emplace_back([found = std::move(found), done = std::move(done)] { done(found); });
  }
  void derive_pbkdf2(std::string_view password, std::string_view salt, int iterations,
                     platform::PermitDone done) override {
    std::optional<std::string> found;
    if (derive) found = derive(password, salt, iterations);
    computed.emplace_back([found = std::move(found), done = std::move(done)] { done(found); });
  }
  void copy_text(std::string_view) override {}
  void vibrate(int) override {}
  void beep() override {}
  // The camera: a test calls what the screen watches with, and looks at where it put the picture.
  std::optional<platform::CameraWatch> camera;
  float camera_width = 0;
  std::vector<std::string> camera_asked;
  std::vector<platform::PhotoDone> photos;
  void camera_open(platform::CameraWatch watch) override { camera = std::move(watch); }
  void camera_close() override { camera.reset(); }
  void camera_place(float, float, float width, float) override { camera_width = width; }
  void camera_torch(bool on) override { camera_asked.emplace_back(on ? "torch on" : "torch off"); }
  void camera_zoom(bool on) override { camera_asked.emplace_back(on ? "zoom in" : "zoom out"); }
  void camera_next() override { camera_asked.emplace_back("next"); }
  void camera_photo(platform::PhotoDone done) override { photos.push_back(std::move(done)); }
  void pick_file(std::string_view, platform::PickDone done) override { picks.push_back(std::move(done)); }
  void save_file(std::string_view name, std::string_view type, std::string_view bytes) override {
    saved.push_back({std::string(name), std::string(type), std::string(bytes)});
  }
  const platform::Keeping& keeping() override { return kept; }
  void keep(platform::KeepAct act) override { keep_acts.push_back(act); }
  bool online() override { return is_online; }
  void go_to(std::string_view) override {}
  void ask_before_leaving(bool) override {}
  std::string origin() override { return {}; }
  std::string location() override { return {}; }
  void set_location(std::string_view, bool) override {}
  void set_title(std::string_view) override {}

  /// The app is killed: nothing that it asked for will be answered any more, and what is not on the disk is
  /// gone.
  void kill() {
    asked.clear();
    computed.clear();
    followed.reset();
    timers_.clear();
    ledger.kill();
  }

  /// Moves both clocks and rings the timers that fall due, in their order.
  void pass(int ms) {
    const double until = monotonic + ms;
    for (;;) {
      auto next = timers_.end();
      for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
        if (timer->at <= until && (next == timers_.end() || timer->at < next->at)) next = timer;
      }
      if (next == timers_.end()) break;
      const Timer timer = std::move(*next);
      timers_.erase(next);
      clock += static_cast<std::int64_t>(timer.at - monotonic);
      monotonic = timer.at;
      timer.done();
    }
    clock += static_cast<std::int64_t>(until - monotonic);
    monotonic = until;
  }

 private:
  struct Timer {
    double at;
    std::function<void()> done;
  };
  std::vector<Timer> timers_;
  std::uint32_t chance_ = 1;
};

}  // namespace ringup::test
