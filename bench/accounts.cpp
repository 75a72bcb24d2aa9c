// Signing in, beside raw Argon2id with the same parameters, threads and priority, in turns; and what it costs
// to look at an access token.
//
//   bench_accounts [--seconds N]
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "server/identity/accounts.h"
#include "server/identity/business.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr int people = 64, callers = 16, rounds = 5;
constexpr char password[] = "seven small green boats";

std::string address_of(int i) {
  return "person" + std::to_string(i) + "@example.com";
}

/// How often `work(thread, n)` was done a second by so many threads.
template <class Work>
double rate(int threads, double seconds, const Work& work) {
  std::atomic<std::int64_t> done{0};
  std::vector<std::thread> all;
  const Clock::time_point begun = Clock::now();
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (int n = 0; ms_since(begun) < seconds * 1000; ++n) {
        work(t, n);
        ++done;
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  return static_cast<double>(done.load()) * 1000 / ms_since(begun);
}

/// Microseconds of one call, the best of some runs.
template <class Work>
double microseconds(int calls, const Work& work) {
  double best = 0;
  for (int run = 0; run < 7; ++run) {
    const Clock::time_point begun = Clock::now();
    for (int i = 0; i < calls; ++i) work();
    const double each = ms_since(begun) * 1000 / calls;
    if (run == 0 || each < best) best = each;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 3;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--seconds") seconds = std::atof(argv[i + 1]);
  }
  const Folder folder;
  auto store = must(store::Store::open(folder.path(), {.make_if_missing = true}));
  identity::NewBusiness wish;
  wish.slug = "bench";
  wish.name = "Bench";
  wish.owner_email = address_of(0);
  wish.password = password;
  const auto made = must(identity::make_business(*store, wish, {}));
  must(store->writer().write([&](store::Database& db) -> Result<void> {
    for (int i = 1; i < people; ++i) {
      store::User user = made.owner;
      user.id = store::new_id();
      user.email = address_of(i);
      TRY(store::insert_user(db, user));
    }
    return {};
  }));
  identity::AccountSettings settings;
  settings.logins_per_minute = 1'000'000;
  identity::Accounts accounts(*store, settings);
  const std::string phc = identity::hash_password(password, {});

  std::vector<double> raw, logins, shares;
  for (int round = 0; round < rounds; ++round) {
    raw.push_back(rate(identity::hash_threads, seconds, [&](int, int n) {
      if (n == 0) (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
      if (!identity::verify_password(password, phc)) die("not the password");
    }));
    logins.push_back(rate(callers, seconds, [&](int t, int n) {
      const int who = (t + n * callers) % people;
      must(accounts.login({made.tenant.id, address_of(who), password, "192.0.2.1", "bench", {}}));
    }));
    shares.push_back(logins.back() / raw.back());
    std::printf("raw Argon2id %7.1f/s   sign-ins %7.1f/s   %.2f\n", raw.back(), logins.back(), shares.back());
  }
  const auto median = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  figure("accounts.login_rate", median(logins));
  figure("accounts.argon2_rate", median(raw));
  figure("accounts.login_share", median(shares));

  const auto signed_in =
      must(accounts.login({made.tenant.id, address_of(0), password, "192.0.2.1", "bench", {}}));
  const std::string bearer = "Bearer " + signed_in.grant->access;
  figure("accounts.token_us", microseconds(20'000, [&] { must(accounts.authenticate(bearer)); }));
  // As behind every write: the signature is verified and the session looked up anew.
  const auto keys = accounts.keys().keys();
  figure("accounts.token_fresh_us", microseconds(20'000, [&] {
           const auto claims =
               must(identity::verify_access(signed_in.grant->access, *keys, accounts.world().now_us()));
           must(store->read([&](store::Database& db) { return store::find_principal(db, claims.session); }));
         }));
  return 0;
}
