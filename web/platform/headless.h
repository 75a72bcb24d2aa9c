#pragma once
/// The apps without a browser, for native tests: a platform whose clock, network, storage and user are a
/// script.
///
///     Headless till([](Platform& p) { return std::make_unique<till::Till>(p); });
///     till.fetches().front().done({200, "{…}"});      // answer what the app asked for
///     till.settle();
///     till.tap(x, y); till.type(id, "milk"); till.scan("4006381333931"); till.advance(500);
///
/// Nothing is painted, but everything is laid out with the real fonts where the build made them. One instance
/// at a time (ImGui and web/ui have one state per process). Callbacks run in settle() and advance(), never
/// inside a frame.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "web/platform/runtime.h"

namespace ringup::platform {

class Headless : public Runtime, private Bridge {
 public:
  using MakeApp = std::function<std::unique_ptr<App>(Platform&)>;
  struct Fetch {
    FetchRequest request;
    FetchDone done;
  };

  explicit Headless(const MakeApp& make, Viewport viewport = {});
  ~Headless() override;

  // --- the script ---
  /// Draws until nothing asks for another frame; animations run on the fake clock. Answers the frames drawn.
  int settle();
  /// Lets time pass, with the wake timer and frames on the way.
  void advance(double ms);
  void tap(float x, float y);
  void long_press(float x, float y);
  /// A finger that moves in `steps` over `ms` milliseconds.
  void drag(float from_x, float from_y, float to_x, float to_y, double ms = 120, int steps = 8);
  /// What the input over a field does: the new whole text.
  void type(NodeId field, std::string text);
  void enter(NodeId field);
  void press_key(std::string name, bool control = false);
  /// A scanner's keystrokes, 5 ms apart, and Enter.
  void scan(std::string_view code);
  void set_online(bool online);
  /// The page goes to the background or comes to the front.
  void set_shown(bool shown);
  void set_viewport(const Viewport& viewport);
  /// The browser's buttons, and an address typed by hand.
  void back();
  void forward();
  void visit(std::string hash);
  void set_unix_ms(std::int64_t ms) { unix_ms_ = ms; }
  /// What computes for permits as the browser's WebCrypto does; without it the page has none.
  struct Crypto {
    std::function<std::optional<std::string>(std::string_view key, std::string_view jws)> verify;
    std::function<std::string(std::string_view password, std::string_view salt, int iterations)> derive;
  };
  void set_crypto(Crypto crypto) { crypto_ = std::move(crypto); }
  /// The next random bytes are 0, 1, 2, … from here.
  void set_random(std::uint8_t next) { random_ = next; }

  // --- what the app did ---
  /// Requests without an answer yet, oldest first. Take one with take_fetch() and call its `done`.
  const std::vector<Fetch>& fetches() const { return fetches_; }
  Fetch take_fetch();
  /// What the app follows; nullptr: nothing.
  const Follow* follows() const { return follow_ ? &*follow_ : nullptr; }
  /// An event or a state of the stream that is followed, and a word from another tab.
  void tell(std::string kind, std::string data);
  void tell(Stream state);
  void tell_from_tab(std::string words);
  const std::vector<std::string>& told_tabs() const { return told_tabs_; }
  /// Answers the oldest request; it must be for this path.
  void answer(std::string_view url_prefix, int status, std::string body);
  std::map<std::string, std::string, std::less<>>& local() { return local_; }
  std::map<std::string, std::string, std::less<>>& blobs() { return blobs_; }
  /// The till's ledger, as it would be found after the app was killed. Writes reach it in settle().
  std::map<std::string, std::string, std::less<>>& ledger() { return ledger_; }
  /// What comes of the next write instead of `stored`.
  void fail_ledger(LedgerOutcome outcome) { ledger_outcome_ = outcome; }
  void tell(LedgerState state);
  const std::vector<std::string>& announced() const { return announced_; }
  const std::vector<std::string>& printed() const { return printed_; }
  const std::string& copied() const { return copied_; }
  const std::string& gone_to() const { return gone_to_; }
  bool asks_before_leaving() const { return asks_before_leaving_; }
  const std::string& address() const { return history_[history_at_]; }
  const std::string& title() const { return title_; }
  NodeId focused() const { return focused_; }
  /// What the person chooses when they are asked for a file; nothing: they give up.
  void choose_file(std::optional<File> file);
  const std::string& accepted() const { return accepted_; }
  void drop_file(File file);
  const std::vector<File>& saved() const { return saved_; }
  /// Pictures the app asked for so far. show_picture() lets one arrive.
  const std::vector<std::string>& pictures() const { return asked_pictures_; }
  void show_picture(std::string url, float width, float height);
  std::uint64_t frames() const { return frames_; }

  // --- Platform ---
  Bridge& bridge() override { return *this; }
  void wake_in(double ms) override;
  void focus(NodeId id) override;
  Picture picture(std::string_view url) override;
  void set_ground(std::uint32_t) override {}
  void announce(std::string_view text, bool assertive) override;

 protected:
  void request_frame() override {}
  void render() override;
  void nodes_changed() override {}
  void undo_typing() override {}

 private:
  void fetch(FetchRequest request, FetchDone done) override;
  void follow(Follow follow) override { follow_ = std::move(follow); }
  void unfollow() override { follow_.reset(); }
  void tell_tabs(std::string_view words) override { told_tabs_.emplace_back(words); }
  std::optional<std::string> local_get(std::string_view key) override;
  bool local_set(std::string_view key, std::string_view value) override;
  void local_remove(std::string_view key) override;
  void blob_get(std::string_view key, BlobDone done) override;
  void blob_put(std::string_view key, std::string bytes, StoreDone done) override;
  void blob_remove(std::string_view key, StoreDone done) override;
  void ledger_watch(std::function<void(LedgerState)> is) override;
  void ledger_write(std::vector<LedgerWrite> writes, LedgerDone done) override;
  void ledger_read(std::string_view from, std::string_view to, int limit, LedgerRead done) override;
  void after(int ms, std::function<void()> done) override;
  std::int64_t now_ms() override { return unix_ms_ + static_cast<std::int64_t>(clock_ms_); }
  double monotonic_ms() override { return clock_ms_; }
  int utc_offset_minutes(std::int64_t) override { return 60; }
  int utc_offset_minutes(std::int64_t, std::string_view zone) override { return zone == "UTC" ? 0 : 60; }
  void random(std::span<std::uint8_t> out) override;
  void print_text(std::string_view title, std::string_view text) override;
  void print_strip(const PaperStrip& strip) override;
  bool has_printer_port(PrinterPort) override { return false; }
  void choose_printer(PrinterPort port, PrinterDone done) override;
  void send_to_printer(const PrinterAddress& to, std::string bytes, PrinterDone done) override;
  bool has_crypto() override { return crypto_.verify != nullptr; }
  void verify_es256(std::string_view key, std::string_view jws, PermitDone done) override;
  void derive_pbkdf2(std::string_view password, std::string_view salt, int iterations,
                     PermitDone done) override;
  void copy_text(std::string_view text) override { copied_ = text; }
  void vibrate(int) override {}
  void beep() override {}
  // No camera here: tests of what has one bring a bridge of their own (tests/web/fake_bridge.h).
  void camera_open(CameraWatch) override {}
  void camera_close() override {}
  void camera_place(float, float, float, float) override {}
  void camera_torch(bool) override {}
  void camera_zoom(bool) override {}
  void camera_next() override {}
  void camera_photo(PhotoDone) override {}
  void pick_file(std::string_view accept, PickDone done) override;
  void save_file(std::string_view name, std::string_view content_type, std::string_view bytes) override;
  const Keeping& keeping() override { return keeping_; }
  void keep(KeepAct) override {}
  bool online() override { return online_; }
  void go_to(std::string_view url) override { gone_to_ = url; }
  void ask_before_leaving(bool ask) override { asks_before_leaving_ = ask; }
  std::string origin() override { return "https://shop.example"; }
  std::string location() override { return history_[history_at_]; }
  void set_location(std::string_view hash, bool replace) override;
  void set_title(std::string_view title) override { title_ = title; }

  void run_callbacks();

  double clock_ms_ = 1000;
  std::optional<double> wake_at_;
  std::int64_t unix_ms_ = 1'700'000'000'000;
  std::uint8_t random_ = 0;
  Crypto crypto_;
  Keeping keeping_;
  bool online_ = true;
  bool asks_before_leaving_ = false;
  std::vector<Fetch> fetches_;
  std::optional<Follow> follow_;
  std::vector<std::string> told_tabs_;
  std::vector<std::function<void()>> callbacks_;
  std::multimap<double, std::function<void()>> timers_;  // by the clock
  std::map<std::string, std::string, std::less<>> local_, blobs_, ledger_;
  LedgerOutcome ledger_outcome_ = LedgerOutcome::stored;
  std::function<void(LedgerState)> ledger_is_;
  std::vector<std::string> announced_, printed_;
  std::string copied_, gone_to_, title_;
  std::vector<std::string> history_{""};
  std::size_t history_at_ = 0;
  PickDone pick_;
  std::string accepted_;
  std::vector<File> saved_;
  std::vector<std::string> asked_pictures_;
  std::map<std::string, Picture, std::less<>> shown_pictures_;
  NodeId focused_ = 0;
  std::optional<NodeId> focus_wanted_;
  std::uint64_t frames_ = 0;
};

}  // namespace ringup::platform
