#pragma once
/// What the console's screens stand on. A new screen derives from Screen, takes everything it needs from
/// Desk, and gets one line in the table of app.cpp; nothing else has to change.
///
///     class Customers final : public console::Screen {
///      public:
///       std::string_view key() const override { return "customers"; }
///       …
///       void open(Desk& desk, const Place& place) override { /* ask the API for what `place` shows */ }
///       void draw(Desk& desk, ui::Rect rect) override { /* web/ui widgets into rect */ }
///     };
///
/// Life: screens are made when somebody has signed in and go when they sign out, so they may capture `this`
/// in everything they hand to api() and after(): both drop what is left over at the end. draw() runs once per
/// frame while the screen is the current one; open() each time its place changes, and before the first
/// draw(). Threads: one. Money is minor units of facts().currency, times are microseconds since 1970 UTC,
/// lengths points.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalogue/catalogue.h"
#include "core/identity/role.h"
#include "core/money/money.h"
#include "web/console/api.h"
#include "web/console/place.h"
#include "web/platform/platform.h"
#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::console {

/// Who is signed in.
struct User {
  Id id;
  std::string email, first_name, last_name;
  Role role = Role::customer;
  Rights rights;  // by role and groups
  /// "Mara Holler", else the address.
  std::string name() const;
};

struct Branch {
  Id id;
  std::string code, name, address;
  bool is_default = false;
};

/// What is true of the whole business and rarely changes; complete before any screen opens.
struct Facts {
  std::string slug, name, country;
  Currency currency;
  std::string tax_mode, tax_placement;  // as core/sale/tax.h names them
  std::string time_zone = "UTC";        // IANA name
  std::string receipt_footer;
  std::string price_labels, weight_labels;  // in-store patterns (core/catalogue/barcode.h), spaces between
  Amount cash_rounding = 0;                 // 0: none
  std::string cash_rounding_halves = "up";
  std::vector<Branch> branches;
  std::vector<TaxClass> tax_classes;

  const Branch* branch(const Id& id) const;
};

/// The products in memory (core's Catalogue with its search), followed from the server: pages until complete,
/// then what changed, as soon as the server tells of it, while the page is shown.
struct Products {
  const Catalogue* catalogue = nullptr;  // never null; handles are good until `changes` grows
  std::uint64_t changes = 0;             // grows with every applied page
  bool loading = true;                   // the first download is not complete yet
  std::size_t loaded = 0;                // products so far, for progress
  std::string problem;                   // why the last fetch failed; empty where it did not
};

/// What the server tells of by itself (GET /api/events), to those who may read it.
enum class Topic : std::uint8_t {
  catalogue,  // products, categories, stock; Products follow it by themselves
  sale,       // sales, refunds, voids were booked
  task,       // tasks were made or settled
  business,   // facts, branches, tills, users or tax classes; Facts follow them by themselves
  customer,
  shift,  // shifts were opened or closed, cash was put into a drawer or taken out
};
inline constexpr std::size_t topic_count = 6;

/// Something of this kind changed on the server, by whomever. It may have been anything.
struct News {
  Topic topic;
  std::vector<std::string> ids = {};  // what it is about, where the server said all of it

  bool about(std::string_view id) const {
    return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
  }
};

class Desk {
 public:
  virtual ~Desk() = default;

  virtual Api& api() = 0;
  virtual platform::Bridge& bridge() = 0;
  virtual const User& user() const = 0;
  bool may(Right right) const { return user().rights.has(right); }
  virtual const Facts& facts() const = 0;
  /// Asks the server for the facts again, after branches or tax classes changed.
  virtual void refresh_facts() = 0;
  /// The same for who is signed in, after they changed their profile.
  virtual void refresh_user() = 0;
  /// Like api().send(), for what the server wants a fresh proof of: where it does, the person is asked for
  /// their password (or a code of their second factor), and it is sent again with `proof`. forbidden where
  /// they would not.
  virtual void send_proved(std::string method, std::string path, json::Object body, Api::Done done) = 0;
  virtual const Products& products() const = 0;
  const Catalogue& catalogue() const { return *products().catalogue; }
  /// Fetches the changes at once; call after a local write. `done` (may be empty) when they are in.
  virtual void refresh_catalogue(std::function<void()> done = {}) = 0;

  /// News come by themselves (Screen::heard), so nothing need be asked for again every while.
  virtual bool live() const = 0;
  /// The page is in front.
  virtual bool shown() const = 0;

  // --- places ---
  virtual const Place& place() const = 0;
  /// Goes there with a new entry in the browser's history; open() of that screen follows.
  virtual void go(Place place) = 0;
  /// The same without a new entry: for filters and sorting, typed queries, a closed panel.
  virtual void replace(Place place) = 0;
  void go(std::string screen, std::string id = {}) { go(Place{std::move(screen), std::move(id), {}}); }

  // --- time ---
  /// Like Bridge::after, but dropped when the person signs out.
  virtual void after(int ms, std::function<void()> done) = 0;
  std::int64_t now_us() { return bridge().now_ms() * 1000; }

  // --- words ---
  /// "€1,234.50".
  virtual std::string money(Amount amount) const = 0;
  /// Without the symbol and exact, as typed into fields: "1.19", "1.0425".
  virtual std::string price(UnitPrice price) const = 0;
  /// With the symbol: "€1.19", "€1.0425".
  virtual std::string price_words(UnitPrice price) const = 0;
  /// In the business's time zone: "Today 14:05", "Yesterday 09:12", "12 Mar 14:05", "12 Mar 2024 14:05".
  virtual std::string moment(std::int64_t unix_us) const = 0;
  /// "Today", "Yesterday", "Thu 12 Mar", "12 Mar 2024".
  virtual std::string day(std::int64_t unix_us) const = 0;
  /// "14:05".
  virtual std::string clock(std::int64_t unix_us) const = 0;
  /// "2026-03-12", the day of the business's calendar that a time lies in; `days` later or earlier.
  virtual std::string date(std::int64_t unix_us, int days = 0) const = 0;
};

/// Something a person can do or find with Ctrl K.
struct Command {
  std::string group;        // the heading it stands under: "Products", "Sales", "Actions"
  std::string title;        // "Add a product"
  std::string detail = {};  // the quieter text beside it
  ui::Icon icon = nullptr;
  std::function<void(Desk&)> run;
};

class Screen {
 public:
  virtual ~Screen() = default;

  /// The word in the address; lower case, stable.
  virtual std::string_view key() const = 0;
  /// The word in the rail and over the page.
  virtual std::string_view title() const = 0;
  virtual ui::Icon icon() const = 0;
  /// Without it the screen is neither offered nor opened.
  virtual Right needs() const = 0;
  /// A screen that is reached from another one (import from products) is not in the rail.
  virtual bool in_rail() const { return true; }
  /// What the crumb after the title says of an open thing ("Anchovies 100 g"); empty: no crumb.
  virtual std::string crumb(Desk&) { return {}; }

  /// The place became this one. Ask for what is missing; keep what is there while it loads.
  virtual void open(Desk& desk, const Place& place) = 0;
  /// Into `rect`, which is the page below the bar with breadcrumbs: no title of its own is needed.
  virtual void draw(Desk& desk, ui::Rect rect) = 0;
  /// Into the right end of the line with the title: the page's main actions, e.g. "Add product",
  /// right-aligned (cut_right) and touch_min high at most.
  virtual void draw_actions(Desk&, ui::Rect) {}
  /// What floats over the whole window: sheets, questions. After everything else.
  virtual void draw_over(Desk&) {}

  /// A file was dropped on the page while this screen is the current one.
  virtual void dropped(Desk&, const platform::File&) {}

  /// Something was typed and not saved: the browser asks before it closes or reloads the page.
  virtual bool unsaved() const { return false; }
  /// A number beside the word in the rail (tasks waiting); 0: none. Cheap: asked each frame.
  virtual int badge() const { return 0; }
  /// Something changed, whichever screen is open; told while the page is shown, and what it missed
  /// meanwhile when it is again. Ask through a Refresh (refresh.h), for a busy shop has many news.
  virtual void heard(Desk&, const News&) {}
  /// Somebody signed in, and about once a minute while the page is shown and the server tells no news: for
  /// badges, and what else would stay behind.
  virtual void tick(Desk&) {}

  /// What it offers to Ctrl K before anything is typed, e.g. "Add a product". Filtered by the palette.
  virtual std::vector<Command> commands(Desk&) { return {}; }
  /// Finds things by what was typed (at least two characters). Call `found` once, now or from an answer; the
  /// palette drops answers to questions that are no longer asked.
  virtual void search(Desk&, const std::string& typed, std::function<void(std::vector<Command>)> found) {
    (void)typed;
    found({});
  }
};

/// Times as the API writes them: RFC 3339 in UTC ("2026-03-01T09:30:00.000Z"). nullopt where it is none.
std::optional<std::int64_t> read_time(std::string_view text);

/// Members of an answer, without ceremony: empty, 0 or false where missing or of another kind. What is shown
/// is never believed further than that.
std::string text_in(const json::Value& value, std::string_view name);
std::int64_t number_in(const json::Value& value, std::string_view name);
bool flag_in(const json::Value& value, std::string_view name);
Id id_in(const json::Value& value, std::string_view name);
/// The items of a list answer ({"items": […], "next": cursor or null}).
const json::Array& items_in(const json::Value& value, std::string_view name = "items");

}  // namespace ringup::console
