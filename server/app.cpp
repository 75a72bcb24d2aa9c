#include "server/app.h"

#include "server/gate/routes.h"
#include "server/identity/factor_routes.h"
#include "server/identity/routes.h"
#include "server/identity/security_routes.h"
#include "server/log/log.h"
#include "server/pages/challenge.h"
#include "server/pages/trust.h"
#include "server/store/keys.h"

namespace ringup {
App::App(store::Store& store, const AppOptions& options)
    : store_(store),
      options_(options),
      accounts_(store, options.accounts, options.world),
      codes_(store, options.world, accounts_.post()),
      mobile_(store, options.world, codes_, options.accounts.refresh_days),
      permits_(accounts_),
      factors_(store, options.world, codes_, accounts_.post(), options.totp_issuer),
      hosts_(store, options.public_host, options.world),
      catalogue_(store, access_),
      roller_(store),
      gate_(store, router_, access_, gate_options(options), options.world.now_us),
      refusals_(store, access_, options.world.now_us, options.background),
      courier_(store, options.messages, {.now_us = options.world.now_us}) {
  accounts_.set_second_factors(factors_);
  accounts_.set_token_door([this](std::string_view token) { return mobile_.authenticate(token); });
  mobile_.set_further(
      [this](store::Database& db, const store::User& user, store::Channel channel,
             const http::Whence& whence) { return factors_.begin_besides(db, user, channel, whence); });
  access_.user = identity::user_door(accounts_);
  access_.user_until_us = identity::user_until_door(accounts_);
  identity::add_account_routes(router_, accounts_, options.secure);
  identity::add_page_routes(router_, accounts_, options.secure);
  identity::add_registration_routes(router_, accounts_);
  identity::add_user_routes(router_, accounts_, access_);
  identity::add_group_routes(router_, accounts_, access_);
  identity::add_business_routes(router_, accounts_, access_);
  identity::add_facts_routes(router_, accounts_, access_);
  identity::add_factor_routes(router_, accounts_, factors_, access_, options.secure);
  identity::add_mobile_routes(router_, store, mobile_);
  identity::add_code_routes(router_, store, codes_, options.world, access_);
  identity::add_security_routes(router_, accounts_, access_, gate_.address_lists());
  accounts_.set_network_check([this](const Id& tenant, Role role, std::string_view address) {
    return gate_.address_lists().check(tenant, gate::caller_of(role), address);
  });
  metrics_.add(pages::store_rows(store_));
  metrics_.add(pages::process_rows());
  metrics_.add([this](log::Exposition& out) { courier_.tell_metrics(out); });
  pages::add_health_routes(router_, store_, metrics_, metrics_token());
  pages::add_reference_routes(router_);
  pages::add_asset_routes(router_);
  pages::add_challenge_route(router_, store_.folder());
  pages::add_trust_routes(router_, {store_.folder(), options.https,
                                    [this](const http::Request& request) { return hosts_.names(request); }});
  gate::add_audit_routes(router_, store_, access_);
  metrics_.add([this](log::Exposition& out) {
    const gate::Refusals::Numbers numbers = refusals_.numbers();
    out.counter("ringup_refused_total", "Requests refused for security's sake.", numbers.noted);
    out.counter("ringup_refused_told_total", "Rows of the audit log that tell of them.", numbers.written);
  });
  catalogue_.add_routes(router_);
  reports::add_routes(router_, store_, access_, roller_, options.world.now_us);
}

gate::Options App::gate_options(const AppOptions& options) {
  gate::Options gate = options.gate;
  gate.limits.sign_in.burst = options.accounts.logins_per_minute;
  gate.origins.public_url = options.https.public_url;
  return gate;
}

Result<std::unique_ptr<App>> App::make(store::Store& store, const AppOptions& options) {
  std::unique_ptr<App> app(new App(store, options));
  TRY(app->add_sales(options.world.now_us));
  app->add_events();
  app->add_backups();
  if (options.background) {
    app->roller_.start();
    app->codes_.start();
    app->courier_.start();
  }
  return app;
}

Result<void> App::add_sales(std::function<std::int64_t()> now_us) {
  sales_ = TRY(sales::Sales::make(store_, std::move(now_us)));
  access_.till = [this](const http::Request& request) { return sales_->till_of(request); };
  sales_->set_origin(
      [this](store::Database& db, const http::Request& request, const Id& tenant) -> Result<std::string> {
        return http::public_origin(request, options_.https, TRY(store::host_of(db, tenant)));
      });
  sales_->add_routes(router_, access_);
  identity::add_permit_routes(router_, accounts_, permits_, access_);  // once it is known who a till is
  metrics_.add([this](log::Exposition& out) { sales_->tell_metrics(out); });
  return {};
}

void App::add_events() {
  streams_ = std::make_unique<events::Streams>(
      store_, events::Streams::Options{options_.streams, sales_->generation(), options_.world.now_us});
  events::add_routes(router_, store_, access_, *streams_);
  metrics_.add([this](log::Exposition& out) { events::tell_metrics(out, streams_->numbers()); });
}

void App::add_backups() {
  if (options_.backups.folder.empty()) return;
  schedule_ = std::make_unique<backup::Schedule>(store_, options_.backups);
  sales_->set_durable([this] { return schedule_->marks(); });
  metrics_.add([this](log::Exposition& out) { backup::tell_metrics(out, schedule_->numbers()); });
  if (options_.background)
    schedule_->start();
  else
    schedule_->look();
}

std::string App::metrics_token() const {
  const std::string key = store::derive_key(store_.secret(), "ringup metrics");
  return to_hex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
}

std::optional<http::Response> App::before_route(const http::Request& request, std::string_view route) {
  // Probes and scrapers come by address, a certificate authority by a name that may be new, and so does who
  // wants to trust us.
  if (request.path == "/trust" || request.path.starts_with("/trust/")) return std::nullopt;
  if (request.path == "/healthz" || request.path == "/readyz" || request.path == "/metrics" ||
      pages::is_challenge(request.path))
    return std::nullopt;
  if (Result<void> ours = hosts_.check(request); !ours.ok()) return http::problem(ours.failure());
  return gate_.look(request, route);
}

std::optional<http::Response> App::instead(const http::Request& request) {
  if (!options_.https.force || request.secure) return std::nullopt;
  return http::force_https(request, options_.https, hosts_.names(request));
}

void App::before_answer(const http::Request& request, http::Response& response) const {
  pages::add_security_headers(response, request.path, http::strict_seconds(request, options_.https));
  gate_.open(request, response);
}

void App::observe(const http::Exchange& exchange) {
  metrics_.count(exchange.method, exchange.route, exchange.status, exchange.microseconds);
  if (log::on()) log::line(pages::log_line(exchange, options_.world.now_us()));
}

}  // namespace ringup
