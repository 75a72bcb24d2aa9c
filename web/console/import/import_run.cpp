#include "web/console/import/import_run.h"

#include <algorithm>

namespace ringup::console {
namespace {

constexpr std::size_t lines_a_step = 2'000;  // some ten milliseconds
constexpr int look_ms = 250;

}  // namespace

bool ImportRun::busy() const {
  return stage_ == Stage::reading || stage_ == Stage::sending || stage_ == Stage::checking ||
         stage_ == Stage::writing;
}

void ImportRun::reset() {
  const std::uint64_t serial = serial_ + 1;
  *this = ImportRun();
  serial_ = serial;
}

void ImportRun::take(Desk& desk, const platform::File& chosen) {
  if (busy()) return;
  reset();
  if (chosen.too_large) return fail("The file has more than 16 MB; split it into several.", Stage::choose);
  Result<ForeignFile> opened = open_foreign_file(chosen.bytes);
  if (!opened) return fail(describe(opened.failure()), Stage::choose);
  file_name_ = chosen.name;
  file_ = std::move(opened).value();
  mapping_ = guess_mapping(file_, desk.facts().tax_classes);
  stage_ = Stage::map;
}

void ImportRun::map_again() {
  if (busy()) return;
  ++serial_;
  problem_.clear();
  stage_ = Stage::map;
}

void ImportRun::check(Desk& desk) {
  if (busy()) return;
  for (const RefusedProduct& line : refused_) {
    if (line.left_out) {
      edits_.left_out[line.line] = true;
    } else if (line.touched) {
      ProductCells cells;
      for (std::size_t i = 0; i < product_columns; ++i) {
        cells[i] =
            mended_cell(static_cast<ProductColumn>(i), line.cells[i], mapping_, desk.facts().tax_classes);
      }
      edits_.cells[line.line] = std::move(cells);
    }
  }
  ++serial_;
  problem_.clear();
  checking_ = true;
  const Result<Currency> currency = desk.facts().currency;
  reading_ = std::make_unique<MappedReading>(file_, mapping_, *currency, desk.facts().tax_classes, edits_);
  stage_ = Stage::reading;
  read_on(desk);
}

void ImportRun::read_on(Desk& desk) {
  desk.after(0, [this, &desk, serial = serial_] {
    if (serial != serial_) return;
    const Result<bool> more = reading_->step(lines_a_step);
    if (!more) return fail(describe(more.failure()), Stage::map);
    if (*more) return read_on(desk);
    refused_.clear();
    for (const MappedReading::Refused& one : reading_->refused())
      refused_.push_back({one.line, one.column, one.detail, one.cells});
    lines_ = reading_->lines();
    added_ = changed_ = unchanged_ = untold_ = 0;
    if (reading_->origins().empty()) {
      stage_ = Stage::checked;
      return;
    }
    send(desk, true);
  });
}

void ImportRun::write(Desk& desk) {
  if (stage_ != Stage::checked) return;
  ++serial_;
  problem_.clear();
  send(desk, false);
}

void ImportRun::send(Desk& desk, bool check) {
  checking_ = check;
  stage_ = Stage::sending;
  sent_ = rows_done_ = rows_ = 0;
  to_send_ = reading_->import_file().size();
  std::string path = std::string("/api/catalogue/imports/?check=") + (check ? "true" : "false");
  if (mapping_.of(ProductColumn::stock) < 0) path += "&stock=left";
  desk.api().upload(
      "POST", path, "text/csv", reading_->import_file(),
      [this, &desk, serial = serial_](Result<json::Value> answer) {
        if (serial != serial_) return;
        if (!answer) return fail(words_of(answer.failure()), checking_ ? Stage::map : Stage::checked);
        stage_ = checking_ ? Stage::checking : Stage::writing;
        look(desk, text_in(*answer, "id"));
      },
      [this, serial = serial_](std::uint64_t sent, std::uint64_t) {
        if (serial == serial_) sent_ = sent;
      });
}

void ImportRun::look(Desk& desk, const std::string& id) {
  desk.api().get("/api/catalogue/imports/" + url_encoded(id) + "/",
                 [this, &desk, id, serial = serial_](Result<json::Value> answer) {
                   if (serial != serial_) return;
                   // No answer for a moment changes nothing about the import: it is asked for again.
                   const bool nothing = !answer.ok() && answer.failure().error == Error::busy;
                   if (!answer.ok() && !nothing)
                     return fail(words_of(answer.failure()), checking_ ? Stage::map : Stage::checked);
                   const std::string state = nothing ? "" : text_in(*answer, "state");
                   if (state == "done" || state == "failed") return took(desk, *answer);
                   if (!nothing) {
                     rows_ = number_in(*answer, "rows");
                     rows_done_ = number_in(*answer, "rows_done");
                   }
                   desk.after(look_ms, [this, &desk, id, serial] {
                     if (serial == serial_) look(desk, id);
                   });
                 });
}

void ImportRun::took(Desk& desk, const json::Value& state) {
  if (text_in(state, "state") == "failed") {
    const json::Value* problem = state.find("problem");
    return fail(problem != nullptr ? text_in(*problem, "detail") : std::string(),
                checking_ ? Stage::map : Stage::checked);
  }
  added_ = number_in(state, "added");
  changed_ = number_in(state, "changed");
  unchanged_ = number_in(state, "unchanged");
  if (!checking_) {
    // What this check refused stays refused; the server may have found more since.
    std::erase_if(refused_, [](const RefusedProduct& line) { return line.left_out; });
  }
  const json::Array& refusals = items_in(state, "refusals");
  for (const json::Value& item : refusals) {
    const auto line = static_cast<std::size_t>(std::max<std::int64_t>(2, number_in(item, "line")) - 2);
    RefusedProduct refused;
    refused.line = line < reading_->origins().size() ? reading_->origins()[line] : 0;
    refused.column = column_named(text_in(item, "column"));
    refused.detail = text_in(item, "detail");
    const json::Array& values = items_in(item, "values");
    for (std::size_t i = 0; i < std::min(values.size(), product_columns); ++i)
      if (values[i].as_string() != nullptr) refused.cells[i] = *values[i].as_string();
    const bool known = std::any_of(refused_.begin(), refused_.end(),
                                   [&](const RefusedProduct& one) { return one.line == refused.line; });
    if (!known) refused_.push_back(std::move(refused));
  }
  untold_ = number_in(state, "refused") - static_cast<std::int64_t>(refusals.size());
  std::stable_sort(
      refused_.begin(), refused_.end(),
      [](const RefusedProduct& one, const RefusedProduct& other) { return one.line < other.line; });
  stage_ = checking_ ? Stage::checked : Stage::done;
  if (!checking_) desk.refresh_catalogue();
}

void ImportRun::fail(std::string words, Stage back) {
  ++serial_;
  problem_ = words.empty() ? "This did not work; try again." : std::move(words);
  stage_ = back;
}

float ImportRun::fraction() const {
  switch (stage_) {
    case Stage::reading:
      return reading_ == nullptr ? 0 : 0.3f * static_cast<float>(reading_->per_mille()) / 1000;
    case Stage::sending:
      return 0.3f + (to_send_ == 0 ? 0
                                   : 0.3f * static_cast<float>(std::min(sent_, to_send_)) /
                                         static_cast<float>(to_send_));
    case Stage::checking:
    case Stage::writing:
      return 0.6f + (rows_ == 0 ? 0 : 0.4f * static_cast<float>(rows_done_) / static_cast<float>(rows_));
    default:
      return 1;
  }
}

std::string ImportRun::progress_words() const {
  switch (stage_) {
    case Stage::reading:
      return "Reading the file…";
    case Stage::sending:
      return checking_ ? "Sending the file to be checked…" : "Sending the file…";
    case Stage::checking:
      return "Comparing with your catalogue…";
    case Stage::writing:
      return "Writing products…";
    default:
      return {};
  }
}

std::int64_t ImportRun::refused_count() const {
  return static_cast<std::int64_t>(refused_.size()) + std::max<std::int64_t>(untold_, 0);
}

std::size_t ImportRun::touched() const {
  return static_cast<std::size_t>(
      std::count_if(refused_.begin(), refused_.end(),
                    [](const RefusedProduct& line) { return line.touched || line.left_out; }));
}

std::string ImportRun::refused_csv() const {
  std::string out = "\xEF\xBB\xBF" + std::string(product_csv_header) + ",line,reason\r\n";
  for (const RefusedProduct& one : refused_) {
    for (const std::string& cell : one.cells) {
      append_product_csv_text(out, cell);
      out.push_back(',');
    }
    out.append(std::to_string(one.line)).push_back(',');
    append_product_csv_text(out, one.detail);
    out.append("\r\n");
  }
  return out;
}

}  // namespace ringup::console
