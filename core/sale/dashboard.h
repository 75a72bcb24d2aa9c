#pragma once
/// What the console's first screen shows: today so far, beside the same weekday a week ago up to the same
/// time of day. The numbers mean what they mean in reports (core/sale/report.h).
///
///   dashboard = now, day, compared_with, time_zone, currency, today, before, hours [24], best_sellers,
///               open_tasks
///   figures   = gross, sales, average, refunds, refunded
///   hour      = hour, gross, sales, gross_before, sales_before: both days whole, so that the chart shows
///               what is still to come
///   best      = product (null: in no catalogue), sku, name, quantity, gross
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/money/money.h"

namespace ringup {

struct Dashboard {
  struct Figures {
    Amount gross = 0;
    std::int64_t sales = 0;
    Amount average = 0;  // of a sale's total, without refunds; 0 where nothing was sold
    std::int64_t refunds = 0;
    Amount refunded = 0;  // ≤ 0
    bool operator==(const Figures&) const = default;
  };
  struct Hour {
    Amount gross = 0, gross_before = 0;
    std::int64_t sales = 0, sales_before = 0;
    bool operator==(const Hour&) const = default;
  };
  struct Best {
    std::optional<Id> product;
    std::string sku, name;
    Quantity quantity{0};
    Amount gross = 0;
    bool operator==(const Best&) const = default;
  };
  std::string now;                 // RFC 3339, UTC
  std::string day, compared_with;  // local days
  std::string time_zone;
  Currency currency;
  Figures today, before;
  std::vector<Hour> hours;  // 24
  std::vector<Best> best_sellers;
  std::int64_t open_tasks = 0;
  bool operator==(const Dashboard&) const = default;
};

json::Value to_json(const Dashboard&);
/// The failures of json::Reader; currency_mismatch; invalid_value where there are not 24 hours.
Result<Dashboard> read_dashboard(const json::Value&);

}  // namespace ringup
