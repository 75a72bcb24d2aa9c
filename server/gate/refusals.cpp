#include "server/gate/refusals.h"

#include <algorithm>

#include "core/identity/account.h"
#include "server/http/https.h"
#include "server/http/rate_table.h"
#include "server/store/tenants.h"
#include "server/store/users.h"

namespace ringup::gate {
namespace {

constexpr std::string_view told[] = {"invalid_token",       "invalid_credentials", "account_locked",
                                     "forbidden",           "misdirected_request", "too_many_requests",
                                     "pairing_code_invalid"};
constexpr std::size_t shown_bytes_max = 200;
constexpr std::chrono::seconds sweep_every{15};
constexpr std::int64_t sweep_again_us = 1'000'000;

/// The reason of a problem, "" where it is none for the log. It was made by us a moment ago.
std::string reason_of(const http::Request& request, const http::Response& response) {
  if (response.content_type.starts_with("text/html") && request.method == "POST") {
    // A page says it to people, in a status and words.
    return response.status == 401   ? "invalid_credentials"
           : response.status == 403 ? "forbidden"
                                    : "too_many_requests";
  }
  if (response.content_type != "application/problem+json") return {};
  const auto problem = json::parse(response.body);
  if (!problem.ok()) return {};
  const json::Value* code = problem->find("code");
  if (code == nullptr || code->as_string() == nullptr) return {};
  if (std::find(std::begin(told), std::end(told), *code->as_string()) == std::end(told)) return {};
  if (*code->as_string() == "forbidden") {
    const json::Value* errors = problem->find("errors");
    if (errors != nullptr && errors->find("Origin") != nullptr) return "cross_origin";
    if (errors != nullptr && errors->find("address") != nullptr) return "address_refused";
  }
  return *code->as_string();
}

/// A short text member of a JSON body.
std::string member_of(const json::Value& body, std::string_view name) {
  const json::Value* found = body.find(name);
  if (found == nullptr || found->as_string() == nullptr) return {};
  return found->as_string()->substr(0, shown_bytes_max);
}

}  // namespace

Refusals::Refusals(store::Store& store, const http::Access& access, std::function<std::int64_t()> now_us,
                   bool background)
    : store_(store), access_(access), now_us_(std::move(now_us)) {
  if (background) thread_ = std::thread([this] { run(); });
}

Refusals::~Refusals() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Refusals::note(const http::Request& request, std::string_view route, const http::Response& response) {
  const std::string reason = reason_of(request, response);
  if (reason.empty()) return;
  const http::Whence whence = http::whence_of(request);
  const std::int64_t now = now_us_();
  const std::string key = http::counted_address(whence.address) + '\n' + reason;
  {
    const std::lock_guard lock(mutex_);
    ++numbers_.noted;
    const auto found = seen_.find(key);
    if (found != seen_.end() && now >= found->second.told_at && now - found->second.told_at < once_us) {
      ++found->second.more;
      ++numbers_.untold;
      return;
    }
  }
  Refusal refusal;
  refusal.at = now;
  refusal.audit.action = "request_refused";
  refusal.audit.address = whence.address;
  refusal.audit.device = whence.device;
  refusal.host = http::host_of(request.header("host")).host;
  refusal.details = {{"code", reason},
                     {"status", response.status},
                     {"method", request.method.substr(0, 16)},
                     {"route", route},
                     {"request_id", request.request_id}};
  if (route.empty()) refusal.details.push_back({"path", request.path.substr(0, shown_bytes_max)});
  if (reason == "cross_origin")
    refusal.details.push_back({"origin", request.header("origin").substr(0, shown_bytes_max)});
  if (reason == "misdirected_request")
    refusal.details.push_back({"host", refusal.host.substr(0, shown_bytes_max)});
  if (const std::string_view by = request.header("authorization"); !by.empty() && reason != "invalid_token") {
    if (by.starts_with("Till ")) {
      if (const auto till = access_.till(request); till.ok()) {
        refusal.audit.tenant = till->tenant;
        refusal.audit.object_kind = "till";
        refusal.audit.object = till->till;
      }
    } else if (const auto who = access_.user(request); who.ok()) {
      refusal.audit.tenant = who->tenant;
      refusal.audit.actor = who->user;
    }
  } else if (request.method == "POST" && request.body.size() < 4096) {
    if (const auto body = json::parse(request.body); body.ok()) {
      refusal.slug = member_of(*body, "tenant");
      // Whom somebody tried to be. Only what may name a person is told of a body, never what may be a secret.
      const std::string tried = member_of(*body, "email");
      if (tried.find('@') != std::string::npos) {
        refusal.details.push_back({"tried", tried});
        refusal.tried = tried;
      }
    }
  }
  tell(std::move(refusal), key, now);
}

void Refusals::tell(Refusal refusal, const std::string& key, std::int64_t now) {
  {
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= counted_max) {
      // Looking through all of them is for now and then.
      if (now - swept_at_ >= sweep_again_us || now < swept_at_) {
        swept_at_ = now;
        std::erase_if(seen_, [&](const auto& one) { return now - one.second.told_at >= once_us; });
      }
      if (seen_.size() >= counted_max) {
        ++lost_, ++numbers_.untold;
        return;
      }
    }
    Seen& seen = seen_[key];
    const bool fresh = seen.told_at == 0;
    if (!fresh && now >= seen.told_at && now - seen.told_at < once_us) {  // another thread was faster
      ++seen.more, ++numbers_.untold;
      return;
    }
    const std::int64_t further = seen.more;
    seen = {now, 0, refusal};
    push(std::move(refusal), further);
  }
  work_.notify_one();
}

void Refusals::push(Refusal refusal, std::int64_t further) {
  const std::int64_t minute = refusal.at / once_us;
  if (minute != minute_) minute_ = minute, minute_rows_ = 0;
  if (waiting_.size() >= queue_max || ++minute_rows_ > rows_per_minute_max) {
    lost_ += 1 + further;
    ++numbers_.untold;
    return;
  }
  if (further > 0) refusal.details.push_back({"further", further});
  if (lost_ > 0) refusal.details.push_back({"others_untold", std::exchange(lost_, 0)});
  waiting_.push_back(std::move(refusal));
}

void Refusals::sweep(std::int64_t now_us) {
  for (auto one = seen_.begin(); one != seen_.end();) {
    Seen& seen = one->second;
    if (now_us >= seen.told_at && now_us - seen.told_at < once_us) {
      ++one;
      continue;
    }
    if (seen.more > 0) {
      seen.like.at = now_us;
      push(std::move(seen.like), seen.more);
    }
    one = seen_.erase(one);
  }
}

Result<void> Refusals::write(const std::deque<Refusal>& waiting) {
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    for (const Refusal& refusal : waiting) {
      store::Audit audit = refusal.audit;
      if (audit.tenant.is_nil()) {
        auto tenant = TRY(store::find_tenant_by_slug(db, refusal.slug));
        if (!tenant.has_value()) tenant = TRY(store::find_tenant_by_host(db, refusal.host));
        if (!tenant.has_value()) tenant = TRY(store::find_only_tenant(db));
        if (tenant.has_value()) audit.tenant = tenant->id;
      }
      if (audit.actor.has_value()) {
        const auto user = TRY(store::find_user(db, audit.tenant, *audit.actor));
        if (user.has_value()) audit.actor_name = user->email;
      } else if (const auto email = read_email(refusal.tried); email.ok()) {
        // So it is found beside the person, and erased with them.
        const auto user = TRY(store::find_user_by_email(db, audit.tenant, *email));
        if (user.has_value()) audit.object_kind = "user", audit.object = user->id;
      }
      audit.details = json::dump(refusal.details);
      TRY(store::add_audit(db, audit, refusal.at));
    }
    return {};
  });
}

void Refusals::settle() {
  std::deque<Refusal> waiting;
  {
    const std::lock_guard lock(mutex_);
    sweep(now_us_());
    waiting.swap(waiting_);
  }
  if (waiting.empty()) return;
  const Result<void> written = write(waiting);
  const std::lock_guard lock(mutex_);
  if (written.ok()) {
    numbers_.written += waiting.size();
    return;
  }
  // The disk takes nothing: how many there were is told once it does.
  lost_ += static_cast<std::int64_t>(waiting.size());
  numbers_.untold += waiting.size();
}

void Refusals::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    (void)work_.wait_for(lock, sweep_every, [&] { return stopping_ || !waiting_.empty(); });
    lock.unlock();
    settle();
    lock.lock();
  }
  lock.unlock();
  settle();
}

Refusals::Numbers Refusals::numbers() const {
  const std::lock_guard lock(mutex_);
  return numbers_;
}

}  // namespace ringup::gate
