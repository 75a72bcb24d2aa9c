// Parked sales: drafts of this device.
//
//   draft "parked/ID" = {"name", "at", "total", "pieces", "cart": the draft of a cart as text}
#include <algorithm>

#include "web/till/cart_draft.h"
#include "web/till/counter.h"
#include "web/till/model.h"

namespace ringup::till {
namespace {

constexpr std::string_view parked_prefix = "parked/";
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t cart_bytes_max = 1024 * 1024;

struct Read {
  Parked parked;
  std::string cart;
};
Result<Read> read_parked(const std::string& key, std::string_view text) {
  const json::Value value = TRY(json::parse(text));
  json::Reader in = TRY(json::Reader::object(value));
  Read read;
  read.parked.key = key;
  read.parked.name = TRY(in.string("name", name_bytes_max));
  read.parked.at = TRY(in.integer("at", 0, json::integer_max));
  read.parked.total = TRY(in.integer("total", 0, json::integer_max));
  read.parked.pieces = static_cast<std::size_t>(TRY(in.integer("pieces", 0, json::integer_max)));
  read.cart = TRY(in.string("cart", cart_bytes_max));
  return read;
}

}  // namespace

std::vector<Parked> Counter::parked() const {
  std::vector<Parked> all;
  const auto& drafts = model_.memory().drafts();
  for (auto at = drafts.lower_bound(parked_prefix);
       at != drafts.end() && at->first.starts_with(parked_prefix); ++at) {
    if (Result<Read> read = read_parked(at->first, at->second); read.ok())
      all.push_back(std::move(read->parked));
  }
  std::stable_sort(all.begin(), all.end(), [](const Parked& a, const Parked& b) { return a.at < b.at; });
  return all;
}

Result<void> Counter::park(std::string name) {
  if (model_.looks_on()) return fail(Error::conflict, {}, "Another tab is the till. This one only looks on.");
  if (model_.saving()) return fail(Error::conflict, {}, "Wait until the last one is saved.");
  const Cart& cart = model_.cart();
  if (cart.empty())
    return fail(Error::precondition_failed, {}, "The cart is empty: there is nothing to park.");
  const std::vector<Parked> before = parked();
  if (before.size() >= parked_max)
    return fail(Error::too_many, {}, "Too many sales are parked. Finish or delete some first.");
  while (name.ends_with(' ')) name.pop_back();
  if (name.empty()) {
    // The first number that is free.
    for (std::size_t number = 1; name.empty(); ++number) {
      const std::string next = "Sale " + std::to_string(number);
      const bool taken = std::any_of(before.begin(), before.end(),
                                     [&](const Parked& parked) { return parked.name == next; });
      if (!taken) name = next;
    }
  }
  std::array<std::uint8_t, 10> random;
  model_.bridge().random(random);
  const std::int64_t now = model_.bridge().now_ms();
  const std::string key = std::string(parked_prefix) + to_string(make_id(now, random));
  const json::Object value{{"name", name},
                           {"at", now},
                           {"total", cart.total()},
                           {"pieces", static_cast<std::int64_t>(cart.lines().size())},
                           {"cart", write_cart_draft(cart, model_.customer)}};
  // Kept before the cart goes: cut off in between, it would be there twice rather than not at all.
  model_.memory().keep_draft(key, json::dump(value));
  model_.clear_cart();
  model_.keep_cart();
  return {};
}

Result<std::size_t> Counter::resume(const std::string& key) {
  if (model_.looks_on()) return fail(Error::conflict, {}, "Another tab is the till. This one only looks on.");
  if (!model_.cart().empty())
    return fail(Error::conflict, {}, "There is something in the cart. Park or finish that first.");
  const Read read = TRY(read_parked(key, model_.memory().draft(key)));
  const std::size_t missing = TRY(model_.put_into_cart(TRY(read_cart_draft(read.cart))));
  model_.keep_cart();
  model_.memory().keep_draft(key, {});
  return missing;
}

void Counter::forget_parked(const std::string& key) {
  if (!model_.looks_on()) model_.memory().keep_draft(key, {});
}

}  // namespace ringup::till
