#include "server/store/writer.h"

#include <algorithm>
#include <chrono>

#include "server/log/log.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = Database::Trouble::Kind;

std::int64_t ns_since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun).count();
}

const char* words_of(Kind kind) {
  switch (kind) {
    case Kind::full:
      return "The server's disk is full. Nothing of this was kept. The server goes on by itself as soon as "
             "there is room; what is stored can be read meanwhile.";
    case Kind::failing:
      return "The server's disk reports errors. Nothing of this was kept. The server goes on by itself as "
             "soon as the disk takes data again; what is stored can be read meanwhile.";
    case Kind::refused:
      return "The server may not write into its data folder. Nothing of this was kept. It goes on by itself "
             "as soon as it may; what is stored can be read meanwhile.";
    case Kind::damaged:
      return "The server's database is damaged. Nothing of this was kept. Its operator has to put back the "
             "last backup.";
  }
  return "";
}

}  // namespace

const char* name_of(Kind kind) {
  static constexpr const char* names[] = {"full", "failing", "refused", "damaged"};
  return names[static_cast<std::size_t>(kind)];
}

Writer::Writer(std::unique_ptr<Database> database, Doors doors)
    : database_(std::move(database)), doors_(std::move(doors)), log_again_at_(doors_.log_frames) {
  database_->stop_at_trouble();
  database_->keep_log();
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Result<void> Writer::write(const Job& job, Again again, Size size) {
  ASSERT(std::this_thread::get_id() != thread_.get_id());
  Ticket ticket{&job, again, size, {}, false, {}};
  std::unique_lock lock(mutex_);
  if (stopping_) return fail(Error::busy, {}, "The server is stopping.");
  if (read_only_.has_value()) return fail(Error::storage, {}, read_only_->words);
  if (queue_.size() + large_.size() >= queue_jobs_max) return Error::busy;
  std::deque<Ticket*>& queue = size == Size::large ? large_ : queue_;
  queue.push_back(&ticket);
  if (queue.size() == 1 || queue.size() == expected_) work_.notify_one();
  ticket.changed.wait(lock, [&] { return ticket.done; });
  return std::move(ticket.result);
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (read_only_.has_value()) {
      const bool rarely = attempts_ > 0 && read_only_->trouble.kind == Kind::damaged;
      work_.wait_for(lock, std::chrono::milliseconds(doors_.probe_ms * (rarely ? damage_probes_rest : 1)),
                     [&] { return stopping_; });
      if (stopping_) return;  // the queue is empty: nobody gets in
      try_again(lock);
      continue;
    }
    work_.wait(lock, [&] { return stopping_ || !queue_.empty() || !large_.empty(); });
    if (queue_.empty() && large_.empty()) return;
    // Those who were answered together come back together: a moment's patience saves most of their syncs.
    // Where a large job waits there is better to do.
    if (expected_ > 1 && large_.empty()) {
      work_.wait_for(lock, std::chrono::microseconds(gather_us_max),
                     [&] { return stopping_ || queue_.size() >= expected_; });
    }
    lock.unlock();
    std::deque<Ticket*> group;
    run_group(group);
    lock.lock();
    numbers_.jobs += group.size();
    const auto small = static_cast<std::size_t>(std::count_if(
        group.begin(), group.end(), [](const Ticket* ticket) { return ticket->size == Size::small; }));
    expected_ = std::min<std::size_t>(small + queue_.size(), group_jobs_max);
    large_turn_ = small == group.size() && !large_.empty();
    for (Ticket* ticket : group) {
      ticket->done = true;
      ticket->changed.notify_one();
    }
    if (database_ == nullptr || database_->log_frames() < log_again_at_) continue;
    // After the answers: they need not wait for it.
    lock.unlock();
    write_log_back();
    lock.lock();
  }
}

Writer::Ticket* Writer::take(bool first_of_group) {
  const std::lock_guard lock(mutex_);
  // Behind small jobs a large one is let in only where it is its turn; behind a large one, another.
  large_turn_ = large_turn_ || (first_of_group && queue_.empty());
  std::deque<Ticket*>& queue = queue_.empty() && large_turn_ ? large_ : queue_;
  if (queue.empty()) return nullptr;
  Ticket* ticket = queue.front();
  queue.pop_front();
  return ticket;
}

void Writer::run_group(std::deque<Ticket*>& group) {
  std::size_t broke_at = run_jobs(group);
  bool kept = false;
  std::int64_t spent = 0;
  if (broke_at == group.size() && database_->in_transaction()) {
    const Clock::time_point begun = Clock::now();
    const Result<std::int64_t> committed = database_->run("COMMIT");
    spent = ns_since(begun);
    kept = committed.ok();
    for (Ticket* ticket : group) {
      if (!kept && ticket->result.ok())
        ticket->result = fail(Error::storage, {}, describe(committed.failure()));
    }
  }
  if (!kept && database_->trouble().has_value())
    give_up(group, broke_at);
  else if (!kept)
    database_->roll_back();
  else if (doors_.after_commit)
    doors_.after_commit();
  const std::lock_guard lock(mutex_);
  for (const Ticket* ticket : group) numbers_.failed_jobs += ticket->result.ok() ? 0 : 1;
  numbers_.groups += kept ? 1 : 0;
  numbers_.failed_commits += kept ? 0 : 1;
  if (!kept) return;
  numbers_.group_jobs.add(static_cast<std::int64_t>(group.size()));
  numbers_.commit_ns.add(spent);
}

bool Writer::broken() const {
  return database_->trouble().has_value() || !database_->in_transaction();
}

std::size_t Writer::run_jobs(std::deque<Ticket*>& group) {
  const Clock::time_point begun = Clock::now();
  bool bare = true;  // only jobs that may run again have run so far
  Result<std::int64_t> open = database_->run("BEGIN IMMEDIATE");
  while (group.size() < group_jobs_max) {
    Ticket* ticket = take(group.empty());
    if (ticket == nullptr) break;
    group.push_back(ticket);
    if (!open.ok()) {
      ticket->result = open.failure();
      continue;
    }
    if (bare && ticket->again == Again::possible) {
      ticket->result = (*ticket->job)(*database_);
      if (!ticket->result.ok() && !broken()) {
        // Everything so far may run again: it does, and this time a failure takes only itself back.
        bare = false;
        database_->roll_back();
        open = database_->run("BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < group.size(); ++i) {
          if (open.ok())
            run_guarded(*group[i]);
          else
            group[i]->result = open.failure();
          if (open.ok() && broken()) return broke_at(group, i);
        }
        if (!open.ok()) continue;
      }
    } else {
      bare = false;  // what may not run again must never be rolled back with the others
      run_guarded(*ticket);
    }
    if (broken()) return broke_at(group, group.size() - 1);
    if (Clock::now() - begun > std::chrono::milliseconds(group_ms_max)) break;
  }
  return open.ok() ? group.size() : 0;
}

std::size_t Writer::broke_at(const std::deque<Ticket*>& group, std::size_t place) {
  // SQLite itself may have taken all of it back; where the disk is well, memory was short.
  for (Ticket* ticket : group) {
    if (ticket->result.ok())
      ticket->result = fail(Error::busy, {}, "The transaction was taken back; send it again.");
  }
  return place;
}

void Writer::run_guarded(Ticket& ticket) {
  const Result<std::int64_t> saved = database_->run("SAVEPOINT job");
  ticket.result = saved.ok() ? (*ticket.job)(*database_) : Result<void>(saved.failure());
  if (!saved.ok() || broken()) return;
  if (!ticket.result.ok()) (void)database_->run("ROLLBACK TO job");
  (void)database_->run("RELEASE job");
}

void Writer::give_up(std::deque<Ticket*>& group, std::size_t broke_at) {
  const Database::Trouble trouble = *database_->trouble();
  const ReadOnly now{trouble, words_of(trouble.kind), unix_us_now()};
  database_->roll_back();
  // What the last attempt at a page left in the connection's memory is of no use to anyone.
  database_->leave_log_alone();
  database_.reset();
  {
    const std::lock_guard lock(mutex_);
    read_only_ = now;
    ++numbers_.read_only_times;
    for (std::deque<Ticket*>* queue : {&queue_, &large_}) {
      group.insert(group.end(), queue->begin(), queue->end());
      queue->clear();
    }
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    // A job that had failed by itself before has its own answer, and it is still true.
    Result<void>& result = group[i]->result;
    const bool its_own = i < broke_at && !result.ok() && result.error() != Error::storage &&
                         result.error() != Error::damaged && result.error() != Error::busy;
    if (!its_own) result = fail(Error::storage, {}, now.words);
  }
  last_words_ = trouble.words;
  log::event(log::Level::error, "read_only", now.words,
             {{"reason", name_of(trouble.kind)},
              {"found", trouble.words},
              {"jobs", static_cast<std::int64_t>(group.size())}});
}

void Writer::try_again(std::unique_lock<std::mutex>& lock) {
  const ReadOnly since = *read_only_;
  ++attempts_;
  lock.unlock();
  Result<std::unique_ptr<Database>> mended =
      doors_.mend ? doors_.mend(since.trouble) : fail(Error::storage, {}, "Nothing mends this connection.");
  if (mended.ok()) {
    (*mended)->stop_at_trouble();
    (*mended)->keep_log();
    log::event(
        log::Level::info, "read_write", "The disk takes data again; writing goes on.",
        {{"reason", name_of(since.trouble.kind)}, {"seconds", (unix_us_now() - since.since_us) / 1'000'000}});
  } else if (const std::string found = describe(mended.failure()); found != last_words_) {
    last_words_ = found;
    log::event(log::Level::warning, "still_read_only", since.words, {{"found", found}});
  }
  lock.lock();
  if (!mended.ok()) return;
  database_ = std::move(mended).value();
  read_only_.reset();
  expected_ = attempts_ = 0;
  log_again_at_ = doors_.log_frames;
}

void Writer::write_log_back() {
  const Clock::time_point begun = Clock::now();
  const Result<Database::Written> written = database_->checkpoint(Database::Checkpoint::passive);
  const std::int64_t spent = ns_since(begun);
  const int frames = database_->log_frames();
  // Whole: the next commit begins the log anew. Else readers were in the way, or there was no room.
  log_again_at_ =
      written.ok() && written->done >= written->frames ? doors_.log_frames : frames + log_frames_again;
  // A full disk is told when it refuses a sale: until then the log has room. A sync that failed is told now,
  // for what the database file holds is not known any more.
  std::deque<Ticket*> nobody;
  if (!written.ok() && database_->trouble().has_value()) {
    if (database_->trouble()->unsynced)
      give_up(nobody, 0);
    else
      database_->forget_trouble();
  }
  const std::lock_guard lock(mutex_);
  ++numbers_.checkpoints;
  numbers_.failed_checkpoints += written.ok() ? 0 : 1;
  numbers_.checkpoint_ns.add(spent);
  for (Ticket* ticket : nobody) {
    ticket->done = true;
    ticket->changed.notify_one();
  }
}

std::optional<ReadOnly> Writer::read_only() const {
  const std::lock_guard lock(mutex_);
  return read_only_;
}

Writer::Numbers Writer::numbers() const {
  const std::lock_guard lock(mutex_);
  Numbers numbers = numbers_;
  numbers.queued = queue_.size() + large_.size();
  return numbers;
}

}  // namespace ringup::store
