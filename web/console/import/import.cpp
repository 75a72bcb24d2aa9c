#include "web/console/import/import.h"

#include "web/console/import/import_parts.h"
#include "web/ui/figures.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr std::string_view accepted = ".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values";

class Import final : public Screen {
 public:
  std::string_view key() const override { return "import"; }
  std::string_view title() const override { return "Import products"; }
  ui::Icon icon() const override { return icon_upload; }
  Right needs() const override { return Right::catalogue_write; }
  bool in_rail() const override { return false; }
  std::string crumb(Desk&) override { return run_.file_name(); }
  void open(Desk&, const Place&) override {}

  void dropped(Desk& desk, const platform::File& file) override { run_.take(desk, file); }

  std::vector<Command> commands(Desk&) override {
    return {{"Actions", "Import products", "CSV", icon_upload, [](Desk& at) { at.go("import"); }}};
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (run_.busy()) return;
    Rect line = rect.centred(rect.w, 40);
    if (ui::button("products", line.cut_right(176, space::s), "Back to products", {.icon = icon_arrow_left}))
      desk.go("products");
    if (run_.stage() == ImportRun::Stage::choose || line.w < 200) return;
    if (ui::button("other", line.cut_right(196, space::s), "Choose another file", {.icon = icon_file_text}))
      pick(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    Rect rest = rect;
    if (!run_.problem().empty()) {
      ui::banner("problem", rest.cut_top(ui::banner_height, space::m), ui::Tone::bad, icon_circle_alert,
                 run_.problem());
    }
    switch (run_.stage()) {
      case ImportRun::Stage::choose:
        return draw_choose(desk, rest);
      case ImportRun::Stage::map:
        return map_.draw(desk, run_, rest);
      case ImportRun::Stage::checked:
        return mend_.draw(desk, run_, rest);
      case ImportRun::Stage::done:
        return draw_done(desk, rest);
      default:
        return draw_progress(rest);
    }
  }

 private:
  void pick(Desk& desk) {
    desk.bridge().pick_file(accepted, [this, &desk](std::optional<platform::File> file) {
      if (file) run_.take(desk, *file);
    });
  }

  void draw_choose(Desk& desk, Rect rest) {
    const Rect card = rest.cut_top(std::min(rest.h, 360.0f));
    ui::card(card);
    if (ui::empty_state(
            "choose", card, icon_upload, "Drop a file here, or choose one",
            "A product list as CSV, from a spreadsheet or from another till. You see what will happen "
            "before anything is changed.",
            "Choose a file"))
      pick(desk);
    rest.cut_top(space::xl);
    ui::heading(rest.cut_top(28, space::s), "What a file needs", 2,
                {ui::TextSize::body, ui::Weight::semibold});
    constexpr std::string_view facts[][2] = {
        {"First line", "The names of the columns, in nearly any language: you can change what they mean"},
        {"Needed", "Name, price, and a SKU or a barcode"},
        {"Possible", "Barcode, category, tax class, stock"},
        {"Known products", "Found by their SKU and changed; all others are added"}};
    for (const auto& fact : facts) {
      if (rest.h < ui::fact_height) return;
      Rect line = rest.cut_top(ui::fact_height);
      ui::text(line.cut_left(160), fact[0], {.tone = ui::Tone::muted, .middle = true});
      ui::text(line, fact[1], {.middle = true});
    }
  }

  void draw_progress(Rect rest) {
    const Rect card = rest.cut_top(std::min(rest.h, 200.0f));
    ui::card(card);
    Rect inner = card.centred(std::min(card.w - 2 * space::xl, 480.0f), 72);
    const std::string words = run_.progress_words();
    ui::text("words", inner.cut_top(28, space::s), words, {.weight = ui::Weight::semibold});
    ui::progress("progress", inner.cut_top(8, space::s), words, run_.fraction());
    ui::text(inner, "You can go on working; this goes on by itself.",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  }

  void draw_done(Desk& desk, Rect rest) {
    const Rect card = rest.cut_top(std::min(rest.h, 380.0f));
    ui::card(card);
    Rect inner = card.centred(std::min(card.w - 2 * space::xl, 520.0f), 260);
    ui::medallion(inner.cut_top(72, space::l).centred(72, 72), icon_check, ui::Tone::good);
    const std::int64_t in = run_.added() + run_.changed();
    ui::heading(inner.cut_top(32, space::s), counted(in, "product is in", "products are in"), 2,
                {.size = ui::TextSize::title, .weight = ui::Weight::semibold, .align = ui::Align::centre});
    std::string words = counted(run_.added()) + " added, " + counted(run_.changed()) + " changed, " +
                        counted(run_.unchanged()) + " left as they were.";
    if (run_.refused_count() > 0)
      words += " " + counted(run_.refused_count(), "line was", "lines were") + " refused.";
    ui::text("result", inner.cut_top(28, space::xl), words,
             {.tone = ui::Tone::muted, .align = ui::Align::centre});
    const bool refused = run_.refused_count() > 0;
    Rect buttons = inner.cut_top(44).centred(refused ? 588.0f : 380.0f, 44);
    if (refused &&
        ui::button("save", buttons.cut_left(200, space::s), "Save refused lines", {.icon = icon_download}))
      save_refused(desk, run_);
    if (ui::button("again", buttons.cut_left(200, space::s), "Import another file")) run_.reset();
    if (ui::button("show", buttons.cut_left(172), "Show products", {.kind = ui::Kind::primary}))
      desk.go("products");
  }

  ImportRun run_;
  MapPart map_;
  MendPart mend_;
};

}  // namespace

std::unique_ptr<Screen> make_import() {
  return std::make_unique<Import>();
}

}  // namespace ringup::console
