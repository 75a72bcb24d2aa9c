#pragma once
/// The demo shop's past: eight weeks of sales up to now, as two tills would have written them, booked through
/// the journal like all others. The same every time but for ids and for where "now" cuts the last day.
#include <vector>

#include "core/base/zone.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace ringup::commands {

struct DemoPast {
  store::Tenant tenant;
  Id market, station;         // branches
  std::vector<Id> cashiers;   // who sells; the first ones most
  std::vector<Id> customers;  // regulars
  std::int64_t now_us = 0;
};

/// Delivers what will be sold, opens and closes shifts, sells, gives back, voids. Some sales do not agree
/// with the catalogue or the stock, so that there are tasks. Yields how many sales there are.
Result<std::int64_t> play_demo_past(store::Store& store, const DemoPast& past);

}  // namespace ringup::commands
