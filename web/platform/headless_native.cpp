#include <algorithm>
#include <cassert>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "imgui.h"
#include "web/platform/headless.h"

namespace ringup::platform {
namespace {

constexpr double frame_ms = 16;
constexpr int frames_max = 2'000;  // an app that never rests is a bug to be found, not a loop to hang in

// Tests run at the top of the checkout; the build that ran them made the fonts.
std::string font_file(const std::string& name) {
  for (const char* build : {"build/native", "build/asan", "build/wasm"}) {
    std::ifstream file(std::filesystem::path(build) / "generated" / "fonts" / name, std::ios::binary);
    if (file) return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  return {};
}

void give_back(ImTextureData& texture) {
  texture.SetTexID(ImTextureID_Invalid);
  texture.SetStatus(ImTextureStatus_Destroyed);
}

}  // namespace

Headless::Headless(const MakeApp& make, Viewport viewport) {
  ImGuiIO& io = ImGui::GetIO();
  io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  set_font(FontFile::regular, font_file("inter-regular.ttf"));
  set_font(FontFile::semibold, font_file("inter-semibold.ttf"));
  set_font(FontFile::icons, font_file("icons.ttf"));
  resize(viewport);
  start(make(*this));
  settle();
}

Headless::~Headless() {
  // As a renderer does before it goes: every texture is given back.
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) give_back(*texture);
}

void Headless::render() {
  ++frames_;
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_WantDestroy) {
      give_back(*texture);
    } else if (texture->Status != ImTextureStatus_Destroyed) {
      texture->SetTexID(1);
      texture->SetStatus(ImTextureStatus_OK);
    }
  }
}

void Headless::run_callbacks() {
  while (!callbacks_.empty()) {
    std::vector<std::function<void()>> now;
    now.swap(callbacks_);
    for (const auto& callback : now) callback();
    redraw();
  }
}

int Headless::settle() {
  int drawn = 0;
  for (;;) {
    run_callbacks();
    if (!wants_frame()) break;
    clock_ms_ += frame_ms;
    frame(clock_ms_);
    if (focus_wanted_) {
      focused_ = *focus_wanted_;
      focus_wanted_.reset();
      focus_changed(focused_, true);
    }
    ++drawn;
    assert(drawn < frames_max && "the app asks for frames for ever");
  }
  return drawn;
}

void Headless::advance(double ms) {
  const double until = clock_ms_ + ms;
  settle();
  for (;;) {
    const bool timer = !timers_.empty() && timers_.begin()->first <= until;
    const bool wake = wake_at_ && *wake_at_ <= until;
    if (wake && (!timer || *wake_at_ <= timers_.begin()->first)) {
      clock_ms_ = std::max(clock_ms_, *wake_at_);
      wake_at_.reset();
      woke(clock_ms_);
    } else if (timer) {
      auto rung = timers_.extract(timers_.begin());
      clock_ms_ = std::max(clock_ms_, rung.key());
      rung.mapped()();
    } else {
      break;
    }
    settle();
  }
  clock_ms_ = std::max(clock_ms_, until);
}

void Headless::tap(float x, float y) {
  pointer(Phase::down, x, y, true, 0, clock_ms_);
  settle();
  pointer(Phase::up, x, y, true, 0, clock_ms_);
  settle();
}

void Headless::long_press(float x, float y) {
  pointer(Phase::down, x, y, true, 0, clock_ms_);
  advance(700);
  pointer(Phase::up, x, y, true, 0, clock_ms_);
  settle();
}

void Headless::drag(float from_x, float from_y, float to_x, float to_y, double ms, int steps) {
  pointer(Phase::down, from_x, from_y, true, 0, clock_ms_);
  for (int i = 1; i <= steps; ++i) {
    clock_ms_ += ms / steps;
    const float t = static_cast<float>(i) / static_cast<float>(steps);
    pointer(Phase::move, from_x + (to_x - from_x) * t, from_y + (to_y - from_y) * t, true, 0, clock_ms_);
    frame(clock_ms_);
  }
  pointer(Phase::up, to_x, to_y, true, 0, clock_ms_);
  settle();
}

void Headless::type(NodeId field, std::string text) {
  focused_ = field;
  focus_changed(field, true);
  edit(field, std::move(text));
  settle();
}

void Headless::enter(NodeId field) {
  submit(field);
  settle();
}

void Headless::press_key(std::string name, bool control) {
  Key pressed;
  pressed.name = std::move(name);
  pressed.control = control;
  pressed.target = focused_;
  key(std::move(pressed), false, clock_ms_);
  advance(200);
}

void Headless::scan(std::string_view code) {
  for (const char c : code) {
    Key pressed;
    pressed.name = std::string(1, c);
    clock_ms_ += 5;
    key(std::move(pressed), false, clock_ms_);
  }
  Key end;
  end.name = "Enter";
  clock_ms_ += 5;
  key(std::move(end), false, clock_ms_);
  settle();
}

void Headless::set_online(bool online) {
  online_ = online;
  event({online ? EventKind::online : EventKind::offline, {}});
  settle();
}

void Headless::set_shown(bool shown) {
  event({shown ? EventKind::shown : EventKind::hidden, {}});
  settle();
}

void Headless::tell(std::string kind, std::string data) {
  assert(follow_ && "the app follows nothing");
  const auto on_event = follow_->on_event;
  on_event({std::move(kind), std::move(data)});
  redraw();
  settle();
}

void Headless::tell(Stream state) {
  assert(follow_ && "the app follows nothing");
  const auto on_state = follow_->on_state;
  on_state(state);
  redraw();
  settle();
}

void Headless::tell_from_tab(std::string words) {
  event({EventKind::told, std::move(words)});
  settle();
}

void Headless::set_viewport(const Viewport& viewport) {
  resize(viewport);
  settle();
}

void Headless::set_location(std::string_view hash, bool replace) {
  if (replace) {
    history_[history_at_] = hash;
    return;
  }
  history_.resize(history_at_ + 1);
  history_.emplace_back(hash);
  ++history_at_;
}

void Headless::back() {
  if (history_at_ == 0) return;
  --history_at_;
  event({EventKind::navigated, address()});
  settle();
}

void Headless::forward() {
  if (history_at_ + 1 == history_.size()) return;
  ++history_at_;
  event({EventKind::navigated, address()});
  settle();
}

void Headless::visit(std::string hash) {
  set_location(hash, false);
  event({EventKind::navigated, std::move(hash)});
  settle();
}

Headless::Fetch Headless::take_fetch() {
  assert(!fetches_.empty() && "the app asked for nothing");
  Fetch first = std::move(fetches_.front());
  fetches_.erase(fetches_.begin());
  return first;
}

void Headless::answer(std::string_view url_prefix, int status, std::string body) {
  Fetch asked = take_fetch();
  assert(asked.request.url.starts_with(url_prefix) && "the app asked for something else");
  asked.done({status, std::move(body)});
  redraw();
  settle();
}

void Headless::verify_es256(std::string_view key, std::string_view jws, PermitDone done) {
  auto found = crypto_.verify ? crypto_.verify(key, jws) : std::nullopt;
  callbacks_.emplace_back([found = std::move(found), done = std::move(done)] { done(found); });
}

void Headless::derive_pbkdf2(std::string_view password, std::string_view salt, int iterations,
                             PermitDone done) {
  std::optional<std::string> found;
  if (crypto_.derive) found = crypto_.derive(password, salt, iterations);
  callbacks_.emplace_back([found = std::move(found), done = std::move(done)] { done(found); });
}

void Headless::wake_in(double ms) {
  const double at = clock_ms_ + ms;
  if (!wake_at_ || at < *wake_at_) wake_at_ = at;
}

void Headless::focus(NodeId id) {
  focus_wanted_ = id;
}

void Headless::announce(std::string_view text, bool) {
  announced_.emplace_back(text);
}

void Headless::fetch(FetchRequest request, FetchDone done) {
  fetches_.push_back({std::move(request), std::move(done)});
}

std::optional<std::string> Headless::local_get(std::string_view key) {
  const auto found = local_.find(key);
  if (found == local_.end()) return std::nullopt;
  return found->second;
}

bool Headless::local_set(std::string_view key, std::string_view value) {
  local_.insert_or_assign(std::string(key), std::string(value));
  return true;
}

void Headless::local_remove(std::string_view key) {
  if (const auto found = local_.find(key); found != local_.end()) local_.erase(found);
}

void Headless::blob_get(std::string_view key, BlobDone done) {
  std::optional<std::string> bytes;
  if (const auto found = blobs_.find(key); found != blobs_.end()) bytes = found->second;
  callbacks_.emplace_back([done = std::move(done), bytes = std::move(bytes)] { done(bytes); });
}

void Headless::blob_put(std::string_view key, std::string bytes, StoreDone done) {
  blobs_.insert_or_assign(std::string(key), std::move(bytes));
  callbacks_.emplace_back([done = std::move(done)] { done(true); });
}

void Headless::blob_remove(std::string_view key, StoreDone done) {
  if (const auto found = blobs_.find(key); found != blobs_.end()) blobs_.erase(found);
  callbacks_.emplace_back([done = std::move(done)] { done(true); });
}

void Headless::ledger_watch(std::function<void(LedgerState)> is) {
  ledger_is_ = std::move(is);
  callbacks_.emplace_back([this] { ledger_is_(LedgerState::mine); });
}

void Headless::tell(LedgerState state) {
  ledger_is_(state);
  redraw();
  settle();
}

void Headless::ledger_write(std::vector<LedgerWrite> writes, LedgerDone done) {
  callbacks_.emplace_back([this, writes = std::move(writes), done = std::move(done)] {
    const LedgerOutcome wanted = std::exchange(ledger_outcome_, LedgerOutcome::stored);
    if (wanted != LedgerOutcome::stored) return done(wanted);
    auto after = ledger_;
    for (const LedgerWrite& write : writes) {
      if (write.verb == LedgerWrite::Verb::add && after.contains(write.key))
        return done(LedgerOutcome::taken);
      if (write.verb == LedgerWrite::Verb::remove)
        after.erase(write.key);
      else
        after[write.key] = write.bytes;
    }
    ledger_ = std::move(after);
    done(LedgerOutcome::stored);
  });
}

void Headless::ledger_read(std::string_view from, std::string_view to, int limit, LedgerRead done) {
  callbacks_.emplace_back(
      [this, from = std::string(from), to = std::string(to), limit, done = std::move(done)] {
        std::vector<std::pair<std::string, std::string>> found;
        for (auto at = ledger_.lower_bound(from); at != ledger_.end() && at->first < to; ++at) {
          if (static_cast<int>(found.size()) == limit) break;
          found.emplace_back(*at);
        }
        done(std::move(found));
      });
}

void Headless::after(int ms, std::function<void()> done) {
  timers_.emplace(clock_ms_ + static_cast<double>(ms), std::move(done));
}

void Headless::random(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) byte = random_++;
}

void Headless::print_text(std::string_view title, std::string_view text) {
  printed_.push_back(std::string(title) + "\n" + std::string(text));
}

void Headless::print_strip(const PaperStrip& strip) {
  std::string text = strip.title + "\n";
  for (const PaperStrip::Line& line : strip.lines) text += line.text + "\n";
  printed_.push_back(std::move(text));
}

void Headless::choose_printer(PrinterPort, PrinterDone done) {
  callbacks_.emplace_back([done = std::move(done)] { done({PrinterOutcome::no_port, {}, {}}); });
}

void Headless::send_to_printer(const PrinterAddress&, std::string, PrinterDone done) {
  callbacks_.emplace_back([done = std::move(done)] { done({PrinterOutcome::no_port, {}, {}}); });
}

void Headless::pick_file(std::string_view accept, PickDone done) {
  accepted_ = accept;
  if (pick_) callbacks_.emplace_back([given_up = std::move(pick_)] { given_up(std::nullopt); });
  pick_ = std::move(done);
}

void Headless::choose_file(std::optional<File> file) {
  assert(pick_ && "the app asked for no file");
  callbacks_.emplace_back([done = std::exchange(pick_, {}), file = std::move(file)] { done(file); });
  settle();
}

void Headless::drop_file(File file) {
  event({EventKind::dropped, {}, std::move(file)});
  settle();
}

void Headless::save_file(std::string_view name, std::string_view content_type, std::string_view bytes) {
  saved_.push_back({std::string(name), std::string(content_type), std::string(bytes)});
}

Picture Headless::picture(std::string_view url) {
  if (const auto found = shown_pictures_.find(url); found != shown_pictures_.end()) return found->second;
  if (std::find(asked_pictures_.begin(), asked_pictures_.end(), url) == asked_pictures_.end())
    asked_pictures_.emplace_back(url);
  return {};
}

void Headless::show_picture(std::string url, float width, float height) {
  shown_pictures_[std::move(url)] = {1, width, height};
  redraw();
  settle();
}

}  // namespace ringup::platform
