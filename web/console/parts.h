#pragma once
/// Screens of several parts, one per tab: the business, its people. Most parts have a table and a panel
/// beside it; tab, panel and filters stand in the address (#/SCREEN/PART?open=ID&…), so that back closes what
/// was opened.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/console/console.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"
#include "web/ui/table.h"

namespace ringup::console {

/// What a form has to say about its last try to save.
struct FormState {
  bool busy = false;
  std::string where, words;  // the field that is blamed, and the sentence

  /// The sentence for a field, or empty.
  std::string_view error(std::string_view field) const { return where == field ? words : std::string_view(); }
  /// What no field of the form is to blame for.
  std::string_view general(std::initializer_list<std::string_view> fields) const;
  void begin() { busy = true, where.clear(), words.clear(); }
  void failed(const Failure& failure);
  void clear() { *this = {}; }
};

class Part {
 public:
  virtual ~Part() = default;
  virtual std::string_view key() const = 0;
  virtual std::string_view title() const = 0;
  virtual Right needs() const = 0;
  /// The tab was opened; its list may be out of date.
  virtual void load(Desk&) {}
  /// The place is this tab's: filters may have changed. Before edit().
  virtual void placed(Desk&, const Place&) {}
  /// The panel: "" closed, "new", or an id.
  virtual void edit(Desk&, const std::string& what) { (void)what; }
  virtual void draw(Desk& desk, ui::Rect rect) = 0;
  virtual void draw_actions(Desk&, ui::Rect) {}
  virtual void draw_over(Desk&) {}
  virtual std::vector<Command> commands() { return {}; }
  virtual void search(Desk&, const std::string&, std::function<void(std::vector<Command>)> found) {
    found({});
  }
  virtual bool unsaved() const { return false; }
  /// Something changed while the tab is the one that is shown.
  virtual void heard(Desk&, const News&) {}
  /// About once a minute while it is shown and the server tells no news.
  virtual void tick(Desk&) {}

 protected:
  /// Opens the panel through the address, or closes it with "". Filters stay.
  void show(Desk& desk, const std::string& what) const;
  const std::string& home() const { return home_; }

 private:
  friend class PartedScreen;
  std::string home_;  // the key of the screen it is a part of
};

/// The screen around the parts: tabs, and whatever a Screen is asked, passed on to the part that is shown.
class PartedScreen : public Screen {
 public:
  void open(Desk& desk, const Place& place) override;
  void heard(Desk& desk, const News& news) override;
  void tick(Desk& desk) override;
  void draw(Desk& desk, ui::Rect rect) override;
  void draw_actions(Desk& desk, ui::Rect rect) override;
  void draw_over(Desk& desk) override;
  std::vector<Command> commands(Desk& desk) override;
  void search(Desk& desk, const std::string& typed, std::function<void(std::vector<Command>)> found) override;
  bool unsaved() const override;

 protected:
  void add(std::unique_ptr<Part> part);

 private:
  std::vector<Part*> allowed(Desk& desk) const;

  std::vector<std::unique_ptr<Part>> parts_;
  Part* current_ = nullptr;
};

std::unique_ptr<Part> make_branches();
std::unique_ptr<Part> make_tills();
std::unique_ptr<Part> make_taxes();
std::unique_ptr<Part> make_facts();
std::unique_ptr<Part> make_security();

/// The room a panel beside `page` stands in: to the window's edges. Where there is enough of it the page
/// makes room, so that nothing of its table is covered.
inline constexpr float panel_width = 420;
ui::Rect room_for_panel(ui::Rect& page, bool open);

/// A primary button at the right end of a line; true when pressed.
bool action_button(std::string_view key, ui::Rect rect, std::string_view label, ui::Icon icon);
/// "Cancel" and the action in a panel's footer. 1: the action, 0: cancel, -1: neither.
int panel_buttons(ui::Rect footer, std::string_view action, bool possible, bool busy);
/// A sentence that is wrong in red, above the buttons' end of a form. Nothing where there is none.
void form_problem(ui::ScrollArea& area, std::string_view words);
/// A muted paragraph as high as it needs to be.
void paragraph(ui::ScrollArea& area, std::string_view words, ui::Tone tone = ui::Tone::muted);

}  // namespace ringup::console
