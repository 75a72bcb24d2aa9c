#pragma once
/// The kinds of tasks and their words: one table for the server, which makes tasks, and the console, which
/// shows them. A task is about something that a till wrote and the business did not expect; the sale is
/// booked all the same, and a person decides what follows.
///
/// Each flag of the journal is a kind, and so are the results `quarantined` and `conflict`, and `gap`.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/till/exchange.h"

namespace ringup::journal {

/// What a task's subject is the id of.
enum class TaskSubject : std::uint8_t { record, product, till };

/// What a person can do about it besides ending the task.
enum class TaskAction : std::uint8_t { open_sale, open_product, correct_stock, open_till, open_user };
inline constexpr int task_action_count = static_cast<int>(TaskAction::open_user) + 1;
/// "open_sale", …
std::string_view task_action_name(TaskAction);

struct TaskKind {
  std::string_view name;         // as stored and sent: "price_differs"
  TaskSubject subject;           // `record` may be a till's id where the record has none
  std::string_view title;        // of one: "Sold at another price"
  std::string_view badge;        // beside a sale, two words at most: "Other price"
  std::string_view explanation;  // what happened, for somebody who never heard of it
  std::string_view advice;       // what one can do
  std::uint32_t actions = 0;     // bit per TaskAction
  bool offers(TaskAction action) const { return (actions >> static_cast<unsigned>(action) & 1u) != 0; }
};

inline constexpr std::string_view task_gap = "gap";

/// All of them, the most urgent first; a screen groups in this order.
std::span<const TaskKind> task_kinds();
/// nullptr for a name that is no kind: one of a later server.
const TaskKind* find_task_kind(std::string_view name);
const TaskKind& task_kind(Flag);

/// How a till's clock stands to the server's: "12 minutes ahead", "3 hours behind", "right". In whole days
/// from two days on, hours from two hours on, minutes, seconds below two minutes.
std::string clock_words(std::int64_t till_ms, std::int64_t server_ms);

}  // namespace ringup::journal
