#pragma once
/// What a listener is told, as text/event-stream has it.
///
/// Events of one kind that came together are merged into one. Each carries as its id a sequence of the outbox
/// from which it is safe to resume: whoever comes back with it misses nothing, but may be told some of it
/// twice.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/identity/role.h"

namespace ringup::events {

/// What events are about; docs/events.md tells what each means.
enum class Kind : std::uint8_t { catalogue, sale, task, business, customer, sync, shift };
inline constexpr std::size_t kinds_count = static_cast<std::size_t>(Kind::shift) + 1;
inline constexpr std::size_t sale_ids_max = 20;  // named in one event

/// The kind that listeners know an event of the outbox by; nullopt where it is nothing to them.
std::optional<Kind> kind_of(std::string_view outbox_kind);

/// The kinds somebody may be told of.
class Audience {
 public:
  constexpr void add(Kind kind) { bits_ = static_cast<std::uint8_t>(bits_ | bit(kind)); }
  constexpr bool has(Kind kind) const { return (bits_ & bit(kind)) != 0; }
  auto operator<=>(const Audience&) const = default;

 private:
  static constexpr unsigned bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }
  std::uint8_t bits_ = 0;
};
/// What a user of this role may read anyway.
Audience audience_of(Rights rights);
Audience audience_of_tills();

/// What happened to one business between two sequences.
class Merged {
 public:
  /// In the order of their sequences. `subject` is the sale, where there is one.
  void add(Kind kind, std::int64_t sequence, const std::optional<Id>& subject);
  bool has(Kind kind) const { return parts_[static_cast<std::size_t>(kind)].count > 0; }
  /// The events for this audience; "" where none is for it. `through`: all sequences up to here are in it.
  std::string text(Audience audience, std::int64_t through) const;

 private:
  struct Part {
    std::int64_t first = 0, count = 0;
  };
  std::array<Part, kinds_count> parts_;
  std::vector<Id> sales_;
};

/// One event. `data` is a line of JSON.
std::string event_text(std::int64_t id, std::string_view name, std::string_view data);
/// A comment that keeps the line open, and the id to resume from by now.
std::string heartbeat_text(std::int64_t id);

}  // namespace ringup::events
