#include "core/sale/body_json.h"
#include "core/sale/refund.h"

namespace ringup {

json::Value write_refund_body(const Refund& refund) {
  json::Object out;
  if (refund.sale) {
    out.push_back({"sale", *refund.sale});
  } else {
    out.push_back({"sale", ""});
    out.push_back({"unlinked", true});
    out.push_back({"allowed_by", refund.allowed_by.value_or(Id{})});
  }
  write_body_members(refund.body, out);
  return out;
}

Result<Refund> read_refund_body(const json::Value& value, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  Refund refund;
  const json::Value* sale = TRY(in.any("sale"));
  if (sale->as_string() && sale->as_string()->empty()) {
    if (!TRY(in.boolean("unlinked"))) {
      return fail(Error::invalid_value, in.path_of("unlinked"), "A refund without a sale is unlinked");
    }
    refund.allowed_by = TRY(in.id("allowed_by"));
  } else {
    refund.sale = TRY(in.id("sale"));
  }
  refund.body = TRY(read_body_members(in, Sign::negative));
  TRY(in.done());
  return refund;
}

}  // namespace ringup
