// Tills: which there are and when they last spoke; pairing a new one, pairing one again, revoking one.
#include <algorithm>

#include "web/console/parts.h"
#include "web/console/refresh.h"
#include "web/ui/figures.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr int look_every_ms = 3'000;  // for the till that is being paired, where the server tells no news
constexpr int apart_ms = 3'000;       // between two looks at the list, however busy the tills are
constexpr int fresh_ms = 60'000;      // nobody tells when a till was last heard
constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t quiet_us = 5 * minute_us;  // a till that is on asks for changes every minute

struct TillRow {
  Id id, branch;
  std::string name, series;
  std::int64_t epoch = 0, received = 0;
  std::optional<std::int64_t> created, revoked, contact, record;
};

struct TillState {
  std::string words;
  ui::Tone tone;
};

class Tills final : public Part {
 public:
  std::string_view key() const override { return "tills"; }
  std::string_view title() const override { return "Tills"; }
  Right needs() const override { return Right::tills_manage; }

  void load(Desk& desk) override {
    fetch(desk, {});
    keep_fresh(desk);
  }
  /// A code was used, a till revoked: at once. Records that came in: in a while.
  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::business) soon_.want(desk);
    if (news.topic == Topic::sale) later_.want(desk);
  }
  void tick(Desk& desk) override {
    if (!code_.empty()) look(desk);
  }
  void fetch(Desk& desk, const std::function<void()>& done) {
    desk.api().get("/api/tills/", [this, &desk, done](Result<json::Value> answer) {
      if (done) done();
      const bool first = std::exchange(loading_, false);
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (!answer.ok()) return;
      take(*answer);
      const bool used = paired_again_ ? was_paired() : tills_.size() > before_;
      if (!code_.empty() && used) {
        ui::toast(paired_again_ ? "The till is paired again" : "The new till is paired");
        code_.clear();
        return show(desk, {});
      }
      if (!what_.empty() && what_ != "new" && first) edit(desk, what_);
    });
  }

  void edit(Desk& desk, const std::string& what) override {
    if (what != what_) code_.clear();
    what_ = what;
    form_.clear();
    name_.clear();
    if (what.empty()) return;
    if (what == "new") {
      branch_ = 0;
      const std::vector<Branch>& branches = desk.facts().branches;
      for (std::size_t i = 0; i < branches.size(); ++i) {
        if (branches[i].is_default) branch_ = static_cast<int>(i);
      }
      return;
    }
    const TillRow* till = opened();
    if (till == nullptr && !loading_) return show(desk, {});
    if (till != nullptr) name_ = till->name;
  }
  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("pair", rect, "Pair a till", icon_plus)) show(desk, "new");
  }
  std::vector<Command> commands() override {
    return {{"Actions", "Pair a till", "", icon_smartphone, [this](Desk& desk) { show(desk, "new"); }}};
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !what_.empty());
    constexpr ui::TableColumn columns[] = {
        {.key = "name", .title = "Till", .width = 180, .share = 1, .hideable = false, .keep = 9},
        {.key = "branch", .title = "Branch", .width = 200, .share = 1, .keep = 5},
        {.key = "state", .title = "State", .width = 150, .keep = 8},
        {.key = "contact", .title = "Last contact", .width = 150, .keep = 6},
        {.key = "series", .title = "Receipts", .width = 100, .keep = 3},
        {.key = "records", .title = "Records", .width = 100, .numeric = true, .keep = 2},
    };
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < tills_.size(); ++i) {
      if (to_string(tills_[i].id) == what_) open = i;
    }
    const ui::TableResult did =
        ui::data_table("table", rect, columns, table_,
                       {.name = "Tills",
                        .count = tills_.size(),
                        .opened = open,
                        .loading = loading_,
                        .chooser = false,
                        .empty = [&](Rect box) { draw_empty(desk, box); },
                        .faint = [&](std::size_t row) { return tills_[row].revoked.has_value(); }},
                       [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                         const TillRow& till = tills_[row];
                         if (column == 0) cell.words(till.name, ui::Tone::text, ui::Weight::semibold);
                         if (column == 1) cell.words(branch_name(desk, till));
                         if (column == 2) {
                           const TillState state = state_of(desk, till);
                           cell.dot(state.words, state.tone);
                         }
                         if (column == 3)
                           cell.words(till.contact ? desk.moment(*till.contact) : "Not yet", ui::Tone::muted);
                         if (column == 4) cell.words(till.series + "-…", ui::Tone::muted);
                         if (column == 5) cell.words(std::to_string(till.received), ui::Tone::muted);
                       });
    if (did.opened) show(desk, to_string(tills_[*did.opened].id));
    draw_panel(desk, around);
  }

  void draw_over(Desk& desk) override {
    const std::string title = "Revoke “" + name_ + "”?";
    if (ui::ask(
            "revoke", asking_,
            {.title = title,
             .words = "It gets no products and prices any more. What it already rang up can still arrive; "
                      "it is booked and gets a task. Pairing it again makes it good.",
             .action = "Revoke",
             .danger = true}) != 1)
      return;
    send(desk, "POST", "/api/tills/" + what_ + "/revoke/", {}, "Till revoked");
  }

 private:
  void take(const json::Value& answer) {
    tills_.clear();
    for (const json::Value& item : items_in(answer)) {
      TillRow till;
      till.id = id_in(item, "id");
      till.branch = id_in(item, "branch");
      till.name = text_in(item, "name");
      till.series = text_in(item, "series");
      till.epoch = number_in(item, "epoch");
      till.received = number_in(item, "received_through");
      till.created = read_time(text_in(item, "created_at"));
      till.revoked = read_time(text_in(item, "revoked_at"));
      till.contact = read_time(text_in(item, "last_contact_at"));
      till.record = read_time(text_in(item, "last_record_at"));
      tills_.push_back(std::move(till));
    }
    std::stable_sort(tills_.begin(), tills_.end(), [](const TillRow& a, const TillRow& b) {
      return a.revoked.has_value() < b.revoked.has_value();
    });
  }
  const TillRow* opened() const {
    for (const TillRow& till : tills_) {
      if (to_string(till.id) == what_) return &till;
    }
    return nullptr;
  }
  bool was_paired() const {
    const TillRow* till = opened();
    return till != nullptr && till->epoch > epoch_;
  }
  static std::string branch_name(Desk& desk, const TillRow& till) {
    const Branch* branch = desk.facts().branch(till.branch);
    return branch == nullptr ? std::string() : branch->name;
  }
  static TillState state_of(Desk& desk, const TillRow& till) {
    if (till.revoked) return {"Revoked", ui::Tone::muted};
    if (!till.contact) return {"Paired", ui::Tone::accent};
    if (desk.now_us() - *till.contact < quiet_us) return {"Online", ui::Tone::good};
    return {"Not connected", ui::Tone::muted};
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!problem_.empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "The tills could not be loaded", problem_,
                          "Try again"))
        load(desk);
    } else if (ui::empty_state("none", box, icon_smartphone, "No tills yet",
                               "A phone, a tablet or a computer becomes a till when you pair it.",
                               "Pair the first till")) {
      show(desk, "new");
    }
  }

  void draw_panel(Desk& desk, Rect around) {
    bool open = !what_.empty();
    const bool fresh = what_ == "new";
    const TillRow* till = opened();
    const std::string title = fresh ? "Pair a till" : till == nullptr ? "Till" : till->name;
    const bool form = !fresh && code_.empty();
    const ui::SidePanelOptions options{.title = title, .width = panel_width, .footer = form ? 72.0f : 0.0f};
    ui::SidePanel panel("till", open, around, options);
    if (panel) {
      ui::ScrollArea area("body", panel.body(), {.padding = space::xl, .padding_top = space::l});
      form_problem(area, form_.general({"name"}));
      if (!code_.empty())
        draw_code(desk, area);
      else if (fresh)
        draw_pairing(desk, area);
      else if (till != nullptr)
        draw_till(desk, area, *till);
    }
    if (panel && form) {
      const int pressed = panel_buttons(panel.footer(), "Save", !name_.empty(), form_.busy);
      if (pressed == 0) open = false;
      if (pressed == 1)
        send(desk, "PATCH", "/api/tills/" + what_ + "/", json::Object{{"name", name_}}, "Till saved");
    }
    if (!open && !what_.empty()) show(desk, {});
  }

  void draw_pairing(Desk& desk, ui::ScrollArea& area) {
    std::vector<std::string> names;
    for (const Branch& branch : desk.facts().branches) names.push_back(branch.name);
    const ui::SelectOptions branch{
        .label = "Branch", .hint = "Its sales and its stock are booked there", .compact = true};
    ui::select("branch", area.next(ui::select_height(branch), space::l), names, branch_, branch);
    paragraph(area, "You get a code that makes one device a till of this branch. It is good for 15 minutes.");
    if (!ui::button("make", area.next(44), "Show pairing code",
                    {.kind = ui::Kind::primary, .disabled = branch_ < 0, .busy = form_.busy}))
      return;
    const Branch& chosen = desk.facts().branches[static_cast<std::size_t>(branch_)];
    paired_again_ = false;
    ask_code(desk, json::Object{{"branch", chosen.id}});
  }

  void draw_till(Desk& desk, ui::ScrollArea& area, const TillRow& till) {
    const ui::FieldOptions name{.label = "Name",
                                .error = form_.error("name"),
                                .hint = "Shown to you and on tasks, never on receipts",
                                .length_max = 80,
                                .compact = true};
    ui::text_field("name", area.next(ui::field_height(name), space::l), name_, name);
    const TillState state = state_of(desk, till);
    const auto fact = [&](std::string_view what, const std::string& value, ui::Tone tone = ui::Tone::text) {
      ui::fact(area.next(ui::fact_height), what, value, tone);
    };
    fact("State", state.words, state.tone == ui::Tone::muted ? ui::Tone::text : state.tone);
    fact("Branch", branch_name(desk, till));
    fact("Last contact", till.contact ? desk.moment(*till.contact) : "Not yet");
    fact("Last record", till.record ? desk.moment(*till.record) : "None yet");
    fact("Records received", std::to_string(till.received));
    fact("Receipt series", till.series);
    fact("Times paired", std::to_string(till.epoch));
    if (till.created) fact("First paired", desk.moment(*till.created));
    area.skip(space::l);
    if (ui::button("again", area.next(40, space::s), "Pair again",
                   {.icon = icon_refresh_cw, .busy = form_.busy})) {
      paired_again_ = true;
      epoch_ = till.epoch;
      ask_code(desk, json::Object{{"till", till.id}});
    }
    paragraph(area,
              "For a device that was wiped or replaced: it goes on as this till, with its own receipt "
              "numbers.");
    if (till.revoked) return paragraph(area, "Revoked " + desk.moment(*till.revoked) + ".");
    if (ui::button("revoke", area.next(40, space::s), "Revoke till", {.icon = icon_circle_x})) asking_ = true;
    paragraph(area, "For a device that was lost or sold.");
  }

  void draw_code(Desk& desk, ui::ScrollArea& area) {
    const std::int64_t left = expires_ - desk.now_us();
    if (left <= 0) {
      code_.clear();
      form_.words = "The code has expired. Make a new one.";
      return;
    }
    const Rect box = area.next(120, space::l);
    ui::card(box);
    Rect inside = box.inset(space::l);
    ui::text("code", inside.cut_top(56), code_,
             {.size = ui::TextSize::amount,
              .weight = ui::Weight::semibold,
              .align = ui::Align::centre,
              .middle = true});
    const std::int64_t seconds = left / 1'000'000;
    const std::string rest = std::to_string(seconds % 60);
    ui::text(
        "left", inside,
        "Good for " + std::to_string(seconds / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest,
        {.size = ui::TextSize::small, .tone = ui::Tone::muted, .align = ui::Align::centre, .middle = true});
    ui::wake_in(1000);
    if (ui::button("copy", area.next(40, space::xl), "Copy code", {.icon = icon_copy})) {
      desk.bridge().copy_text(code_);
      ui::toast("Code copied");
    }
    ui::heading(area.next(24, space::s), "On the device", 3,
                {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
    const std::string steps[] = {
        "1. Open " + desk.bridge().origin() + "/till in its browser.",
        "2. Type the code and press “Pair this till”.",
        "3. Sign in there, as yourself or as a cashier.",
    };
    for (const std::string& step : steps) paragraph(area, step, ui::Tone::text);
    paragraph(area, "This page notices when it is done.");
  }

  void ask_code(Desk& desk, json::Object body) {
    form_.begin();
    desk.api().send("POST", "/api/till/pairing-codes/", std::move(body),
                    [this, &desk](Result<json::Value> answer) {
                      if (!answer.ok()) return form_.failed(answer.failure());
                      form_.clear();
                      code_ = text_in(*answer, "pairing_code");
                      expires_ = read_time(text_in(*answer, "expires_at")).value_or(desk.now_us());
                      before_ = tills_.size();
                      ui::announce("Pairing code " + code_);
                      look(desk);
                    });
  }

  /// While the code is shown, whether somebody used it.
  void look(Desk& desk) {
    if (desk.live() || std::exchange(looking_, true)) return;
    desk.after(look_every_ms, [this, &desk] {
      looking_ = false;
      if (code_.empty() || desk.place().id != key()) return;
      fetch(desk, {});
      look(desk);
    });
  }

  /// For as long as the list is shown.
  void keep_fresh(Desk& desk) {
    if (std::exchange(keeping_, true)) return;
    desk.after(fresh_ms, [this, &desk] {
      keeping_ = false;
      if (desk.place().screen != "business" || desk.place().id != key()) return;
      if (desk.shown()) later_.want(desk);
      keep_fresh(desk);
    });
  }

  void send(Desk& desk, std::string method, std::string path, const json::Value& body, const char* words) {
    form_.begin();
    desk.api().send(std::move(method), std::move(path), body,
                    [this, &desk, words](Result<json::Value> answer) {
                      if (!answer.ok()) return form_.failed(answer.failure());
                      form_.clear();
                      ui::toast(words);
                      show(desk, {});
                      load(desk);
                    });
  }

  std::vector<TillRow> tills_;
  bool loading_ = true;
  std::string problem_;
  std::string what_, name_;
  int branch_ = 0;
  std::string code_;
  std::int64_t expires_ = 0, epoch_ = 0;
  std::size_t before_ = 0;
  Refresh soon_{[this](Desk& desk, std::function<void()> done) { fetch(desk, done); }};
  Refresh later_{[this](Desk& desk, std::function<void()> done) { fetch(desk, done); }, apart_ms};
  bool paired_again_ = false, looking_ = false, keeping_ = false, asking_ = false;
  FormState form_;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_tills() {
  return std::make_unique<Tills>();
}

}  // namespace ringup::console
