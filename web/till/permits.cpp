#include "web/till/permits.h"

#include <algorithm>
#include <utility>

namespace ringup::till {
namespace {

constexpr std::string_view permits_draft = "permits", tries_draft = "tries";
constexpr std::size_t permits_max = 1'000;
constexpr std::int64_t second_ms = 1'000, minute_ms = 60'000;
constexpr std::int64_t clock_slack_s = 24 * 3600;  // that this device's clock may be behind the server's

/// How long the wait is that begins with the wrong try of this number.
std::int64_t wait_after(std::int64_t wrong) {
  std::int64_t wait = wrong < pin_tries_max ? 0 : pin_wait_ms;
  for (std::int64_t i = pin_tries_max; i < wrong && wait < pin_wait_ms_max; ++i) wait *= 2;
  return std::min(wait, pin_wait_ms_max);
}

bool equal(std::string_view a, std::string_view b) {
  unsigned differ = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    differ |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return differ == 0;
}

const std::string* text_in(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member == nullptr ? nullptr : member->as_string();
}
const json::Array* list_in(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member == nullptr ? nullptr : member->as_array();
}

}  // namespace

Permits::Permits(platform::Bridge& bridge, Memory& memory, Server& server)
    : bridge_(bridge), memory_(memory), server_(server) {}

void Permits::open() {
  read_tries();
  const auto kept = json::parse(memory_.draft(permits_draft));
  take(kept.ok() ? *kept : json::Value());
}

// --- what the server says ---

void Permits::fetch(bool if_old) {
  if (!memory_.enrolment().has_value() || memory_.looks_on()) return;
  if (if_old && asked_at_ && bridge_.monotonic_ms() - *asked_at_ < permits_ask_ms) return;
  if (asking_) {
    again_ = again_ || !if_old;
    return;
  }
  asking_ = true;
  server_.permits(memory_.enrolment()->token, [this](const platform::FetchResponse& response) {
    asking_ = false;
    answered(response);
    if (std::exchange(again_, false)) fetch();
  });
}

void Permits::answered(const platform::FetchResponse& response) {
  const bool refused = response.status == 401 || response.status == 403;
  if (response.status == 404) asked_at_ = bridge_.monotonic_ms();  // an older server has no permits
  if (response.status != 200 && !refused) return;
  asked_at_ = bridge_.monotonic_ms();
  const auto answer = json::parse(response.body);
  const std::string* key = answer.ok() ? text_in(*answer, "key") : nullptr;
  const json::Array* items = answer.ok() ? list_in(*answer, "items") : nullptr;
  if (refused) {  // a revoked till has none
    memory_.keep_draft(permits_draft, {});
    return take({});
  }
  if (key == nullptr || items == nullptr) return;
  sellers_.reset();
  if (const json::Array* sellers = list_in(*answer, "sellers")) {
    sellers_.emplace();
    for (const json::Value& seller : *sellers) {
      const std::string* text = seller.as_string();
      if (const auto id = parse_id(text == nullptr ? std::string_view() : *text); id.ok())
        sellers_->insert(*id);
    }
  }
  const json::Value kept = json::Object{{"key", *key}, {"items", *items}};
  memory_.keep_draft(permits_draft, json::dump(kept));
  take(kept);
}

void Permits::take(const json::Value& kept) {
  const std::string* key = text_in(kept, "key");
  const json::Array* items = list_in(kept, "items");
  std::vector<std::string> rest;
  if (key != nullptr && items != nullptr && possible()) {
    for (const json::Value& item : *items) {
      if (const std::string* jws = item.as_string(); jws != nullptr && rest.size() < permits_max)
        rest.push_back(*jws);
    }
  }
  key_ = key == nullptr ? std::string() : *key;
  std::reverse(rest.begin(), rest.end());
  check_next(++run_, key_, std::move(rest), {});
}

/// One after the other; only when all are known do they take the place of those before.
void Permits::check_next(int run, std::string key, std::vector<std::string> rest, std::vector<Person> found) {
  if (run != run_) return;
  if (rest.empty()) {
    std::sort(found.begin(), found.end(), [](const Person& a, const Person& b) {
      return std::pair(a.name, a.permit.user) < std::pair(b.name, b.permit.user);
    });
    people_ = std::move(found);
    if (on_change) on_change();
    return;
  }
  std::string jws = std::move(rest.back());
  rest.pop_back();
  const std::string_view signed_text = jws;
  bridge_.verify_es256(key, signed_text,
                       [this, run, key, jws, rest = std::move(rest),
                        found = std::move(found)](const std::optional<std::string>& payload) mutable {
                         if (run != run_ || !memory_.enrolment().has_value()) return;
                         const auto value = json::parse(payload.value_or(std::string()));
                         Result<Permit> permit =
                             value.ok() ? read_permit(*value) : Result<Permit>(value.failure());
                         if (payload.has_value() && permit.ok() &&
                             permit->till == memory_.enrolment()->till && permit->rights.has(Right::sell)) {
                           std::string name = cashier_of(*permit).name();
                           found.push_back({std::move(permit).value(), std::move(jws), std::move(name)});
                         }
                         check_next(run, std::move(key), std::move(rest), std::move(found));
                       });
}

const Permits::Person* Permits::find(const Id& user) const {
  for (const Person& person : people_) {
    if (person.permit.user == user) return &person;
  }
  return nullptr;
}

bool Permits::is_gone(const Cashier& cashier) const {
  if (!asked_at_.has_value()) return false;
  if (sellers_.has_value() && !sellers_->contains(cashier.user)) return true;
  return cashier.by_pin && find(cashier.user) == nullptr;
}

bool Permits::is_expired(const Permit& permit) const {
  const std::int64_t now_s = bridge_.now_ms() / second_ms;
  // A clock that was set back would let a permit live for ever.
  return now_s >= permit.not_after_s || now_s < permit.issued_at_s - clock_slack_s;
}

// --- wrong tries ---

void Permits::read_tries() {
  tries_.clear();
  const auto kept = json::parse(memory_.draft(tries_draft));
  const json::Object* people = kept.ok() ? kept->as_object() : nullptr;
  if (people == nullptr) return;
  for (const auto& [name, value] : *people) {
    const auto user = parse_id(name);
    const json::Value* wrong = value.find("wrong");
    const json::Value* until = value.find("until");
    if (!user.ok() || wrong == nullptr || until == nullptr) continue;
    if (wrong->as_integer() == nullptr || until->as_integer() == nullptr) continue;
    tries_[*user] = {*wrong->as_integer(), *until->as_integer()};
  }
}

void Permits::keep_tries() {
  json::Object people;
  for (const auto& [user, tries] : tries_) {
    people.push_back({to_string(user), json::Object{{"wrong", tries.wrong}, {"until", tries.until}}});
  }
  memory_.keep_draft(tries_draft, people.empty() ? std::string() : json::dump(people));
}

void Permits::count(const Id& user) {
  Tries& tries = tries_[user];
  ++tries.wrong;
  tries.until = bridge_.now_ms() + wait_after(tries.wrong);
  keep_tries();
}

void Permits::forgive(const Id& user) {
  if (tries_.erase(user) != 0) keep_tries();
}

std::int64_t Permits::wait_ms(const Id& user) const {
  const auto tries = tries_.find(user);
  if (tries == tries_.end()) return 0;
  // Where the clock was set back since, the wait is no longer than it was.
  return std::clamp<std::int64_t>(tries->second.until - bridge_.now_ms(), 0, wait_after(tries->second.wrong));
}

std::string Permits::wait_words(const Id& user) const {
  const std::int64_t left = wait_ms(user);
  const bool minutes = left > minute_ms;
  const std::int64_t unit = minutes ? minute_ms : second_ms;
  const std::int64_t count = (left + unit - 1) / unit;
  return "in " + std::to_string(count) + (minutes ? " minute" : " second") + (count == 1 ? "" : "s");
}

// --- the PIN ---

std::optional<Failure> Permits::refusal(const Person& person) const {
  if (wait_ms(person.permit.user) > 0) {
    return fail(Error::account_locked, {},
                "Too many wrong PINs for " + person.name + ". Try again " + wait_words(person.permit.user) +
                    ", or sign in with the password.");
  }
  if (!is_expired(person.permit)) return std::nullopt;
  if (bridge_.now_ms() / second_ms < person.permit.issued_at_s) {
    return fail(Error::precondition_failed, {},
                "The clock of this device is wrong, so the permit cannot be used. Set it to automatic time.");
  }
  return fail(Error::precondition_failed, {},
              "The permit of " + person.name +
                  " for this till has expired. Connect to the network to renew it, or sign in with the "
                  "password.");
}

void Permits::prove(const Id& user, std::string pin, Done done) {
  const Person* person = find(user);
  if (person == nullptr) return done(fail(Error::not_found, {}, "This person may not sell here any more."));
  if (proving_) return done(fail(Error::conflict, {}, "Wait until the last PIN is checked."));
  if (auto refused = refusal(*person)) return done(std::move(*refused));
  count(user);
  proving_ = true;
  const std::string jws = person->jws, key = key_;
  bridge_.verify_es256(key, jws,
                       [this, user, pin = std::move(pin), done = std::move(done)](
                           const std::optional<std::string>& payload) { compare(user, pin, payload, done); });
}

void Permits::compare(const Id& user, std::string pin, const std::optional<std::string>& payload,
                      const Done& done) {
  const auto value = json::parse(payload.value_or(std::string()));
  const Result<Permit> permit = value.ok() ? read_permit(*value) : Result<Permit>(value.failure());
  const Person* person = find(user);
  if (!payload.has_value() || !permit.ok() || person == nullptr || permit->user != user) {
    proving_ = false;
    return done(
        fail(Error::damaged, {}, "The permit on this device cannot be read. Sign in with the password."));
  }
  bridge_.derive_pbkdf2(
      pin, permit->pin.salt, permit->pin.iterations,
      [this, permit = *permit, done](const std::optional<std::string>& hash) {
        proving_ = false;
        const Person* known = find(permit.user);
        if (known == nullptr)
          return done(fail(Error::not_found, {}, "This person may not sell here any more."));
        if (!hash.has_value())
          return done(
              fail(Error::internal, {}, "This browser cannot check PINs. Sign in with the password."));
        if (equal(*hash, permit.pin.hash)) {
          forgive(permit.user);
          return done(cashier_of(permit));
        }
        if (wait_ms(permit.user) > 0) return done(refusal(*known).value());
        const std::int64_t left = pin_tries_max - tries_[permit.user].wrong;
        done(fail(Error::invalid_credentials, {},
                  "That is not the PIN of " + known->name + ". " +
                      (left == 1 ? "1 try is left." : std::to_string(left) + " tries are left.")));
      });
}

}  // namespace ringup::till
