#include "server/events/hub.h"

#include <algorithm>

namespace ringup::events {

Result<std::unique_ptr<Hub>> Hub::open(store::Store& store) {
  std::unique_ptr<Hub> hub(new Hub(TRY(store.open_watcher())));
  hub->restored_ = TRY(hub->database_->read(store::restored_through));
  TRY(hub->catch_up());
  return hub;
}

bool Hub::changed() {
  const Result<std::int64_t> commits = database_->read(store::commits_seen);
  if (!commits.ok()) return true;  // the read that follows says what is wrong
  return std::exchange(commits_, *commits) != *commits;
}

/// A part of what is behind our position; true: there is more.
Result<bool> Hub::read(News* news) {
  const std::vector<store::Event> events = TRY(
      database_->read([&](store::Database& db) { return store::events_after(db, position_, read_at_once); }));
  for (const store::Event& event : events) {
    position_ = event.sequence;
    const std::optional<Kind> kind = kind_of(event.kind);
    if (!kind) continue;
    const std::optional<Id> subject =
        *kind == Kind::sale ? store::event_subject(event.payload) : std::nullopt;
    if (news != nullptr) (*news)[event.tenant].add(*kind, event.sequence, subject);
    remembered_.push_back({event.sequence, event.tenant, subject.value_or(Id{}), *kind});
  }
  forgotten_ = std::max(forgotten_, position_ - remembered_max);
  while (!remembered_.empty() && remembered_.front().sequence <= forgotten_) remembered_.pop_front();
  return static_cast<std::int64_t>(events.size()) == read_at_once;
}

Result<Hub::Pass> Hub::follow() {
  Pass pass;
  pass.more = TRY(read(&pass.news));
  return pass;
}

Result<void> Hub::catch_up() {
  const std::int64_t newest = std::max(TRY(database_->read(store::newest_sequence)), restored_);
  if (newest - remembered_max > position_) {
    remembered_.clear();
    forgotten_ = position_ = newest - remembered_max;
  }
  while (TRY(read(nullptr))) {
  }
  position_ = std::max(position_, newest);
  return {};
}

Hub::Missed Hub::missed(const Id& tenant, Audience audience, std::int64_t seen) const {
  if (seen > position_ || (restored_ > 0 && seen <= restored_)) return {Resumed::restored, {}};
  if (seen < forgotten_) return {Resumed::too_old, {}};
  Merged merged;
  const auto begin = std::upper_bound(
      remembered_.begin(), remembered_.end(), seen,
      [](std::int64_t sequence, const Remembered& event) { return sequence < event.sequence; });
  for (auto event = begin; event != remembered_.end(); ++event) {
    if (event->tenant != tenant) continue;
    merged.add(event->kind, event->sequence,
               event->subject.is_nil() ? std::nullopt : std::optional(event->subject));
  }
  return {Resumed::told, merged.text(audience, position_)};
}

}  // namespace ringup::events
