#pragma once
/// Sends what waits in the message ledger: takes one message at a time, fills its template, hands it to the
/// provider and writes down what became of it.
///
/// What is promised: a message that was committed is sent, or says why it was not; what was recorded as sent
/// is never sent again. Between the provider's yes and our record lies a moment in which a power cut makes us
/// send once more; a mail then has the same bytes and the same Message-ID, by which mail programs know it.
///
/// Mails and text messages have threads of their own, so that a slow mail server holds no code back. When
/// nothing goes (nobody answers, a wrong password) a channel rests for a growing while, up to a minute, and
/// the log says so once. A message that is put off waits 30 s, then twice as long each time, up to four
/// hours, and is given up after three days; what lives for an hour at most (codes) is tried every few
/// seconds, until it has run out. What is refused for good (no such mailbox) is not tried again.
///
/// Where no provider is set, messages become files: DIR/outbox/ID.eml and ID.sms.json, for nobody but whoever
/// may read the folder.
#include <array>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/log/exposition.h"
#include "server/notify/mail_probe.h"
#include "server/notify/outcome.h"
#include "server/notify/sms.h"
#include "server/store/message_queue.h"
#include "server/store/store.h"
#include "server/store/vault.h"

namespace ringup::notify {

inline constexpr std::int64_t lease_us = 5LL * 60 * 1'000'000;  // longer than any attempt takes
inline constexpr std::int64_t given_up_us = 3LL * 86'400 * 1'000'000;
inline constexpr std::int64_t rest_us_max = 60LL * 1'000'000;
inline constexpr int threads_per_channel = 2;
inline constexpr int look_again_ms_max = 5'000;  // other processes queue messages, too

struct CourierSettings {
  std::optional<MailServer> mail_server;  // none: mails go to the outbox
  std::string mail_from;                  // EMAIL_FROM; "" only where there is no mail server
  SmsProvider sms;
  std::string public_host;  // of PUBLIC_URL: where codes are typed, unless the business has a host of its own
};

/// What the courier needs of the world; tests hand in providers of their own.
struct CourierDoors {
  using GiveUp = std::function<bool()>;
  std::function<std::int64_t()> now_us = store::unix_us_now;
  std::function<Outcome(const std::string& from, const std::string& to, const std::string& bytes,
                        const GiveUp&)>
      mail = {};  // none: the mail server of the settings, or the outbox
  std::function<Outcome(const std::string& to, const std::string& text, const GiveUp&)> sms = {};
};

class Courier {
 public:
  /// The store must outlive it. Nothing is sent before start() or step().
  Courier(store::Store& store, CourierSettings settings, CourierDoors doors = {});
  /// Ends the threads; an attempt under way has three seconds left.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Starts the threads. Only in the one process that serves the folder: leases of the one before it end.
  void start();
  /// Sends one message of this channel, where one is due and the channel does not rest. True: there may be
  /// more. For the threads, and for tests, which need none. Thread-safe.
  bool step(store::Channel channel);
  /// Both channels, until nothing is due.
  void drain();

  void tell_metrics(log::Exposition& out);

 private:
  enum End : std::size_t { sent, refused, later, down, expired, given_up, ends };
  struct Lane {
    store::Channel channel;
    int downs = 0;  // attempts in a row in which nothing went
    std::int64_t rest_until = 0;
    std::string cause;                        // of the last of them, as the log was told
    std::array<std::uint64_t, ends> ended{};  // by End
  };
  struct Letter;

  Lane& lane_of(store::Channel channel) { return lanes_[channel == store::Channel::sms ? 1 : 0]; }
  Result<Letter> compose(const store::Claimed& message) const;
  Outcome hand_over(const store::Claimed& message, const Letter& letter) const;
  void record(const store::Claimed& message, const Outcome& outcome);
  void write_down(const store::Claimed& message, const std::function<Result<bool>(store::Database&)>& note);
  /// What was sent and could not be written down yet. False: it still cannot.
  bool settle();
  /// Counts, rests or wakes the channel, and tells the log where something changed. → when the message may be
  /// tried again, where it may.
  std::int64_t note(const store::Claimed& message, const Outcome& outcome, std::int64_t now);
  void conclude(const store::Claimed& message, End end, std::string_view trouble);
  void count(store::Channel channel, End end);
  void run(store::Channel channel);
  int wait_ms(store::Channel channel);
  bool must_end() const;
  void committed();

  store::Store& store_;
  const CourierSettings settings_;
  const CourierDoors doors_;
  const store::Vault vault_;
  std::mutex mutex_;
  std::array<Lane, 2> lanes_{Lane{store::Channel::email, 0, 0, {}, {}},
                             Lane{store::Channel::sms, 0, 0, {}, {}}};
  std::map<Id, std::string> unrecorded_;  // sent, with the provider's id
  std::condition_variable wake_;
  std::atomic<std::uint64_t> seen_{0};  // of messages_queued()
  std::uint64_t nudges_ = 0;
  bool stopping_ = false;
  std::atomic<std::int64_t> end_at_ns_{0};  // steady clock; 0: not ending
  std::vector<std::thread> threads_;
};

}  // namespace ringup::notify
