#include "core/till/outbox.h"

#include <algorithm>

namespace ringup::journal {

void Outbox::Epoch::resend_from(std::int64_t seq) {
  const std::int64_t from = std::max<std::int64_t>(seq - first, 0);
  for (std::size_t i = static_cast<std::size_t>(from); i < entries.size(); ++i) {
    if (entries[i].delivered) {
      entries[i].delivered = false;
      ++undelivered;
    }
  }
}

void Outbox::enrolled(std::int64_t epoch) {
  epochs_[epoch];
  if (epoch <= epoch_) return;
  epoch_ = epoch;
  needs_epoch_ = false;
  enrol_not_before_ms_ = 0;
}

Result<void> Outbox::add(std::int64_t epoch, std::int64_t seq, std::optional<Id> id, std::size_t text_bytes,
                         bool sound, bool delivered) {
  Epoch& held = epochs_[epoch];
  if (held.entries.empty() && seq >= held.first) held.first = seq;
  if (seq <= held.last()) return fail(Error::out_of_range, "seq", "This number was added already.");
  while (held.last() + 1 < seq) {  // lost in storage: the place is sent with nothing in it
    held.entries.push_back(Entry{std::nullopt, 0, false, false, true});
    ++held.undelivered;
  }
  held.entries.push_back(Entry{id, text_bytes, sound && id.has_value(), delivered, !sound || !id});
  if (!delivered) ++held.undelivered;
  return {};
}

void Outbox::forgotten(std::int64_t epoch, std::int64_t last) {
  Epoch& held = epochs_[epoch];
  if (held.entries.empty()) held.first = std::max(held.first, last + 1);
}

Outbox::Plan Outbox::plan(std::int64_t now_ms) {
  Plan plan;
  if (needs_epoch_ && now_ms >= enrol_not_before_ms_) {
    plan.action = Action::enrol;
    return plan;
  }
  if (now_ms < not_before_ms_) {
    plan.wait_ms = not_before_ms_ - now_ms;
    return plan;
  }
  if (now_ms >= next_ask_ms_) {
    for (auto& [epoch, held] : epochs_) held.ask = true;
    next_ask_ms_ = now_ms + ask_every_ms;
  }
  for (const auto& [epoch, held] : epochs_) {
    if (held.undelivered == 0 && !held.ask) continue;
    plan.action = Action::send;
    plan.epoch = epoch;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < held.entries.size() && plan.seqs.size() < records_max_; ++i) {
      const Entry& entry = held.entries[i];
      if (entry.delivered || entry.as_raw || bytes + entry.bytes + 1 > request_texts_bytes_max) {
        if (!plan.seqs.empty()) break;
        if (entry.delivered) continue;
      }
      plan.seqs.push_back(held.first + static_cast<std::int64_t>(i));
      bytes += entry.bytes + 1;
      if (entry.as_raw) {
        plan.as_raw = true;
        break;
      }
    }
    return plan;
  }
  plan.wait_ms = next_ask_ms_ - now_ms;
  if (needs_epoch_) plan.wait_ms = std::min(plan.wait_ms, enrol_not_before_ms_ - now_ms);
  return plan;
}

std::string Outbox::write(const Plan& plan, std::span<const std::string> texts,
                          std::optional<std::int64_t> sent_at) const {
  ASSERT(texts.size() == plan.seqs.size());
  std::vector<Outgoing> records;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string_view text = texts[i];
    if (plan.as_raw) text = text.substr(0, raw_bytes_max);
    records.push_back(Outgoing{plan.seqs[i], text, plan.as_raw});
  }
  std::optional<std::int64_t> have_from;
  const auto held = epochs_.find(plan.epoch);
  if (held != epochs_.end() && held->second.first > 1) have_from = held->second.first;
  return write_request(generation_, plan.epoch, sent_at, have_from, records);
}

void Outbox::answered(const Plan& plan, int status, std::string_view body, std::int64_t now_ms,
                      std::uint16_t chance) {
  chance_ = chance;
  if (status == 400 || status == 413 || status == 503) {
    refuse(plan, status, now_ms);
    return;
  }
  if (status == 200) {
    const Result<Answer> answer = read_answer(body);
    if (answer && answer->epoch == plan.epoch) {
      accept(plan, *answer, now_ms);
      return;
    }
  }
  back_off(now_ms);
}

void Outbox::refuse(const Plan& plan, int status, std::int64_t now_ms) {
  if (status == 503) back_off(now_ms);  // the server is in trouble; smaller, but not at once
  Epoch& held = epochs_[plan.epoch];
  if (plan.seqs.size() > 1) {
    records_max_ = plan.seqs.size() / 2;
  } else if (plan.seqs.size() == 1 && !plan.as_raw && plan.seqs[0] >= held.first) {
    held.entries[static_cast<std::size_t>(plan.seqs[0] - held.first)].as_raw = true;
  } else if (status != 503) {
    back_off(now_ms);
  }
}

void Outbox::back_off(std::int64_t now_ms) {
  retry_delay_ms_ = std::clamp(retry_delay_ms_ * 2, retry_delay_ms_min, retry_delay_ms_max);
  not_before_ms_ = now_ms + retry_delay_ms_ - (retry_delay_ms_ / 2 * chance_ >> 16);
}

void Outbox::accept(const Plan& plan, const Answer& answer, std::int64_t now_ms) {
  records_max_ = std::min(request_records_max, records_max_ * 2);
  Epoch& held = epochs_[plan.epoch];
  held.ask = false;

  // What has to be sent again comes first, so that what this very answer confirms is not unmarked by it.
  if (generation_ != answer.generation) {
    // The server was restored. What every backup holds (durable_through) is surely there; of all else only
    // that a number is taken, maybe by a clone, so acked_through proves nothing.
    for (auto& [epoch, other] : epochs_) {
      other.resend_from(other.forked ? 1 : other.durable + 1);
      other.ask = true;
      other.sent_again_for.clear();
      other.needed_from.reset();
    }
    held.ask = false;
    generation_ = answer.generation;
  }
  if (answer.acked_through < held.told && held.sent_again_for.insert(answer.acked_through).second)
    held.resend_from(held.forked ? 1 : answer.acked_through + 1);
  bool stuck = false;
  if (answer.need_from) {
    held.resend_from(*answer.need_from);
    stuck = held.needed_from == answer.need_from;
  }
  held.needed_from = answer.need_from;
  held.told = answer.acked_through;
  held.durable = answer.durable_through;

  for (const RecordResult& result : answer.results) {
    if (result.flags.has(Flag::fork)) held.forked = true;
    for (const std::int64_t seq : plan.seqs) {
      if (seq < held.first || seq > held.last()) continue;
      Entry& entry = held.entries[static_cast<std::size_t>(seq - held.first)];
      const bool by_id = result.id && entry.id && *result.id == *entry.id && result.seq.value_or(seq) == seq;
      const bool by_number = plan.as_raw && result.seq == seq && (!result.id || !entry.id || !entry.sound);
      if ((by_id || by_number) && !entry.delivered) {
        entry.delivered = true;
        --held.undelivered;
      }
    }
  }

  const bool is_current = plan.epoch == epoch_;
  if (is_current && answer.acked_through > held.last()) needs_epoch_ = true;  // a clone, or old storage
  if (answer.next_epoch) held.forked = true;
  if (answer.next_epoch && *answer.next_epoch > epoch_) needs_epoch_ = true;

  const bool nothing_told = !plan.seqs.empty() && answer.results.empty() && !answer.need_from;
  if (stuck || nothing_told) {
    back_off(now_ms);
  } else {
    retry_delay_ms_ = 0;
    not_before_ms_ = now_ms;
  }
}

void Outbox::reconnected() {
  not_before_ms_ = 0;
  retry_delay_ms_ = 0;
  enrol_not_before_ms_ = 0;
  next_ask_ms_ = 0;
}

void Outbox::enrol_failed(std::int64_t now_ms) {
  enrol_not_before_ms_ = now_ms + retry_delay_ms_max / 10;
}

std::size_t Outbox::pending() const {
  std::size_t count = 0;
  for (const auto& [epoch, held] : epochs_) count += held.undelivered;
  return count;
}

bool Outbox::delivered(std::int64_t epoch, std::int64_t seq) const {
  const auto held = epochs_.find(epoch);
  if (held == epochs_.end() || seq > held->second.last()) return false;
  if (seq < held->second.first) return true;
  return held->second.entries[static_cast<std::size_t>(seq - held->second.first)].delivered;
}

std::int64_t Outbox::deletable_through(std::int64_t epoch) const {
  const auto found = epochs_.find(epoch);
  // durable_through speaks of the main branch; where the epoch has forked it may not mean our records.
  if (found == epochs_.end() || found->second.forked) return 0;
  const Epoch& held = found->second;
  std::int64_t through = held.first - 1;
  for (const Entry& entry : held.entries) {
    if (!entry.delivered || through + 1 > held.durable) break;
    ++through;
  }
  return through;
}

void Outbox::deleted_through(std::int64_t epoch, std::int64_t seq) {
  const auto found = epochs_.find(epoch);
  if (found == epochs_.end() || seq < found->second.first) return;
  Epoch& held = found->second;
  const std::int64_t count = std::min(seq, held.last()) - held.first + 1;
  for (std::int64_t i = 0; i < count; ++i) {
    if (!held.entries[static_cast<std::size_t>(i)].delivered) --held.undelivered;
  }
  held.entries.erase(held.entries.begin(), held.entries.begin() + static_cast<std::ptrdiff_t>(count));
  held.first += count;
}

}  // namespace ringup::journal
