// The browser's side of the platform: the functions that shell/*.js calls, the functions it offers
// (web/platform/bridge_library.js), and WebGL through ImGui's OpenGL backend. One instance per page.
#include <emscripten.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/base/json.h"
#include "imgui.h"
#include "web/platform/host_calls.h"
#include "web/platform/ledger_bytes.h"
#include "web/platform/painter.h"
#include "web/platform/pictures.h"
#include "web/platform/runtime.h"
#include "web/platform/shell_json.h"

namespace ringup::platform {
namespace {

constexpr int blob_verb_get = 0, blob_verb_put = 1, blob_verb_remove = 2;
enum class CameraVerb : int { open, close, torch, zoom, next };  // shell/host.js has the same

class BrowserBridge : public Bridge {
 public:
  void fetch(FetchRequest request, FetchDone done) override {
    const std::string head = fetch_json(request);
    const std::uint32_t id = ++last_request_;
    fetches_[id] = std::move(done);
    if (request.progress) progress_[id] = std::move(request.progress);
    host_fetch(id, head.data(), head.size(), request.body.data(), request.body.size());
  }
  void follow(Follow follow) override {
    follow_ = std::move(follow);
    host_follow(++follow_run_, follow_.path.data(), follow_.path.size(), follow_.share.data(),
                follow_.share.size());
  }
  void unfollow() override {
    ++follow_run_;
    follow_ = {};
    host_unfollow();
  }
  void tell_tabs(std::string_view words) override { host_tell_tabs(words.data(), words.size()); }
  std::optional<std::string> local_get(std::string_view key) override {
    char* bytes = nullptr;
    const int length = host_local_get(key.data(), key.size(), &bytes);
    if (length < 0) return std::nullopt;
    std::string value(bytes, static_cast<std::size_t>(length));
    std::free(bytes);
    return value;
  }
  bool local_set(std::string_view key, std::string_view value) override {
    return host_local_set(key.data(), key.size(), value.data(), value.size()) != 0;
  }
  void local_remove(std::string_view key) override { host_local_remove(key.data(), key.size()); }
  void blob_get(std::string_view key, BlobDone done) override {
    blob(blob_verb_get, key, {}, std::move(done));
  }
  void blob_put(std::string_view key, std::string bytes, StoreDone done) override {
    blob(blob_verb_put, key, bytes,
         [done = std::move(done)](std::optional<std::string> ok) { done(ok.has_value()); });
  }
  void blob_remove(std::string_view key, StoreDone done) override {
    blob(blob_verb_remove, key, {},
         [done = std::move(done)](std::optional<std::string> ok) { done(ok.has_value()); });
  }
  void ledger_watch(std::function<void(LedgerState)> is) override {
    ledger_is_ = std::move(is);
    host_ledger_watch();
  }
  void ledger_write(std::vector<LedgerWrite> writes, LedgerDone done) override {
    const std::string all = pack(writes);
    const std::uint32_t id = ++last_request_;
    ledger_writes_[id] = std::move(done);
    host_ledger_write(id, all.data(), all.size());
  }
  void ledger_read(std::string_view from, std::string_view to, int limit, LedgerRead done) override {
    const std::uint32_t id = ++last_request_;
    ledger_reads_[id] = std::move(done);
    host_ledger_read(id, from.data(), from.size(), to.data(), to.size(), limit);
  }
  void after(int ms, std::function<void()> done) override {
    const std::uint32_t id = ++last_request_;
    timers_[id] = std::move(done);
    host_after(id, ms);
  }
  std::int64_t now_ms() override { return static_cast<std::int64_t>(host_now()); }
  double monotonic_ms() override { return host_monotonic(); }
  int utc_offset_minutes(std::int64_t unix_ms) override {
    return host_utc_offset(static_cast<double>(unix_ms), "", 0);
  }
  int utc_offset_minutes(std::int64_t unix_ms, std::string_view zone) override {
    return host_utc_offset(static_cast<double>(unix_ms), zone.data(), zone.size());
  }
  void random(std::span<std::uint8_t> out) override { host_random(out.data(), out.size()); }
  void print_text(std::string_view title, std::string_view text) override {
    host_print(title.data(), title.size(), text.data(), text.size());
  }
  void print_strip(const PaperStrip& strip) override {
    const std::string json = strip_json(strip);
    host_print_strip(json.data(), json.size());
  }
  bool has_printer_port(PrinterPort port) override {
    return (host_printer_ports() & (port == PrinterPort::usb ? 1 : 2)) != 0;
  }
  void choose_printer(PrinterPort port, PrinterDone done) override {
    printer(choice_json(port), {}, std::move(done));
  }
  void send_to_printer(const PrinterAddress& to, std::string bytes, PrinterDone done) override {
    printer(job_json(to), bytes, std::move(done));
  }
  bool has_crypto() override { return host_crypto_there() != 0; }
  void verify_es256(std::string_view key, std::string_view jws, PermitDone done) override {
    const std::uint32_t id = ++last_request_;
    permits_[id] = std::move(done);
    host_permit_verify(id, key.data(), key.size(), jws.data(), jws.size());
  }
  void derive_pbkdf2(std::string_view password, std::string_view salt, int iterations,
                     PermitDone done) override {
    const std::uint32_t id = ++last_request_;
    permits_[id] = std::move(done);
    host_permit_derive(id, password.data(), password.size(), salt.data(), salt.size(), iterations);
  }
  void copy_text(std::string_view text) override { host_copy(text.data(), text.size()); }
  void vibrate(int ms) override { host_vibrate(ms); }
  void beep() override { host_beep(); }
  const Keeping& keeping() override { return keeping_; }
  void keep(KeepAct act) override { host_keep(static_cast<int>(act)); }
  bool online() override { return host_online() != 0; }
  void go_to(std::string_view url) override { host_go_to(url.data(), url.size()); }
  void ask_before_leaving(bool ask) override { host_ask_before_leaving(ask ? 1 : 0); }
  std::string origin() override { return address(1); }
  std::string location() override { return address(0); }
  void set_location(std::string_view hash, bool replace) override {
    host_set_location(hash.data(), hash.size(), replace ? 1 : 0);
  }
  void set_title(std::string_view title) override { host_set_title(title.data(), title.size()); }

  void camera_open(CameraWatch watch) override {
    camera_ = std::move(watch);
    camera(CameraVerb::open);
  }
  void camera_close() override {
    camera_ = {};
    camera(CameraVerb::close);
  }
  void camera_place(float x, float y, float width, float height) override {
    host_camera_place(x, y, width, height);
  }
  void camera_torch(bool on) override { camera(CameraVerb::torch, on); }
  void camera_zoom(bool on) override { camera(CameraVerb::zoom, on); }
  void camera_next() override { camera(CameraVerb::next); }
  void camera_photo(PhotoDone done) override {
    const std::uint32_t id = ++last_request_;
    photos_[id] = std::move(done);
    host_camera_photo(id);
  }

  void pick_file(std::string_view accept, PickDone done) override {
    const std::uint32_t id = ++last_request_;
    picks_[id] = std::move(done);
    host_pick_file(id, accept.data(), accept.size());
  }
  void save_file(std::string_view name, std::string_view content_type, std::string_view bytes) override {
    host_save_file(name.data(), name.size(), content_type.data(), content_type.size(), bytes.data(),
                   bytes.size());
  }

  void set_keeping(Keeping keeping) { keeping_ = std::move(keeping); }
  // Copies are called: what they do may end the following.
  void authorize(std::uint32_t run, bool fresh) {
    if (run != follow_run_) return;
    const auto authorize = follow_.authorize;
    authorize(fresh, [this, run](std::string_view authorization) {
      if (run == follow_run_) host_authorized(authorization.data(), authorization.size());
    });
  }
  void heard(std::uint32_t run, const ServerEvent& event) {
    if (run != follow_run_) return;
    const auto on_event = follow_.on_event;
    on_event(event);
  }
  void stream(std::uint32_t run, Stream state) {
    if (run != follow_run_) return;
    const auto on_state = follow_.on_state;
    on_state(state);
  }
  void camera_state(const CameraFacts& facts) {
    const auto on_state = camera_.on_state;
    if (on_state) on_state(facts);
  }
  void camera_code(const std::string& code) {
    const auto on_code = camera_.on_code;
    if (on_code) on_code(code);
  }
  void camera_photo_done(std::uint32_t id, Photo photo, std::string code) {
    if (auto node = photos_.extract(id)) node.mapped()(photo, std::move(code));
  }
  void sent(std::uint32_t id, std::uint64_t sent, std::uint64_t total) {
    if (const auto found = progress_.find(id); found != progress_.end()) found->second(sent, total);
  }
  void printer_done(std::uint32_t id, PrinterAnswer answer) {
    if (auto node = printers_.extract(id)) node.mapped()(std::move(answer));
  }
  void permit_done(std::uint32_t id, std::optional<std::string> found) {
    if (auto node = permits_.extract(id)) node.mapped()(std::move(found));
  }
  void picked(std::uint32_t id, std::optional<File> file) {
    if (auto node = picks_.extract(id)) node.mapped()(std::move(file));
  }
  void fetched(std::uint32_t id, FetchResponse response) {
    progress_.erase(id);
    if (auto node = fetches_.extract(id)) node.mapped()(std::move(response));
  }
  void rang(std::uint32_t id) {
    if (auto node = timers_.extract(id)) node.mapped()();
  }
  void ledger_is(LedgerState state) {
    const auto is = ledger_is_;
    if (is) is(state);
  }
  void ledger_wrote(std::uint32_t id, LedgerOutcome outcome) {
    if (auto node = ledger_writes_.extract(id)) node.mapped()(outcome);
  }
  void ledger_came(std::uint32_t id, bool there, std::string_view all) {
    if (auto node = ledger_reads_.extract(id))
      node.mapped()(there ? std::optional(unpack(all)) : std::nullopt);
  }
  void blob_done(std::uint32_t id, std::optional<std::string> bytes) {
    if (auto node = blobs_.extract(id)) node.mapped()(std::move(bytes));
  }

 private:
  /// 0: the hash, 1: the origin.
  static std::string address(int part) {
    char* bytes = nullptr;
    const int length = host_location(part, &bytes);
    std::string text(bytes, static_cast<std::size_t>(length));
    std::free(bytes);
    return text;
  }
  static void camera(CameraVerb verb, bool flag = false) {
    host_camera(static_cast<int>(verb), flag ? 1 : 0);
  }
  void printer(const std::string& job, std::string_view bytes, PrinterDone done) {
    const std::uint32_t id = ++last_request_;
    printers_[id] = std::move(done);
    host_printer(id, job.data(), job.size(), bytes.data(), bytes.size());
  }
  void blob(int verb, std::string_view key, std::string_view bytes, BlobDone done) {
    const std::uint32_t id = ++last_request_;
    blobs_[id] = std::move(done);
    host_blob(id, verb, key.data(), key.size(), bytes.data(), bytes.size());
  }
  std::uint32_t last_request_ = 0, follow_run_ = 0;
  Follow follow_;
  Keeping keeping_;
  CameraWatch camera_;
  std::map<std::uint32_t, PhotoDone> photos_;
  std::map<std::uint32_t, FetchDone> fetches_;
  std::map<std::uint32_t, std::function<void(std::uint64_t, std::uint64_t)>> progress_;
  std::map<std::uint32_t, PickDone> picks_;
  std::map<std::uint32_t, PrinterDone> printers_;
  std::map<std::uint32_t, PermitDone> permits_;
  std::map<std::uint32_t, BlobDone> blobs_;
  std::function<void(LedgerState)> ledger_is_;
  std::map<std::uint32_t, LedgerDone> ledger_writes_;
  std::map<std::uint32_t, LedgerRead> ledger_reads_;
  std::map<std::uint32_t, std::function<void()>> timers_;
};

class Browser : public Runtime {
 public:
  BrowserBridge& bridge() override { return bridge_; }
  void wake_in(double ms) override { host_wake(ms); }
  void focus(NodeId id) override { host_focus(id); }
  void announce(std::string_view text, bool assertive) override {
    host_announce(text.data(), text.size(), assertive ? 1 : 0);
  }
  bool open_graphics() { return painter_.open("#canvas"); }
  void graphics(bool there) {
    if (there) {
      painter_.restored();
      pictures_.forget();
      lost_ = false;
      event({EventKind::restored, {}});
    } else {
      lost_ = true;
    }
  }
  bool draw(double time_ms) {
    if (lost_) return false;
    const bool more = frame(time_ms);
    pictures_.end_frame(time_ms);
    return more;
  }
  void set_ground(std::uint32_t color) override { painter_.set_ground(color); }
  Picture picture(std::string_view url) override { return pictures_.ask(url); }
  void picture_came(std::uint32_t request, float width, float height, bool missing) {
    if (width <= 0 || height <= 0 || lost_) {
      pictures_.failed(request, missing);
      return;
    }
    const std::uint32_t texture = painter_.make_picture();
    host_picture_upload(texture);
    painter_.finish_picture();
    pictures_.loaded(request, {texture, width, height});
    redraw();
  }

 protected:
  void request_frame() override { host_request_frame(); }
  void render() override { painter_.draw(*ImGui::GetDrawData()); }
  void nodes_changed() override { host_nodes(nodes().data(), nodes().size()); }
  void undo_typing() override { host_undo_typing(); }

 private:
  BrowserBridge bridge_;
  Painter painter_;
  Pictures pictures_{
      [](std::uint32_t request, const std::string& url) { host_picture(request, url.data(), url.size()); },
      [this](std::uint64_t texture) { painter_.drop_picture(static_cast<std::uint32_t>(texture)); }};
  bool lost_ = false;
};

Browser& browser() {
  static Browser* instance = new Browser();  // lives as long as the page
  return *instance;
}

// Takes bytes that JavaScript put into memory of ours.
std::string take(char* bytes, std::size_t length) {
  std::string text(bytes, length);
  std::free(bytes);
  return text;
}

std::optional<File> take_file(int state, char* words, std::size_t words_length, char* bytes,
                              std::size_t length) {
  const std::string names = take(words, words_length);
  const std::size_t end = names.find('\n');
  File file;
  file.name = names.substr(0, end);
  if (end != std::string::npos) file.type = names.substr(end + 1);
  file.bytes = take(bytes, length);
  file.too_large = state == 2;
  if (state == 0) return std::nullopt;
  return file;
}

}  // namespace
}  // namespace ringup::platform

using ringup::platform::browser;
using ringup::platform::take;
using ringup::platform::take_file;

extern "C" {

EMSCRIPTEN_KEEPALIVE void ringup_font(int file, char* bytes, std::size_t length) {
  browser().set_font(static_cast<ringup::platform::Platform::FontFile>(file), take(bytes, length));
}

/// 1 if the page can be drawn; 0 where there is no WebGL 2.
EMSCRIPTEN_KEEPALIVE int ringup_start() {
  if (!browser().open_graphics()) return 0;
  browser().start(ringup::platform::make_app(browser()));
  browser().redraw();
  return 1;
}

/// flags: 1 dark, 2 reduced motion, 4 coarse pointer.
EMSCRIPTEN_KEEPALIVE void ringup_viewport(float width, float height, float ratio, float top, float right,
                                          float bottom, float left, float keyboard, int flags) {
  ringup::platform::Viewport css;
  css.width = width;
  css.height = height;
  css.pixel_ratio = ratio;
  css.inset_top = top;
  css.inset_right = right;
  css.inset_bottom = bottom;
  css.inset_left = left;
  css.keyboard = keyboard;
  css.dark = (flags & 1) != 0;
  css.reduced_motion = (flags & 2) != 0;
  css.touch = (flags & 4) != 0;
  browser().resize(css);
}

EMSCRIPTEN_KEEPALIVE int ringup_frame(double time_ms) {
  return browser().draw(time_ms) ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE void ringup_pointer(int phase, float x, float y, int touch, std::uint32_t field,
                                         double time_ms, int modifiers) {
  browser().pointer(static_cast<ringup::platform::Runtime::Phase>(phase), x, y, touch != 0, field, time_ms,
                    modifiers);
}

EMSCRIPTEN_KEEPALIVE void ringup_wheel(float x, float y, float dx, float dy, double time_ms) {
  browser().wheel(x, y, dx, dy, time_ms);
}

/// modifiers: 1 control or command, 2 shift, 4 alt. 1 if the browser should not act on the key.
EMSCRIPTEN_KEEPALIVE int ringup_key(char* name, std::size_t length, int modifiers, std::uint32_t target,
                                    int in_field, double time_ms) {
  ringup::platform::Key key;
  key.name = take(name, length);
  key.control = (modifiers & 1) != 0;
  key.shift = (modifiers & 2) != 0;
  key.alt = (modifiers & 4) != 0;
  key.target = target;
  return browser().key(std::move(key), in_field != 0, time_ms) ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE void ringup_activate(std::uint32_t id) {
  browser().activate(id);
}
EMSCRIPTEN_KEEPALIVE void ringup_edit(std::uint32_t id, char* text, std::size_t length) {
  browser().edit(id, take(text, length));
}
EMSCRIPTEN_KEEPALIVE void ringup_submit(std::uint32_t id) {
  browser().submit(id);
}
EMSCRIPTEN_KEEPALIVE void ringup_focus(std::uint32_t id, int visible) {
  browser().focus_changed(id, visible != 0);
}
EMSCRIPTEN_KEEPALIVE void ringup_woke(double time_ms) {
  browser().woke(time_ms);
}
EMSCRIPTEN_KEEPALIVE void ringup_graphics(int there) {
  browser().graphics(there != 0);
}

/// kind: 0 online, 1 offline, 2 shown, 3 hidden, 4 drag_in, 5 drag_out.
EMSCRIPTEN_KEEPALIVE void ringup_event(int kind) {
  using ringup::platform::EventKind;
  constexpr EventKind kinds[] = {EventKind::online, EventKind::offline, EventKind::shown,
                                 EventKind::hidden, EventKind::drag_in, EventKind::drag_out};
  if (kind >= 0 && kind < 6) browser().event({kinds[kind], {}});
}

EMSCRIPTEN_KEEPALIVE void ringup_navigated(char* hash, std::size_t length) {
  browser().event({ringup::platform::EventKind::navigated, take(hash, length)});
}

/// headers: name, newline, value, newline, and so on.
EMSCRIPTEN_KEEPALIVE void ringup_fetched(std::uint32_t request, int status, char* headers,
                                         std::size_t headers_length, char* body, std::size_t length) {
  ringup::platform::FetchResponse response{status, take(body, length)};
  response.headers = ringup::platform::read_headers(take(headers, headers_length));
  browser().bridge().fetched(request, std::move(response));
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_authorize(std::uint32_t run, int fresh) {
  browser().bridge().authorize(run, fresh != 0);
}

EMSCRIPTEN_KEEPALIVE void ringup_heard(std::uint32_t run, char* kind, std::size_t kind_length, char* data,
                                       std::size_t length) {
  ringup::platform::ServerEvent event{take(kind, kind_length), take(data, length)};
  browser().bridge().heard(run, event);
  browser().redraw();
}

/// state: 0 live, 1 waiting, 2 refused.
EMSCRIPTEN_KEEPALIVE void ringup_stream(std::uint32_t run, int state) {
  browser().bridge().stream(run, static_cast<ringup::platform::Stream>(state));
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_told(char* words, std::size_t length) {
  browser().event({ringup::platform::EventKind::told, take(words, length)});
}

/// The numbers of Keeping's members in their order.
EMSCRIPTEN_KEEPALIVE void ringup_kept(int start, int storage, int install, int newer, double used,
                                      double room, char* version, std::size_t length) {
  using ringup::platform::Keeping;
  browser().bridge().set_keeping({static_cast<Keeping::Start>(start), static_cast<Keeping::Storage>(storage),
                                  static_cast<Keeping::Install>(install), newer != 0,
                                  static_cast<std::uint64_t>(used), static_cast<std::uint64_t>(room),
                                  take(version, length)});
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_sent(std::uint32_t request, double sent, double total) {
  browser().bridge().sent(request, static_cast<std::uint64_t>(sent), static_cast<std::uint64_t>(total));
  browser().redraw();
}

/// state: 0 none was chosen, 1 a file, 2 one that is too large. words: name, newline, type.
EMSCRIPTEN_KEEPALIVE void ringup_picked(std::uint32_t request, int state, char* words,
                                        std::size_t words_length, char* bytes, std::size_t length) {
  browser().bridge().picked(request, take_file(state, words, words_length, bytes, length));
  browser().redraw();
}

/// outcome: PrinterOutcome. words: device, newline, name.
EMSCRIPTEN_KEEPALIVE void ringup_printer_done(std::uint32_t request, int outcome, char* words,
                                              std::size_t length) {
  const std::string text = take(words, length);
  const std::size_t end = std::min(text.find('\n'), text.size());
  browser().bridge().printer_done(
      request, {static_cast<ringup::platform::PrinterOutcome>(outcome), text.substr(0, end),
                text.substr(std::min(end + 1, text.size()))});
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_permit_done(std::uint32_t request, int there, char* bytes,
                                             std::size_t length) {
  std::string found = take(bytes, length);
  browser().bridge().permit_done(request,
                                 there != 0 ? std::optional<std::string>(std::move(found)) : std::nullopt);
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_dropped(int state, char* words, std::size_t words_length, char* bytes,
                                         std::size_t length) {
  if (std::optional<ringup::platform::File> file = take_file(state, words, words_length, bytes, length))
    browser().event({ringup::platform::EventKind::dropped, {}, std::move(*file)});
}

/// state: as in CameraState. torch, zoom: -1 it has none, 0 off, 1 on.
EMSCRIPTEN_KEEPALIVE void ringup_camera_state(int state, int torch, int zoom, int cameras) {
  using ringup::platform::CameraState;
  if (state < 0 || state > static_cast<int>(CameraState::unloaded)) return;
  ringup::platform::CameraFacts facts{static_cast<CameraState>(state), {}, {}, cameras};
  if (torch >= 0) facts.torch = torch != 0;
  if (zoom >= 0) facts.zoom = zoom != 0;
  browser().bridge().camera_state(facts);
  browser().redraw();
}
EMSCRIPTEN_KEEPALIVE void ringup_camera_code(char* code, std::size_t length) {
  browser().bridge().camera_code(take(code, length));
  browser().redraw();
}
/// photo: as in Photo.
EMSCRIPTEN_KEEPALIVE void ringup_camera_photo(std::uint32_t request, int photo, char* code,
                                              std::size_t length) {
  using ringup::platform::Photo;
  std::string text = take(code, length);
  if (photo < 0 || photo > static_cast<int>(Photo::found)) photo = 0;
  browser().bridge().camera_photo_done(request, static_cast<Photo>(photo), std::move(text));
  browser().redraw();
}

/// The picture that was asked for is host.bitmap now; width 0: there is none, `missing` 1: nor will there be.
EMSCRIPTEN_KEEPALIVE void ringup_picture(std::uint32_t request, float width, float height, int missing) {
  browser().picture_came(request, width, height, missing != 0);
}

EMSCRIPTEN_KEEPALIVE void ringup_rang(std::uint32_t request) {
  browser().bridge().rang(request);
}

/// state: 0 mine, 1 others, 2 emptied.
EMSCRIPTEN_KEEPALIVE void ringup_ledger_is(int state) {
  browser().bridge().ledger_is(static_cast<ringup::platform::LedgerState>(state));
  browser().redraw();
}

/// outcome: 0 stored, 1 taken, 2 full, 3 failed.
EMSCRIPTEN_KEEPALIVE void ringup_ledger_wrote(std::uint32_t request, int outcome) {
  browser().bridge().ledger_wrote(request, static_cast<ringup::platform::LedgerOutcome>(outcome));
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_ledger_came(std::uint32_t request, int there, char* bytes,
                                             std::size_t length) {
  const std::string all = take(bytes, length);
  browser().bridge().ledger_came(request, there != 0, all);
  browser().redraw();
}

EMSCRIPTEN_KEEPALIVE void ringup_blob_done(std::uint32_t request, int there, char* bytes,
                                           std::size_t length) {
  std::string text = take(bytes, length);
  browser().bridge().blob_done(request,
                               there != 0 ? std::optional<std::string>(std::move(text)) : std::nullopt);
  browser().redraw();
}
}
