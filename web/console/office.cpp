#include "web/console/office.h"

#include <algorithm>

#include "core/base/time.h"

namespace ringup::console {
namespace {

constexpr std::string_view visited_key = "console/visited";
constexpr std::string_view signed_out_words = "signed out";
constexpr int facts_apart_ms = 1'000;
constexpr std::int64_t minute_us = 60'000'000, day_us = 86'400'000'000;
constexpr std::string_view month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view weekday_names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};

MoneyFormat format_of(Currency currency) {
  MoneyFormat format;
  struct Symbol {
    std::string_view code, symbol;
  };
  constexpr Symbol symbols[] = {{"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}, {"JPY", "¥"}};
  for (const Symbol& known : symbols) {
    if (known.code == currency.code()) {
      format.symbol = known.symbol;
      format.symbol_gap = "";
    }
  }
  return format;
}

int two_digits(std::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "12 Mar 2026" of "2026-03-12…"; without the year where it is `year`.
std::string date_words(std::string_view local, std::string_view year) {
  std::string words = std::to_string(two_digits(local.substr(8)));
  words += ' ';
  words += month_names[std::clamp(two_digits(local.substr(5)), 1, 12) - 1];
  if (local.substr(0, 4) != year) words.append(" ").append(local.substr(0, 4));
  return words;
}

Branch read_branch(const json::Value& value) {
  return {id_in(value, "id"), text_in(value, "code"), text_in(value, "name"), text_in(value, "address"),
          flag_in(value, "is_default")};
}

}  // namespace

std::string User::name() const {
  const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
  return both.empty() ? email : both;
}

const Branch* Facts::branch(const Id& id) const {
  const auto found =
      std::find_if(branches.begin(), branches.end(), [&](const Branch& branch) { return branch.id == id; });
  return found == branches.end() ? nullptr : &*found;
}

Office::Office(platform::Platform& platform)
    : platform_(platform),
      bridge_(platform.bridge()),
      api_(platform.bridge()),
      follower_(platform.bridge(), api_),
      prover_(api_) {
  place_ = read_place(bridge().location());
  api_.on_signed_out = [this] { left(); };
  // Without an earlier visit there is no cookie worth asking about.
  if (!bridge_.local_get(visited_key).has_value()) {
    state_ = State::signed_out;
    return;
  }
  api_.resume([this](Result<json::Value> user) {
    if (user.ok()) return entered(*user);
    state_ = State::signed_out;
    if (user.error() == Error::busy) problem_ = words_of(user.failure());
  });
}

Api::StepDone Office::step_done(Api::StepDone done) {
  return [this, done = std::move(done)](Result<SignInStep> step) {
    const json::Value user = step.ok() && step->signed_in() ? step->user : json::Value();
    done(std::move(step));
    if (!user.is_null()) entered(user);
  };
}

void Office::sign_in(std::string tenant, std::string email, std::string password, Api::StepDone done) {
  api_.sign_in(std::move(tenant), std::move(email), std::move(password), step_done(std::move(done)));
}

void Office::sign_in_step(std::string path, json::Object body, Api::StepDone done) {
  api_.sign_in_step(std::move(path), std::move(body), step_done(std::move(done)));
}

void Office::refresh_user() {
  api_.get("/api/accounts/me/", [this](Result<json::Value> user) {
    if (user.ok()) take_user(*user);
  });
}

void Office::sign_out() {
  bridge_.local_remove(visited_key);
  bridge_.tell_tabs(signed_out_words);
  api_.sign_out([] {});
  left();
  move({}, true);
}

// The cookie that all tabs of this browser share is gone: none of them is anybody's any more.
void Office::told(std::string_view words) {
  if (words != signed_out_words || state_ == State::signed_out) return;
  api_.forget();
  left();
  move({}, true);
}

void Office::left() {
  bridge_.unfollow();
  stream_ = platform::Stream::waiting;
  ++belt_;
  generation_.clear();
  held_ = {};
  facts_again_ = false;
  follower_.live(false);
  follower_.stop();
  prover_.close();
  state_ = State::signed_out;
  problem_.clear();
  facts_missing_ = 0;
  if (on_open) on_open(false);
  user_ = {};
  facts_ = {};
}

void Office::entered(const json::Value& user) {
  take_user(user);
  bridge_.local_set(visited_key, "1");
  // A customer: nothing of the shop's can be fetched.
  if (!user_.rights.has(Right::shop_read)) {
    state_ = State::open;
    moved_ = true;
    if (on_open) on_open(true);
    return;
  }
  state_ = State::opening;
  follow();
  load_facts();
}

void Office::take_user(const json::Value& user) {
  user_ = {id_in(user, "id"),
           text_in(user, "email"),
           text_in(user, "first_name"),
           text_in(user, "last_name"),
           parse_role(text_in(user, "role")).value_or(Role::customer),
           {}};
  user_.rights = rights_of(user_.role);
  if (const json::Value* names = user.find("rights"); names != nullptr && names->as_array() != nullptr) {
    for (const json::Value& name : *names->as_array()) {
      const std::string* text = name.as_string();
      if (const auto right = text != nullptr ? parse_right(*text) : std::nullopt) user_.rights.add(*right);
    }
  }
}

// --- news ---

void Office::follow() {
  lost_at_ = bridge_.monotonic_ms();
  platform::Follow follow;
  follow.path = "/api/events";
  follow.share = "console " + to_string(user_.id);
  follow.authorize = [this](bool fresh, std::function<void(std::string)> give) {
    api_.authorization(fresh, std::move(give));
  };
  follow.on_event = [this](const platform::ServerEvent& event) { heard(event); };
  follow.on_state = [this](platform::Stream state) { stream_is(state); };
  bridge_.follow(std::move(follow));
}

void Office::heard(const platform::ServerEvent& event) {
  constexpr std::string_view names[topic_count] = {"catalogue", "sale",     "task",
                                                   "business",  "customer", "shift"};
  const Result<json::Value> read = json::parse(event.data);
  const json::Value data = read.ok() ? *read : json::Value();
  if (event.kind == "hello") {
    // The same as before: what was missed follows, or resync.
    const std::string generation = text_in(data, "generation");
    if (generation == std::exchange(generation_, generation) && !generation.empty()) return;
    return everything_changed();
  }
  if (event.kind == "resync") return everything_changed();
  for (std::size_t i = 0; i < topic_count; ++i) {
    if (event.kind != names[i]) continue;
    News news{static_cast<Topic>(i)};
    const json::Array& ids = items_in(data, "ids");
    // Where more happened than it names, it may be about anything.
    if (static_cast<std::int64_t>(ids.size()) >= number_in(data, "count")) {
      for (const json::Value& id : ids) {
        if (id.as_string() != nullptr) news.ids.push_back(*id.as_string());
      }
    }
    changed(std::move(news));
  }
}

void Office::stream_is(platform::Stream state) {
  const bool was = live();
  if (was && state != platform::Stream::live) lost_at_ = bridge_.monotonic_ms();
  stream_ = state;
  if (was == live()) return;
  ++belt_;
  follower_.live(live());
  if (live()) everything_later();
  if (on_live) on_live();
}

void Office::changed(News news) {
  if (state_ != State::open) return;  // nothing was fetched yet
  if (!shown_) {
    held_[static_cast<std::size_t>(news.topic)] = true;
    return;
  }
  if (news.topic == Topic::catalogue) follower_.changed();
  if (news.topic == Topic::sale) follower_.stock_moved();
  if (news.topic == Topic::business) load_facts();
  if (on_news) on_news(news);
}

void Office::everything_changed() {
  for (std::size_t i = 0; i < topic_count; ++i) changed({static_cast<Topic>(i)});
}

void Office::everything_later() {
  after(everything_anew_ms, [this, belt = belt_] {
    if (belt != belt_) return;
    everything_changed();
    everything_later();
  });
}

void Office::shown(bool shown) {
  follower_.shown(shown);
  if (shown == std::exchange(shown_, shown) || !shown) return;
  if (!live()) lost_at_ = bridge_.monotonic_ms();  // it may have rested
  const auto held = std::exchange(held_, {});
  for (std::size_t i = 0; i < topic_count; ++i) {
    if (held[i]) changed({static_cast<Topic>(i)});
  }
}

std::optional<double> Office::reconnecting_in() const {
  if (stream_ != platform::Stream::waiting) return std::nullopt;
  return std::max(0.0, lost_at_ + reconnecting_ms - bridge_.monotonic_ms());
}

// --- facts ---

void Office::open_again() {
  if (state_ == State::opening) load_facts();
}

void Office::load_facts() {
  if (facts_missing_ > 0) {
    facts_again_ = true;  // what is on its way may have been read before the change
    return;
  }
  problem_.clear();
  next_facts_ = {};
  facts_missing_ = 3;
  take_fact("/api/business/", [this](const json::Value& business) {
    next_facts_.slug = text_in(business, "slug");
    next_facts_.name = text_in(business, "name");
    next_facts_.country = text_in(business, "country");
    if (const Result<Currency> currency = parse_currency(text_in(business, "currency")); currency.ok())
      next_facts_.currency = *currency;
    next_facts_.tax_mode = text_in(business, "tax_mode");
    next_facts_.tax_placement = text_in(business, "tax_placement");
    next_facts_.receipt_footer = text_in(business, "receipt_footer");
    for (const json::Value& item : items_in(business, "scale_patterns")) {
      std::string& labels =
          text_in(item, "value") == "weight" ? next_facts_.weight_labels : next_facts_.price_labels;
      labels += (labels.empty() ? "" : " ") + text_in(item, "text");
    }
    next_facts_.cash_rounding = number_in(business, "cash_rounding");
    next_facts_.cash_rounding_halves = text_in(business, "cash_rounding_halves");
    if (const std::string zone = text_in(business, "time_zone"); !zone.empty()) next_facts_.time_zone = zone;
  });
  take_fact("/api/branches/?limit=100", [this](const json::Value& list) {
    for (const json::Value& item : items_in(list)) next_facts_.branches.push_back(read_branch(item));
  });
  take_fact("/api/tax-classes/?limit=100", [this](const json::Value& list) {
    for (const json::Value& item : items_in(list))
      next_facts_.tax_classes.push_back({text_in(item, "name"), Rate{number_in(item, "rate")}});
  });
}

void Office::take_fact(const char* path, std::function<void(const json::Value&)> read) {
  api_.get(path, [this, read = std::move(read)](Result<json::Value> answer) {
    if (answer.ok())
      read(*answer);
    else
      problem_ = words_of(answer.failure());
    if (--facts_missing_ > 0) return;
    if (std::exchange(facts_again_, false)) after(facts_apart_ms, [this] { load_facts(); });
    if (!problem_.empty()) return;
    facts_ = std::move(next_facts_);
    if (state_ == State::open) return;
    state_ = State::open;
    follower_.start(facts_.slug);
    moved_ = true;
    if (on_open) on_open(true);
  });
}

void Office::move(Place place, bool replace) {
  if (place == place_) return;
  place_ = std::move(place);
  bridge().set_location(hash_of(place_), replace);
  moved_ = true;
  platform_.redraw();
}

void Office::navigated(std::string_view hash) {
  Place place = read_place(hash);
  if (place == place_) return;
  place_ = std::move(place);
  moved_ = true;
}

void Office::after(int ms, std::function<void()> done) {
  bridge().after(ms, [this, session = api_.session(), done = std::move(done)] {
    if (session != api_.session()) return;
    done();
    platform_.redraw();
  });
}

std::string Office::money(Amount amount) const {
  return format_money(Money{amount, facts_.currency}, format_of(facts_.currency));
}

std::string Office::price(UnitPrice price) const {
  return to_decimal(price, facts_.currency);
}

std::string Office::price_words(UnitPrice price) const {
  if (price.value % unit_price_scale == 0) return money(price.value / unit_price_scale);
  return std::string(format_of(facts_.currency).symbol) + to_decimal(price, facts_.currency);
}

/// RFC 3339 as the clock on the business's wall says it.
std::string Office::local(std::int64_t unix_us, int days) const {
  const int offset = bridge_.utc_offset_minutes(unix_us / 1000, facts_.time_zone);
  return to_rfc3339(unix_us + offset * minute_us + days * day_us);
}

std::string Office::date(std::int64_t unix_us, int days) const {
  return local(unix_us, days).substr(0, 10);
}

std::string Office::clock(std::int64_t unix_us) const {
  return local(unix_us).substr(11, 5);
}

std::string Office::day(std::int64_t unix_us) const {
  const std::string at = local(unix_us);
  const std::string now = local(bridge_.now_ms() * 1000);
  if (at.compare(0, 10, now, 0, 10) == 0) return "Today";
  if (at.compare(0, 10, local(bridge_.now_ms() * 1000, -1), 0, 10) == 0) return "Yesterday";
  const std::string words = date_words(at, std::string_view(now).substr(0, 4));
  if (at.compare(0, 4, now, 0, 4) != 0) return words;
  const std::int64_t offset = bridge_.utc_offset_minutes(unix_us / 1000, facts_.time_zone) * minute_us;
  const std::int64_t days = (unix_us + offset) / day_us;
  return std::string(weekday_names[static_cast<std::size_t>(((days % 7) + 7) % 7)]) + " " + words;
}

std::string Office::moment(std::int64_t unix_us) const {
  const std::string at = local(unix_us);
  const std::string now = local(bridge_.now_ms() * 1000);
  std::string words;
  if (at.compare(0, 10, now, 0, 10) == 0)
    words = "Today";
  else if (at.compare(0, 10, local(bridge_.now_ms() * 1000, -1), 0, 10) == 0)
    words = "Yesterday";
  else
    words = date_words(at, std::string_view(now).substr(0, 4));
  return words + " " + at.substr(11, 5);
}

}  // namespace ringup::console
