#pragma once
/// The server put together: one store, the capabilities, their routes. The only place that knows them all.
#include <memory>

#include "server/backup/schedule.h"
#include "server/catalogue/api.h"
#include "server/events/events.h"
#include "server/gate/gate.h"
#include "server/gate/refusals.h"
#include "server/http/access.h"
#include "server/http/https.h"
#include "server/http/server.h"
#include "server/identity/accounts.h"
#include "server/identity/business.h"
#include "server/identity/factors.h"
#include "server/identity/permits.h"
#include "server/notify/courier.h"
#include "server/pages/pages.h"
#include "server/reports/reports.h"
#include "server/sales/sales.h"
#include "server/store/store.h"

namespace ringup {

struct AppOptions {
  identity::AccountSettings accounts;
  std::string totp_issuer;  // TOTP_ISSUER; "": the business's name
  std::string public_host;  // of PUBLIC_URL: answered beside the hosts of businesses
  bool secure = false;      // browsers come over HTTPS: PUBLIC_URL says so
  http::HttpsPolicy https;
  identity::World world;
  bool background = false;  // threads of its own, for what need not be done at once: sums for reports
  events::StreamLimits streams;
  gate::Options gate;                // PUBLIC_URL and the limit of sign-ins are taken from the other options
  notify::CourierSettings messages;  // without a provider: they go to the outbox
  backup::ScheduleOptions backups;   // without a folder: none are made by themselves
};

class App {
 public:
  /// The store must outlive the app.
  static Result<std::unique_ptr<App>> make(store::Store& store, const AppOptions& options = {});
  const http::Router& router() const { return router_; }
  /// What opens /metrics from elsewhere: derived from the folder's secret.
  std::string metrics_token() const;
  /// The way to HTTPS, under FORCE_HTTPS.
  std::optional<http::Response> instead(const http::Request& request);
  /// Refuses hosts that no business has, once one has any, and what the gate lets nobody do.
  std::optional<http::Response> before_route(const http::Request& request, std::string_view route);
  /// Is told of every answer that refuses, for the audit log; waits for nothing.
  void refused(const http::Request& request, std::string_view route, const http::Response& response) {
    refusals_.note(request, route, response);
  }
  /// Without `background`: writes into the audit log what was refused until now.
  void settle_refusals() { refusals_.settle(); }
  /// Adds the security headers to an answer.
  void before_answer(const http::Request& request, http::Response& response) const;
  /// Where /metrics finds the front door's numbers; before serving begins.
  void watch(std::function<http::GuardNumbers()> door) { metrics_.watch(std::move(door)); }
  /// The server is about to stop: live events let go of their connections.
  void end_streams() { streams_->end(); }
  /// Sends mails and text messages: by itself with `background`, else when a test drains it.
  notify::Courier& courier() { return courier_; }
  events::StreamNumbers streams() const { return streams_->numbers(); }
  /// The same for TLS, where it is spoken.
  void watch_tls(std::function<pages::Metrics::Tls()> tls) { metrics_.watch_tls(std::move(tls)); }
  /// Counts and logs an exchange.
  void observe(const http::Exchange& exchange);

 private:
  App(store::Store& store, const AppOptions& options);
  static gate::Options gate_options(const AppOptions& options);
  Result<void> add_sales(std::function<std::int64_t()> now_us);
  void add_events();
  void add_backups();
  store::Store& store_;
  const AppOptions options_;
  identity::Accounts accounts_;
  identity::Codes codes_;
  identity::Mobile mobile_;
  identity::Permits permits_;
  identity::Factors factors_;
  std::unique_ptr<sales::Sales> sales_;
  identity::Hosts hosts_;
  pages::Metrics metrics_;
  http::Access access_;
  catalogue::Api catalogue_;
  reports::Roller roller_;
  http::Router router_;
  gate::Gate gate_;
  gate::Refusals refusals_;
  std::unique_ptr<backup::Schedule> schedule_;  // none: no folder for backups
  notify::Courier courier_;
  std::unique_ptr<events::Streams> streams_;  // last: its thread uses the rest
};

}  // namespace ringup
