#include "web/till/model.h"

#include <algorithm>

#include "core/base/time.h"

namespace ringup::till {
namespace {

constexpr std::string_view cart_key = "till/cart";
constexpr std::int64_t minute_ms = 60'000, day_ms = 86'400'000;

MoneyFormat format_of(Currency currency) {
  MoneyFormat format;
  struct Symbol {
    std::string_view code, symbol;
  };
  constexpr Symbol symbols[] = {{"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}, {"JPY", "¥"}};
  for (const Symbol& known : symbols) {
    if (known.code == currency.code()) {
      format.symbol = known.symbol;
      format.symbol_gap = "";
    }
  }
  return format;
}

}  // namespace

Model::Model(platform::Bridge& bridge)
    : bridge_(bridge), memory_(bridge), server_(bridge), sync_(bridge, memory_, server_) {
  sync_.shelf().on_change = [this] {
    follow_rules();
    if (!sync_.shelf().loading()) restore_cart();
  };
  if (enrolled()) sync_.start();
}

/// The rules come with the catalogue. A cart keeps those it began with, so they change between sales only.
void Model::follow_rules() {
  if (!cart_.empty()) return;
  Rules rules = cart_.rules();
  if (catalogue().rules().has_value()) {
    if (Result<Rules> read = read_rules(*catalogue().rules()); read.ok()) rules = *read;
  }
  cart_ = Cart(catalogue().currency(), rules);
}

void Model::enrol(std::string pairing_code, std::function<void(Result<void>)> done) {
  server_.enrol(std::move(pairing_code), {}, [this, done = std::move(done)](Result<Enrolment> enrolment) {
    if (!enrolment.ok()) return done(enrolment.failure());
    Result<void> kept = memory_.enrol(*enrolment);
    if (kept.ok()) sync_.start();
    done(kept);
  });
}

void Model::sign_in(std::string email, std::string password, std::function<void(Result<void>)> done) {
  server_.sign_in(memory_.enrolment()->tenant, std::move(email), std::move(password),
                  [this, done = std::move(done)](Result<Cashier> cashier) {
                    if (!cashier.ok()) return done(cashier.failure());
                    memory_.sign_in(*cashier);
                    done({});
                  });
}

void Model::sign_out() {
  server_.sign_out([] {});
  memory_.sign_out();
}

Result<LineId> Model::add(const Product& product, Quantity quantity, std::optional<UnitPrice> price) {
  const std::optional<Rate> rate = catalogue().rate_of(product.tax_class);
  if (!rate.has_value()) {
    return fail(
        Error::precondition_failed, {},
        "The tax class of " + product.name + " is not known here. Ask the owner to correct the product.");
  }
  if (cart_.empty()) follow_rules();
  return cart_.add(CartItem{product.id, product.sku, product.name, price.value_or(product.unit_price),
                            product.tax_class, *rate},
                   quantity);
}

Result<std::string> Model::scan(std::string_view code) {
  const Scan scan = resolve(code, catalogue(), catalogue().scale_patterns(), catalogue().currency());
  const Product* product = scan.kind == Scan::Kind::unknown ? nullptr : catalogue().find(scan.product);
  if (product == nullptr) {
    // Only digits can be a misread GTIN; anything else is a code that nothing here has.
    const bool digits = std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && scan.problem.has_value() && scan.problem->error == Error::invalid_barcode)
      return *scan.problem;
    return fail(Error::unknown_sku, {}, "No product has the code " + std::string(code) + ".");
  }
  switch (scan.kind) {
    case Scan::Kind::product_priced:
      TRY(add(*product, Quantity{}, scan.price));
      break;
    case Scan::Kind::product_weighed:
      TRY(add(*product, scan.quantity));
      break;
    default:
      TRY(add(*product));
      break;
  }
  return product->name;
}

namespace {

json::Value draft_of(const Discount& discount) {
  return json::Object{{"amount", discount.amount}, {"rate", discount.rate.ppm}};
}

Result<Discount> read_discount(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  const Amount amount = TRY(in.integer("amount", 0, json::integer_max));
  const std::int64_t rate = TRY(in.integer("rate", 0, rate_one));
  return rate > 0 ? Discount::of_rate(Rate{rate}) : Discount::of_amount(amount);
}

}  // namespace

void Model::keep_cart() {
  if (!cart_restored_) return;
  std::string draft;
  if (!cart_.empty()) {
    json::Array lines;
    for (const CartLine& line : cart_.lines()) {
      lines.push_back(json::Object{{"product", line.item.product},
                                   {"price", line.item.unit_price.value},
                                   {"quantity", line.quantity.thousandths},
                                   {"discount", draft_of(line.discount)}});
    }
    json::Object members{{"lines", std::move(lines)}, {"discount", draft_of(cart_.discount())}};
    if (customer.has_value()) {
      members.push_back({"customer", json::Object{{"id", customer->id},
                                                  {"first_name", customer->first_name},
                                                  {"last_name", customer->last_name},
                                                  {"email", customer->email}}});
    }
    draft = json::dump(members);
  }
  if (draft == kept_cart_) return;
  kept_cart_ = draft;
  if (draft.empty())
    bridge_.local_remove(cart_key);
  else
    bridge_.local_set(cart_key, draft);
}

/// The cart as it was before a reload, once the catalogue is here. A line whose product is gone is left out.
void Model::restore_cart() {
  if (cart_restored_) return;
  cart_restored_ = true;
  const std::optional<std::string> text = bridge_.local_get(cart_key);
  if (!text.has_value() || !cart_.empty()) return;
  kept_cart_ = *text;
  const auto restore = [&]() -> Result<void> {
    const json::Value value = TRY(json::parse(*text));
    json::Reader in = TRY(json::Reader::object(value));
    for (const json::Value& item : *TRY(in.array("lines", cart_lines_max))) {
      json::Reader line = TRY(json::Reader::object(item));
      const Product* product = catalogue().find(TRY(line.id("product")));
      if (product == nullptr) continue;
      const UnitPrice price{TRY(line.integer("price", 0, unit_price_max))};
      const Quantity quantity{TRY(line.integer("quantity", 1, quantity_max))};
      const LineId id = TRY(add(*product, quantity, price));
      const Discount discount = TRY(read_discount(*TRY(line.any("discount"))));
      if (!discount.is_none()) TRY(cart_.discount_line(id, discount));
    }
    const Discount discount = TRY(read_discount(*TRY(in.any("discount"))));
    if (!discount.is_none() && !cart_.empty()) TRY(cart_.discount_cart(discount));
    if (const json::Value* who = in.find("customer")) choose_customer(TRY(read_customer(*who)));
    return {};
  };
  (void)restore();  // what cannot be read is no cart
}

void Model::choose_customer(std::optional<Customer> chosen) {
  customer = std::move(chosen);
  if (customer.has_value()) customer_names_[customer->id] = customer->name();
  cart_.choose_customer(customer.has_value() ? std::optional(customer->id) : std::nullopt);
}

void Model::customers(const std::string& query, std::function<void(Result<std::vector<Customer>>)> done) {
  server_.customers(memory_.enrolment()->token, query, std::move(done));
}

Result<journal::Record> Model::record(journal::Kind kind, json::Value body) {
  ASSERT(cashier().has_value());
  if (sync_.needs_epoch()) {
    return fail(
        Error::precondition_failed, {},
        "This till must ask the server for a new number range first. Connect to the network and try again.");
  }
  std::array<std::uint8_t, 10> random;
  bridge_.random(random);
  journal::Record draft;
  draft.id = make_id(bridge_.now_ms(), random);
  draft.kind = kind;
  draft.at = bridge_.now_ms();
  draft.mono = static_cast<std::int64_t>(bridge_.monotonic_ms());
  draft.user = cashier()->user;
  draft.price_list = catalogue().version();
  draft.body = std::move(body);
  journal::Record kept = TRY(memory_.append(std::move(draft)));
  sync_.added(kept);
  return kept;
}

Result<void> Model::take_payment(std::span<const Tender> tenders) {
  const Sale sale = TRY(cart_.finish(tenders, memory_.next_receipt()));
  const journal::Record kept = TRY(record(journal::Kind::sale, write_sale_body(sale)));
  cart_.clear();
  choose_customer(std::nullopt);
  follow_rules();
  return show(kept, true);
}

ReceiptSetup Model::setup_at(std::int64_t unix_ms, const std::string& who) const {
  ReceiptSetup setup;
  setup.header = settings().header;
  setup.footer = settings().footer;
  const std::string local = local_time(unix_ms);
  setup.time = local.substr(0, 10) + " " + local.substr(11, 5);
  setup.cashier = who;
  setup.money = format_of(currency());
  return setup;
}

Result<void> Model::show(const journal::Record& record, bool fresh) {
  const std::string who =
      cashier().has_value() && cashier()->user == record.user ? cashier()->name() : std::string();
  ReceiptSetup setup = setup_at(record.at, who);
  const auto name_customer = [&](const Sale& sale) {
    const auto known = sale.customer ? customer_names_.find(*sale.customer) : customer_names_.end();
    if (known != customer_names_.end()) setup.customer = known->second;
  };
  ShownReceipt shown;
  if (record.kind == journal::Kind::refund) {
    const Refund refund = TRY(read_refund_body(record.body));
    name_customer(refund.body);
    shown.document = TRY(make_receipt(refund, setup));
    shown.number = refund.body.receipt;
    shown.total = refund.body.total;
    shown.refund = true;
  } else {
    const Sale sale = TRY(read_sale_body(record.body));
    name_customer(sale);
    shown.document = TRY(make_receipt(sale, setup));
    shown.number = sale.receipt;
    shown.total = sale.total;
    shown.change = sale.change;
    shown.credit = std::any_of(sale.tenders.begin(), sale.tenders.end(),
                               [](const Tender& tender) { return tender.kind == TenderKind::credit; });
  }
  shown.fresh = fresh;
  shown.shown_at_ms = fresh ? bridge_.monotonic_ms() : 0;
  receipt_ = std::move(shown);
  return {};
}

void Model::show_receipt(const Id& id) {
  for (const Stored& stored : memory_.records()) {
    if (stored.record.id == id) (void)show(stored.record, false);
  }
}

void Model::print_receipt() {
  if (receipt_.has_value())
    bridge_.print_text("Receipt " + receipt_->number, render(receipt_->document, receipt_columns_wide));
}

std::vector<Entry> Model::today() const {
  const std::int64_t now = bridge_.now_ms();
  const std::int64_t local = now + bridge_.utc_offset_minutes(now) * minute_ms;
  const std::int64_t midnight = now - local % day_ms;
  std::vector<Entry> entries;
  for (const Stored& stored : memory_.records()) {
    const journal::Record& record = stored.record;
    const bool refund = record.kind == journal::Kind::refund;
    if (record.at < midnight || (!refund && record.kind != journal::Kind::sale)) continue;
    const json::Value* receipt = record.body.find("receipt");
    const json::Value* total = record.body.find("total");
    if (receipt == nullptr || receipt->as_string() == nullptr || total == nullptr ||
        total->as_integer() == nullptr)
      continue;
    entries.push_back(
        {record.id, record.at, refund, *receipt->as_string(), *total->as_integer(), stored.delivered});
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

std::optional<RefundDraft> Model::refund_of(const Id& sale) const {
  std::optional<RefundDraft> draft;
  for (const Stored& stored : memory_.records()) {
    if (stored.record.id == sale && stored.record.kind == journal::Kind::sale) {
      if (Result<Sale> read = read_sale_body(stored.record.body); read.ok()) {
        draft.emplace(RefundDraft{sale, std::move(read).value(), {}, {}});
        draft->chosen.assign(draft->sale.lines.size(), Quantity{0});
      }
    }
  }
  if (!draft.has_value()) return draft;
  for (const Stored& stored : memory_.records()) {
    if (stored.record.kind != journal::Kind::refund) continue;
    const Result<Refund> refund = read_refund_body(stored.record.body);
    if (refund.ok() && refund->sale == sale) (void)ringup::add(draft->before, *refund);
  }
  return draft;
}

/// The server knows refunds of other tills; this till knows its own that have not arrived yet. Both count.
void Model::find_receipt(const std::string& number, std::function<void(Result<RefundDraft>)> done) {
  if (sync_.connection() != Connection::online) {
    for (const Stored& stored : memory_.records()) {
      const json::Value* receipt = stored.record.body.find("receipt");
      if (stored.record.kind != journal::Kind::sale || receipt == nullptr ||
          receipt->as_string() == nullptr || *receipt->as_string() != number)
        continue;
      if (std::optional<RefundDraft> draft = refund_of(stored.record.id)) return done(std::move(*draft));
    }
  }
  server_.sale_by_receipt(memory_.enrolment()->token, number,
                          [this, done = std::move(done)](Result<FoundSale> found) {
                            if (!found.ok()) return done(found.failure());
                            RefundDraft draft{found->id, std::move(found->sale), {}, {}};
                            draft.chosen.assign(draft.sale.lines.size(), Quantity{0});
                            for (const Refund& refund : found->refunds) {
                              if (Result<void> added = ringup::add(draft.before, refund); !added.ok())
                                return done(added.failure());
                            }
                            for (const Stored& stored : memory_.records()) {
                              if (stored.delivered || stored.record.kind != journal::Kind::refund) continue;
                              const Result<Refund> refund = read_refund_body(stored.record.body);
                              if (refund.ok() && refund->sale == draft.sale_id)
                                (void)ringup::add(draft.before, *refund);
                            }
                            done(std::move(draft));
                          });
}

Result<Refund> Model::refund_from(const RefundDraft& draft, TenderKind kind, std::string_view number) const {
  RefundRequest request;
  request.rest = kind;
  for (std::size_t i = 0; i < draft.chosen.size(); ++i) {
    if (draft.chosen[i].thousandths > 0) request.lines.push_back({draft.sale.lines[i].line, draft.chosen[i]});
  }
  return make_refund(draft.sale_id, draft.sale, draft.before, request, number);
}

Result<Amount> Model::refund_total(const RefundDraft& draft, TenderKind kind) const {
  const Refund refund = TRY(refund_from(draft, kind, "A1-1-000001"));
  Amount given = 0;
  for (const Tender& tender : refund.body.tenders) given -= tender.amount;
  return given;
}

Result<void> Model::give_back(const RefundDraft& draft, TenderKind kind) {
  const Refund refund = TRY(refund_from(draft, kind, memory_.next_receipt()));
  const journal::Record kept = TRY(record(journal::Kind::refund, write_refund_body(refund)));
  return show(kept, true);
}

Currency Model::currency() const {
  if (catalogue().currency() != Currency{}) return catalogue().currency();
  if (enrolled()) {
    if (Result<Currency> currency = parse_currency(settings().currency); currency.ok()) return *currency;
  }
  return {};
}

std::string Model::money(Amount amount) const {
  return format_money(Money{amount, currency()}, format_of(currency()));
}

std::string Model::whole_money(Amount amount) const {
  Amount unit = 1;
  for (int i = 0; i < currency().digits; ++i) unit *= 10;
  const std::string_view symbol = format_of(currency()).symbol;
  return std::string(symbol.empty() ? currency().code() : symbol) + std::to_string(amount / unit);
}

std::string Model::price(UnitPrice price) const {
  if (price.value % unit_price_scale == 0) return money(price.value / unit_price_scale);
  return std::string(format_of(currency()).symbol) + to_decimal(price, currency());
}

/// "2026-03-01T09:30:…" as the clock on the wall says it.
std::string Model::local_time(std::int64_t unix_ms) const {
  return to_rfc3339((unix_ms + bridge_.utc_offset_minutes(unix_ms) * minute_ms) * 1000);
}

std::string Model::clock_time(std::int64_t unix_ms) const {
  return local_time(unix_ms).substr(11, 5);
}

}  // namespace ringup::till
