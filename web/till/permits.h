#pragma once
/// Who may sell at this till by PIN: the permits that the server gave it (core/identity/permit.h), and wrong
/// tries.
///
/// Permits lie on the device as the server signed them (draft "permits": {"key", "items"}); they are believed
/// when their signature is right and they are for this till, at the start and once more when one is used.
/// Each answer of the server takes the place of all that was there before, so who is gone there is gone here.
/// Wrong PINs are counted per person before they are looked at (draft "tries": {USER: {"wrong", "until":
/// ms}}), so a reload forgives nothing; the right one, or the password, does.
///
/// One per app; not thread-safe. Callbacks are events of their own, or come at once where it was clear
/// before.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/identity/permit.h"
#include "web/platform/bridge.h"
#include "web/till/cashier.h"
#include "web/till/memory.h"
#include "web/till/server.h"

namespace ringup::till {

inline constexpr int pin_tries_max = 5;  // wrong ones, before that person has to wait
inline constexpr std::int64_t pin_wait_ms = 60'000, pin_wait_ms_max = 3'600'000;  // doubles with each more
inline constexpr double permits_ask_ms = 5.0 * 60'000;  // how old what is known may become while online

class Permits {
 public:
  struct Person {
    Permit permit;
    std::string jws, name;
  };
  using Done = std::function<void(Result<Cashier>)>;

  Permits(platform::Bridge& bridge, Memory& memory, Server& server);

  /// After each answer of the server, and when what lay on the device has been read.
  std::function<void()> on_change;
  /// Reads what lies on the device.
  void open();
  /// Asks the server; `if_old`: only where that was some minutes ago.
  void fetch(bool if_old = false);
  /// Whether this page can check permits at all.
  bool possible() const { return bridge_.has_crypto(); }

  /// By name. An expired one is among them, so that the till can say so.
  const std::vector<Person>& people() const { return people_; }
  const Person* find(const Id& user) const;
  /// Where the server has told since the start: may this person still sell here? Who came by PIN needs a
  /// permit.
  bool is_gone(const Cashier& cashier) const;
  /// The server has told since the start.
  bool told() const { return asked_at_.has_value(); }
  bool is_expired(const Permit& permit) const;
  /// How long this person has to wait before the next try; 0: not at all.
  std::int64_t wait_ms(const Id& user) const;
  /// "in 2 minutes": when that will be.
  std::string wait_words(const Id& user) const;

  /// Tries a PIN; `done` with who may sell from now on, or with words for them.
  void prove(const Id& user, std::string pin, Done done);
  bool proving() const { return proving_; }
  /// They showed their password.
  void forgive(const Id& user);

 private:
  struct Tries {
    std::int64_t wrong = 0, until = 0;  // ms UTC
  };
  void answered(const platform::FetchResponse& response);
  void take(const json::Value& kept);
  void check_next(int run, std::string key, std::vector<std::string> rest, std::vector<Person> found);
  void read_tries();
  void keep_tries();
  void count(const Id& user);
  std::optional<Failure> refusal(const Person& person) const;
  void compare(const Id& user, std::string pin, const std::optional<std::string>& payload, const Done& done);

  platform::Bridge& bridge_;
  Memory& memory_;
  Server& server_;
  std::string key_;
  std::vector<Person> people_;
  std::optional<std::set<Id>> sellers_;  // as the server last told since the start
  std::map<Id, Tries> tries_;
  int run_ = 0;  // of take(): what an earlier one still finds is passed over
  bool asking_ = false, again_ = false, proving_ = false;
  std::optional<double> asked_at_;  // when the server last answered, by the monotonic clock
};

}  // namespace ringup::till
