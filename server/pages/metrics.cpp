#include "server/pages/metrics.h"

#include <algorithm>

namespace ringup::pages {

void Metrics::count(std::string_view method, std::string_view route, int status, std::int64_t microseconds) {
  // A method is the client's word; what is not one of ours is counted together.
  static constexpr std::string_view methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  const bool known = std::find(std::begin(methods), std::end(methods), method) != std::end(methods);
  const auto spent = static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 0));
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(known ? method : "other"), std::string(route), status}];
  auto found = latencies_.find(route);
  if (found == latencies_.end()) found = latencies_.emplace(std::string(route), Latency{}).first;
  Latency& latency = found->second;
  std::size_t bucket = 0;
  while (bucket < bounds_us.size() && microseconds > bounds_us[bucket]) ++bucket;
  ++latency.buckets[bucket];
  latency.sum_us += spent;
}

void Metrics::requests(log::Exposition& out) const {
  const std::lock_guard lock(mutex_);
  out.family("ringup_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_)
    out.row({{"method", key.method}, {"route", key.route}, {"status", std::to_string(key.status)}}, count);
  out.family("ringup_request_seconds", "histogram", "Time from a whole request to its answer, by route.");
  for (const auto& [route, latency] : latencies_)
    out.histogram_rows({{"route", route}}, bounds_us, latency.buckets, latency.sum_us, 1'000'000);
}

void Metrics::door(log::Exposition& out) const {
  const http::GuardNumbers door = door_();
  out.gauge("ringup_connections", "Connections that are open now.", door.connections);
  out.counter("ringup_connections_total", "Connections accepted.", door.accepted);
  out.gauge("ringup_queue", "Whole requests that wait for a worker.", door.waiting);
  out.gauge("ringup_answering", "Requests that workers are answering.", door.answering);
  out.family("ringup_turned_away_total", "counter", "What the front door turned away, by reason.");
  for (std::size_t i = 0; i < http::turned_away_reasons; ++i)
    out.row({{"reason", http::name_of(static_cast<http::TurnedAway>(i))}}, door.turned_away[i]);
}

std::string Metrics::text() const {
  log::Exposition out;
  requests(out);
  if (door_) door(out);
  if (tls_) {
    const Tls tls = tls_();
    out.counter("ringup_tls_handshakes_total", "TLS handshakes that were done.", tls.handshakes);
    out.counter("ringup_tls_handshakes_failed_total", "TLS handshakes that were begun and never done.",
                tls.failed);
    out.signed_gauge("ringup_certificate_expires_in_seconds",
                     "Until the server's certificate ends; below 0 it has.", tls.expires_in_s);
  }
  for (const log::Rows& rows : rows_) rows(out);
  return out.take();
}

}  // namespace ringup::pages
