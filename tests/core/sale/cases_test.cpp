/// Runs the data cases of tests/core/cases: files that a shopkeeper can read. The same program runs natively
/// and as wasm under node, so both builds are proven to compute the same.
///
///   case NAME                          begins a case with an empty cart: EUR, tax inside, per line
///   currency CUR                       (currency, rules and cash_rounding come before the first add)
///   rules per_line|whole_order inside|on_top
///   cash_rounding UNIT [up|down|away]
///   add SKU PRICE [xQUANTITY] RATE%    quantity SKU xQUANTITY    remove SKU    undo    customer
///   discount SKU|all AMOUNT|RATE%      a discount of 0.00 takes it away
///   pay KIND AMOUNT                    finish
///   refund all|SKU xQUANTITY … by KIND
///   expect [line SKU|refund|refunded] WHAT [RATE%|KIND] VALUE
///   refused ERROR COMMAND …            the command must fail so, and change nothing
///
/// A `#` begins a comment. Every sale and refund that a case makes must also replay without a difference
/// and read back from its JSON as it was written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/sale/cart.h"
#include "core/sale/refund.h"
#include "core/sale/replay.h"

namespace ringup {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& line) {
  std::istringstream in(line.substr(0, line.find('#')));
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Result<Amount> sum_of_kind(const Sale& body, std::string_view kind) {
  const TenderKind wanted = TRY(parse_tender_kind(kind));
  Amount sum = 0;
  for (const Tender& tender : body.tenders) {
    if (tender.kind == wanted) sum += tender.amount;
  }
  return sum;
}

Amount roundings_of(const Sale& body) {
  return payable(body).value() - body.total;
}

/// One case at work. Each command is a method that fails with the error a caller of core would see.
class Case {
 public:
  Result<void> run(const Words& words) {
    const std::string& command = words[0];
    if (command == "refused") return refused(words);
    if (command == "expect") return expect(words);
    if (command == "currency") return with(currency_ = TRY(parse_currency(words.at(1))));
    if (command == "rules") return rules(words);
    if (command == "cash_rounding") return cash_rounding(words);
    if (command == "add") return add(words);
    if (command == "quantity") return quantity(words);
    if (command == "remove") return cart().remove(TRY(find(words.at(1))));
    if (command == "undo") return with(TRY(cart().undo_remove()));
    if (command == "discount") return discount(words);
    if (command == "customer") return cart().choose_customer(Id{{7}}), Result<void>{};
    if (command == "pay") return pay(words);
    if (command == "finish") return with(TRY(sale()));
    if (command == "refund") return refund(words);
    return fail(Error::invalid_value, {}, "no such command: " + command);
  }

  /// What must hold of everything this case made.
  Result<void> finish() {
    if (!tenders_.empty() && TRY(cart().settle(tenders_)).left == 0 && !sale_ && finishes_) TRY(sale());
    if (!sale_) return {};
    TRY(agrees(replay(*sale_)));
    if (TRY(read_sale_body(write_sale_body(*sale_))) != *sale_) return fail(Error::internal, "sale's JSON");
    Refunded before;
    for (const Refund& refund : refunds_) {
      TRY(agrees(replay(refund)));
      TRY(agrees(replay(refund, *sale_, before)));
      if (TRY(read_refund_body(write_refund_body(refund))) != refund)
        return fail(Error::internal, "refund's JSON");
      TRY(ringup::add(before, refund));
    }
    return {};
  }

 private:
  template <class Ignored>
  static Result<void> with(const Ignored&) {
    return {};
  }
  static Result<void> agrees(const Result<std::vector<Difference>>& replayed) {
    if (!replayed) return replayed.failure();
    if (!replayed->empty()) return fail(Error::internal, "replay", describe(replayed->front()));
    return {};
  }

  Cart& cart() {
    if (!cart_) cart_.emplace(currency_, rules_);
    return *cart_;
  }
  /// The last line of that sku.
  Result<LineId> find(const std::string& sku) {
    for (std::size_t i = cart().lines().size(); i-- > 0;) {
      if (cart().lines()[i].item.sku == sku) return cart().lines()[i].id;
    }
    return fail(Error::not_found, sku);
  }
  Result<const Sale*> sale() {
    if (!sale_) sale_ = TRY(cart().finish(tenders_, "A1-1-000001"));
    return const_cast<const Sale*>(&*sale_);
  }

  Result<Amount> money(const std::string& text) { return TRY(parse_money(text, currency_)).amount; }
  static Result<Quantity> quantity_in(const std::string& word) {
    if (word[0] != 'x') return fail(Error::invalid_value, word);
    return parse_quantity(word.substr(1));
  }
  static bool is_rate(const std::string& word) { return word.back() == '%'; }
  static Result<Rate> rate_in(const std::string& word) {
    return parse_percent(word.substr(0, word.size() - 1));
  }

  Result<void> rules(const Words& words) {
    rules_.mode = TRY(parse_tax_mode(words.at(1)));
    rules_.tax = TRY(parse_tax_place(words.at(2)));
    return {};
  }
  Result<void> cash_rounding(const Words& words) {
    CashRounding rounding;
    rounding.unit = TRY(money(words.at(1)));
    if (words.size() > 2) rounding.halves = TRY(parse_halves(words[2]));
    rules_.cash_rounding = rounding;
    return {};
  }
  Result<void> add(const Words& words) {
    CartItem item;
    item.sku = item.name = words.at(1);
    item.product = Id{{1}};
    item.unit_price = TRY(parse_unit_price(words.at(2), currency_));
    Quantity quantity;
    for (std::size_t i = 3; i < words.size(); ++i) {
      if (is_rate(words[i])) {
        item.rate = TRY(rate_in(words[i]));
      } else {
        quantity = TRY(quantity_in(words[i]));
      }
    }
    item.tax_class = "rate" + to_percent(item.rate);
    return with(TRY(cart().add(item, quantity)));
  }
  Result<void> quantity(const Words& words) {
    return cart().set_quantity(TRY(find(words.at(1))), TRY(quantity_in(words.at(2))));
  }
  Result<void> discount(const Words& words) {
    const std::string& value = words.at(2);
    const Discount discount =
        is_rate(value) ? Discount::of_rate(TRY(rate_in(value))) : Discount::of_amount(TRY(money(value)));
    if (words[1] == "all") return cart().discount_cart(discount);
    return cart().discount_line(TRY(find(words[1])), discount);
  }
  Result<void> pay(const Words& words) {
    std::vector<Tender> tenders = tenders_;
    tenders.push_back({TRY(parse_tender_kind(words.at(1))), TRY(money(words.at(2))), {}});
    TRY(cart().settle(tenders));
    tenders_ = std::move(tenders);
    return {};
  }
  Result<void> refund(const Words& words) {
    const Sale& sold = *TRY(sale());
    const Refunded before = TRY(refunded_by(refunds_));
    RefundRequest request;
    if (words.at(1) == "all") request = all_that_is_left(sold, before);
    for (std::size_t i = 1; words[1] != "all" && i + 1 < words.size() && words[i] != "by"; i += 2) {
      const auto line = std::find_if(sold.lines.begin(), sold.lines.end(),
                                     [&](const SaleLine& candidate) { return candidate.sku == words[i]; });
      if (line == sold.lines.end()) return fail(Error::not_found, words[i]);
      request.lines.push_back({line->line, TRY(quantity_in(words[i + 1]))});
    }
    request.rest = TRY(parse_tender_kind(words.back()));
    refunds_.push_back(TRY(make_refund(Id{{9}}, sold, before, request, "A1-1-000002")));
    return {};
  }

  Result<void> refused(const Words& words) {
    const Words command(words.begin() + 2, words.end());
    const Result<void> result = run(command);
    if (command[0] == "finish") finishes_ = false;
    if (result.ok()) return fail(Error::internal, {}, "this was not refused");
    if (error_code(result.error()) != words.at(1)) {
      return fail(Error::internal, {}, "refused with " + std::string(error_code(result.error())));
    }
    return {};
  }

  Result<void> expect(const Words& words) {
    if (words.at(1) == "lines") {
      const std::string found = std::to_string(cart().lines().size());
      if (found != words.at(2)) return fail(Error::internal, {}, "found " + found);
      return {};
    }
    const Amount wanted = TRY(money(words.back()));
    const Amount found = TRY(found_by(Words(words.begin() + 1, words.end() - 1)));
    if (found != wanted) return fail(Error::internal, {}, "found " + to_decimal(Money{found, currency_}));
    return {};
  }
  Result<Amount> found_by(const Words& words) {
    const std::string& what = words.at(0);
    if (what == "line") return of_line(words);
    if (what == "refund") return of_refund(words.at(1));
    if (what == "refunded") return of_refunded(words.at(1));
    if (what == "tax" && words.size() > 1) {
      for (const RateTotal& total : cart().totals_by_rate()) {
        if (total.rate == TRY(rate_in(words[1]))) return total.amounts.tax;
      }
      return fail(Error::not_found, words[1]);
    }
    if (what == "net") return cart().totals().net;
    if (what == "tax") return cart().totals().tax;
    if (what == "total") return cart().total();
    if (what == "discount") return cart().discounts();
    if (what == "left") return TRY(cart().settle(tenders_)).left;
    if (what == "due") return cart().due(tenders_, TRY(parse_tender_kind(words.at(1))));
    if (what == "change") return TRY(sale())->change;
    if (what == "rounding") return roundings_of(*TRY(sale()));
    return fail(Error::invalid_value, {}, "no such thing to expect: " + what);
  }
  Result<Amount> of_line(const Words& words) {
    const CartLine& line = *cart().find(TRY(find(words.at(1))));
    const std::string& what = words.at(2);
    if (what == "net") return line.amounts.net;
    if (what == "tax") return line.amounts.tax;
    if (what == "gross") return line.amounts.gross;
    if (what == "discount") return line.own_discount + line.cart_discount;
    return fail(Error::invalid_value, {}, "no such thing of a line: " + what);
  }
  Result<Amount> of_refund(const std::string& what) {
    if (refunds_.empty()) return fail(Error::not_found, "refund");
    const Sale& body = refunds_.back().body;
    if (what == "net") return TRY(sum_of(body.lines)).net;
    if (what == "tax") return TRY(sum_of(body.lines)).tax;
    if (what == "total") return body.total;
    if (what == "discount") return body.discount;
    if (what == "rounding") return roundings_of(body);
    return sum_of_kind(body, what);
  }
  Result<Amount> of_refunded(const std::string& what) {
    const Refunded so_far = TRY(refunded_by(refunds_));
    if (what == "total") return so_far.total;
    if (what == "discount") return so_far.discount;
    if (what == "rounding") return so_far.rounding;
    Amount tax = 0;
    for (const Refunded::Line& line : so_far.lines) tax += line.amounts.tax;
    if (what == "tax") return tax;
    return fail(Error::invalid_value, {}, "no such thing of all refunds: " + what);
  }

  Currency currency_ = parse_currency("EUR").value();
  Rules rules_;
  std::optional<Cart> cart_;
  std::vector<Tender> tenders_;
  bool finishes_ = true;
  std::optional<Sale> sale_;
  std::vector<Refund> refunds_;
};

void run_file(const std::filesystem::path& path, int& cases) {
  std::ifstream in(path);
  ASSERT_TRUE(in.good()) << path;
  std::optional<Case> current;
  std::string name;
  int number = 0;
  const auto report = [&](const Result<void>& result, const std::string& line) {
    if (!result) {
      ADD_FAILURE() << path.string() << ":" << number << " (" << name << ") " << line << "\n  "
                    << describe(result.failure());
    }
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    const Words words = split(line);
    if (words.empty()) continue;
    if (words[0] == "case") {
      if (current) report(current->finish(), "at the end");
      current.emplace();
      name = line.substr(5);
      ++cases;
      continue;
    }
    ASSERT_TRUE(current.has_value()) << path << ":" << number << " stands before the first case";
    report(current->run(words), line);
  }
  if (current) report(current->finish(), "at the end");
}

TEST(SaleCases, AllFiles) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at("tests/core/cases", error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".txt") files.push_back(at->path());
  }
  ASSERT_FALSE(error) << error.message();
  std::sort(files.begin(), files.end());
  int cases = 0;
  for (const auto& file : files) run_file(file, cases);
  EXPECT_GE(cases, 45);
}

}  // namespace
}  // namespace ringup
