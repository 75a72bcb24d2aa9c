#pragma once
/// The till's screens. Each holds what it alone remembers (a half-typed word, what is open), draws the whole
/// window and says through Way where to go next. Nothing here knows how a sale works: that is Model.
#include <optional>
#include <string>
#include <vector>

#include "web/till/model.h"
#include "web/till/screens/camera.h"
#include "web/till/screens/sheets.h"
#include "web/ui/controls.h"
#include "web/ui/initials.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"
#include "web/ui/ui.h"

namespace ringup::till {

using ui::Rect;

enum class Place : std::uint8_t { sell, pay, receipt, sales, refund, shift, cash, parked, cashiers };

/// Where the cashier is, and what screens hand to one another.
struct Way {
  Place place = Place::sell;
  bool menu_open = false, printer_open = false, pin_open = false;
  bool cash_in = false;  // which way, at Place::cash
  std::optional<RefundDraft> refund;
};

/// The box of a form at the door: the screen's width on a phone, a card in the middle on anything wider.
Rect draw_door(float height);
/// What stands at the top of such a box: a sign, a title and a quiet line below it, as high as it needs.
void draw_door_head(Rect& rest, ui::Icon icon, std::string_view title, std::string_view words);

/// While the device is being read; says why it takes long.
void draw_opening(Model& model);
/// A tab that looks on while nobody is signed in at the one that is the till.
void draw_nothing_to_see();
/// Where this tab only looks on, or the device keeps nothing any more: a line that says so, cut from the top.
void draw_looks_on(Model& model, Rect& rest);

class EnrolScreen {
 public:
  void draw(Model& model);

 private:
  std::string code_, error_;
  bool busy_ = false;
};

/// "Who is selling?": people by name, then their PIN on a keypad.
class CashierList {
 public:
  enum class Press : std::uint8_t { none, switched, password, back };
  /// `back`: leads back to where one came from.
  Press draw(Model& model, bool back);
  void begin();

 private:
  Press draw_people(Model& model, bool back);
  Press draw_pin(Model& model);
  void press(Model& model, char key);
  void start(Model& model);
  std::optional<Id> chosen_;
  std::string pin_, error_;
  bool switched_ = false;
};

/// Another PIN for whoever is at the till.
class PinSheet {
 public:
  void draw(Model& model, Way& way);

 private:
  void save(Model& model);
  std::string pin_, first_, password_, error_;
  bool open_ = false, busy_ = false, ask_password_ = false, done_ = false;
};

/// From nobody to somebody: by PIN where the till has permits, by password with the gates behind it, by a
/// one-time code.
class SignInScreen {
 public:
  void draw(Model& model);
  /// Begins with the password, though the till has permits.
  void ask_password() { begin(Way::password); }

 private:
  enum class Way : std::uint8_t { pin, password, code };
  void draw_password(Model& model);
  void draw_factor(Model& model, const SignInStep& step);
  void draw_new_password(Model& model);
  void draw_code(Model& model);
  void draw_other_ways(Model& model, Rect& rest);
  void begin(Way way);
  void done(const Result<void>& result);
  void send_factor_code(Model& model, const std::string& method);

  std::optional<Way> way_;  // none: the first that there is
  CashierList cashiers_;
  std::string email_, password_, code_, error_, told_;
  std::string challenge_;  // that method_ was chosen for
  int method_ = 0;
  bool code_sent_ = false, busy_ = false;
};

/// The lines of the cart with their totals: a sheet on a phone, a panel beside the grid on anything wider.
class CartPanel {
 public:
  /// Draws into `rect`; true when the cashier wants to take payment.
  bool draw(Model& model, Way& way, Rect rect);
  /// Sheets of the panel; after the screen they cover. True when the sale was parked: there is no cart to
  /// show.
  bool draw_sheets(Model& model);

 private:
  void draw_line(Model& model, const CartLine& line, Rect rect);
  void draw_line_sheet(Model& model);
  void draw_customer_sheet(Model& model);
  void draw_discount_sheet(Model& model);
  void remove(Model& model, const CartLine& line);
  void look_for_customers(Model& model);

  bool line_open_ = false, customer_open_ = false, discount_open_ = false;
  LineId line_{};
  std::string typed_;  // on a keypad
  int line_mode_ = 0;  // 0: quantity, 1: discount in percent, 2: discount as an amount
  int cart_mode_ = 0;  // 0: percent, 1: amount
  std::string customer_query_, customer_error_;
  std::vector<Customer> customers_;
  bool customers_busy_ = false;
  NewCustomerSheet new_customer_;
  ParkSheet park_;
  bool new_customer_open_ = false, park_open_ = false;
};

class SellScreen {
 public:
  void draw(Model& model, Way& way);
  /// A scanner read this.
  void scanned(Model& model, const std::string& code);
  /// Nothing is typed and nothing lies over the grid.
  bool at_rest() const { return query_.empty() && !cart_open_ && !details_open_ && !camera_.is_open(); }
  /// Before each frame, whatever screen it draws.
  void frame_begins(Model& model) { camera_.frame_begins(model); }

 private:
  void draw_bar(Model& model, Way& way, Rect rect);
  void draw_grid(Model& model, Rect rect);
  void find(Model& model);
  Id chosen_category(Model& model) const;
  const Product& product_at(Model& model, std::size_t index);
  void add(Model& model, const Product& product);
  void draw_details(Model& model);

  std::string query_;
  int category_ = 0;  // 0: all
  std::vector<std::string> category_names_;
  std::uint64_t seen_changes_ = ~std::uint64_t{0};
  std::string seen_query_;
  int seen_category_ = -1;
  std::uint64_t version_ = 0;
  Catalogue::Page page_;
  std::size_t page_begin_ = 0;  // place in the grid of the page's first product
  std::size_t count_ = 0;       // products in the grid
  SearchIndex::Scratch scratch_;
  CartPanel cart_;
  CameraSheet camera_;
  bool cart_open_ = false;
  bool details_open_ = false;
  Id details_;
};

class PayScreen {
 public:
  void draw(Model& model, Way& way);
  /// Begins a payment anew.
  void begin();

 private:
  bool draw_tender(Model& model, const Tender& tender, Rect line);
  void press(char key);

  std::vector<Tender> tenders_;
  int kind_ = 0;
  Amount typed_ = 0;
  bool typing_ = false;
  std::string error_;
};

class ReceiptScreen {
 public:
  void draw(Model& model, Way& way);

 private:
  void follow(Model& model, const ShownReceipt& shown);
  void print(Model& model);
  void say(const std::string& trouble);
  std::string followed_;  // number of the receipt that printer and drawer were told of
  std::string number_, trouble_;
};

/// Which printer, how wide its paper, when to print, the drawer.
class PrinterSheet {
 public:
  void draw(Model& model, Way& way);

 private:
  void say(const std::string& trouble, std::string_view fine);
  std::string words_;  // what came of the last try
  bool trouble_ = false;
};
/// The printer in a few words, for the menu.
std::string printer_words(const Printer& printer);

class SalesScreen {
 public:
  void draw(Model& model, Way& way);

 private:
  void find(Model& model, Way& way);
  void show(Model& model, Way& way, const Entry& entry);
  void open(Model& model, Way& way, const Entry& entry);
  std::string number_, error_;
  bool busy_ = false;
};

class RefundScreen {
 public:
  void draw(Model& model, Way& way);

 private:
  VoidSheet void_;
  bool void_open_ = false;
  int kind_ = 0;
  Id sale_;  // that kind_ was chosen for
  std::string error_;
};

/// Who is signed in, the connection in words, how it looks, leaving.
class Menu {
 public:
  explicit Menu(platform::Platform& platform);
  void draw(Model& model, Way& way);

 private:
  platform::Platform& platform_;
  bool open_ = false;
  int scheme_ = 0;
  int scale_ = 0;
};

/// What the menu says of this device: whether it starts without network, whether the browser keeps what is
/// stored, which version runs, and how to install it.
void draw_device(platform::Bridge& bridge, ui::ScrollArea& area);

/// Title, a way back on the left.
bool draw_header(ui::Rect rect, std::string_view title);
/// A sheet's body with its margins.
ui::Rect sheet_body(const ui::Sheet& sheet);
/// The connection in a word, with its tone.
void draw_connection(Model& model, ui::Rect rect);
float connection_width(Model& model);
/// Cash, card, mobile money or credit; true when another one was chosen.
bool choose_tender(ui::Rect rect, std::string_view name, int& kind);

/// A phone at twice the size: one column, no icons beside words.
inline constexpr float narrow_width = 280;

inline constexpr TenderKind tender_kinds[] = {TenderKind::cash, TenderKind::card, TenderKind::mobile_money,
                                              TenderKind::credit};
inline constexpr std::string_view tender_names[] = {"Cash", "Card", "Mobile", "Credit"};

}  // namespace ringup::till
