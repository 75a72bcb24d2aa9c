#include "server/catalogue/api.h"
#include "server/http/gzip.h"
#include "server/store/tills.h"

namespace ringup::catalogue {

Result<http::Response> Api::list_changes(const http::Request& request) {
  const Principal who = TRY(access_.user_with(request, Right::shop_read));
  TRY(request.allow_query({"since"}));
  const std::string since(request.query_value("since").value_or(""));
  return till_pages_.page(who.tenant, since, true, http::accepts_gzip(request));
}

Result<http::Response> Api::till_catalogue(const http::Request& request) {
  const http::TillPrincipal till = TRY(access_.till(request));
  // One that is not known was enrolled after the backup that this folder comes from: its next journal puts it
  // back, and until then it sells by the catalogue of its business.
  const auto known =
      TRY(store_.read([&](store::Database& database) { return store::find_till(database, till.till); }));
  if (known && (known->tenant != till.tenant || known->revoked_at)) return Error::forbidden;
  TRY(request.allow_query({"since", "pictures"}));
  const std::string_view pictures = request.query_value("pictures").value_or("false");
  if (pictures != "true" && pictures != "false")
    return fail(Error::invalid_value, "pictures", "This is true or false.");
  const std::string since(request.query_value("since").value_or(""));
  return till_pages_.page(till.tenant, since, pictures == "true", http::accepts_gzip(request));
}

}  // namespace ringup::catalogue
