#include "server/store/customers.h"

#include <algorithm>

#include "core/base/fold.h"
#include "server/store/outbox.h"

namespace ringup::store {
namespace {

constexpr std::size_t phone_part_min = 3;

#define CUSTOMER_COLUMNS                                                                           \
  "SELECT id, email, first_name, last_name, phone_number, consent_email, consent_sms, created_at," \
  " till, made_by FROM customer"

Customer customer_of(const Row& row) {
  const auto text = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional<std::string>(row.string(column));
  };
  const auto id = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional<Id>(row.id(column));
  };
  return {row.id(0),           text(1),        row.string(2), row.string(3), text(4), row.integer(5) != 0,
          row.integer(6) != 0, row.integer(7), id(8),         id(9)};
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

/// Whether a customer answers to a query; keeps memory between customers.
class Matcher {
 public:
  explicit Matcher(const std::string& query) {
    for (const std::string_view word : split(query)) {
      Wanted wanted;
      fold(word, wanted.folded);
      strip(wanted.folded);
      const std::string digits = digits_of(word);
      const bool only_number = word.find_first_not_of("+0123456789-./()") == std::string_view::npos;
      if (only_number && digits.size() >= phone_part_min) wanted.digits = digits;
      if (wanted.folded.empty() && wanted.digits.empty()) {
        none_ = true;  // "%": nobody is called so
        return;
      }
      wanted_.push_back(std::move(wanted));
    }
  }
  bool operator()(const Row& row) {
    if (none_) return false;
    for (const Wanted& wanted : wanted_) {
      if (!begins_word(row.text(2), wanted) && !begins_word(row.text(3), wanted) &&
          !begins_word(row.text(1), wanted) && !in_number(row.text(4), wanted))
        return false;
    }
    return true;
  }

 private:
  struct Wanted {
    std::u16string folded;
    std::string digits;
  };
  static std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(' '), text.size());
      if (end > 0) words.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
  }
  /// One run of letters and digits on both sides: "ada@example" is found in "ada@example.com".
  static void strip(std::u16string& folded) {
    folded.erase(std::remove_if(folded.begin(), folded.end(),
                                [](char16_t c) { return c == fold_gap || c == fold_join; }),
                 folded.end());
  }
  bool begins_word(std::string_view text, const Wanted& wanted) {
    if (wanted.folded.empty() || text.empty()) return false;
    fold(text, folded_);
    for (std::size_t at = 0; at < folded_.size(); ++at) {
      const bool starts = at == 0 || folded_[at - 1] == fold_gap || folded_[at - 1] == fold_join;
      if (!starts) continue;
      std::size_t matched = 0;
      for (std::size_t i = at; i < folded_.size() && matched < wanted.folded.size(); ++i) {
        if (folded_[i] == fold_gap || folded_[i] == fold_join) continue;
        if (folded_[i] != wanted.folded[matched]) break;
        ++matched;
      }
      if (matched == wanted.folded.size()) return true;
    }
    return false;
  }
  bool in_number(std::string_view text, const Wanted& wanted) {
    return !wanted.digits.empty() && digits_of(text).find(wanted.digits) != std::string::npos;
  }

  std::vector<Wanted> wanted_;
  bool none_ = false;
  std::u16string folded_;
};

Failure address_taken() {
  return fail(Error::conflict, "email", "A customer with this address is known already.");
}

}  // namespace

Result<void> add_customer(Database& db, const Id& tenant, const Customer& customer) {
  const std::int64_t added = TRY(db.run(
      "INSERT INTO customer (id, tenant, email, first_name, last_name, phone_number, consent_email,"
      " consent_sms, created_at, till, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
      " ON CONFLICT DO NOTHING",
      customer.id, tenant, customer.email, customer.first_name, customer.last_name, customer.phone_number,
      customer.consent_email, customer.consent_sms, customer.created_at, customer.till, customer.made_by));
  if (added == 0) return address_taken();
  return add_event(db, tenant, "customer");
}

Result<bool> address_is_taken(Database& db, const Id& tenant, std::string_view email, const Id& id) {
  return TRY(db.integer("SELECT count(*) FROM customer WHERE tenant = $1 AND email = $2 AND id <> $3", 0,
                        tenant, email, id)) > 0;
}

Result<void> update_customer(Database& db, const Id& tenant, const Customer& customer) {
  if (customer.email && TRY(address_is_taken(db, tenant, *customer.email, customer.id)))
    return address_taken();
  const std::int64_t changed =
      TRY(db.run("UPDATE customer SET email = $3, first_name = $4, last_name = $5, phone_number = $6, "
                 "consent_email = $7,"
                 " consent_sms = $8 WHERE tenant = $1 AND id = $2",
                 tenant, customer.id, customer.email, customer.first_name, customer.last_name,
                 customer.phone_number, customer.consent_email, customer.consent_sms));
  if (changed == 0) return Error::not_found;
  return add_event(db, tenant, "customer");
}

Result<std::optional<Customer>> find_customer(Database& db, const Id& tenant, const Id& id) {
  return db.first(CUSTOMER_COLUMNS " WHERE tenant = $1 AND id = $2", customer_of, tenant, id);
}

Result<std::vector<Customer>> list_customers(Database& db, const Id& tenant, const CustomerFilter& filter) {
  std::vector<Customer> customers;
  Matcher matches(filter.query);
  const auto each = [&](const Row& row) {
    if (matches(row)) customers.push_back(customer_of(row));
    return customers.size() < static_cast<std::size_t>(filter.limit);
  };
  if (!filter.by_name) {
    TRY(db.query(CUSTOMER_COLUMNS " WHERE tenant = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC", each,
                 tenant, filter.after));
  } else if (filter.after) {
    TRY(db.query(CUSTOMER_COLUMNS " WHERE tenant = $1 AND (last_name, first_name, id) >"
                                  " (SELECT c.last_name, c.first_name, c.id FROM customer c WHERE c.id = $2)"
                                  " ORDER BY last_name, first_name, id",
                 each, tenant, *filter.after));
  } else {
    TRY(db.query(CUSTOMER_COLUMNS " WHERE tenant = $1 ORDER BY last_name, first_name, id", each, tenant));
  }
  return customers;
}

Result<CustomerFigures> customer_figures(Database& db, const Id& tenant, const Id& customer) {
  CustomerFigures figures;
  // CROSS JOIN keeps the left table the outer one: it stands in the index of the few sales with customers.
  TRY(db.query(
      "SELECT count(*) FILTER (WHERE s.kind = 'sale'), count(*) FILTER (WHERE s.kind = 'refund'),"
      " coalesce(sum(s.total), 0), max(s.sold_at) FROM sale f CROSS JOIN sale s WHERE f.tenant = $1 AND"
      " f.customer = $2 AND s.tenant = f.tenant AND s.id = f.id AND s.voided_by IS NULL",
      [&](const Row& row) {
        figures.sales = row.integer(0), figures.refunds = row.integer(1), figures.spent = row.integer(2);
        if (!row.is_null(3)) figures.last_visit = row.integer(3);
      },
      tenant, customer));
  figures.open_credit = TRY(
      db.integer("SELECT coalesce(sum(t.amount), 0) FROM sale f CROSS JOIN sale s CROSS JOIN sale_tender t"
                 " WHERE f.tenant = $1 AND f.customer = $2 AND s.tenant = f.tenant AND s.id = f.id AND"
                 " s.voided_by IS NULL AND t.tenant = s.tenant AND t.sale = s.id AND t.kind = 'credit'",
                 0, tenant, customer));
  return figures;
}

}  // namespace ringup::store
