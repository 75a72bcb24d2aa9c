#include "core/till/task_kinds.h"

#include <iterator>

namespace ringup::journal {
namespace {

constexpr std::string_view action_names[] = {"open_sale", "open_product", "correct_stock", "open_till",
                                             "open_user"};
static_assert(std::size(action_names) == task_action_count);

template <class... Actions>
constexpr std::uint32_t bits(Actions... actions) {
  return ((1u << static_cast<unsigned>(actions)) | ... | 0u);
}

using enum TaskAction;

constexpr TaskKind kinds[] = {
    {"quarantined", TaskSubject::record, "Not booked: a record cannot be read", "Not booked",
     "A till sent a record that the server does not understand. It is kept as it came, but nothing of it is "
     "in "
     "your figures.",
     "Update the server if the till is newer than it; it then tries again by itself. Otherwise compare the "
     "till's "
     "own list of sales with this one.",
     bits(open_till)},
    {"conflict", TaskSubject::record, "Not booked: two records share one id", "Not booked",
     "A till sent another record under an id that is taken already. The first one is booked; the second one "
     "is kept "
     "beside it and is not in your figures.",
     "Look which of the two really happened. A till whose storage was copied or put back does this: enrol it "
     "again.",
     bits(open_sale, open_till)},
    {"gap", TaskSubject::till, "Records are lost at a till", "Records lost",
     "A till says that it no longer has some of its records, for instance because its storage was cleared. "
     "Sales may be "
     "missing from your figures.",
     "Count the drawer and compare the card terminal's total with the sales of that day.", bits(open_till)},
    {"fork", TaskSubject::record, "A till exists twice", "Till exists twice",
     "Two devices continued the same till, or its storage was copied. Both lines are booked, and receipt "
     "numbers may be "
     "there twice.",
     "Find the second device and enrol one of the two again.", bits(open_sale, open_till)},
    {"wrong_till", TaskSubject::record, "Sent in another till's name", "Other till's name",
     "A record names another till than the one that sent it. It is kept apart and is not booked.",
     "Enrol the sending till again. If you cannot tell where it comes from, revoke it.", bits(open_till)},
    {"totals_differ", TaskSubject::record, "The sums do not agree", "Sums differ",
     "When the server adds up what was printed, it comes to another result, or something was given back or "
     "voided that "
     "does not fit its sale. It is booked as printed.",
     "Compare the receipt with what was found. If money is wrong, refund it or ring it up once more.",
     bits(open_sale)},
    {"revoked_till", TaskSubject::till, "A revoked till still sells", "Revoked till",
     "Sales came from a till that you revoked. What it sold before it heard of that is booked.",
     "Find the device and take it out of use, or enrol it again.", bits(open_till)},
    {"price_differs", TaskSubject::record, "Sold at another price", "Other price",
     "The till sold at another price or tax than the catalogue has now. This happens when a till was offline "
     "while a "
     "price changed.",
     "If the new price is right, there is nothing to mend: mark it as done. If not, correct the product.",
     bits(open_sale, open_product)},
    {"product_unknown", TaskSubject::record, "Sold a product that is not in the catalogue", "Unknown product",
     "The sale holds a product that was deleted or is not known here. It is booked, but moves no stock.",
     "Add the product again if you still sell it.", bits(open_sale, open_product)},
    {"stock_below_zero", TaskSubject::product, "Stock is below zero", "Stock below zero",
     "More was sold than was in stock by the books.", "Count what is on the shelf and correct the stock.",
     bits(open_product, correct_stock)},
    {"shift_closed", TaskSubject::record, "Booked into a closed shift", "Shift closed",
     "Something was rung up in a shift that had been closed before, so its count does not include it.",
     "Add it to the shift's difference when you compare the drawer.", bits(open_sale)},
    {"user_deactivated", TaskSubject::record, "Rung up by somebody who may not sell", "May not sell",
     "The person who rang this up is not active here any more, or has no right to sell.",
     "Ask who used this account. If it was right, activate the person or give them the right.",
     bits(open_sale, open_user)},
    {"clock_off", TaskSubject::till, "A till's clock is wrong", "Clock off",
     "The till's clock differs from the server's, so its receipts carry a wrong time and may count for "
     "another day.",
     "Set the device's clock to automatic time.", bits(open_till)},
};
static_assert(std::size(kinds) == flag_count + 3);

std::string count_of(std::int64_t number, std::string_view one) {
  return std::to_string(number) + ' ' + std::string(one) + (number == 1 ? "" : "s");
}

}  // namespace

std::string_view task_action_name(TaskAction action) {
  return action_names[static_cast<std::size_t>(action)];
}

std::span<const TaskKind> task_kinds() {
  return kinds;
}

const TaskKind* find_task_kind(std::string_view name) {
  for (const TaskKind& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

const TaskKind& task_kind(Flag flag) {
  const TaskKind* kind = find_task_kind(flag_name(flag));
  ASSERT(kind != nullptr);
  return *kind;
}

std::string clock_words(std::int64_t till_ms, std::int64_t server_ms) {
  constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
  const bool ahead = till_ms > server_ms;
  // Unsigned, so that no stated time, however wild, overflows.
  const std::uint64_t apart =
      ahead ? static_cast<std::uint64_t>(till_ms) - static_cast<std::uint64_t>(server_ms)
            : static_cast<std::uint64_t>(server_ms) - static_cast<std::uint64_t>(till_ms);
  const auto seconds = static_cast<std::int64_t>(apart / 1000);
  if (seconds == 0) return "right";
  std::string words;
  if (seconds < 2 * minute) {
    words = count_of(seconds, "second");
  } else if (seconds < 2 * hour) {
    words = count_of(seconds / minute, "minute");
  } else if (seconds < 2 * day) {
    words = count_of(seconds / hour, "hour");
  } else {
    words = count_of(seconds / day, "day");
  }
  return words + (ahead ? " ahead" : " behind");
}

}  // namespace ringup::journal
