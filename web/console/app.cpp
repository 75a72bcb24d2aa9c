// The console as an app: the table of screens, which one is drawn, and where events go.
#include "web/console/app.h"

#include <algorithm>

#include "web/console/account/account.h"
#include "web/console/audit/audit.h"
#include "web/console/business.h"
#include "web/console/customers/customers.h"
#include "web/console/dashboard.h"
#include "web/console/entrance.h"
#include "web/console/import/import.h"
#include "web/console/palette.h"
#include "web/console/people/people.h"
#include "web/console/products/products.h"
#include "web/console/reports.h"
#include "web/console/sales/sales.h"
#include "web/console/shifts/shifts.h"
#include "web/console/tasks/tasks.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

// One line per screen, in the rail's order. The first one that a person may see is where they begin.
using Make = std::unique_ptr<Screen> (*)();
constexpr Make table[] = {
    make_dashboard, make_products, make_import, make_sales, make_shifts,   make_customers,
    make_tasks,     make_reports,  make_people, make_audit, make_business, make_account,
};

constexpr int tick_ms = 60'000;

class Console final : public ui::App {
 public:
  Console(platform::Platform& platform, std::function<Screens()> make)
      : ui::App(platform), make_(std::move(make)), office_(platform), frame_(platform) {
    office_.on_open = [this](bool open) {
      current_ = nullptr;
      screens_ = open ? make_() : Screens();
      frame_.reset();
      palette_.close();
      if (open) tick();
    };
    office_.on_news = [this](const News& news) {
      for (const std::unique_ptr<Screen>& screen : screens_) {
        if (office_.may(screen->needs())) screen->heard(office_, news);
      }
    };
    office_.on_live = [this] {
      if (!office_.live()) tick();
    };
  }

  void event(const platform::Event& event) override {
    using platform::EventKind;
    if (event.kind == EventKind::navigated) office_.navigated(event.text);
    if (event.kind == EventKind::dropped && current_ != nullptr && office_.state() == Office::State::open)
      current_->dropped(office_, event.file);
    if (event.kind == EventKind::told) office_.told(event.text);
    if (event.kind == EventKind::shown) office_.shown(true);
    if (event.kind == EventKind::hidden) office_.shown(false), shown_ = false;
    if (event.kind == EventKind::shown && !std::exchange(shown_, true) && !office_.live()) tick();
  }

 private:
  void draw() override {
    draw_all();
    const bool unsaved = std::any_of(screens_.begin(), screens_.end(),
                                     [](const std::unique_ptr<Screen>& screen) { return screen->unsaved(); });
    if (unsaved != std::exchange(unsaved_, unsaved)) bridge().ask_before_leaving(unsaved);
  }

  void draw_all() {
    if (office_.state() == Office::State::signed_out) return entrance_.draw(office_);
    ui::ground();
    if (office_.state() != Office::State::open) return draw_opening();
    // A screen may move on by itself (a product was added: open it), so this can take more than one step.
    for (int i = 0; i < 4 && office_.take_moved(); ++i) open();
    const Rect rest = frame_.draw_around(office_, screens_, current_);
    if (current_ != nullptr) {
      const ui::Group main(current_->key(), ui::Role::main, current_->title(), rest);
      current_->draw(office_, frame_.draw_header(office_, current_, rest));
    } else {
      const ui::Group main("nobody", ui::Role::main, "Nothing here", rest);
      if (office_.user().role == Role::customer) {
        if (ui::empty_state("customer", rest, icon_lock, "This is where the shop's own people work",
                            "You are signed in as a customer. Your orders and your data are in your account.",
                            "Open your account"))
          bridge().go_to("/account");
        return frame_.draw_over(office_, screens_);
      }
      if (ui::empty_state("nothing", rest, icon_lock, "Nothing here for your role",
                          "Sell at the till, or ask the owner for another role.", "Open the till"))
        bridge().go_to("/till");
    }
    if (current_ != nullptr) current_->draw_over(office_);
    frame_.draw_over(office_, screens_);
    if (frame_.take_search() || (!palette_.open() && ui::key_pressed("k", true)))
      palette_.show(office_, screens_);
    palette_.draw(office_, screens_);
    office_.prover().draw();
  }

  void draw_opening() {
    if (office_.problem().empty()) {
      const Rect middle = ui::screen().centred(320, 80);
      ui::text("opening", middle, office_.state() == Office::State::resuming ? "" : "Opening your shop…",
               {.tone = ui::Tone::muted, .align = ui::Align::centre, .middle = true});
      return;
    }
    if (ui::empty_state("failed", ui::screen(), icon_circle_alert, "The shop could not be opened",
                        office_.problem(), "Try again"))
      office_.open_again();
  }

  /// Gives the place to its screen; leads to the first one that may be seen where there is none.
  void open() {
    const Place& place = office_.place();
    current_ = nullptr;
    Screen* first = nullptr;
    for (const std::unique_ptr<Screen>& screen : screens_) {
      if (!office_.may(screen->needs())) continue;
      if (first == nullptr && screen->in_rail()) first = screen.get();
      if (screen->key() == place.screen) current_ = screen.get();
    }
    if (current_ == nullptr && first != nullptr) {
      office_.replace(Place{std::string(first->key()), {}, {}});
      return;
    }
    if (current_ == nullptr) return;
    bridge().set_title(std::string(current_->title()) + " · " + office_.facts().name);
    current_->open(office_, Place(place));
  }

  void tick() {
    if (office_.state() != Office::State::open) return;
    for (const std::unique_ptr<Screen>& screen : screens_) {
      if (office_.may(screen->needs())) screen->tick(office_);
    }
    office_.after(tick_ms, [this, turn = ++turn_] {
      if (turn == turn_ && shown_ && !office_.live()) tick();
    });
  }

  std::function<Screens()> make_;
  Screens screens_;
  Office office_;
  Frame frame_;
  Entrance entrance_;
  Palette palette_;
  Screen* current_ = nullptr;
  std::uint64_t turn_ = 0;  // the tick's timer that counts
  bool shown_ = true, unsaved_ = false;
};

}  // namespace

Screens make_screens() {
  Screens screens;
  for (const Make make : table) screens.push_back(make());
  return screens;
}

std::unique_ptr<platform::App> make_console(platform::Platform& platform, std::function<Screens()> make) {
  return std::make_unique<Console>(platform, std::move(make));
}

}  // namespace ringup::console
