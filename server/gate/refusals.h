#pragma once
/// What was refused for security's sake, told in the audit log: tokens that are no good, wrong passwords and
/// codes, locked accounts, rights that are missing, pages of other sites, networks that are shut out, hosts
/// that are not ours, too many requests.
///
/// An answer never waits for it: what is to be told goes into a short queue, which a thread empties in one
/// writer's job at a time. A flood fills neither disk nor memory: of one address and reason a row is written
/// at most once a minute, with the number of those that came in between in the next one; in all so many rows
/// a minute; what the queue cannot take is counted and told later. Entries go to the business whose user,
/// body or host name the request shows; to the server's own chain where none is known.
///
/// `code` in the details is the problem's code, or what the gate calls it: cross_origin, address_refused.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "server/http/access.h"
#include "server/store/audit.h"
#include "server/store/store.h"

namespace ringup::gate {

class Refusals {
 public:
  static constexpr std::int64_t once_us = 60'000'000;  // of one address and reason
  static constexpr std::size_t queue_max = 512, counted_max = 8'192;
  static constexpr int rows_per_minute_max = 600;

  /// store and access must outlive it. `background`: a thread writes; else whoever calls settle() does.
  Refusals(store::Store& store, const http::Access& access, std::function<std::int64_t()> now_us,
           bool background);
  ~Refusals();

  /// Notes an answer of 401, 403, 421 or 429, where it is one for the log. Quick; from any thread.
  void note(const http::Request& request, std::string_view route, const http::Response& response);
  /// Writes what waits, and what floods have left to be told.
  void settle();

  struct Numbers {
    std::uint64_t noted = 0, written = 0, untold = 0;  // untold: of floods, counted in a later row
  };
  Numbers numbers() const;

 private:
  struct Refusal {
    store::Audit audit;
    std::string slug, host;  // how to find the business where the audit has none
    std::string tried;       // whose address somebody gave
    json::Object details;
    std::int64_t at = 0;
  };
  struct Seen {
    std::int64_t told_at = 0;
    std::int64_t more = 0;  // since then
    Refusal like;           // what is told of them
  };
  void run();
  /// Whoever has waited for a minute with something untold; with the lock held.
  void sweep(std::int64_t now_us);
  void push(Refusal refusal, std::int64_t further);
  void tell(Refusal refusal, const std::string& key, std::int64_t now_us);
  Result<void> write(const std::deque<Refusal>& waiting);

  store::Store& store_;
  const http::Access& access_;
  const std::function<std::int64_t()> now_us_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Refusal> waiting_;
  std::unordered_map<std::string, Seen> seen_;
  std::int64_t minute_ = 0, minute_rows_ = 0;
  std::int64_t lost_ = 0;  // told with the next row
  std::int64_t swept_at_ = 0;
  Numbers numbers_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace ringup::gate
