// The part of the menu that tells of this device.
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

using platform::Keeping;

std::string_view words_of(Keeping::Start start) {
  switch (start) {
    case Keeping::Start::unknown:
    case Keeping::Start::preparing:
      return "Getting ready to start without network…";
    case Keeping::Start::unsafe:
      return "This till will not start without network: this page came over plain HTTP. Open it at its https "
             "address.";
    case Keeping::Start::unable:
      return "This browser cannot start the till without network. A private window never can.";
    case Keeping::Start::ready:
      return "This till is ready to start without network.";
    case Keeping::Start::lacking:
      return "Not ready to start without network: some files are missing. They are fetched as soon as the "
             "server answers.";
  }
  return {};
}

/// "0.4 MB", "12 MB", "3.2 GB": about.
std::string size_words(std::uint64_t bytes) {
  constexpr std::uint64_t mega = 1'000'000, giga = 1'000'000'000;
  const std::uint64_t unit = bytes >= giga ? giga : mega;
  const std::uint64_t tenths = (bytes * 10 + unit / 2) / unit;
  const std::string whole = std::to_string(tenths / 10);
  return (tenths < 100 ? whole + "." + std::to_string(tenths % 10) : whole) + (unit == giga ? " GB" : " MB");
}

std::string storage_words(const Keeping& keeping) {
  std::string words = keeping.storage == Keeping::Storage::kept
                          ? "Storage: kept."
                          : "Storage: the browser may clear it when space is short.";
  if (keeping.used > 0 && keeping.room > 0)
    words += " " + size_words(keeping.used) + " of " + size_words(keeping.room) + " used.";
  return words;
}

}  // namespace

void draw_device(platform::Bridge& bridge, ui::ScrollArea& area) {
  const Keeping& keeping = bridge.keeping();
  if (keeping.newer && ui::row("renew", area.next(ui::row_height, space::s),
                               {.title = "A new version is ready",
                                .detail = "Start it now; the sale stays",
                                .icon = icon_refresh_cw,
                                .chevron = true}) == ui::RowPress::tap)
    bridge.keep(platform::KeepAct::renew);
  if (keeping.install == Keeping::Install::offered && ui::row("install", area.next(ui::row_height, space::s),
                                                              {.title = "Install",
                                                               .detail = "An app of its own on this device",
                                                               .icon = icon_download,
                                                               .chevron = true}) == ui::RowPress::tap)
    bridge.keep(platform::KeepAct::install);

  const ui::TextStyle style{.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 4};
  const bool bad = keeping.start == Keeping::Start::unsafe || keeping.start == Keeping::Start::unable ||
                   keeping.start == Keeping::Start::lacking;
  std::vector<std::pair<const char*, std::string>> lines = {{"start", std::string(words_of(keeping.start))}};
  if (keeping.storage != Keeping::Storage::unknown) lines.emplace_back("storage", storage_words(keeping));
  if (keeping.install == Keeping::Install::by_hand)
    lines.emplace_back("by-hand", "To install: Share, then Add to Home Screen.");
  if (!keeping.version.empty()) lines.emplace_back("version", "Version " + keeping.version);
  const float width = area.width() - 2 * space::m;
  float height = 2 * space::s + ui::line_of(ui::TextSize::body);
  for (const auto& [key, words] : lines) height += ui::text_height(words, width, style) + space::xs;
  const Rect card = area.next(height, space::s);
  ui::card(card);
  Rect inside = card.inset(space::m, space::s);
  ui::text(inside.cut_top(ui::line_of(ui::TextSize::body)), "This device", {.weight = ui::Weight::semibold});
  for (const auto& [key, words] : lines) {
    ui::TextStyle line = style;
    if (bad && key == std::string_view("start")) line.tone = ui::Tone::warn;
    ui::text(key, inside.cut_top(ui::text_height(words, width, style), space::xs), words, line);
  }
}

}  // namespace ringup::till
