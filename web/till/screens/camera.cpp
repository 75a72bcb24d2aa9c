#include "web/till/screens/camera.h"

#include <cmath>

#include "core/catalogue/barcode.h"
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;
using platform::CameraState;

namespace {

constexpr int hit_vibration_ms = 40, miss_vibration_ms = 200;
constexpr float sheet_height = 640, picture_min = 140, picture_max = 400, tool_height = 48, done_height = 56;

struct StateWords {
  ui::Icon icon;
  const char *title, *words, *action;
};
/// Of every state but live and closed.
StateWords words_of(CameraState state) {
  switch (state) {
    case CameraState::refused:
      return {icon_camera_off, "The camera is not allowed",
              "Allow it for this page: press the sign beside the address, or look at the browser's settings. "
              "Then try again.",
              "Try again"};
    case CameraState::missing:
      return {icon_camera_off, "No camera found",
              "This device has none, or it is switched off. Type the code, or use a photo.", "Try again"};
    case CameraState::busy:
      return {icon_camera_off, "The camera does not come",
              "Another app may be using it. Close that app, then try again.", "Try again"};
    case CameraState::lost:
      return {icon_camera_off, "The camera went away",
              "It was unplugged, or another app took it. You can try again.", "Try again"};
    case CameraState::insecure:
      return {
          icon_lock, "No camera without HTTPS",
          "Browsers give it only to pages that came over HTTPS. Until the server has that, type the code, "
          "or use a photo.",
          ""};
    case CameraState::unloaded:
      return {icon_cloud_off, "The scanner could not be loaded", "Check the connection, then try again.",
              "Try again"};
    case CameraState::asking:
    case CameraState::live:
    case CameraState::closed:
      break;
  }
  return {icon_camera, "Opening the camera…", "If the browser asks, allow it.", ""};
}

bool is_trouble(CameraState state) {
  return state != CameraState::asking && state != CameraState::live && state != CameraState::closed;
}

std::int64_t in_cart(const Cart& cart, const Id& product) {
  std::int64_t sum = 0;
  for (const CartLine& line : cart.lines())
    sum += line.item.product == product ? line.quantity.thousandths : 0;
  return sum;
}

}  // namespace

void CameraSheet::open(Model& model) {
  open_ = watching_ = drawn_ = true;
  photo_busy_ = false;
  mode_ = Mode::scan;
  facts_ = {};
  facts_.state = CameraState::asking;
  reading_ = {};
  typed_.clear();
  model.bridge().camera_open({
      .on_state = [this, &model](const platform::CameraFacts& facts) { tell(model, facts); },
      .on_code = [this, &model](const std::string& code) { read(model, code); },
  });
}

void CameraSheet::close(Model& model) {
  open_ = watching_ = false;
  model.bridge().camera_place(0, 0, 0, 0);
  model.bridge().camera_close();
}

void CameraSheet::frame_begins(Model& model) {
  if (watching_ && !drawn_) close(model);
  drawn_ = false;
}

void CameraSheet::tell(Model&, const platform::CameraFacts& facts) {
  const bool news = facts.state != facts_.state;
  facts_ = facts;
  if (!news) return;
  if (is_trouble(facts.state)) {
    const StateWords state = words_of(facts.state);
    ui::announce(std::string(state.title) + ". " + state.words, true);
  } else if (facts.state == CameraState::live) {
    ui::announce("The camera is on. Hold a barcode in front of it.");
  }
}

/// Resolved here for what is shown, sold by the model as every other scan.
void CameraSheet::read(Model& model, const std::string& code) {
  if (!open_ || mode_ == Mode::create) return;
  const Scan scan =
      resolve(code, model.catalogue(), model.catalogue().scale_patterns(), model.catalogue().currency());
  const Product* product = scan.kind == Scan::Kind::unknown ? nullptr : model.catalogue().find(scan.product);
  reading_ = {Reading::Kind::wrong, code, {}, {}};
  if (product == nullptr) {
    const bool misread = scan.problem.has_value() && scan.problem->error == Error::invalid_barcode;
    const bool gs1 = code.starts_with('(') || code.find_first_not_of("0123456789") == std::string::npos;
    if (!misread || !gs1) reading_.kind = Reading::Kind::unknown;
    reading_.title = misread && gs1 ? "This code cannot be sold" : "No product has this code";
    reading_.detail = misread && gs1 ? scan.problem->detail : code;
  } else if (const Result<std::string> sold = model.scan(code); sold.ok()) {
    const Quantity count{in_cart(model.cart(), product->id)};
    const std::string each =
        model.price(scan.kind == Scan::Kind::product_priced ? scan.price : product->unit_price);
    const std::string price =
        scan.kind == Scan::Kind::product_weighed ? to_decimal(scan.quantity) + " × " + each : each;
    reading_ = {Reading::Kind::sold, code, product->name, price + " · " + to_decimal(count) + " in the cart"};
  } else {
    reading_.title = product->name;
    reading_.detail = till::words_of(sold.failure());
  }
  if (reading_.kind == Reading::Kind::sold) {
    model.bridge().beep();
    model.bridge().vibrate(hit_vibration_ms);
    ui::announce(reading_.title + ", " + reading_.detail);
  } else {
    model.bridge().vibrate(miss_vibration_ms);
    ui::announce(reading_.title + ". " + reading_.detail, true);
  }
}

void CameraSheet::take_photo(Model& model) {
  photo_busy_ = true;
  model.bridge().camera_photo([this, &model](platform::Photo photo, const std::string& code) {
    photo_busy_ = false;
    if (!open_ || photo == platform::Photo::none) return;
    if (photo == platform::Photo::found) return read(model, code);
    reading_ = {Reading::Kind::wrong, {}, "No barcode in this picture", {}};
    reading_.detail = photo == platform::Photo::nothing
                          ? "Take it from nearer, straight from above and in good light."
                          : "The browser could not open it as a picture.";
    ui::announce(reading_.title + ". " + reading_.detail, true);
  });
}

/// The video lies over the canvas: it is told where, in whole CSS pixels.
void CameraSheet::place(Model& model, ui::Rect rect) {
  const float scale = ui::scale();
  model.bridge().camera_place(std::round(rect.x * scale), std::round(rect.y * scale),
                              std::round(rect.w * scale), std::round(rect.h * scale));
}

void CameraSheet::draw_picture(Model& model, ui::Rect rect) {
  ui::card(rect);
  if (facts_.state == CameraState::live) {
    place(model, rect);
    ui::text("aim", rect, "Aim at a barcode",
             {.tone = ui::Tone::muted, .align = ui::Align::centre, .middle = true});
    return;
  }
  place(model, {});
  const StateWords state = words_of(facts_.state);
  if (ui::empty_state("state", rect, state.icon, state.title, state.words, state.action)) {
    facts_.state = CameraState::asking;
    model.bridge().camera_open({
        .on_state = [this, &model](const platform::CameraFacts& facts) { tell(model, facts); },
        .on_code = [this, &model](const std::string& code) { read(model, code); },
    });
  }
}

float CameraSheet::reading_height(const Model& model) const {
  constexpr float words = 84;
  if (reading_.kind != Reading::Kind::unknown) return words;
  return words + ui::touch_min + space::s + (NewProduct::may(model) ? 0 : ui::line_of(ui::TextSize::small));
}

void CameraSheet::draw_reading(Model& model, ui::Rect rect, std::string& search) {
  ui::card(rect);
  ui::Rect rest = rect.inset(space::m, space::s);
  ui::Rect words = rest.cut_top(68);
  const bool sold = reading_.kind == Reading::Kind::sold, none = reading_.kind == Reading::Kind::none;
  ui::medallion(words.cut_left(40, space::m).centred(40, 40),
                none   ? icon_scan_barcode
                : sold ? icon_check
                       : icon_triangle_alert,
                none   ? ui::Tone::muted
                : sold ? ui::Tone::good
                       : ui::Tone::warn);
  if (none) {
    ui::text("reading", words, "What you scan goes into the cart at once.",
             {.tone = ui::Tone::muted, .lines = 2, .middle = true});
    return;
  }
  ui::text("reading", words.cut_top(28), reading_.title, {.weight = ui::Weight::semibold, .middle = true});
  ui::text("detail", words, reading_.detail,
           {.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 2});
  if (reading_.kind != Reading::Kind::unknown) return;
  const bool may = NewProduct::may(model);
  if (!may) {
    ui::text("ask", rest.cut_top(ui::line_of(ui::TextSize::small)), "The owner or a manager can add it.",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  }
  const ui::Rect buttons = rest.cut_top(ui::touch_min);
  if (ui::button("search", may ? buttons.column(0, 2, space::s) : buttons, "Search for it",
                 {.icon = icon_search})) {
    search = reading_.code;
  }
  if (may && ui::button("new", buttons.column(1, 2, space::s), "New product", {.icon = icon_plus})) {
    create_.begin(reading_.code);
    mode_ = Mode::create;
  }
}

void CameraSheet::draw_tools(Model& model, ui::Rect rect) {
  const bool live = facts_.state == CameraState::live;
  const int device = live ? (facts_.torch.has_value() ? 1 : 0) + (facts_.zoom.has_value() ? 1 : 0) +
                                (facts_.cameras > 1 ? 1 : 0)
                          : 0;
  if (device > 0) {
    const ui::Rect row = rect.cut_top(tool_height, space::s);
    int at = 0;
    if (facts_.torch.has_value() && ui::button("torch", row.column(at++, device, space::s), "Light",
                                               {.icon = icon_flashlight, .pressed = *facts_.torch}))
      model.bridge().camera_torch(!*facts_.torch);
    if (facts_.zoom.has_value() && ui::button("zoom", row.column(at++, device, space::s), "Nearer",
                                              {.icon = icon_zoom_in, .pressed = *facts_.zoom}))
      model.bridge().camera_zoom(!*facts_.zoom);
    if (facts_.cameras > 1 &&
        ui::button("other", row.column(at, device, space::s), "Other camera", {.icon = icon_switch_camera}))
      model.bridge().camera_next();
  }
  const ui::Rect row = rect.cut_top(tool_height);
  if (ui::button("type", row.column(0, 2, space::s), "Type the code", {.icon = icon_keyboard}))
    mode_ = Mode::type;
  if (ui::button("photo", row.column(1, 2, space::s), "Use a photo",
                 {.icon = icon_image, .busy = photo_busy_}))
    take_photo(model);
}

void CameraSheet::draw_scan(Model& model, ui::Rect rest, std::string& search) {
  const bool two_rows = facts_.state == CameraState::live &&
                        (facts_.torch.has_value() || facts_.zoom.has_value() || facts_.cameras > 1);
  const float tools = two_rows ? 2 * tool_height + space::s : tool_height;
  const float reading = reading_height(model);
  const float below = reading + tools + done_height + 2 * space::m;
  const float picture =
      std::clamp(rest.h - below - space::m, std::min(picture_min, rest.h * 0.45f), picture_max);
  draw_picture(model, rest.cut_top(picture, space::m));
  // On a small or magnified screen what lies below the picture scrolls.
  ui::ScrollArea area("below", rest, {.padding = 0, .padding_bottom = 0});
  draw_reading(model, area.next(reading, space::m), search);
  draw_tools(model, area.next(tools, space::m));
  const std::string done =
      model.cart().empty() ? std::string("Done") : "Done · " + model.money(model.cart().total());
  if (ui::button("done", area.next(done_height), done, {.kind = ui::Kind::primary, .name = "Done"}))
    open_ = false;
}

void CameraSheet::draw_type(Model& model, ui::Rect rest, std::string& search) {
  place(model, {});
  const ui::FieldOptions field{.label = "Code below the barcode",
                               .kind = ui::FieldKind::number,
                               .enter = ui::EnterHint::done,
                               .autocomplete = "off",
                               .icon = icon_barcode,
                               .clearable = true,
                               .focus_now = true,
                               .length_max = 80};
  const ui::FieldResult typed =
      ui::text_field("code", rest.cut_top(ui::field_height(field), space::m), typed_, field);
  const bool pressed = ui::button("add", rest.cut_top(done_height, space::m), "Add to the sale",
                                  {.kind = ui::Kind::primary, .icon = icon_plus, .disabled = typed_.empty()});
  if ((pressed || typed.submitted) && !typed_.empty()) {
    read(model, typed_);
    if (reading_.kind == Reading::Kind::sold) typed_.clear();
  }
  if (reading_.kind != Reading::Kind::none)
    draw_reading(model, rest.cut_top(reading_height(model), space::m), search);
  if (ui::button("back", rest.cut_top(ui::touch_min), "Back to the camera", {.icon = icon_camera}))
    mode_ = Mode::scan;
}

std::string CameraSheet::draw(Model& model) {
  drawn_ = true;
  std::string search;
  constexpr std::string_view titles[] = {"Scan", "Type the code", "New product"};
  ui::Sheet sheet("camera", open_,
                  {.title = titles[static_cast<std::size_t>(mode_)], .height = sheet_height});
  if (!open_ && watching_) close(model);
  if (!sheet) return search;
  const ui::Rect rest = sheet_body(sheet);
  if (!open_) return search;  // it slides away
  switch (mode_) {
    case Mode::scan:
      draw_scan(model, rest, search);
      break;
    case Mode::type:
      draw_type(model, rest, search);
      break;
    case Mode::create:
      place(model, {});
      if (!create_.draw(model, rest)) break;
      mode_ = Mode::scan;
      if (!create_.name.empty())
        reading_ = {Reading::Kind::sold, reading_.code, create_.name, "New, and in the cart"};
      break;
  }
  if (!search.empty()) open_ = false;
  return search;
}

}  // namespace ringup::till
