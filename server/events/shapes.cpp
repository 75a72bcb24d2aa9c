#include "server/events/shapes.h"

#include <algorithm>

namespace ringup::events {
namespace {

constexpr std::array<std::string_view, kinds_count> names = {"catalogue", "sale", "task", "business",
                                                             "customer",  "sync", "shift"};

std::size_t place_of(Kind kind) {
  return static_cast<std::size_t>(kind);
}

std::string data_of(Kind kind, std::int64_t count, const std::vector<Id>& sales) {
  switch (kind) {
    case Kind::catalogue:
    case Kind::business:
    case Kind::sync:
      return "{}";
    case Kind::task:
    case Kind::customer:
    case Kind::shift:
      return "{\"count\":" + std::to_string(count) + "}";
    case Kind::sale:
      break;
  }
  std::string data = "{\"ids\":[";
  for (std::size_t i = 0; i < sales.size(); ++i) {
    if (i > 0) data += ',';
    data.append("\"").append(to_string(sales[i])).append("\"");
  }
  return data + "],\"count\":" + std::to_string(count) + "}";
}

}  // namespace

std::optional<Kind> kind_of(std::string_view outbox_kind) {
  if (outbox_kind == "refund" || outbox_kind == "void") return Kind::sale;
  if (outbox_kind.starts_with("shift_") || outbox_kind.starts_with("cash_")) return Kind::shift;
  const auto found = std::find(names.begin(), names.end(), outbox_kind);
  if (found == names.end()) return std::nullopt;
  return static_cast<Kind>(found - names.begin());
}

Audience audience_of(Rights rights) {
  Audience audience;
  audience.add(Kind::business);
  if (rights.has(Right::shop_read)) audience.add(Kind::catalogue), audience.add(Kind::customer);
  if (rights.has(Right::sales_read)) {
    for (const Kind kind : {Kind::sale, Kind::task, Kind::shift}) audience.add(kind);
  }
  return audience;
}

Audience audience_of_tills() {
  Audience audience;
  for (const Kind kind : {Kind::catalogue, Kind::business, Kind::sync}) audience.add(kind);
  return audience;
}

void Merged::add(Kind kind, std::int64_t sequence, const std::optional<Id>& subject) {
  Part& part = parts_[place_of(kind)];
  if (part.count++ == 0) part.first = sequence;
  if (kind != Kind::sale || !subject || sales_.size() == sale_ids_max) return;
  if (std::find(sales_.begin(), sales_.end(), *subject) == sales_.end()) sales_.push_back(*subject);
}

std::string Merged::text(Audience audience, std::int64_t through) const {
  const auto first_of = [&](Kind kind) { return parts_[place_of(kind)].first; };
  std::vector<Kind> told;
  for (std::size_t i = 0; i < kinds_count; ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (parts_[i].count > 0 && audience.has(kind)) told.push_back(kind);
  }
  std::sort(told.begin(), told.end(), [&](Kind a, Kind b) { return first_of(a) < first_of(b); });
  std::string text;
  for (std::size_t i = 0; i < told.size(); ++i) {
    // Whoever loses the line behind this event must be told of the next one: not a step further.
    const std::int64_t id = i + 1 < told.size() ? first_of(told[i + 1]) - 1 : through;
    text +=
        event_text(id, names[place_of(told[i])], data_of(told[i], parts_[place_of(told[i])].count, sales_));
  }
  return text;
}

std::string event_text(std::int64_t id, std::string_view name, std::string_view data) {
  std::string text = "id: " + std::to_string(id) + "\nevent: ";
  return text.append(name).append("\ndata: ").append(data).append("\n\n");
}

std::string heartbeat_text(std::int64_t id) {
  return ":\nid: " + std::to_string(id) + "\n\n";
}

}  // namespace ringup::events
