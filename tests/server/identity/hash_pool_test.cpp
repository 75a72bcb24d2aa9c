/// Who waits for a hash, and who goes first.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/identity/password.h"

namespace ringup::identity {
namespace {

/// Holds all turns of a pool by accounts that nobody else uses.
std::vector<HashPool::Slot> hold_all(HashPool& pool) {
  std::vector<HashPool::Slot> slots;
  for (int i = 0; i < hash_turns_max; ++i) {
    auto slot = pool.enter("holder " + std::to_string(i));
    EXPECT_TRUE(slot.ok());
    slots.push_back(std::move(slot).value());
  }
  return slots;
}

void until_waiting(const HashPool& pool, int count) {
  while (pool.numbers().waiting != count) std::this_thread::yield();
}

TEST(HashPool, GivesAnAccountOneTurnAtATime) {
  HashPool pool;
  auto first = pool.enter("anna");
  ASSERT_TRUE(first.ok());
  std::atomic<bool> let_in{false};
  std::thread second([&] {
    const auto slot = pool.enter("anna");
    let_in = slot.ok();
  });
  until_waiting(pool, 1);
  EXPECT_TRUE(pool.enter("berta").ok()) << "another account does not wait for it";
  EXPECT_FALSE(let_in);
  { const HashPool::Slot gone = std::move(first).value(); }
  second.join();
  EXPECT_TRUE(let_in);
}

TEST(HashPool, WhenTooManyWaitTheBusiestAccountLosesItsLast) {
  HashPool pool;
  auto held = hold_all(pool);
  std::atomic<int> in{0}, busy{0};
  std::vector<std::thread> threads;
  const auto come = [&](std::string name, bool known) {
    threads.emplace_back([&, name = std::move(name), known] {
      const auto slot = pool.enter(name, known);
      (slot.ok() ? in : busy)++;
    });
  };
  for (int i = 0; i < hash_waiting_max; ++i) come("guessed", false);
  until_waiting(pool, hash_waiting_max);
  std::atomic<int> others{0};
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&, i] { others += pool.enter("other " + std::to_string(i)).ok() ? 1 : 0; });
    while (busy != i + 1) std::this_thread::yield();
  }
  EXPECT_EQ(pool.numbers().waiting, hash_waiting_max);
  held.clear();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(others, 5) << "nobody else was sent away";
  EXPECT_EQ(busy, 5);
  EXPECT_EQ(in, hash_waiting_max - 5);
  EXPECT_EQ(pool.numbers().inside, 0);
}

TEST(HashPool, KnownDevicesGoFirst) {
  HashPool pool;
  auto held = hold_all(pool);
  std::atomic<int> turn{0};
  int stranger = 0, known = 0;
  std::thread first([&] {
    const auto slot = pool.enter("stranger", false);
    stranger = ++turn;
  });
  until_waiting(pool, 1);
  std::thread second([&] {
    const auto slot = pool.enter("known", true);
    known = ++turn;
    until_waiting(pool, 1);  // the stranger still waits
  });
  until_waiting(pool, 2);
  held.pop_back();
  second.join();
  first.join();
  EXPECT_EQ(known, 1);
  EXPECT_EQ(stranger, 2);
}

}  // namespace
}  // namespace ringup::identity
