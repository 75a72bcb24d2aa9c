#pragma once
/// Keys that access tokens are signed with, as they are kept: sealed by the folder's secret. The newest that
/// is not retired signs; retired ones verify until what they signed has expired, and are then forgotten.
/// Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

struct AccessKeyRow {
  std::string kid, algorithm, sealed;
  bool from_setting = false;  // it is what JWT_SECRET_KEY says
  std::int64_t number = 0, created_at = 0;
  std::optional<std::int64_t> retired_at;
};

/// The newest first.
Result<std::vector<AccessKeyRow>> list_access_keys(Database&);
/// Puts this one in front of all others, which retire; one that was there before comes back. Its number is
/// not looked at.
Result<void> put_access_key(Database&, const AccessKeyRow&, std::int64_t now_us);
Result<void> forget_access_keys(Database&, std::int64_t retired_before_us);

}  // namespace ringup::store
