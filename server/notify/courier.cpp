#include "server/notify/courier.h"

#include <algorithm>
#include <chrono>

#include "core/base/time.h"
#include "server/log/log.h"
#include "server/notify/mail.h"
#include "server/notify/outbox.h"
#include "server/notify/smtp.h"
#include "server/pages/device.h"
#include "server/pages/template.h"
#include "server/store/tenants.h"

namespace ringup::notify {
namespace {

using Kind = Outcome::Kind;
using store::Channel;

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t stop_grace_ns = 3'000'000'000;
constexpr std::int64_t put_off_us_max = 4LL * 3600 * second_us;
constexpr std::int64_t code_life_us_max = 3600 * second_us;  // what lives no longer is waited for
constexpr std::int64_t code_wait_s[] = {2, 5, 15, 30, 60};   // behind the first, second … try

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// How long a message waits behind its n-th try; a little more or less by its id, so that those which were
/// put off together do not come back together.
std::int64_t put_off_us(const store::Claimed& message) {
  const int n = std::max(message.attempts, 1);
  if (message.expires_at.has_value() && *message.expires_at - message.queued_at <= code_life_us_max)
    return code_wait_s[std::min<std::size_t>(static_cast<std::size_t>(n) - 1, std::size(code_wait_s) - 1)] *
           second_us;
  const std::int64_t wait = std::min(30 * second_us << std::min(n - 1, 12), put_off_us_max);
  return wait + wait / 1000 * message.id.bytes.back();
}

std::string text_of(const json::Object& values, std::string_view name) {
  for (const json::Member& member : values) {
    if (member.name != name) continue;
    const std::string* text = member.value.as_string();
    return text == nullptr ? std::string() : *text;
  }
  return {};
}

/// "21 November 2026, 07:01 UTC" of a time as the API writes it; anything else stays.
std::string time_in_words(const std::string& text) {
  constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  if (!parse_rfc3339(text).ok()) return text;
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const std::string day = text.substr(text[8] == '0' ? 9 : 8, text[8] == '0' ? 1 : 2);
  return day + " " + months[month - 1] + " " + text.substr(0, 4) + ", " + text.substr(11, 5) + " UTC";
}

/// Whether browsers and phones take it as a site's name: no address, no name without a dot.
bool is_site(std::string_view host) {
  const bool letters = std::any_of(host.begin(), host.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && host.find('.') != std::string_view::npos && host.find(':') == std::string_view::npos;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

/// A message as it is handed over: the bytes of a mail, or a text.
struct Courier::Letter {
  std::string body;
};

Courier::Courier(store::Store& store, CourierSettings settings, CourierDoors doors)
    : store_(store),
      settings_([&] {
        // A mail needs a sender even where nobody will see it.
        if (settings.mail_from.empty())
          settings.mail_from =
              "ringup@" + (is_site(settings.public_host) ? settings.public_host : "ringup.invalid");
        return std::move(settings);
      }()),
      doors_(std::move(doors)),
      vault_(store.secret(), store::message_vault_label) {}

Courier::~Courier() {
  store_.on_commit(this, {});
  end_at_ns_ = steady_ns() + stop_grace_ns;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Courier::start() {
  if (!settings_.mail_server.has_value() && !doors_.mail)
    log::event(log::Level::info, "mail_to_outbox",
               "No SMTP_SERVER is set: mails become files in the folder outbox of the data folder.");
  if (settings_.sms.kind == SmsProvider::Kind::console && !doors_.sms)
    log::event(
        log::Level::info, "sms_to_outbox",
        "SMS_PROVIDER is console: text messages become files in the folder outbox of the data folder.");
  const Result<void> ended = store_.writer().write([&](store::Database& db) -> Result<void> {
    TRY(store::end_leases(db, doors_.now_us()));
    return {};
  });
  (void)ended;  // they end by themselves, later
  store_.on_commit(this, [this] { committed(); });
  for (const Channel channel : {Channel::email, Channel::sms}) {
    for (int i = 0; i < threads_per_channel; ++i) threads_.emplace_back([this, channel] { run(channel); });
  }
}

/// On the writer's thread.
void Courier::committed() {
  const std::uint64_t queued = store::messages_queued();
  if (seen_.exchange(queued) == queued) return;
  {
    const std::lock_guard lock(mutex_);
    ++nudges_;
  }
  wake_.notify_all();
}

bool Courier::must_end() const {
  const std::int64_t end_at = end_at_ns_;
  return end_at != 0 && steady_ns() >= end_at;
}

void Courier::run(Channel channel) {
  for (;;) {
    std::uint64_t nudges = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      nudges = nudges_;
    }
    if (step(channel)) continue;
    const std::chrono::milliseconds wait(wait_ms(channel));
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, wait, [&] { return stopping_ || nudges_ != nudges; });
  }
}

int Courier::wait_ms(Channel channel) {
  const std::int64_t now = doors_.now_us();
  std::int64_t until = now + std::int64_t{look_again_ms_max} * 1000;
  const auto next = store_.read([&](store::Database& db) { return store::next_message_at(db, channel); });
  if (next.ok() && next->has_value()) until = std::min(until, next->value());
  const std::lock_guard lock(mutex_);
  until =
      std::max(until, std::min(lane_of(channel).rest_until, now + std::int64_t{look_again_ms_max} * 1000));
  if (!unrecorded_.empty()) until = std::min<std::int64_t>(until, now + second_us);
  return static_cast<int>(std::clamp<std::int64_t>((until - now) / 1000, 20, look_again_ms_max));
}

void Courier::drain() {
  while (step(Channel::email) || step(Channel::sms)) {
  }
}

bool Courier::step(Channel channel) {
  const std::int64_t now = doors_.now_us();
  if (!settle()) return false;
  {
    const std::lock_guard lock(mutex_);
    if (lane_of(channel).rest_until > now) return false;
  }
  const auto due = store_.read([&](store::Database& db) { return store::message_due(db, channel, now); });
  if (!due.ok() || !*due) return false;
  const auto claimed = store_.writer().write_for<std::optional<store::Claimed>>(
      [&](store::Database& db) { return store::claim_message(db, channel, now, now + lease_us); });
  if (!claimed.ok() || !claimed->has_value()) return false;
  const store::Claimed& message = **claimed;
  {
    // Its lease ended while the disk took nothing: it was sent all the same.
    const std::lock_guard lock(mutex_);
    if (unrecorded_.contains(message.id)) return true;
  }
  if (message.expires_at.has_value() && *message.expires_at <= now) {
    conclude(message, expired, "expired");
    return true;
  }
  const Result<Letter> letter = compose(message);
  if (!letter.ok()) {
    log::event(
        log::Level::error, "message_unreadable",
        "A message cannot be made from its template and is not sent.",
        {{"id", message.id}, {"template", message.template_name}, {"code", error_code(letter.error())}});
    conclude(message, refused, describe(letter.failure()));
    return true;
  }
  record(message, hand_over(message, *letter));
  return true;
}

Result<Courier::Letter> Courier::compose(const store::Claimed& message) const {
  const std::string text = TRY(vault_.open(message.sealed_values, to_string(message.id)));
  const json::Value value = TRY(json::parse(text));
  if (value.as_object() == nullptr) return fail(Error::damaged, "values", "They are no object.");
  json::Object values = *value.as_object();
  if (const std::string link = text_of(values, "link");
      !link.empty() && !link.starts_with("https://") && !link.starts_with("http://"))
    return fail(Error::invalid_value, "link", "It must begin with https:// or http://.");
  for (json::Member& member : values) {
    const std::string* text = member.value.as_string();
    if (text != nullptr && (member.name == "at" || member.name == "until"))
      member.value = time_in_words(*text);
    else if (text != nullptr && member.name == "device")
      member.value = pages::device_in_words(*text);
  }
  if (message.channel == Channel::sms) {
    std::string host =
        TRY(store_.read([&](store::Database& db) { return store::host_of(db, message.tenant); }));
    if (host.empty()) host = settings_.public_host;
    if (is_site(host)) values.push_back({"host", host});
    return Letter{
        trimmed(TRY(pages::fill("sms/" + message.template_name + ".txt", values, pages::Escape::text)))};
  }
  const std::string name = "mail/" + message.template_name;
  Mail mail;
  mail.from_name = text_of(values, "business_name");
  mail.from = settings_.mail_from;
  mail.to = message.to;
  mail.subject = trimmed(TRY(pages::fill(name + ".subject", values, pages::Escape::text)));
  mail.text = TRY(pages::fill(name + ".txt", values, pages::Escape::text));
  mail.html = TRY(pages::fill(name + ".html", values, pages::Escape::html));
  mail.id = to_string(message.id);
  mail.at_us = message.queued_at;
  return Letter{TRY(write_mail(mail))};
}

Outcome Courier::hand_over(const store::Claimed& message, const Letter& letter) const {
  const CourierDoors::GiveUp give_up = [this] { return must_end(); };
  const std::string id = to_string(message.id);
  if (message.channel == Channel::email) {
    if (doors_.mail) return doors_.mail(settings_.mail_from, message.to, letter.body, give_up);
    if (settings_.mail_server.has_value())
      return send_mail(*settings_.mail_server, settings_.mail_from, message.to, letter.body, give_up);
    return write_outbox(store_.folder(), id + ".eml", letter.body);
  }
  if (doors_.sms) return doors_.sms(message.to, letter.body, give_up);
  if (settings_.sms.kind != SmsProvider::Kind::console)
    return send_sms(settings_.sms, message.to, letter.body, give_up);
  return write_outbox(store_.folder(), id + ".sms.json",
                      json::dump(json::Object{{"id", id},
                                              {"to", message.to},
                                              {"body", letter.body},
                                              {"template", message.template_name},
                                              {"queued_at", to_rfc3339(message.queued_at)}}) +
                          "\n");
}

void Courier::record(const store::Claimed& message, const Outcome& outcome) {
  const std::int64_t now = doors_.now_us();
  if (outcome.kind == Kind::sent) {
    {
      const std::lock_guard lock(mutex_);
      unrecorded_[message.id] = outcome.provider_id;
    }
    (void)note(message, outcome, now);
    count(message.channel, sent);
    (void)settle();
    return;
  }
  const std::int64_t again_at = note(message, outcome, now);
  const std::string trouble = outcome.cause + (outcome.words.empty() ? "" : ": " + outcome.words);
  if (outcome.kind == Kind::refused) {
    log::event(log::Level::warning, "message_refused", "A message was refused for good.",
               {{"id", message.id},
                {"channel", store::channel_name(message.channel)},
                {"template", message.template_name},
                {"cause", outcome.cause}});
    conclude(message, refused, trouble);
  } else if (message.expires_at.has_value() && again_at >= *message.expires_at) {
    conclude(message, expired, trouble);
  } else if (again_at - message.queued_at >= given_up_us) {
    conclude(message, given_up, trouble);
  } else {
    count(message.channel, outcome.kind == Kind::down ? down : later);
    write_down(message,
               [&](store::Database& db) { return store::note_later(db, message, again_at, trouble); });
  }
}

std::int64_t Courier::note(const store::Claimed& message, const Outcome& outcome, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  Lane& lane = lane_of(message.channel);
  const std::int64_t wished = outcome.wait_s * second_us;
  const std::int64_t put_off = std::max(put_off_us(message), wished);
  if (outcome.kind != Kind::down) {
    if (!lane.cause.empty() && outcome.cause != "stopped") {
      log::event(log::Level::info, "messages_go_again", {},
                 {{"channel", store::channel_name(message.channel)}});
      lane.cause.clear();
    }
    lane.downs = 0;
    lane.rest_until = 0;
    return now + put_off;
  }
  const std::int64_t rest = std::max(std::min(second_us << std::min(lane.downs, 10), rest_us_max),
                                     std::min(wished, 10 * rest_us_max));
  ++lane.downs;
  lane.rest_until = now + rest;
  if (lane.cause != outcome.cause) {
    lane.cause = outcome.cause;
    log::event(log::Level::warning, "messages_wait",
               "Messages cannot be sent at the moment and are kept. `ringup doctor` says what to do.",
               {{"channel", store::channel_name(message.channel)}, {"cause", outcome.cause}});
  }
  // What goes wrong is not the message's fault: it comes back soon after the rest.
  return now + std::max(rest, std::min(put_off, 10 * rest_us_max));
}

void Courier::conclude(const store::Claimed& message, End end, std::string_view trouble) {
  count(message.channel, end);
  const std::int64_t now = doors_.now_us();
  write_down(message, [&](store::Database& db) { return store::note_failed(db, message, trouble, now); });
}

void Courier::count(Channel channel, End end) {
  const std::lock_guard lock(mutex_);
  ++lane_of(channel).ended[end];
}

/// What cannot be written down now is found again when its lease ends.
void Courier::write_down(const store::Claimed& message,
                         const std::function<Result<bool>(store::Database&)>& note) {
  const Result<void> done = store_.writer().write([&](store::Database& db) -> Result<void> {
    TRY(note(db));
    return {};
  });
  if (done.ok()) return;
  log::event(log::Level::warning, "message_not_noted",
             "What became of a message could not be written down yet.",
             {{"id", message.id}, {"code", error_code(done.error())}});
}

bool Courier::settle() {
  std::map<Id, std::string> open;
  {
    const std::lock_guard lock(mutex_);
    if (unrecorded_.empty()) return true;
    open = unrecorded_;
  }
  const std::int64_t now = doors_.now_us();
  const Result<void> done = store_.writer().write([&](store::Database& db) -> Result<void> {
    for (const auto& [id, provider_id] : open) TRY(store::note_sent(db, id, provider_id, now));
    return {};
  });
  if (!done.ok()) return false;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, provider_id] : open) unrecorded_.erase(id);
  return true;
}

void Courier::tell_metrics(log::Exposition& out) {
  constexpr const char* names[] = {"sent", "refused", "later", "down", "expired", "given_up"};
  std::array<Lane, 2> lanes;
  {
    const std::lock_guard lock(mutex_);
    lanes = lanes_;
  }
  out.family("ringup_messages_total", "counter", "Attempts to send a message, by what became of it.");
  for (const Lane& lane : lanes) {
    for (std::size_t end = 0; end < ends; ++end)
      out.row({{"channel", store::channel_name(lane.channel)}, {"outcome", names[end]}}, lane.ended[end]);
  }
  std::array<store::QueueNumbers, 2> queues;
  const auto read = store_.read([&](store::Database& db) -> Result<void> {
    for (std::size_t i = 0; i < 2; ++i) queues[i] = TRY(store::queue_numbers(db, lanes[i].channel));
    return {};
  });
  if (!read.ok()) return;
  const std::int64_t now = doors_.now_us();
  out.family("ringup_messages_waiting", "gauge", "Messages that wait to be sent.");
  for (std::size_t i = 0; i < 2; ++i)
    out.row({{"channel", store::channel_name(lanes[i].channel)}},
            static_cast<std::uint64_t>(queues[i].waiting));
  out.family("ringup_messages_oldest_seconds", "gauge", "How long the oldest of them waits.");
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t age =
        queues[i].waiting == 0 ? 0 : std::max<std::int64_t>(now - queues[i].oldest_at, 0);
    out.row({{"channel", store::channel_name(lanes[i].channel)}},
            static_cast<std::uint64_t>(age / second_us));
  }
}

}  // namespace ringup::notify
