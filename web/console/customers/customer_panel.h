#pragma once
/// One customer beside the table: name, ways to reach them, what they agreed to, what they bought.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "web/console/sales/sale_row.h"
#include "web/ui/lists.h"

namespace ringup::console {

inline constexpr float customer_panel_width = 480;
inline constexpr std::string_view new_customer = "new";  // Place::id of one that is being added

struct CustomerRow {
  Id id;
  std::string first_name, last_name, email, phone_number;
  std::string till, made_by;  // where and by whom, of one who was made at a till
  bool consent_email = false, consent_sms = false;
  std::int64_t sales = 0, refunds = 0, last_visit = 0;  // last_visit 0: never
  Amount spent = 0, open_credit = 0;
  std::int64_t created_at = 0;
  std::string name() const;
};
CustomerRow read_customer_row(const json::Value& value);

class CustomerPanel {
 public:
  void open(Desk& desk, const std::string& id);
  const std::string& subject() const { return subject_; }
  std::string title() const;
  /// False where the user closed it.
  bool draw(Desk& desk, ui::Rect around);
  /// Called with a customer that was added or changed.
  std::function<void(const CustomerRow&, bool added)> on_saved;

 private:
  struct Texts {
    std::string first_name, last_name, email, phone_number;
    bool consent_email = false, consent_sms = false;
    bool operator==(const Texts&) const = default;
  };

  bool is_new() const { return subject_ == new_customer; }
  bool dirty() const { return !(texts_ == saved_); }
  void take(const json::Value& value);
  json::Object body(const Texts& texts) const;
  void save(Desk& desk);
  void put_back(Desk& desk, const Texts& before, const std::string& id);
  void draw_body(Desk& desk, ui::Rect rect);
  void draw_sales(Desk& desk, ui::ScrollArea& area);
  std::string_view error(std::string_view field) const;

  std::string subject_, problem_;
  bool open_ = false, loading_ = false, saving_ = false;
  std::uint64_t serial_ = 0;
  CustomerRow row_;
  Texts texts_, saved_;
  std::map<std::string, std::string, std::less<>> errors_;
  std::vector<SaleRow> sales_;
  bool more_sales_ = false;
};

}  // namespace ringup::console
