#pragma once
/// One user beside the table: who they are, what they may do, how they sign in, where they are signed in.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/console/parts.h"
#include "web/console/people/person.h"

namespace ringup::console {

inline constexpr std::string_view new_person = "new";  // Place's ?open= of one that is being added
inline constexpr float user_panel_width = panel_width;

class UserPanel {
 public:
  /// "" closes it. `groups` are those there are.
  void open(Desk& desk, const std::string& id);
  const std::string& subject() const { return subject_; }
  bool unsaved() const { return open_ && !(draft_ == saved_); }
  void set_groups(std::vector<GroupRow> groups) { groups_ = std::move(groups); }
  /// False where the user closed it.
  bool draw(Desk& desk, ui::Rect around);
  void draw_over(Desk& desk);
  /// Called with a user that was added or changed.
  std::function<void(Desk&, const Person&, bool added)> on_saved;

 private:
  struct Draft {
    std::string email, first_name, last_name, phone_number, designation, branch, password;
    Role role = Role::cashier;
    std::vector<std::string> groups;
    bool active = true, password_expired = false;
    bool operator==(const Draft&) const = default;
  };
  struct Session {
    std::string device;
    std::int64_t last_used_at = 0;
    bool current = false;
  };

  bool is_new() const { return subject_ == new_person; }
  bool self(Desk& desk) const { return person_.id == desk.user().id; }
  /// Nobody touches those who may do more than they may themselves.
  bool locked(Desk& desk) const { return !is_new() && !person_.rights.within(desk.user().rights); }
  void take(const json::Value& value);
  void fetch_sessions(Desk& desk);
  void change(Desk& desk, json::Object body, std::string toast);
  void save(Desk& desk);
  void draw_question_of_factors(Desk& desk);
  json::Object body() const;
  void draw_body(Desk& desk, ui::Rect rect);
  void draw_state(Desk& desk, ui::ScrollArea& area);
  void draw_profile(Desk& desk, ui::ScrollArea& area, bool fixed);
  void draw_role(Desk& desk, ui::ScrollArea& area, bool fixed);
  void draw_sign_in(Desk& desk, ui::ScrollArea& area);
  void draw_sessions(Desk& desk, ui::ScrollArea& area, bool fixed);

  std::string subject_, problem_;
  bool open_ = false, loading_ = false, new_password_ = false;
  bool asking_out_ = false, asking_factors_ = false;
  int way_ = 0;  // of a new user to their password: 0 an invitation, 1 one that is given
  std::uint64_t serial_ = 0;
  Person person_;
  Draft draft_, saved_;
  FormState form_;
  std::vector<GroupRow> groups_;
  std::vector<Session> sessions_;
};

}  // namespace ringup::console
