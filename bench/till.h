#pragma once
/// A till outside the server for measuring programs: it seals sales and writes them as requests.
#include <span>
#include <string>
#include <vector>

#include "bench/load.h"
#include "core/catalogue/product.h"
#include "core/sale/cart.h"
#include "core/till/record.h"
#include "server/sales/token.h"
#include "server/store/store.h"
#include "server/store/tills.h"

namespace ringup::bench {

class SellingTill {
 public:
  /// `folder`: the data folder, whose secret signs the till's token.
  SellingTill(const store::Till& row, const Id& tenant, const std::string& folder) : row_(row) {
    const auto store = must(store::Store::open(folder, {.readers = 1}));
    token_ = sales::TillTokens(store->secret()).sign({row.id, tenant, row.series, row.epoch});
  }

  /// The next sale, in cash: one piece of the first product, two of the second, …; as text.
  std::string next_sale(const Id& user, std::span<const Product* const> sold) {
    Cart cart(*parse_currency("EUR"), Rules{});
    std::int64_t pieces = 0;
    for (const Product* product : sold) {
      (void)must(cart.add({product->id, product->sku, product->name, product->unit_price, product->tax_class,
                           Rate{product->tax_class == "reduced" ? 70'000 : 190'000}},
                          Quantity{quantity_one * ++pieces}));
    }
    const Tender cash{TenderKind::cash, cart.total() + 100, ""};
    journal::Record record;
    record.id = store::new_id();
    record.till = row_.id;
    record.epoch = row_.epoch;
    record.seq = ++seq_;
    record.kind = journal::Kind::sale;
    record.at = store::unix_us_now() / 1000;
    record.user = user;
    record.price_list = 1;
    record.body = write_sale_body(
        must(cart.finish({&cash, 1}, to_string(ReceiptNumber{row_.series, row_.epoch, seq_}))));
    record = must(journal::seal(std::move(record), prev_));
    prev_ = record.hash;
    return journal::record_text(record);
  }

  /// The records as one request to the journal's endpoint.
  std::string request(const std::vector<std::string>& records) const {
    std::string body = "{\"generation\":null,\"epoch\":" + std::to_string(row_.epoch) + ",\"records\":[";
    for (std::size_t i = 0; i < records.size(); ++i) body += (i > 0 ? "," : "") + records[i];
    body += "]}";
    return "POST /api/till/journal/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Till " + token_ +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

 private:
  store::Till row_;
  std::string token_, prev_{journal::no_hash};
  std::int64_t seq_ = 0;
};

}  // namespace ringup::bench
