#include "server/store/reports.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_map>

#include "server/store/rollup.h"

namespace ringup::store {
namespace {

constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();
constexpr const char* weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                    "Friday", "Saturday", "Sunday"};

struct IdHash {
  std::size_t operator()(const Id& id) const {
    std::size_t low = 0;
    std::memcpy(&low, id.bytes.data() + 8, sizeof low);  // the random half
    return low;
  }
};

/// Whole days, months and years that make up a range, so that a long one reads few cells.
struct Span {
  int kind = 0;  // as in report_product: 0 day, 1 month, 2 year
  std::int64_t first = 0, last = 0;
};
std::vector<Span> spans_of(std::int64_t from, std::int64_t to) {
  std::vector<Span> spans;
  const auto append = [&](int kind, std::int64_t period) {
    if (!spans.empty() && spans.back().kind == kind && spans.back().last + 1 == period)
      spans.back().last = period;
    else
      spans.push_back({kind, period, period});
  };
  for (std::int64_t day = from; day <= to;) {
    const Date date = date_of(day);
    const int next_month = date.month == 12 ? 1 : static_cast<int>(date.month) + 1;
    const std::int64_t month_end =
        day_of(date.year + (date.month == 12 ? 1 : 0), static_cast<unsigned>(next_month), 1);
    const std::int64_t year_end = day_of(date.year + 1, 1, 1);
    if (date.day == 1 && date.month == 1 && year_end <= to + 1) {
      append(2, date.year);
      day = year_end;
    } else if (date.day == 1 && month_end <= to + 1) {
      append(1, date.year * 12 + static_cast<int>(date.month) - 1);
      day = month_end;
    } else {
      append(0, day);
      ++day;
    }
  }
  return spans;
}

std::string two_digits(unsigned n) {
  return n < 10 ? "0" + std::to_string(n) : std::to_string(n);
}

/// Adds up the cells of one report.
class Maker {
 public:
  Maker(Database& db, const Id& tenant, const ReportQuery& query) : db_(db), tenant_(tenant), query_(query) {}
  Result<Report> make();

 private:
  Result<void> check() const;
  Result<void> read_tail();
  Result<void> add_hours();
  Result<void> add_products();
  Result<void> add_taxes();
  Result<void> add_tenders();
  Result<void> name_rows();
  Result<void> name_products(std::vector<ReportRow>& rows);
  struct Sold {
    Id product;
    ProductSums sums;
  };
  static ReportRow row_of(const ProductSums& sums);
  void prune(std::vector<Sold>& sold) const;
  Result<void> each_category(const std::function<void(const Id&, const ProductSums&, const Id&)>& each);
  Result<void> to_categories();
  Result<void> sort_rows();

  bool in_days(std::int64_t day) const { return query_.from <= day && day <= query_.to; }
  bool wanted(std::int64_t day, const Id& branch, const Id& till, const Id& user) const {
    return in_days(day) && (!query_.branch || *query_.branch == branch) &&
           (!query_.till || *query_.till == till) && (!query_.user || *query_.user == user);
  }
  void add(const HourKey& key, const HourSums& sums);
  void add(const Id& product, const ProductSums& sums);
  void add(const std::string& tax_class, std::int64_t rate, const TaxSums& sums);
  void add(const std::string& kind, const TenderSums& sums);

  Database& db_;
  const Id& tenant_;
  const ReportQuery& query_;
  FoldRules rules_;
  RollupState state_;
  Cells tail_;
  std::unordered_map<std::int64_t, HourSums> by_number_;
  std::unordered_map<Id, HourSums, IdHash> by_id_;
  std::unordered_map<Id, ProductSums, IdHash> products_;
  std::map<std::pair<std::string, std::int64_t>, TaxSums> taxes_;
  std::map<std::string, TenderSums> tenders_;
  std::vector<ReportRow> rows_;
  ReportRow total_;         // of all rows
  std::int64_t count_ = 0;  // of all rows, also of those behind the page that were never made
};

bool is_calendar(ReportBy by) {
  return by == ReportBy::day || by == ReportBy::hour || by == ReportBy::weekday || by == ReportBy::month;
}

Result<void> Maker::check() const {
  if (query_.from > query_.to) return fail(Error::invalid_value, "to", "It lies before `from`.");
  if (query_.to - query_.from >= report_days_max)
    return fail(Error::out_of_range, "to", "A report reaches over a hundred years at most.");
  const bool of_lines = form_of(query_.by) == ReportForm::lines;
  if (of_lines && (query_.till || query_.user)) {
    return fail(Error::invalid_value, query_.till ? "till" : "user",
                "Products and categories are reported by branch, not by till or cashier.");
  }
  if (!of_lines && query_.category)
    return fail(Error::invalid_value, "category", "Only products and categories have one.");
  return {};
}

Result<void> Maker::read_tail() {
  const std::vector<SaleEvent> events =
      TRY(sale_events(db_, tenant_, state_.through, ever, report_tail_max + 1));
  if (static_cast<std::int64_t>(events.size()) > report_tail_max) {
    return fail(Error::busy, {},
                "The sums for reports are being made; this takes a minute or two. Try again soon.");
  }
  for (const SaleEvent& event : events) TRY(fold(db_, event, rules_, tail_));
  return {};
}

void merge(HourSums& to, const HourSums& sums) {
  to.sales += sums.sales;
  to.refunds += sums.refunds;
  to.gross += sums.gross;
  to.net += sums.net;
  to.tax += sums.tax;
  to.discount += sums.discount;
  to.rounding += sums.rounding;
  to.refunded += sums.refunded;
}

void Maker::add(const HourKey& key, const HourSums& sums) {
  switch (query_.by) {
    case ReportBy::day:
      return merge(by_number_[key.day], sums);
    case ReportBy::hour:
      return merge(by_number_[key.hour], sums);
    case ReportBy::weekday:
      return merge(by_number_[date_of(key.day).weekday], sums);
    case ReportBy::month: {
      const Date date = date_of(key.day);
      return merge(by_number_[date.year * 12 + static_cast<int>(date.month) - 1], sums);
    }
    case ReportBy::branch:
      return merge(by_id_[key.branch], sums);
    case ReportBy::till:
      return merge(by_id_[key.till], sums);
    default:
      return merge(by_id_[key.user], sums);
  }
}

Result<void> Maker::add_hours() {
  TRY(db_.query(
      "SELECT day, hour, branch, till, user, sales, refunds, gross, net, tax, discount, rounding, refunded"
      " FROM report_hour WHERE book = $1 AND day BETWEEN $2 AND $3 AND ($4 IS NULL OR branch = $4)"
      " AND ($5 IS NULL OR till = $5) AND ($6 IS NULL OR user = $6)",
      [&](const Row& row) {
        add(HourKey{row.integer(0), static_cast<int>(row.integer(1)), row.id(2), row.id(3), row.id(4)},
            HourSums{row.integer(5), row.integer(6), row.integer(7), row.integer(8), row.integer(9),
                     row.integer(10), row.integer(11), row.integer(12)});
      },
      state_.book, query_.from, query_.to, query_.branch, query_.till, query_.user));
  for (const auto& [key, sums] : tail_.hours) {
    if (wanted(key.day, key.branch, key.till, key.user)) add(key, sums);
  }
  const auto row_of = [&](const HourSums& sums) {
    ReportRow row;
    row.sales = sums.sales;
    row.refunds = sums.refunds;
    row.gross = sums.gross;
    row.net = sums.net;
    row.tax = sums.tax;
    row.discount = sums.discount;
    row.rounding = sums.rounding;
    row.refunded = sums.refunded;
    return row;
  };
  if (is_calendar(query_.by)) {
    const auto append = [&](std::int64_t number, std::string key, std::string name) {
      ReportRow row = row_of(by_number_[number]);
      row.key = std::move(key);
      row.name = std::move(name);
      rows_.push_back(std::move(row));
    };
    // Days without sales have their row too: a chart and a reader need them.
    if (query_.by == ReportBy::day) {
      for (std::int64_t day = query_.from; day <= query_.to; ++day)
        append(day, date_text(day), date_text(day));
    } else if (query_.by == ReportBy::hour) {
      for (unsigned hour = 0; hour < 24; ++hour) append(hour, std::to_string(hour), two_digits(hour) + ":00");
    } else if (query_.by == ReportBy::weekday) {
      for (unsigned day = 1; day <= 7; ++day) append(day, std::to_string(day), weekdays[day - 1]);
    } else {
      const Date first = date_of(query_.from), last = date_of(query_.to);
      for (int month = first.year * 12 + static_cast<int>(first.month) - 1;
           month <= last.year * 12 + static_cast<int>(last.month) - 1; ++month) {
        const std::string text = date_text(day_of(month / 12, static_cast<unsigned>(month % 12 + 1), 1));
        append(month, text.substr(0, 7), text.substr(0, 7));
      }
    }
    return {};
  }
  for (const auto& [id, sums] : by_id_) {
    if (sums.sales == 0 && sums.refunds == 0) continue;  // all of them were voided
    rows_.push_back(row_of(sums));
    rows_.back().key = to_string(id);
  }
  return {};
}

void merge(ProductSums& to, const ProductSums& sums) {
  to.lines += sums.lines;
  to.quantity += sums.quantity;
  to.gross += sums.gross;
  to.net += sums.net;
  to.tax += sums.tax;
  to.discount += sums.discount;
}

/// All of it was voided or given back.
bool nothing(const ProductSums& sums) {
  return sums.lines == 0 && sums.quantity == 0 && sums.gross == 0 && sums.net == 0;
}

void Maker::add(const Id& product, const ProductSums& sums) {
  merge(products_[product], sums);
}

Result<void> Maker::add_products() {
  for (const Span& span : spans_of(query_.from, query_.to)) {
    TRY(db_.query(
        "SELECT product, lines, quantity, gross, net, tax, discount FROM report_product"
        " WHERE book = $1 AND span = $2 AND period BETWEEN $3 AND $4 AND ($5 IS NULL OR branch = $5)",
        [&](const Row& row) {
          add(row.id(0), {row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5),
                          row.integer(6)});
        },
        state_.book, span.kind, span.first, span.last, query_.branch));
  }
  for (const auto& [key, sums] : tail_.products) {
    if (in_days(key.day) && (!query_.branch || *query_.branch == key.branch)) add(key.product, sums);
  }
  if (query_.by == ReportBy::category) return to_categories();
  std::vector<Sold> sold;
  sold.reserve(products_.size());
  const auto keep = [&](const Id& product, const ProductSums& sums) {
    if (!nothing(sums)) sold.push_back({product, sums});
  };
  if (query_.category) {
    TRY(each_category([&](const Id& product, const ProductSums& sums, const Id& category) {
      if (category == *query_.category) keep(product, sums);
    }));
  } else {
    for (const auto& [product, sums] : products_) keep(product, sums);
  }
  products_.clear();
  for (const Sold& each : sold) ringup::add(total_, row_of(each.sums));
  count_ = static_cast<std::int64_t>(sold.size());
  prune(sold);
  rows_.reserve(sold.size());
  for (const Sold& each : sold) {
    rows_.push_back(row_of(each.sums));
    if (!each.product.is_nil()) rows_.back().key = to_string(each.product);
  }
  return {};
}

ReportRow Maker::row_of(const ProductSums& sums) {
  ReportRow row;
  row.lines = sums.lines;
  row.quantity.thousandths = sums.quantity;
  row.gross = sums.gross;
  row.net = sums.net;
  row.tax = sums.tax;
  row.discount = sums.discount;
  return row;
}

/// Drops what lies behind the page: of 100,000 products few are shown, and rows with their texts are dear.
void Maker::prune(std::vector<Sold>& sold) const {
  const std::string_view wish = query_.sort.empty() ? std::string_view("gross") : query_.sort;
  const bool descending = query_.sort.empty() || query_.descending;
  constexpr std::pair<std::string_view, std::int64_t ProductSums::*> numbers[] = {
      {"lines", &ProductSums::lines}, {"quantity", &ProductSums::quantity},
      {"gross", &ProductSums::gross}, {"net", &ProductSums::net},
      {"tax", &ProductSums::tax},     {"discount", &ProductSums::discount}};
  const auto* number = std::find_if(std::begin(numbers), std::end(numbers),
                                    [&](const auto& each) { return each.first == wish; });
  const auto wanted = static_cast<std::size_t>(query_.skip + query_.limit);
  if (number == std::end(numbers) || query_.limit == 0 || sold.size() <= wanted) return;
  const auto before = [&](const Sold& a, const Sold& b) {
    const std::int64_t left = a.sums.*number->second, right = b.sums.*number->second;
    if (left != right) return descending ? left > right : left < right;
    return a.product < b.product;
  };
  std::nth_element(sold.begin(), sold.begin() + static_cast<std::ptrdiff_t>(wanted), sold.end(), before);
  sold.resize(wanted);
}

void Maker::add(const std::string& tax_class, std::int64_t rate, const TaxSums& sums) {
  TaxSums& to = taxes_[{tax_class, rate}];
  to.lines += sums.lines;
  to.gross += sums.gross;
  to.net += sums.net;
  to.tax += sums.tax;
  to.discount += sums.discount;
}

Result<void> Maker::add_taxes() {
  TRY(db_.query(
      "SELECT tax_class, rate, sum(lines), sum(gross), sum(net), sum(tax), sum(discount) FROM report_tax"
      " WHERE book = $1 AND day BETWEEN $2 AND $3 AND ($4 IS NULL OR branch = $4)"
      " AND ($5 IS NULL OR till = $5) AND ($6 IS NULL OR user = $6) GROUP BY tax_class, rate",
      [&](const Row& row) {
        add(row.string(0), row.integer(1),
            TaxSums{row.integer(2), row.integer(3), row.integer(4), row.integer(5), row.integer(6)});
      },
      state_.book, query_.from, query_.to, query_.branch, query_.till, query_.user));
  for (const auto& [key, sums] : tail_.taxes) {
    const Place& place = std::get<0>(key);
    if (wanted(place.day, place.branch, place.till, place.user))
      add(std::get<1>(key), std::get<2>(key), sums);
  }
  for (const auto& [key, sums] : taxes_) {
    if (sums.lines == 0 && sums.gross == 0 && sums.net == 0) continue;
    ReportRow row;
    row.tax_class = key.first;
    row.rate.ppm = key.second;
    row.key = key.first + ' ' + std::to_string(key.second);
    row.name = key.first + ' ' + to_percent(row.rate) + " %";
    row.lines = sums.lines;
    row.gross = sums.gross;
    row.net = sums.net;
    row.tax = sums.tax;
    row.discount = sums.discount;
    rows_.push_back(std::move(row));
  }
  return {};
}

void Maker::add(const std::string& kind, const TenderSums& sums) {
  TenderSums& to = tenders_[kind];
  to.tenders += sums.tenders;
  to.amount += sums.amount;
}

Result<void> Maker::add_tenders() {
  TRY(db_.query(
      "SELECT kind, sum(tenders), sum(amount) FROM report_tender WHERE book = $1 AND day BETWEEN $2 AND $3"
      " AND ($4 IS NULL OR branch = $4) AND ($5 IS NULL OR till = $5) AND ($6 IS NULL OR user = $6)"
      " GROUP BY kind",
      [&](const Row& row) {
        add(row.string(0), TenderSums{row.integer(1), row.integer(2)});
      },
      state_.book, query_.from, query_.to, query_.branch, query_.till, query_.user));
  for (const auto& [key, sums] : tail_.tenders) {
    const Place& place = key.first;
    if (wanted(place.day, place.branch, place.till, place.user)) add(key.second, sums);
  }
  for (const auto& [kind, sums] : tenders_) {
    if (sums.tenders == 0 && sums.amount == 0) continue;
    ReportRow row;
    row.key = kind;
    row.name = kind == "cash"           ? "Cash"
               : kind == "card"         ? "Card"
               : kind == "mobile_money" ? "Mobile money"
               : kind == "credit"       ? "Credit"
                                        : kind;
    row.tenders = sums.tenders;
    row.amount = sums.amount;
    rows_.push_back(std::move(row));
  }
  return {};
}

/// Hands on each product that was sold with the category that it has today; nil: none. In the order of the
/// table, so that neighbours are found in the same page.
Result<void> Maker::each_category(const std::function<void(const Id&, const ProductSums&, const Id&)>& each) {
  std::vector<Id> sold;
  sold.reserve(products_.size());
  for (const auto& [product, sums] : products_) sold.push_back(product);
  std::sort(sold.begin(), sold.end());
  for (const Id& product : sold) {
    Id category;
    TRY(db_.query(
        "SELECT category FROM product WHERE id = $1 AND tenant = $2",
        [&](const Row& row) { category = row.id(0); }, product, tenant_));
    each(product, products_[product], category);
  }
  products_.clear();
  return {};
}

Result<void> Maker::to_categories() {
  std::map<Id, ProductSums> categories;
  TRY(each_category([&](const Id&, const ProductSums& sums, const Id& category) {
    if (!query_.category || *query_.category == category) merge(categories[category], sums);
  }));
  for (const auto& [category, sums] : categories) {
    if (nothing(sums)) continue;
    ReportRow row = row_of(sums);
    row.name = "No category";
    if (!category.is_nil()) {
      row.key = to_string(category);
      row.name = TRY(db_.first(
                         "SELECT name FROM category WHERE id = $1 AND tenant = $2",
                         [](const Row& found) { return found.string(0); }, category, tenant_))
                     .value_or("");
    }
    ringup::add(total_, row);
    rows_.push_back(std::move(row));
  }
  count_ = static_cast<std::int64_t>(rows_.size());
  return {};
}

Result<void> Maker::name_products(std::vector<ReportRow>& rows) {
  for (ReportRow& row : rows) {
    if (row.key.empty()) {
      row.name = "Not in the catalogue";
      continue;
    }
    const Id product = *parse_id(row.key);
    bool known = false;
    TRY(db_.query(
        "SELECT p.sku, p.name, c.name FROM product p LEFT JOIN category c ON c.id = p.category"
        " WHERE p.id = $1 AND p.tenant = $2",
        [&](const Row& found) {
          known = true;
          row.sku = found.string(0);
          row.name = found.string(1);
          row.category = found.string(2);
        },
        product, tenant_));
    if (known) continue;
    // As it was called on the first line that was seen of it.
    TRY(db_.query(
        "SELECT sku, name FROM report_name WHERE book = $1 AND product = $2",
        [&](const Row& found) {
          known = true;
          row.sku = found.string(0);
          row.name = found.string(1);
        },
        state_.book, product));
    if (known) continue;
    if (const auto sold = tail_.names.find(product); sold != tail_.names.end()) {
      row.sku = sold->second.sku;
      row.name = sold->second.name;
    }
  }
  return {};
}

Result<void> Maker::name_rows() {
  // Literals, so that statements are prepared once.
  const auto name = [&](const char* sql) -> Result<void> {
    for (ReportRow& row : rows_) {
      TRY(db_.query(
          sql, [&](const Row& found) { row.name = found.string(0); }, *parse_id(row.key), tenant_));
      if (row.name.empty()) row.name = "Not known here";
    }
    return {};
  };
  switch (query_.by) {
    case ReportBy::branch:
      return name("SELECT name FROM branch WHERE id = $1 AND tenant = $2");
    case ReportBy::till:
      return name("SELECT name FROM till WHERE id = $1 AND tenant = $2");
    case ReportBy::cashier:
      return name(
          "SELECT CASE WHEN first_name || last_name = '' THEN email ELSE trim(first_name || ' ' || last_name)"
          " END FROM user WHERE id = $1 AND tenant = $2");
    default:
      return {};
  }
}

Result<void> Maker::sort_rows() {
  std::string wish = query_.sort;
  bool descending = query_.descending;
  if (wish.empty()) {
    if (is_calendar(query_.by)) return {};  // as they are
    wish = query_.by == ReportBy::tax ? "key" : query_.by == ReportBy::tender ? "amount" : "gross";
    descending = wish != "key";
  }
  if (wish == "key" && is_calendar(query_.by)) {
    if (descending) std::reverse(rows_.begin(), rows_.end());
    return {};
  }
  const std::vector<ReportColumn> columns = report_columns(query_.by);
  const ReportColumn by_key{"key", "", ReportColumn::Kind::text, &ReportRow::key, nullptr};
  const ReportColumn by_name{"name", "", ReportColumn::Kind::text, &ReportRow::name, nullptr};
  auto column = std::find_if(columns.begin(), columns.end(),
                             [&](const ReportColumn& each) { return each.name == wish; });
  const ReportColumn* chosen = wish == "key"             ? &by_key
                               : wish == "name"          ? &by_name
                               : column != columns.end() ? &*column
                                                         : nullptr;
  if (chosen == nullptr) {
    std::string known = "key, name";
    for (const ReportColumn& each : columns) known += ", " + std::string(each.name);
    return fail(Error::invalid_value, "sort", "Sort by one of " + known + "; a - before it turns it around.");
  }
  if (query_.by == ReportBy::product && chosen->text != nullptr && chosen != &by_key)
    TRY(name_products(rows_));
  std::sort(rows_.begin(), rows_.end(), [&](const ReportRow& a, const ReportRow& b) {
    if (chosen->text != nullptr) {
      const int order = (a.*chosen->text).compare(b.*chosen->text);
      if (order != 0) return descending ? order > 0 : order < 0;
    } else {
      const std::int64_t left = report_number(a, *chosen), right = report_number(b, *chosen);
      if (left != right) return descending ? left > right : left < right;
    }
    return a.key < b.key;
  });
  return {};
}

Result<Report> Maker::make() {
  TRY(check());
  rules_ = TRY(read_fold_rules(db_, tenant_));
  state_ = TRY(rollup_state(db_, tenant_, rules_.name()));
  TRY(read_tail());
  switch (form_of(query_.by)) {
    case ReportForm::lines:
      TRY(add_products());
      break;
    case ReportForm::tax:
      TRY(add_taxes());
      break;
    case ReportForm::tender:
      TRY(add_tenders());
      break;
    case ReportForm::sales:
      TRY(add_hours());
      TRY(name_rows());
      break;
  }
  Report report;
  report.by = query_.by;
  report.from = date_text(query_.from);
  report.to = date_text(query_.to);
  report.time_zone = rules_.zone.name();
  report.currency = TRY(parse_currency(rules_.currency));
  if (form_of(query_.by) != ReportForm::lines) {
    for (const ReportRow& row : rows_) ringup::add(total_, row);
    count_ = static_cast<std::int64_t>(rows_.size());
  }
  report.total = total_;
  TRY(sort_rows());
  const std::int64_t count = count_;
  const std::int64_t first = std::min(query_.skip, count);
  const std::int64_t last = query_.limit == 0 ? count : std::min(first + query_.limit, count);
  if (last < count) report.next = std::to_string(last);
  report.items.assign(std::make_move_iterator(rows_.begin() + first),
                      std::make_move_iterator(rows_.begin() + last));
  if (query_.by == ReportBy::product) TRY(name_products(report.items));
  return report;
}

}  // namespace

Result<Report> make_report(Database& db, const Id& tenant, const ReportQuery& query) {
  return in_snapshot(db, [&] { return Maker(db, tenant, query).make(); });
}

}  // namespace ringup::store
