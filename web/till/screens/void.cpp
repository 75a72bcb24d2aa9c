#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {
const std::vector<std::string> reasons = {"Rung up twice", "Wrong products", "Customer left", "Training"};
}

void VoidSheet::begin() {
  reason_.clear();
  error_.clear();
}

bool VoidSheet::draw(Model& model, bool& open, const Id& sale, Amount total) {
  ui::Sheet sheet("void", open, {.title = "Void the whole sale", .height = 360});
  if (!sheet) return false;
  Rect rest = sheet_body(sheet);
  const Rect button = rest.cut_bottom(56);
  const std::string words =
      "It counts in no figure from then on. Give " + model.money(total) + " back as it was paid.";
  const ui::TextStyle style{.tone = ui::Tone::muted, .lines = 3};
  ui::text("words", rest.cut_top(ui::text_height(words, rest.w, style), space::m), words, style);
  int chosen = -1;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (reasons[i] == reason_) chosen = static_cast<int>(i);
  }
  // The row of chips has a margin of its own.
  const Rect chips = rest.cut_top(ui::chips_height, space::s).inset(-space::l, 0);
  if (ui::chips("reasons", chips, "Common reasons", reasons, chosen))
    reason_ = reasons[static_cast<std::size_t>(chosen)], error_.clear();
  const ui::FieldOptions field{.label = "Reason",
                               .placeholder = "What happened",
                               .autocomplete = "off",
                               .error = error_,
                               .length_max = static_cast<int>(reason_length_max)};
  if (ui::text_field("reason", rest.cut_top(ui::field_height(field), space::m), reason_, field).changed)
    error_.clear();
  const bool pressed =
      ui::button("void", button, model.saving() ? "Saving…" : "Void the sale",
                 {.kind = ui::Kind::danger, .icon = icon_circle_x, .disabled = model.saving()});
  if (std::exchange(done_, false)) {
    open = false;
    return true;
  }
  if (!pressed || model.saving()) return false;
  model.counter().void_sale(sale, reason_, [this](const Result<void>& done) {
    if (done.ok()) {
      done_ = true;
      return;
    }
    error_ = words_of(done.failure());
    ui::announce(error_, true);
  });
  return false;
}

}  // namespace ringup::till
