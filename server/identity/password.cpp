#include "server/identity/password.h"

#include <argon2.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace ringup::identity {
namespace {

constexpr std::size_t salt_bytes = 16, hash_bytes = 32;
constexpr int niceness = 10;

}  // namespace

std::string hash_password(std::string_view password, const World& world) {
  std::uint8_t salt[salt_bytes];
  world.random(salt);
  char phc[160];
  const int code = argon2id_hash_encoded(argon2_passes, argon2_memory_kib, argon2_lanes, password.data(),
                                         password.size(), salt, sizeof salt, hash_bytes, phc, sizeof phc);
  ASSERT(code == ARGON2_OK);
  return phc;
}

bool verify_password(std::string_view password, const std::string& phc) {
  return argon2id_verify(phc.c_str(), password.data(), password.size()) == ARGON2_OK;
}

const std::string& nobodys_hash() {
  static const std::string hash =
      "$argon2id$v=19$m=19456,t=2,p=1$bm8gc3VjaCBwZXJzb24$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  return hash;
}

std::string make_password(const World& world) {
  constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789x";  // 32; none looks like another
  static_assert(letters.size() == 32);
  std::uint8_t bytes[16];
  world.random(bytes);
  std::string password;
  for (std::size_t i = 0; i < sizeof bytes; ++i) {
    if (i > 0 && i % 4 == 0) password += '-';
    password += letters[bytes[i] % letters.size()];
  }
  return password;
}

HashPool::HashPool() {
  for (int i = 0; i < hash_threads; ++i) threads_.emplace_back([this] { serve(); });
}

HashPool::~HashPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool HashPool::is_inside(const std::string& name) const {
  return !name.empty() && std::find(inside_.begin(), inside_.end(), name) != inside_.end();
}

void HashPool::admit() {
  while (inside_.size() < hash_turns_max) {
    // Known devices first; then in the order they came, but for accounts that have a turn.
    auto next = waiting_.end();
    for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
      if (is_inside(*(*it)->name)) continue;
      if (next == waiting_.end() || ((*it)->known && !(*next)->known)) next = it;
    }
    if (next == waiting_.end()) return;
    Waiter* const waiter = *next;
    waiting_.erase(next);
    inside_.push_back(*waiter->name);
    waiter->state = Waiter::State::inside;
    waiter->changed.notify_one();
  }
}

HashPool::Waiter* HashPool::one_too_many() const {
  Waiter* last = nullptr;
  std::pair<bool, std::ptrdiff_t> most{false, 0};
  for (Waiter* const each : waiting_) {
    const std::ptrdiff_t same =
        each->name->empty() ? 1 : std::count_if(waiting_.begin(), waiting_.end(), [&](const Waiter* other) {
          return *other->name == *each->name;
        });
    // The later one of those that are alike.
    const std::pair<bool, std::ptrdiff_t> weight{!each->known, same};
    if (last == nullptr || weight >= most) last = each, most = weight;
  }
  return last;
}

Result<HashPool::Slot> HashPool::enter(std::string name, bool known_device) {
  std::unique_lock lock(mutex_);
  Waiter waiter{&name, known_device, Waiter::State::waiting, {}};
  waiting_.push_back(&waiter);
  admit();
  if (waiting_.size() > hash_waiting_max) {
    Waiter* const refused = one_too_many();
    std::erase(waiting_, refused);
    refused->state = Waiter::State::refused;
    ++refused_;
    refused->changed.notify_one();
  }
  waiter.changed.wait(lock, [&] { return waiter.state != Waiter::State::waiting; });
  if (waiter.state == Waiter::State::refused)
    return fail(Error::busy, {}, "Many people are signing in; try again in a moment.");
  return Slot(this, std::move(name));
}

void HashPool::leave(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto mine = std::find(inside_.begin(), inside_.end(), name);
  ASSERT(mine != inside_.end());
  inside_.erase(mine);
  admit();
}

HashPool::Numbers HashPool::numbers() const {
  const std::lock_guard lock(mutex_);
  return {static_cast<int>(inside_.size()), static_cast<int>(waiting_.size()), refused_};
}

HashPool::Slot::~Slot() {
  if (pool_ != nullptr) pool_->leave(name_);
}

void HashPool::Slot::run(const std::function<void()>& work) const {
  Task task{&work, false, {}};
  std::unique_lock lock(pool_->mutex_);
  pool_->tasks_.push_back(&task);
  pool_->arrived_.notify_one();
  task.changed.wait(lock, [&] { return task.done; });
}

void HashPool::serve() {
  // Linux gives each thread its own: a sale goes before a login. Where it is not allowed, nothing is lost.
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
  std::unique_lock lock(mutex_);
  for (;;) {
    arrived_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task* task = tasks_.front();
    tasks_.pop_front();
    lock.unlock();
    (*task->work)();
    lock.lock();
    task->done = true;
    task->changed.notify_one();
  }
}

}  // namespace ringup::identity
