#pragma once
/// The journal's exchange on the server: what a till sent, read and replayed on the caller's thread, booked
/// in one writer's job.
#include <string>

#include "core/till/chain.h"
#include "server/http/access.h"
#include "server/store/durable.h"
#include "server/store/store.h"

namespace ringup::sales {

/// Books a request as journal.md's table has it and yields the answer after the commit.
/// invalid_token where neither the till nor its business is known; forbidden for an epoch later than the
/// token's; storage, busy: nothing was booked. `marks`: what the kept backups hold; nullptr where none is
/// kept.
Result<journal::Answer> receive_journal(store::Store& store, const http::TillPrincipal& till,
                                        const journal::Request& request, const std::string& generation,
                                        std::int64_t now_us, const store::DurableMarks* marks = nullptr);

/// Tries quarantined records again, after an upgrade. Yields how many are booked now.
Result<std::int64_t> retry_quarantined(store::Store& store, std::int64_t now_us);

}  // namespace ringup::sales
