#include "web/console/people/person.h"

namespace ringup::console {
namespace {

std::vector<std::string> texts_in(const json::Value& value, std::string_view name) {
  std::vector<std::string> texts;
  for (const json::Value& item : items_in(value, name)) {
    if (item.as_string() != nullptr) texts.push_back(*item.as_string());
  }
  return texts;
}

}  // namespace

std::string Person::name() const {
  const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
  return both.empty() ? email : both;
}

Rights read_rights(const json::Value& names) {
  Rights rights;
  if (names.as_array() == nullptr) return rights;
  for (const json::Value& name : *names.as_array()) {
    const std::string* text = name.as_string();
    if (const auto right = text != nullptr ? parse_right(*text) : std::nullopt) rights.add(*right);
  }
  return rights;
}

Person read_person(const json::Value& value) {
  Person person;
  person.id = id_in(value, "id");
  person.email = text_in(value, "email");
  person.first_name = text_in(value, "first_name");
  person.last_name = text_in(value, "last_name");
  person.phone_number = text_in(value, "phone_number");
  person.designation = text_in(value, "designation");
  person.branch = text_in(value, "branch");
  person.role = parse_role(text_in(value, "role")).value_or(Role::customer);
  person.rights = rights_of(person.role);
  if (const json::Value* rights = value.find("rights")) person.rights = read_rights(*rights);
  for (const json::Value& group : items_in(value, "groups")) person.groups.push_back(text_in(group, "id"));
  person.active = flag_in(value, "is_active");
  person.verified = flag_in(value, "email_verified");
  person.password_expired = flag_in(value, "password_expired");
  person.has_pin = flag_in(value, "has_pin");
  person.second_factors = texts_in(value, "second_factors");
  person.login_attempts = number_in(value, "login_attempts");
  person.created_at = read_time(text_in(value, "created_at")).value_or(0);
  person.last_login = read_time(text_in(value, "last_login"));
  person.locked_until = read_time(text_in(value, "account_locked_until"));
  return person;
}

GroupRow read_group(const json::Value& value) {
  GroupRow group;
  group.id = id_in(value, "id");
  group.name = text_in(value, "name");
  group.is_employee = flag_in(value, "is_employee");
  if (const json::Value* rights = value.find("rights")) group.rights = read_rights(*rights);
  group.members = texts_in(value, "members");
  return group;
}

std::string role_word(Role role) {
  std::string word(role_name(role));
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::string_view role_words(Role role) {
  switch (role) {
    case Role::owner:
      return "Everything, also people, security and the business";
    case Role::manager:
      return "Products, prices, stock, tills, reports and tasks";
    case Role::cashier:
      return "Sells and gives money back at the till";
    case Role::marketing:
      return "Customers and reports";
    case Role::support:
      return "Looks up sales and helps customers";
    case Role::auditor:
      return "Reads everything, also the audit log, and changes nothing";
    case Role::customer:
      return "Registered in the shop; sees only their own things";
  }
  return {};
}

std::string_view right_words(Right right) {
  switch (right) {
    case Right::sell:
      return "Sell and take payment";
    case Right::refund:
      return "Give money back";
    case Right::shop_read:
      return "See products, customers and branches";
    case Right::sales_read:
      return "See all sales and shifts";
    case Right::reports_read:
      return "See and export reports";
    case Right::catalogue_write:
      return "Change products, prices and stock";
    case Right::customers_write:
      return "Add and change customers";
    case Right::tills_manage:
      return "Pair and revoke tills";
    case Right::tasks_settle:
      return "Settle tasks";
    case Right::people_manage:
      return "Manage users and groups";
    case Right::audit_read:
      return "Read the audit log";
    case Right::business_manage:
      return "Change the business and its security";
  }
  return {};
}

std::string factor_word(std::string_view kind) {
  if (kind == "totp") return "Authenticator app";
  if (kind == "sms") return "Text message";
  if (kind == "email") return "E-mail";
  if (kind == "recovery") return "Recovery code";
  return std::string(kind);
}

std::string device_words(std::string_view device) {
  struct Known {
    std::string_view part, word;
  };
  // The more particular ones first: Edge says Chrome and Safari, too.
  constexpr Known browsers[] = {
      {"Edg", "Edge"},         {"OPR/", "Opera"},    {"SamsungBrowser", "Samsung Internet"},
      {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"},
      {"Chrome/", "Chrome"},   {"Safari/", "Safari"}};
  constexpr Known systems[] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},  {"Android", "Android"},
                               {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "ChromeOS"},
                               {"Linux", "Linux"}};
  const auto word_of = [&](std::span<const Known> list) {
    for (const Known& known : list) {
      if (device.find(known.part) != std::string_view::npos) return known.word;
    }
    return std::string_view();
  };
  const std::string_view browser = word_of(browsers), system = word_of(systems);
  if (!browser.empty() && !system.empty()) return std::string(browser) + " on " + std::string(system);
  if (!browser.empty()) return std::string(browser);
  if (device.empty()) return "Unknown device";
  return std::string(device.substr(0, std::min<std::size_t>(device.find(' '), 60)));
}

}  // namespace ringup::console
