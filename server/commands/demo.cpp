#include <cstdio>
#include <filesystem>

#include "core/base/json.h"
#include "server/catalogue/import.h"
#include "server/commands/commands.h"
#include "server/commands/demo_sales.h"
#include "server/identity/business.h"
#include "server/identity/password.h"
#include "server/pages/assets.h"
#include "server/store/customers.h"
#include "server/store/groups.h"

namespace ringup::commands {
namespace {

struct Person {
  Role role;
  const char *email, *first_name, *last_name, *designation;
};
constexpr Person staff[] = {
    {Role::owner, "ines@hollerbusch.example", "Ines", "Holler", ""},
    {Role::manager, "tarik@hollerbusch.example", "Tarik", "Aydın", "Shop manager"},
    {Role::cashier, "mia@hollerbusch.example", "Mia", "Nováková", "First till"},
    {Role::marketing, "noor@hollerbusch.example", "Noor", "de Vries", "Newsletter"},
    {Role::support, "sofia@hollerbusch.example", "Sofia", "Rossi", "Customer desk"},
    {Role::auditor, "paul@hollerbusch.example", "Paul", "Brandt", "Tax adviser"},
};

/// Colleagues at the tills; the owner gives them a password when they are to sign in.
struct Colleague {
  const char *email, *first_name, *last_name;
};
constexpr Colleague colleagues[] = {
    {"jonas@hollerbusch.example", "Jonas", "Weber"},
    {"leyla@hollerbusch.example", "Leyla", "Demir"},
};

struct Regular {
  const char *email, *first_name, *last_name, *phone_number;
  bool consent;
};
constexpr Regular regulars[] = {
    {"amelie.dubois@mail.example", "Amélie", "Dubois", "+33199000101", true},
    {"jonas.lindqvist@mail.example", "Jonas", "Lindqvist", "+46700000102", true},
    {"eleni.papadaki@mail.example", "Ελένη", "Παπαδάκη", "+302100000103", false},
    {"olena.shevchenko@mail.example", "Олена", "Шевченко", "+380440000104", true},
    {"wei.chen@mail.example", "Wei", "Chen", nullptr, false},
    {nullptr, "Herr", "Baumgartner", "+49300000106", false},
    {"hanna.koskinen@mail.example", "Hanna", "Koskinen", "+358900000107", true},
    {"giulia.ferrari@mail.example", "Giulia", "Ferrari", "+390600000108", true},
    {"pedro.almeida@mail.example", "Pedro", "Almeida", nullptr, true},
    {"marta.kowalska@mail.example", "Marta", "Kowalska", "+48220000110", false},
    {"yusuf.kaya@mail.example", "Yusuf", "Kaya", "+49300000111", true},
    {"ingrid.svensson@mail.example", "Ingrid", "Svensson", nullptr, false},
    {"lena.hoffmann@mail.example", "Lena", "Hoffmann", "+49300000113", true},
    {"tom.becker@mail.example", "Tom", "Becker", "+49300000114", false},
    {nullptr, "Frau", "Schäfer", "+49300000115", false},
    {"anouk.jansen@mail.example", "Anouk", "Jansen", "+31200000116", true},
    {"kitchen@gasthaus-linde.example", "Gasthaus", "Linde", "+49300000117", true},
    {"office@werk-drei.example", "Werk", "Drei", "+49300000118", true},
};

struct Account {
  Role role;
  std::string email, password;
};

Result<void> require_empty(const std::string& folder) {
  std::error_code code;
  if (!std::filesystem::exists(folder, code)) return {};
  if (!std::filesystem::is_directory(folder, code))
    return fail(Error::storage, folder, "This is not a folder.");
  const bool empty = std::filesystem::is_empty(folder, code);
  if (code) return fail(Error::storage, folder, "Cannot read the folder.");
  if (!empty) return fail(Error::conflict, folder, "The demo shop needs an empty folder; this one is not.");
  return {};
}

/// Fills in who sells and who buys.
Result<void> add_people(store::Store& store, const identity::World& world,
                        const identity::MadeBusiness& business, const std::vector<Account>& accounts,
                        DemoPast& past) {
  std::vector<store::User> users;
  for (std::size_t i = 1; i < std::size(staff); ++i) {
    store::User user;
    user.id = world.new_id();
    user.tenant = business.tenant.id;
    user.email = accounts[i].email;
    user.first_name = staff[i].first_name;
    user.last_name = staff[i].last_name;
    user.role = staff[i].role;
    user.branch = business.branch;
    user.designation = staff[i].designation;
    user.created_at = world.now_us();
    user.email_verified_at = user.created_at;
    user.password_hash = identity::hash_password(accounts[i].password, world);
    users.push_back(std::move(user));
  }
  for (const Colleague& colleague : colleagues) {
    store::User user = users.back();
    user.id = world.new_id();
    user.email = colleague.email;
    user.first_name = colleague.first_name;
    user.last_name = colleague.last_name;
    user.role = Role::cashier;
    user.designation = "Till and shelves";
    user.password_hash = identity::hash_password(identity::make_password(world), world);
    users.push_back(std::move(user));
  }
  for (auto user = users.rbegin(); user != users.rend(); ++user) {
    if (may(user->role, Right::sell)) past.cashiers.push_back(user->id);
  }
  // Somebody who may do more than their role: what groups are for.
  store::Group leads{world.new_id(), business.tenant.id, "Shift leads", true, {}, world.now_us()};
  leads.rights.add(Right::reports_read);
  leads.rights.add(Right::tasks_settle);
  past.station = world.new_id();
  return store.writer().write([&](store::Database& db) -> Result<void> {
    for (const store::User& user : users) TRY(store::insert_user(db, user));
    TRY(store::insert_group(db, leads));
    TRY(store::add_member(db, leads.id, users.back().id));
    TRY(store::insert_branch(db, {past.station, business.tenant.id, "station", "Hollerbusch at the station",
                                  "Bahnhofstraße 2", false, world.now_us()}));
    for (const Regular& regular : regulars) {
      store::Customer customer;
      customer.id = world.new_id();
      if (regular.email != nullptr) customer.email = regular.email;
      if (regular.phone_number != nullptr) customer.phone_number = regular.phone_number;
      customer.first_name = regular.first_name;
      customer.last_name = regular.last_name;
      customer.consent_email = customer.consent_sms = regular.consent;
      customer.created_at = world.now_us();
      TRY(store::add_customer(db, business.tenant.id, customer));
      past.customers.push_back(customer.id);
    }
    return {};
  });
}

struct Demo {
  store::Tenant tenant;
  std::vector<Account> accounts;
  std::vector<store::DeliveryMethod> delivery_methods;
  std::int64_t products = 0, sales = 0;
};

Result<Demo> make_demo(const std::string& folder) {
  TRY(require_empty(folder));
  const identity::World world;
  const auto store = TRY(store::Store::open(folder, {.readers = 1, .make_if_missing = true}));
  Demo demo;
  for (const Person& person : staff)
    demo.accounts.push_back({person.role, person.email, identity::make_password(world)});
  identity::NewBusiness wish;
  wish.slug = "hollerbusch";
  wish.name = "Hollerbusch Feinkost";
  wish.owner_email = demo.accounts[0].email;
  wish.password = demo.accounts[0].password;
  wish.first_name = staff[0].first_name;
  wish.last_name = staff[0].last_name;
  wish.branch_name = "Hollerbusch at the market";
  wish.branch_address = "Marktplatz 7";
  const identity::MadeBusiness business = TRY(identity::make_business(*store, wish, world));
  demo.tenant = business.tenant;
  DemoPast past;
  past.tenant = business.tenant;
  past.market = business.branch;
  past.now_us = world.now_us();
  TRY(add_people(*store, world, business, demo.accounts, past));
  const Asset* products = find_asset("demo/products.csv");
  if (products == nullptr)
    return fail(Error::internal, {}, "The demo shop's products are not in this binary.");
  const std::string_view file(reinterpret_cast<const char*>(products->raw.data()), products->raw.size());
  const catalogue::ImportReport report =
      TRY(catalogue::import_products(store->writer(), demo.tenant.id, file));
  demo.products = report.added;
  demo.sales = TRY(play_demo_past(*store, past));
  demo.delivery_methods =
      TRY(store->read([&](store::Database& db) { return store::list_delivery_methods(db, demo.tenant.id); }));
  return demo;
}

void print_json(const Demo& demo) {
  json::Array accounts, methods;
  for (const Account& account : demo.accounts) {
    accounts.push_back(json::Object{
        {"role", role_name(account.role)}, {"email", account.email}, {"password", account.password}});
  }
  for (const store::DeliveryMethod& method : demo.delivery_methods) methods.push_back(method.code);
  std::printf("%s\n", json::dump(json::Object{{"tenant", demo.tenant.slug},
                                              {"accounts", std::move(accounts)},
                                              {"delivery_methods", std::move(methods)}})
                          .c_str());
}

}  // namespace

int run_demo(const Arguments& arguments) {
  const auto demo = make_demo(arguments.get("--data"));
  if (!demo.ok()) return report(demo.failure());
  if (arguments.has("--json")) return print_json(*demo), done;
  std::printf("%s is ready, with %lld products and %lld sales of the last eight weeks.\n\n",
              demo->tenant.name.c_str(), static_cast<long long>(demo->products),
              static_cast<long long>(demo->sales));
  for (const Account& account : demo->accounts) {
    std::printf("  %-8s %-28s %s\n", std::string(role_name(account.role)).c_str(), account.email.c_str(),
                account.password.c_str());
  }
  const std::string folder = arguments.get("--data");
  std::printf("\nStart it:    ringup serve --data %s\nPair a till: ringup till pair --data %s --tenant %s\n",
              folder.c_str(), folder.c_str(), demo->tenant.slug.c_str());
  return done;
}

}  // namespace ringup::commands
