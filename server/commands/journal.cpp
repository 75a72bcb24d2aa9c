#include <cstdio>
#include <filesystem>
#include <fstream>

#include "server/commands/commands.h"
#include "server/sales/exchange.h"
#include "server/sales/sales.h"

namespace ringup::commands {
namespace {

constexpr std::size_t line_bytes_max = journal::request_bytes_max;

struct Counts {
  std::int64_t outcomes[journal::outcome_count] = {};
  std::int64_t gaps = 0;
};

/// Sends the lines as the till would: at most 200 records or 1 MiB at once, a single one where even that is
/// too much. The file is all that is left of the till, so what is missing in it is a gap.
Result<Counts> import_file(store::Store& store, std::ifstream& file, const std::string& name) {
  const auto sales = TRY(sales::Sales::make(store));
  std::string line;
  if (!std::getline(file, line)) return fail(Error::invalid_value, name, "The file is empty.");
  Result<journal::ExportHeader> header = journal::read_export_header(line);
  if (!header.ok()) return fail(header.error(), name + ", line 1", header.failure().detail);
  http::TillPrincipal principal = TRY(sales->tokens().verify(header->token));
  if (principal.till != header->till)
    return fail(Error::invalid_token, name + ", line 1", "The token is another till's.");

  Counts counts;
  std::vector<journal::Envelope> waiting;
  std::size_t waiting_bytes = 0;
  const auto send = [&]() -> Result<void> {
    bool first_try = true;
    while (!waiting.empty()) {
      journal::Request request;
      request.epoch = header->epoch;
      request.records = waiting;
      if (!first_try) request.have_from = waiting.front().seq;
      const journal::Answer answer =
          TRY(sales::receive_journal(store, principal, request, sales->generation(), store::unix_us_now()));
      for (const journal::RecordResult& result : answer.results)
        ++counts.outcomes[static_cast<std::size_t>(result.result)];
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(answer.results.size()));
      if (!answer.need_from) break;
      if (!first_try && answer.results.empty())
        return fail(Error::internal, name, "The records do not follow one another.");
      ++counts.gaps;
      first_try = false;
    }
    waiting.clear();
    waiting_bytes = 0;
    return {};
  };
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    // Records of another epoch of the same till follow.
    if (line.starts_with(R"({"ringup_journal")")) {
      Result<journal::ExportHeader> next = journal::read_export_header(line);
      if (next.ok() && next->till == header->till) {
        TRY(send());
        principal = TRY(sales->tokens().verify(next->token));
        header = std::move(next);
        continue;
      }
    }
    if (line.size() > line_bytes_max) return fail(Error::limit_exceeded, name, "A line is too long.");
    if (waiting.size() == journal::request_records_max ||
        waiting_bytes + line.size() > journal::request_bytes_max)
      TRY(send());
    waiting_bytes += line.size();
    waiting.push_back(journal::read_outgoing(line));
  }
  TRY(send());
  return counts;
}

}  // namespace

int run_journal_import(const Arguments& arguments) {
  const std::string name = arguments.positional.at(0);
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored))
    return report(
        fail(Error::invalid_value, name, "This is a folder; name the file that the till exported."));
  std::ifstream file(name, std::ios::binary);
  if (!file) return report(fail(Error::not_found, name, "This file cannot be read."));
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1});
  if (!store.ok()) return report(store.failure());
  const Result<Counts> counts = import_file(**store, file, name);
  if (!counts.ok()) return report(counts.failure());
  for (int i = 0; i < journal::outcome_count; ++i) {
    std::printf("%s%s %lld", i > 0 ? ", " : "",
                std::string(journal::outcome_name(static_cast<journal::Outcome>(i))).c_str(),
                static_cast<long long>(counts->outcomes[i]));
  }
  std::printf(", gaps %lld\n", static_cast<long long>(counts->gaps));
  return done;
}

}  // namespace ringup::commands
