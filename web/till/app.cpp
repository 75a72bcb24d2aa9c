// The till as an app: which screen is drawn, and where events go.
#include <algorithm>
#include <utility>

#include "web/till/screens/counter.h"

namespace ringup::till {
namespace {

class TillApp final : public ui::App {
 public:
  explicit TillApp(platform::Platform& platform)
      : ui::App(platform), model_(platform.bridge()), menu_(platform) {
    model_.on_notice = [](const std::string& words) { ui::toast(words, {}, {}, ui::Tone::warn); };
  }

  void event(const platform::Event& event) override {
    using platform::EventKind;
    switch (event.kind) {
      case EventKind::scan:
        if (model_.cashier().has_value() && way_.place != Place::refund) scan(event.text);
        break;
      case EventKind::online:
      case EventKind::shown:
        model_.wake();
        break;
      case EventKind::told:
        model_.told(event.text);
        break;
      case EventKind::offline:
        model_.sync().lost();
        break;
      case EventKind::navigated:
        follow(event.text);
        break;
      case EventKind::hidden:
      case EventKind::restored:
      case EventKind::drag_in:
      case EventKind::drag_out:
      case EventKind::dropped:
        break;
    }
  }

 private:
  /// A scan while a receipt is shown begins the next sale; during a payment it does not change what is being
  /// paid.
  void scan(const std::string& code) {
    if (way_.place == Place::pay) return ui::toast("Finish the payment first, or go back to the sale.");
    if (way_.place == Place::cashiers) return;
    if (way_.place != Place::sell && way_.place != Place::refund) way_.place = Place::sell;
    sell_.scanned(model_, code);
  }

  /// A shortcut of the installed app, by what its address holds after the '#'. A payment is not left.
  void follow(std::string_view place) {
    if (way_.place == Place::pay) return;
    if (place == "sales") way_.place = Place::sales;
    if (place == "sale") way_.place = Place::sell;
    if (!place.empty()) platform().bridge().set_location("", true);
  }

  void draw() override {
    sell_.frame_begins(model_);
    draw_all();
    if (!model_.opening()) keep_up();
  }

  /// Lets the browser start a newer version only while nothing is open (in the tab that is the till: the
  /// others cannot know), and asks it to keep what is stored once there is something to keep: after pairing,
  /// and again with a receipt.
  void keep_up() {
    using platform::KeepAct;
    platform::Bridge& bridge = platform().bridge();
    const bool idle = model_.cashier().has_value() && drawn_ == Place::sell && way_.place == Place::sell &&
                      !way_.menu_open && !way_.printer_open && !way_.pin_open && sell_.at_rest() &&
                      model_.cart().empty() && !model_.saving() && !model_.looks_on();
    if (idle != idle_) bridge.keep(idle ? KeepAct::idle : KeepAct::busy);
    if (idle) model_.at_rest();
    idle_ = idle;
    const int stage = !model_.enrolled() ? 0 : model_.receipt().has_value() ? 2 : 1;
    if (stage > stage_ && stage_ >= 0 && bridge.keeping().storage != platform::Keeping::Storage::kept)
      bridge.keep(KeepAct::ask);
    stage_ = std::max(stage, stage_);
  }

  void draw_all() {
    if (model_.opening()) {
      const ui::Group main("opening", ui::Role::main, "Till", ui::screen());
      return draw_opening(model_);
    }
    if (model_.looks_on() && (!model_.enrolled() || !model_.cashier().has_value())) {
      const ui::Group main("looks-on", ui::Role::main, "Till", ui::screen());
      return draw_nothing_to_see();
    }
    if (!model_.enrolled()) {
      const ui::Group main("enrol", ui::Role::main, "Pair this till", ui::screen());
      return enrol_.draw(model_);
    }
    if (!model_.cashier().has_value()) {
      const ui::Group main("sign-in", ui::Role::main, "Sign in", ui::screen());
      way_ = Way{};
      at_door_ = true;
      return sign_in_.draw(model_);
    }
    if (std::exchange(at_door_, false)) sign_in_ = SignInScreen();
    if (!std::exchange(begun_, true)) follow(platform().bridge().location());
    draw_place();
    menu_.draw(model_, way_);
    printer_.draw(model_, way_);
    pin_.draw(model_, way_);
    model_.keep_cart();
    if (way_.place == drawn_) return;
    if (way_.place == Place::pay) pay_.begin();
    if (way_.place == Place::shift && drawn_ != Place::cash) shift_.begin();
    if (way_.place == Place::cash) cash_.begin();
    if (way_.place == Place::cashiers) cashiers_.begin();
    platform().redraw();
  }

  void draw_place() {
    const ui::Group main("till", ui::Role::main, "Till", ui::screen());
    drawn_ = way_.place;
    switch (way_.place) {
      case Place::sell:
        sell_.draw(model_, way_);
        break;
      case Place::pay:
        pay_.draw(model_, way_);
        break;
      case Place::receipt:
        receipt_.draw(model_, way_);
        break;
      case Place::sales:
        sales_.draw(model_, way_);
        break;
      case Place::refund:
        refund_.draw(model_, way_);
        break;
      case Place::shift:
        shift_.draw(model_, way_);
        break;
      case Place::cash:
        cash_.draw(model_, way_);
        break;
      case Place::parked:
        parked_.draw(model_, way_);
        parked_.draw_over(model_, way_);
        break;
      case Place::cashiers:
        change_cashier();
        break;
    }
  }

  void change_cashier() {
    switch (cashiers_.draw(model_, true)) {
      case CashierList::Press::none:
        return;
      case CashierList::Press::switched:
        ui::toast("Selling as " + model_.cashier()->name());
        break;
      case CashierList::Press::password:
        model_.sign_out();
        sign_in_.ask_password();
        break;
      case CashierList::Press::back:
        break;
    }
    way_.place = Place::sell;
  }

  Model model_;
  Way way_;
  Place drawn_ = Place::sell;  // in this frame
  bool begun_ = false;         // somebody was signed in
  bool at_door_ = false;       // the last frame drew the way in
  bool idle_ = false;
  int stage_ = -1;  // 0: not paired, 1: paired, 2: with a receipt
  EnrolScreen enrol_;
  SignInScreen sign_in_;
  SellScreen sell_;
  PayScreen pay_;
  ReceiptScreen receipt_;
  SalesScreen sales_;
  RefundScreen refund_;
  ShiftScreen shift_;
  CashScreen cash_;
  ParkedScreen parked_;
  Menu menu_;
  PrinterSheet printer_;
  CashierList cashiers_;
  PinSheet pin_;
};

}  // namespace
}  // namespace ringup::till

namespace ringup::platform {
std::unique_ptr<App> make_app(Platform& platform) {
  return std::make_unique<till::TillApp>(platform);
}
}  // namespace ringup::platform
