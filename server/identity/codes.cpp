#include "server/identity/codes.h"

#include <algorithm>
#include <chrono>

#include "core/identity/one_time_code.h"
#include "server/store/audit.h"
#include "server/store/keys.h"
#include "server/store/security.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_us = 3600 * second_us;
constexpr std::int64_t day_us = 24 * hour_us;

std::string_view text_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::int64_t wait_for(const store::Requests& requests, std::int64_t allowed, std::int64_t window_us,
                      std::int64_t now) {
  if (requests.count < allowed) return 0;
  return std::clamp<std::int64_t>(requests.first_at + window_us - now, second_us, window_us);
}

store::Audit refusal(const Codes::Try& attempt) {
  store::Audit audit;
  audit.tenant = attempt.owner.tenant;
  audit.action = "code_refused";
  audit.actor = attempt.owner.user;
  audit.object_kind = "code";
  audit.address = attempt.address;
  audit.device = attempt.device;
  audit.details = json::dump(json::Object{{"purpose", attempt.purpose}});
  return audit;
}

}  // namespace

Codes::Codes(store::Store& store, World world, const Post& post)
    : store_(store),
      world_(std::move(world)),
      post_(post),
      code_key_(store::derive_key(store.secret(), "ringup one-time code")),
      contact_key_(store::derive_key(store.secret(), "ringup code contact")) {}

Id Codes::key_of(const std::string& text) const {
  const Sha256Digest digest = store::hmac_sha256(contact_key_, text);
  Id id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

store::CodeOwner Codes::owner_of(const Id& tenant, const std::optional<Id>& user, store::Channel channel,
                                 std::string_view contact) const {
  const Id nobody = key_of("nobody " + to_string(tenant) + ' ' + std::string(store::channel_name(channel)) +
                           ' ' + std::string(contact));
  return {tenant, user.value_or(nobody), user};
}

Sha256Digest Codes::hash_of(const store::OneTimeCode& code, std::string_view digits) const {
  return store::hmac_sha256(code_key_, to_string(code.id) + ' ' + to_string(code.owner.tenant) + ' ' +
                                           to_string(code.owner.key) + ' ' + code.purpose + ' ' +
                                           std::string(store::channel_name(code.channel)) + ' ' +
                                           code.contact + ' ' + std::string(digits));
}

std::string Codes::make_code() const {
  for (;;) {
    std::array<std::uint8_t, 4> random{};
    world_.random(random);
    if (auto code = make_one_time_code(random)) return *code;
  }
}

Result<std::int64_t> Codes::wait_us(store::Database& db, const Wish& wish, const Id& counted,
                                    const Id& contact, std::int64_t now) const {
  const auto owner = TRY(store::requests_of_owner(db, counted, now - code_window_us));
  const auto recent = TRY(store::requests_of_contact(db, contact, now - code_window_us));
  std::int64_t wait = std::max(wait_for(owner, codes_per_window, code_window_us, now),
                               wait_for(recent, codes_per_window, code_window_us, now));
  if (wish.channel != store::Channel::sms) return wait;
  const auto today = TRY(store::requests_of_contact(db, contact, now - day_us));
  wait = std::max(wait, wait_for(today, codes_per_number_and_day, day_us, now));
  // Looked at for strangers too: a budget that is spent is spent for everybody.
  const auto usage = TRY(store::code_usage(db, wish.owner.tenant, now));
  const auto security = TRY(store::read_security(db, wish.owner.tenant));
  if (usage.sms >= security.sms_per_day) wait = std::max(wait, store::us_to_next_day(now));
  return wait;
}

Result<std::int64_t> Codes::send(store::Database& db, const Wish& wish) const {
  const std::int64_t now = world_.now_us();
  const std::string where = std::string(store::channel_name(wish.channel)) + ' ' + wish.contact;
  // Strangers may ask for sign-in codes: they use up only those, not what somebody asks for behind a
  // password.
  const bool open_to_all = wish.purpose == code_purpose::mobile_login;
  const Id counted = open_to_all ? wish.owner.key : key_of("proved " + to_string(wish.owner.key));
  const Id contact = key_of((open_to_all ? "contact " : "proved contact ") + where);
  const std::int64_t wait = TRY(wait_us(db, wish, counted, contact, now));
  if (wait > 0) return (wait + second_us - 1) / second_us;
  TRY(store::insert_request(db, world_.new_id(), counted, contact, now));

  const bool somebody = wish.owner.user.has_value();
  const std::string digits = make_code();
  store::OneTimeCode code;
  code.id = world_.new_id();
  code.owner = wish.owner;
  code.purpose = wish.purpose;
  code.channel = wish.channel;
  code.contact = somebody ? wish.contact : std::string();
  code.created_at = now;
  code.expires_at = now + code_minutes * 60 * second_us;
  code.address = wish.address;
  code.hash = hash_of(code, digits);
  TRY(store::insert_code(db, code));
  store::CodeUsage usage;
  if (somebody) (wish.channel == store::Channel::sms ? usage.sms : usage.email) = 1;
  TRY(store::add_code_usage(db, wish.owner.tenant, usage, now));
  if (somebody) {
    TRY(post_.queue(db, {wish.owner.tenant,
                         wish.channel,
                         wish.contact,
                         wish.template_name,
                         {{"code", digits}, {"minutes", code_minutes}, {"first_name", wish.first_name}},
                         "code " + to_string(code.id),
                         code.expires_at}));
  }
  store::Audit audit;
  audit.tenant = wish.owner.tenant;
  audit.action = "code_sent";
  audit.actor = wish.owner.user;
  audit.object_kind = "code";
  audit.object = code.id;
  audit.actor_name = wish.contact;
  audit.address = wish.address;
  audit.device = wish.device;
  audit.details = json::dump(json::Object{
      {"purpose", wish.purpose}, {"channel", store::channel_name(wish.channel)}, {"known", somebody}});
  TRY(store::add_audit(db, audit, now));
  return std::int64_t{0};
}

Result<std::optional<store::OneTimeCode>> Codes::check(store::Database& db, const Try& attempt) const {
  const std::int64_t now = world_.now_us();
  const Result<std::string> read = read_one_time_code(attempt.code);
  const std::string digits = read.ok() ? *read : std::string();
  const auto code = TRY(store::find_code(db, attempt.owner.key, attempt.purpose));
  bool counted = false, right = false, replayed = false;
  if (code.has_value() && code->owner.tenant == attempt.owner.tenant) {
    counted = TRY(store::count_try(db, code->id, now));
    right = store::equal_in_constant_time(text_of(hash_of(*code, digits)), text_of(code->hash)) && counted &&
            code->owner.user.has_value() &&
            (!attempt.channel.has_value() || *attempt.channel == code->channel);
    if (right && TRY(store::use_code(db, code->id, now))) return code;
  }
  if (counted) {
    for (const auto& used : TRY(store::list_used_codes(db, attempt.owner.key, attempt.purpose, now))) {
      if (!store::equal_in_constant_time(text_of(hash_of(used, digits)), text_of(used.hash))) continue;
      TRY(store::uncount_try(db, code->id));
      replayed = true;
      break;
    }
  }
  store::CodeUsage usage;
  if (attempt.owner.user.has_value() && !replayed) usage.failed = 1;
  TRY(store::add_code_usage(db, attempt.owner.tenant, usage, now));
  TRY(store::add_audit(db, refusal(attempt), now));
  return std::optional<store::OneTimeCode>();
}

Result<std::int64_t> Codes::clean_up(const std::optional<Id>& tenant) {
  const std::int64_t now = world_.now_us();
  return store_.writer().write_for<std::int64_t>(
      [&](store::Database& db) { return store::delete_expired_codes(db, tenant, now, now); });
}

void Codes::start() {
  cleaner_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      const std::int64_t now = world_.now_us();
      // Housekeeping: where it fails, the next hour tries again.
      (void)store_.writer().write_for<std::int64_t>([&](store::Database& db) {
        return store::delete_expired_codes(db, std::nullopt, now - code_kept_us, now);
      });
      lock.lock();
      stopped_.wait_for(lock, std::chrono::hours(1), [this] { return stopping_; });
    }
  });
}

Codes::~Codes() {
  if (!cleaner_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  cleaner_.join();
}

Failure too_many_codes(std::int64_t seconds) {
  const std::int64_t minutes = (seconds + 59) / 60;
  return fail(Error::too_many_requests, {},
              "Too many codes were asked for. Try again in " +
                  (minutes <= 1 ? std::string("a minute") : std::to_string(minutes) + " minutes") + ".");
}

Failure wrong_code() {
  return fail(Error::invalid_credentials, {}, "This code is wrong, used or expired. Ask for a new one.");
}

}  // namespace ringup::identity
