#include "server/identity/password.h"

#include <argon2.h>
#include <sys/resource.h>
#include <unistd.h>

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

Result<HashPool::Slot> HashPool::enter() {
  const std::lock_guard lock(mutex_);
  if (taken_ >= hash_threads + hash_waiting_max)
    return fail(Error::busy, {}, "Many people are signing in; try again in a moment.");
  ++taken_;
  return Slot(this);
}

HashPool::Slot::~Slot() {
  if (pool_ == nullptr) return;
  const std::lock_guard lock(pool_->mutex_);
  --pool_->taken_;
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
