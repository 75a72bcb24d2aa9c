#include "server/store/customers.h"

namespace ringup::store {
namespace {

Customer customer_of(const Row& row) {
  const auto text = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional<std::string>(row.string(column));
  };
  return {row.id(0),           text(1),       row.string(2), row.string(3), text(4), row.integer(5) != 0,
          row.integer(6) != 0, row.integer(7)};
}

/// For LIKE … ESCAPE '!'.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out;
}

}  // namespace

Result<void> add_customer(Database& db, const Id& tenant, const Customer& customer) {
  const std::int64_t added = TRY(
      db.run("INSERT INTO customer (id, tenant, email, first_name, last_name, phone_number, consent_email,"
             " consent_sms, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
             " ON CONFLICT DO NOTHING",
             customer.id, tenant, customer.email, customer.first_name, customer.last_name,
             customer.phone_number, customer.consent_email, customer.consent_sms, customer.created_at));
  if (added == 0) return fail(Error::conflict, "email", "A customer with this address is known already.");
  return {};
}

Result<std::optional<Customer>> find_customer(Database& db, const Id& tenant, const Id& id) {
  return db.first(
      "SELECT id, email, first_name, last_name, phone_number, consent_email, consent_sms, created_at"
      " FROM customer WHERE tenant = $1 AND id = $2",
      customer_of, tenant, id);
}

Result<std::vector<Customer>> list_customers(Database& db, const Id& tenant, std::string_view prefix,
                                             const std::optional<Id>& before, std::int64_t limit) {
  std::vector<Customer> customers;
  const std::string begin = escaped(prefix) + "%";
  TRY(db.query(
      "SELECT id, email, first_name, last_name, phone_number, consent_email, consent_sms, created_at"
      " FROM customer WHERE tenant = $1 AND ($2 IS NULL OR id < $2) AND ($3 = '%' OR email LIKE $3 ESCAPE '!'"
      " OR first_name LIKE $3 ESCAPE '!' OR last_name LIKE $3 ESCAPE '!'"
      " OR first_name || ' ' || last_name LIKE $3 ESCAPE '!' OR phone_number LIKE '%' || $3 ESCAPE '!')"
      " ORDER BY id DESC LIMIT $4",
      [&](const Row& row) { customers.push_back(customer_of(row)); }, tenant, before, begin, limit));
  return customers;
}

}  // namespace ringup::store
