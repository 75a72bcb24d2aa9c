#include "tests/simulation/device.h"

#include "core/till/bodies.h"

namespace ringup::simulation {
namespace {

using journal::Kind;

constexpr Amount tendered_more = 500;

bool is_record(std::string_view key) {
  return key.starts_with("journal/");
}

}  // namespace

Device::Device(std::uint64_t seed, Id milk, Id bread) : bridge_(seed), milk_(milk), bread_(bread) {}

void Device::start() {
  model_ = std::make_unique<till::Model>(bridge_);
  model_->on_notice = [](const std::string&) {};
}

void Device::crash() {
  bridge_.kill();
  model_.reset();
  pairing_ = false;
}

bool Device::ready() const {
  return paired() && !model_->saving() && !model_->looks_on() && model_->cashier().has_value() &&
         model_->memory().complete() && model_->catalogue().size() > 0;
}

bool Device::waits() const {
  if (!paired()) return true;
  return !model_->memory().complete() || model_->sync().waiting() > 0 || model_->sync().needs_epoch();
}

void Device::pair(const std::string& code) {
  pairing_ = true;
  model_->enrol(code, [this](const Result<void>&) { pairing_ = false; });
}

void Device::sign_in() {
  if (paired() && !model_->cashier().has_value())
    model_->sign_in("kim@example.com", "right", [](const Result<void>&) {});
}

void Device::book(Kind kind, json::Value body, const std::function<void(const Shown&)>& shown) {
  model_->book(kind, std::move(body), [shown](const Result<journal::Record>& record) {
    if (record.ok()) shown({record->id, {}, 0});
  });
}

void Device::act(Chance& chance, const std::function<void(const Shown&)>& shown) {
  if (!ready()) return;
  const auto shift = model_->memory().shift();
  const int what = chance.below(24);
  if (what == 0 && !shift) {
    book(Kind::shift_open, to_json(journal::ShiftOpenBody{10'000, "EUR"}), shown);
  } else if (what == 1 && shift) {
    book(Kind::shift_close, to_json(journal::ShiftCloseBody{9'990, 10'000, "EUR"}), shown);
  } else if (what == 2 || what == 3) {
    book(what == 2 ? Kind::cash_in : Kind::cash_out,
         to_json(journal::CashBody{1 + chance.below(900), "EUR", "for the drawer"}), shown);
  } else if (what == 4) {
    journal::CustomerBody customer;
    std::array<std::uint8_t, 10> random;
    bridge_.random(random);
    customer.customer = make_id(bridge_.now_ms(), random);
    customer.first_name = "Ada";
    customer.last_name = "Lovelace";
    book(Kind::customer_new, to_json(customer), shown);
  } else if (what == 5) {
    book(Kind::note, json::Object{{"text", "the drawer sticks"}}, shown);
  } else if (what <= 8) {
    undo(chance, shown);
  } else {
    sell(chance, shown);
  }
}

void Device::sell(Chance& chance, const std::function<void(const Shown&)>& shown) {
  model_->cart().clear();
  for (const Id& id : {milk_, bread_}) {
    const Product* product = model_->catalogue().find(id);
    const int pieces = chance.below(3) + (id == milk_ ? 1 : 0);
    if (product == nullptr || pieces == 0) continue;
    (void)model_->add(*product, Quantity{quantity_one * pieces});
  }
  const Tender cash{TenderKind::cash, model_->cart().total() + tendered_more, ""};
  const std::string number = model_->memory().next_receipt();
  const Amount total = model_->cart().total();
  model_->take_payment({&cash, 1}, [this, shown, number, total](const Result<void>& done) {
    if (!done.ok()) return;
    const till::Kept& kept = model_->memory().kept().back();
    // What is on paper is what the till keeps.
    ASSERT(kept.receipt == number && kept.total == total);
    shown({kept.id, number, total});
  });
}

void Device::undo(Chance& chance, const std::function<void(const Shown&)>& shown) {
  const till::Kept* sale = nullptr;
  for (const till::Kept& kept : model_->memory().kept()) {
    if (kept.kind == Kind::sale && chance.one_in(2)) sale = &kept;
  }
  if (sale == nullptr) return;
  if (chance.one_in(3))
    return book(Kind::void_sale, to_json(journal::VoidBody{sale->id, "rung up by mistake"}), shown);
  model_->refund_of(sale->id, [this, shown](Result<till::RefundDraft> draft) {
    if (!draft.ok() || !ready()) return;
    bool any = false;
    for (std::size_t i = 0; i < draft->chosen.size(); ++i) {
      const std::int64_t left = draft->sale.lines[i].quantity.thousandths -
                                draft->before.quantity_of(draft->sale.lines[i].line).thousandths;
      draft->chosen[i] = Quantity{std::max<std::int64_t>(left, 0)};
      any = any || left > 0;
    }
    if (!any) return;
    const std::string number = model_->memory().next_receipt();
    model_->give_back(*draft, TenderKind::cash, [this, shown, number](const Result<void>& done) {
      if (!done.ok()) return;
      const till::Kept& kept = model_->memory().kept().back();
      ASSERT(kept.receipt == number);
      shown({kept.id, number, kept.total});
    });
  });
}

std::set<Id> Device::records_of(const Entries& disk) {
  std::set<Id> ids;
  for (const auto& [key, text] : disk) {
    if (!is_record(key)) continue;
    const journal::Envelope envelope = journal::read_envelope(text);
    if (envelope.record && envelope.right_hash) ids.insert(*envelope.id);
  }
  return ids;
}

std::set<Id> Device::delivered() const {
  std::set<Id> ids;
  if (model_ == nullptr) return ids;
  for (const till::Kept& kept : model_->memory().kept()) {
    if (kept.delivered) ids.insert(kept.id);
  }
  return ids;
}

std::optional<Id> Device::till() const {
  if (!paired()) return std::nullopt;
  return model_->memory().enrolment()->till;
}

std::vector<std::string> Device::exported() const {
  std::map<std::int64_t, std::string> files;
  for (const auto& [key, text] : bridge_.ledger.kept) {
    if (!is_record(key)) continue;
    const std::int64_t epoch = std::strtoll(key.c_str() + 8, nullptr, 10);
    std::string& file = files[epoch];
    if (file.empty()) {
      const till::Enrolment& enrolment = *model_->memory().enrolment();
      file = journal::write_export_header({enrolment.till, epoch, enrolment.token}) + "\n";
    }
    file += text + "\n";
  }
  std::vector<std::string> all;
  for (auto& [epoch, file] : files) all.push_back(std::move(file));
  return all;
}

}  // namespace ringup::simulation
