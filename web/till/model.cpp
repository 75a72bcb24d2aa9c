#include "web/till/model.h"

#include <algorithm>

#include "core/base/time.h"
#include "web/till/export.h"

namespace ringup::till {
namespace {

constexpr std::string_view cart_draft = "cart";
constexpr std::string_view booked_words = "booked";  // to the other tabs of this till
constexpr std::int64_t minute_ms = 60'000, day_ms = 86'400'000;

Failure only_looks_on() {
  return {Error::conflict, {}, "Another tab is the till. Close that one, and this one takes its place."};
}

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
    : bridge_(bridge),
      printer_(bridge),
      memory_(bridge),
      server_(bridge),
      permits_(bridge, memory_, server_),
      sync_(bridge, memory_, server_),
      refunds_(memory_, server_) {
  sync_.shelf().on_change = [this] {
    follow_rules();
    if (!sync_.shelf().loading()) restore_cart();
  };
  sync_.on_people = [this](bool perhaps) { permits_.fetch(perhaps); };
  permits_.on_change = [this] { people_known(); };
  bridge_.ledger_watch([this](platform::LedgerState state) { ledger_is(state); });
}

// --- this device ---

void Model::ledger_is(platform::LedgerState state) {
  if (state == platform::LedgerState::emptied) {
    if (looks_on() || opening() || !enrolled()) return;  // the till writes it again; or there was nothing yet
    return write_again();
  }
  const bool look_on = state == platform::LedgerState::others;
  memory_.open(
      look_on, [this] { known(); },
      [this] {
        if (!looks_on() && enrolled()) sync_.start();
      });
}

void Model::write_again() {
  memory_.write_again([this](const Result<void>& done) {
    sync_.went();
    warning_ = done.ok() ? std::string() : words_of(done.failure());
    if (done.ok() && on_notice)
      on_notice("The browser deleted this till's data. What was not sent has been written again.");
  });
}

void Model::known() {
  if (!enrolled()) return;
  permits_.open();
  sync_.shelf().open();
}

void Model::told(std::string_view words) {
  if (words == booked_words) look_again();
}

void Model::look_again() {
  if (looks_on() && !opening()) memory_.open(true, nullptr, nullptr);
}

void Model::wake() {
  look_again();
  sync_.wake();
  permits_.fetch();
  look_at_cashier();
}

/// The rules come with the catalogue. A cart keeps those it began with, so they change between sales only.
void Model::follow_rules() {
  if (!cart_.empty()) return;
  Rules rules = cart_.rules();
  if (catalogue().rules().has_value()) {
    if (Result<Rules> read = read_rules(*catalogue().rules()); read.ok()) rules = *read;
  }
  cart_ = Cart(catalogue().currency(), rules);
  if (customer.has_value()) cart_.choose_customer(customer->id);  // chosen before the first product
}

void Model::enrol(std::string pairing_code, Done done) {
  server_.enrol(std::move(pairing_code), {}, [this, done = std::move(done)](Result<Enrolment> enrolment) {
    if (!enrolment.ok()) return done(enrolment.failure());
    memory_.enrol(*enrolment, [this, done](Result<void> kept) {
      if (kept.ok()) {
        known();
        sync_.start();
      }
      done(kept);
    });
  });
}

Result<LineId> Model::add(const Product& product, Quantity quantity, std::optional<UnitPrice> price) {
  if (looks_on()) return only_looks_on();
  if (saving_) return fail(Error::conflict, {}, "Wait until the payment is saved.");
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

void Model::keep_cart() {
  if (cart_restored_ && !saving_ && !looks_on())
    memory_.keep_draft(cart_draft, write_cart_draft(cart_, customer));
}

/// The cart as it was before a reload, once the catalogue is here. A line whose product is gone is left out.
void Model::restore_cart() {
  if (cart_restored_ || looks_on()) return;
  cart_restored_ = true;
  if (!cart_.empty()) return;
  const Result<CartDraft> draft = read_cart_draft(memory_.draft(cart_draft));
  if (draft.ok()) (void)put_into_cart(*draft);  // what cannot be read is no cart
}

Result<std::size_t> Model::put_into_cart(const CartDraft& draft) {
  std::size_t missing = 0;
  for (const CartDraft::Line& line : draft.lines) {
    const Product* product = catalogue().find(line.product);
    if (product == nullptr) {
      ++missing;
      continue;
    }
    const LineId id = TRY(add(*product, line.quantity, line.price));
    if (!line.discount.is_none()) TRY(cart_.discount_line(id, line.discount));
  }
  if (!draft.discount.is_none() && !cart_.empty()) TRY(cart_.discount_cart(draft.discount));
  if (draft.customer.has_value()) choose_customer(draft.customer);
  return missing;
}

void Model::clear_cart() {
  cart_.clear();
  choose_customer(std::nullopt);
  follow_rules();
}

void Model::choose_customer(std::optional<Customer> chosen) {
  customer = std::move(chosen);
  if (customer.has_value()) customer_names_[customer->id] = customer->name();
  cart_.choose_customer(customer.has_value() ? std::optional(customer->id) : std::nullopt);
}

void Model::customers(const std::string& query, std::function<void(Result<std::vector<Customer>>)> done) {
  server_.customers(memory_.enrolment()->token, query,
                    [this, query, done = std::move(done)](Result<std::vector<Customer>> found) {
                      // Those made here are known before the server has heard of them.
                      std::vector<Customer> all = counter_.made_here(query);
                      if (!found.ok() && all.empty()) return done(std::move(found));
                      if (found.ok()) {
                        for (Customer& other : *found) {
                          const auto same = [&](const Customer& mine) { return mine.id == other.id; };
                          if (std::none_of(all.begin(), all.end(), same)) all.push_back(std::move(other));
                        }
                      }
                      done(std::move(all));
                    });
}

// --- booking ---

void Model::book(journal::Kind kind, json::Value body, Memory::RecordDone done) {
  append(kind, std::move(body), {}, std::move(done));
}

void Model::append(journal::Kind kind, json::Value body,
                   std::vector<std::pair<std::string, std::string>> drafts, Memory::RecordDone done) {
  ASSERT(cashier().has_value());
  if (looks_on()) return done(only_looks_on());
  if (saving_) return done(fail(Error::conflict, {}, "Wait until the last one is saved."));
  if (sync_.needs_epoch())
    return done(fail(Error::precondition_failed, {},
                     "This till must ask the server for a new number range first. Connect to the network and "
                     "try again."));
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
  saving_ = true;
  memory_.append(std::move(draft), std::move(drafts),
                 [this, done = std::move(done)](Result<journal::Record> kept) {
                   saving_ = false;
                   if (kept.ok()) {
                     sync_.added(*kept);
                     bridge_.tell_tabs(booked_words);
                     if (!warning_.empty()) write_again();  // there is room again
                   }
                   done(std::move(kept));
                 });
}

void Model::take_payment(std::span<const Tender> tenders, Done done) {
  const Result<Sale> sale = cart_.finish(tenders, memory_.next_receipt());
  if (!sale.ok()) return done(sale.failure());
  // The cart leaves the device in the same transaction: cut off right after it, it must not come back.
  append(journal::Kind::sale, write_sale_body(*sale), {{std::string(cart_draft), {}}},
         [this, done = std::move(done)](Result<journal::Record> kept) {
           if (!kept.ok()) return done(kept.failure());
           clear_cart();
           done(show(*kept, true));
         });
}

void Model::give_back(const RefundDraft& draft, TenderKind kind, Done done) {
  const Result<Refund> refund = Refunds::make(draft, kind, memory_.next_receipt());
  if (!refund.ok()) return done(refund.failure());
  append(journal::Kind::refund, write_refund_body(*refund), {},
         [this, done = std::move(done)](Result<journal::Record> kept) {
           if (!kept.ok()) return done(kept.failure());
           done(show(*kept, true));
         });
}

// --- after the sale ---

ReceiptSetup Model::setup_at(std::int64_t unix_ms, const std::string& who) const {
  ReceiptSetup setup;
  setup.header = settings().header;
  setup.footer = settings().footer;
  const std::string local = local_time(unix_ms);
  setup.time = local.substr(0, 10) + " " + local.substr(11, 5);
  setup.cashier = who;
  setup.money = receipt_format(settings().country, settings().currency);
  return setup;
}

static bool paid_in_cash(const Sale& sale) {
  return std::any_of(sale.tenders.begin(), sale.tenders.end(),
                     [](const Tender& tender) { return tender.kind == TenderKind::cash; });
}

Result<void> Model::show(const journal::Record& record, bool fresh) {
  const std::string who =
      cashier().has_value() && cashier()->user == record.user ? cashier()->name() : std::string();
  ReceiptSetup setup = setup_at(record.at, who);
  setup.link = receipt_link(settings().public_url, record.id);
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
    shown.cash = paid_in_cash(refund.body);
  } else {
    const Sale sale = TRY(read_sale_body(record.body));
    name_customer(sale);
    shown.document = TRY(make_receipt(sale, setup));
    shown.number = sale.receipt;
    shown.total = sale.total;
    shown.change = sale.change;
    shown.cash = paid_in_cash(sale);
    shown.credit = std::any_of(sale.tenders.begin(), sale.tenders.end(),
                               [](const Tender& tender) { return tender.kind == TenderKind::credit; });
  }
  if (counter_.voided(record.id))
    shown.document.rows.insert(shown.document.rows.begin(), {ReceiptRow::Kind::total, "VOID", {}, {}});
  shown.fresh = fresh;
  shown.shown_at_ms = fresh ? bridge_.monotonic_ms() : 0;
  receipt_ = std::move(shown);
  return {};
}

void Model::show_receipt(const Id& id, Done done) {
  memory_.read(id, [this, done = std::move(done)](Result<journal::Record> record) {
    if (!record.ok()) return done(record.failure());
    done(show(*record, false));
  });
}

void Model::print_receipt(Printer::Done done) {
  if (receipt_.has_value())
    printer_.print(receipt_->document, "Receipt " + receipt_->number, std::move(done));
}

void Model::save_unsent() {
  export_unsent(memory_, [this](const std::string& file) {
    if (file.empty()) return;
    const std::string day = local_time(bridge_.now_ms()).substr(0, 10);
    bridge_.save_file("ringup-" + memory_.enrolment()->series + "-" + day + ".jsonl", "application/x-ndjson",
                      file);
  });
}

std::vector<Entry> Model::today() const {
  const std::int64_t now = bridge_.now_ms();
  const std::int64_t local = now + bridge_.utc_offset_minutes(now) * minute_ms;
  const std::int64_t midnight = now - local % day_ms;
  std::vector<Entry> entries;
  for (const Kept& kept : memory_.kept()) {
    const bool refund = kept.kind == journal::Kind::refund;
    if (kept.at < midnight || (!refund && kept.kind != journal::Kind::sale)) continue;
    entries.push_back({kept.id, kept.at, refund, kept.receipt, kept.total, kept.delivered, false});
  }
  for (Entry& entry : entries) entry.voided = !entry.refund && counter_.voided(entry.id);
  std::reverse(entries.begin(), entries.end());
  return entries;
}

void Model::refund_of(const Id& sale, Refunds::DraftDone done) {
  refunds_.of(sale, std::move(done));
}

void Model::find_receipt(const std::string& number, Refunds::DraftDone done) {
  refunds_.find(number, sync_.connection() != Connection::online, std::move(done));
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

std::string Model::day_words(std::int64_t unix_ms) const {
  const std::string day = local_time(unix_ms).substr(0, 10);
  const std::int64_t now = bridge_.now_ms();
  if (day == local_time(now).substr(0, 10)) return "today";
  return day == local_time(now - day_ms).substr(0, 10) ? std::string("yesterday") : day;
}

std::string Model::clock_time(std::int64_t unix_ms) const {
  return local_time(unix_ms).substr(11, 5);
}

}  // namespace ringup::till
