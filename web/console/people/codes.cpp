// One-time codes: what became of each, never the code itself.
#include <array>

#include "web/console/pages.h"
#include "web/console/people/people.h"
#include "web/console/people/person.h"
#include "web/console/refresh.h"
#include "web/ui/figures.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

struct CodeRow {
  std::string id, email, channel, purpose, state, address;
  std::int64_t wrong_tries = 0, created_at = 0, expires_at = 0;
};

CodeRow read_code(const json::Value& value) {
  return {text_in(value, "id"),
          text_in(value, "email"),
          text_in(value, "channel"),
          text_in(value, "purpose"),
          text_in(value, "state"),
          text_in(value, "address"),
          number_in(value, "wrong_tries"),
          read_time(text_in(value, "created_at")).value_or(0),
          read_time(text_in(value, "expires_at")).value_or(0)};
}

struct State {
  std::string_view key, word;
  ui::Tone tone;
};
constexpr State states[] = {{"pending", "Waiting", ui::Tone::accent},
                            {"used", "Used", ui::Tone::good},
                            {"expired", "Expired", ui::Tone::muted},
                            {"exhausted", "Too many wrong tries", ui::Tone::warn},
                            {"replaced", "Replaced by another", ui::Tone::muted}};

constexpr ui::TableColumn columns[] = {
    {.key = "who", .title = "For", .width = 220, .share = 1, .hideable = false, .keep = 9},
    {.key = "purpose", .title = "Purpose", .width = 150, .keep = 3},
    {.key = "channel", .title = "By", .width = 120, .keep = 5},
    {.key = "state", .title = "State", .width = 190, .keep = 8},
    {.key = "tries", .title = "Wrong tries", .width = 110, .numeric = true, .keep = 6},
    {.key = "at", .title = "Sent", .width = 140, .keep = 7},
    {.key = "until", .title = "Good until", .width = 140, .keep = 2},
    {.key = "address", .title = "Asked for from", .width = 150, .keep = 1},
};

/// A purpose that is not known here keeps its own words.
std::string purpose_words(std::string_view purpose) {
  if (purpose == "mobile_login") return "Sign in by code";
  if (purpose == "second_factor") return "Second factor";
  if (purpose == "proof") return "Prove who it is";
  if (purpose == "enable") return "Set up a factor";
  std::string words(purpose);
  for (char& c : words) c = c == '_' ? ' ' : c;
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

class Codes final : public Part {
 public:
  Codes() {
    filter_[0] = {.label = "State", .single = true};
    for (const State& state : states) filter_[0].choices.emplace_back(state.word);
  }
  std::string_view key() const override { return "codes"; }
  std::string_view title() const override { return "One-time codes"; }
  Right needs() const override { return Right::people_manage; }

  void load(Desk& desk) override { load_usage(desk); }
  void placed(Desk& desk, const Place& place) override {
    filter_[0].chosen.clear();
    std::string path = "/api/admin/otps/";
    for (std::size_t i = 0; i < std::size(states); ++i) {
      if (place.get("state") != states[i].key) continue;
      filter_[0].chosen = {static_cast<int>(i)};
      path += "?state=" + std::string(states[i].key);
    }
    pages_.show(desk, path);
  }
  void tick(Desk& desk) override { refresh_.want(desk); }

  void draw_actions(Desk& desk, Rect rect) override {
    constexpr float width = 190;
    if (ui::button("clean", rect.cut_right(width).centred(width, 40), "Delete expired",
                   {.icon = icon_trash_2, .busy = cleaning_}))
      clean_up(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    draw_usage(rect);
    if (ui::filter_chips("filters", rect.cut_top(ui::filters_height, space::m), filter_)) {
      Place place = desk.place();
      place.set("state", filter_[0].chosen.empty()
                             ? ""
                             : states[static_cast<std::size_t>(filter_[0].chosen.front())].key);
      desk.replace(std::move(place));
    }
    const std::vector<CodeRow>& codes = pages_.items();
    ui::TableOptions options{.name = "One-time codes",
                             .count = codes.size(),
                             .version = pages_.version(),
                             .opened = {},
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) {
      if (pages_.problem().empty()) {
        ui::empty_state("none", box, icon_key_round, "No codes here",
                        "Codes that people ask for to sign in, or as a second factor, stand here.");
        return;
      }
      if (ui::empty_state("failed", box, icon_circle_alert, "The codes could not be loaded", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
    };
    ui::data_table("table", rect, columns, table_, options,
                   [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                     draw_cell(desk, codes[row], columns[column].key, cell);
                   });
  }

 private:
  void load_usage(Desk& desk) {
    desk.api().get("/api/admin/otps/usage/", [this](Result<json::Value> answer) {
      if (!answer.ok()) return;
      if (const json::Value* today = answer->find("today")) {
        usage_ = {number_in(*today, "email"), number_in(*today, "sms"), number_in(*today, "failed")};
        with_usage_ = true;
      }
      sms_per_day_ = number_in(*answer, "sms_per_day");
    });
  }

  void clean_up(Desk& desk) {
    cleaning_ = true;
    desk.api().send("POST", "/api/admin/otps/cleanup/", {}, [this, &desk](Result<json::Value> answer) {
      cleaning_ = false;
      if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
      const std::int64_t deleted = number_in(*answer, "deleted");
      ui::toast(deleted == 0 ? "Nothing was expired"
                             : std::to_string(deleted) + (deleted == 1 ? " code deleted" : " codes deleted"));
      pages_.again(desk);
      load_usage(desk);
    });
  }

  void draw_usage(Rect& rect) {
    if (!with_usage_) return;
    const std::string words = "Today: " + std::to_string(usage_[0]) + " by e-mail, " +
                              std::to_string(usage_[1]) + " of " + std::to_string(sms_per_day_) +
                              " text messages, " + std::to_string(usage_[2]) + " wrong tries.";
    const ui::TextStyle style{.tone = usage_[1] >= sms_per_day_ ? ui::Tone::warn : ui::Tone::muted,
                              .lines = 2};
    ui::text("usage", rect.cut_top(ui::text_height(words, rect.w, style), space::m), words, style);
  }

  static void draw_cell(Desk& desk, const CodeRow& code, std::string_view column, ui::Cell& cell) {
    if (column == "who") cell.words(code.email.empty() ? "Nobody's address" : code.email);
    if (column == "purpose") cell.words(purpose_words(code.purpose), ui::Tone::muted);
    if (column == "channel") cell.words(code.channel == "sms" ? "Text message" : "E-mail", ui::Tone::muted);
    if (column == "state") {
      for (const State& state : states) {
        if (state.key == code.state) cell.dot(state.word, state.tone);
      }
    }
    if (column == "tries")
      cell.words(std::to_string(code.wrong_tries), code.wrong_tries > 0 ? ui::Tone::warn : ui::Tone::muted);
    if (column == "at") cell.words(desk.moment(code.created_at), ui::Tone::muted);
    if (column == "until") cell.words(desk.moment(code.expires_at), ui::Tone::muted);
    if (column == "address") cell.words(code.address.empty() ? "–" : code.address, ui::Tone::muted);
  }

  Pages<CodeRow> pages_{read_code};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) {
    load_usage(desk);
    pages_.refresh(
        desk, [] { return true; }, std::move(done));
  }};
  std::array<ui::Filter, 1> filter_;
  std::array<std::int64_t, 3> usage_{};
  std::int64_t sms_per_day_ = 0;
  bool cleaning_ = false, with_usage_ = false;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_codes() {
  return std::make_unique<Codes>();
}

}  // namespace ringup::console
