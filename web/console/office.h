#pragma once
/// The Desk as the app keeps it: the session, the facts, the catalogue, the news, the place, and words for
/// money and time. Screens see Desk only.
///
/// News come over GET /api/events and are handed on by on_news while the page is shown; what came meanwhile
/// comes when it is again. With another generation of the server, after a gap that it cannot fill, and every
/// few minutes in case something was missed, everything counts as changed.
#include <array>

#include "web/console/follower.h"
#include "web/console/prover.h"

namespace ringup::console {

inline constexpr int everything_anew_ms = 5 * 60'000;  // while the server tells of changes
inline constexpr double reconnecting_ms = 10'000;      // it is not mentioned sooner

class Office final : public Desk {
 public:
  enum class State : std::uint8_t {
    resuming,    // asking whether an earlier visit still counts
    signed_out,  // nobody is there
    opening,     // signed in; the facts are on their way
    open
  };

  explicit Office(platform::Platform& platform);

  State state() const { return state_; }
  /// Why opening failed; empty while it has not. open_again() tries once more.
  const std::string& problem() const { return problem_; }
  void open_again();
  /// Where the step says that the person is signed in, the shop opens by itself.
  void sign_in(std::string tenant, std::string email, std::string password, Api::StepDone done);
  void sign_in_step(std::string path, json::Object body, Api::StepDone done);
  /// What asks for a password once more; to be drawn over everything.
  Prover& prover() { return prover_; }
  void sign_out();
  void navigated(std::string_view hash);
  void shown(bool shown);
  /// What another tab said.
  void told(std::string_view words);
  /// Milliseconds until it should be said that the server tells nothing any more: 0 now, nullopt where all is
  /// well.
  std::optional<double> reconnecting_in() const;
  /// The place is another one since the last call.
  bool take_moved() { return std::exchange(moved_, false); }
  /// Called when the state becomes open, and when it ends.
  std::function<void(bool open)> on_open;
  std::function<void(const News&)> on_news;
  /// live() is another one than before.
  std::function<void()> on_live;

  // Desk
  using Desk::go;
  Api& api() override { return api_; }
  platform::Bridge& bridge() override { return platform_.bridge(); }
  const User& user() const override { return user_; }
  const Facts& facts() const override { return facts_; }
  void refresh_facts() override { load_facts(); }
  void refresh_user() override;
  void send_proved(std::string method, std::string path, json::Object body, Api::Done done) override {
    prover_.send(std::move(method), std::move(path), std::move(body), std::move(done));
  }
  bool live() const override { return stream_ == platform::Stream::live; }
  bool shown() const override { return shown_; }
  const Products& products() const override { return follower_.products(); }
  void refresh_catalogue(std::function<void()> done) override { follower_.refresh(std::move(done)); }
  const Place& place() const override { return place_; }
  void go(Place place) override { move(std::move(place), false); }
  void replace(Place place) override { move(std::move(place), true); }
  void after(int ms, std::function<void()> done) override;
  std::string money(Amount amount) const override;
  std::string price(UnitPrice price) const override;
  std::string price_words(UnitPrice price) const override;
  std::string moment(std::int64_t unix_us) const override;
  std::string day(std::int64_t unix_us) const override;
  std::string clock(std::int64_t unix_us) const override;
  std::string date(std::int64_t unix_us, int days) const override;

 private:
  void entered(const json::Value& user);
  void take_user(const json::Value& user);
  Api::StepDone step_done(Api::StepDone done);
  void left();
  void follow();
  void heard(const platform::ServerEvent& event);
  void stream_is(platform::Stream state);
  void changed(News news);
  void everything_changed();
  void everything_later();
  void load_facts();
  void take_fact(const char* path, std::function<void(const json::Value&)> read);
  void move(Place place, bool replace);
  std::string local(std::int64_t unix_us, int days = 0) const;

  platform::Platform& platform_;
  platform::Bridge& bridge_;
  Api api_;
  Follower follower_;
  Prover prover_;
  State state_ = State::resuming;
  std::string problem_;
  User user_;
  Facts facts_, next_facts_;
  int facts_missing_ = 0;
  bool facts_again_ = false;
  platform::Stream stream_ = platform::Stream::waiting;
  double lost_at_ = 0;      // since when it is not live, by the monotonic clock
  std::uint64_t belt_ = 0;  // the timer that counts
  std::string generation_;  // of the server's data
  bool shown_ = true;
  std::array<bool, topic_count> held_{};  // told while the page was hidden
  Place place_;
  bool moved_ = true;
};

}  // namespace ringup::console
