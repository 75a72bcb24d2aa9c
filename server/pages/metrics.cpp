#include "server/pages/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ringup::pages {
namespace {

void append(std::string& out, std::string_view name, std::string_view labels, const std::string& value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

/// Seconds with six decimals from a count of units.
std::string seconds(std::uint64_t count, std::uint64_t units_per_second) {
  char text[48];
  const std::uint64_t micros = count % units_per_second * 1'000'000 / units_per_second;
  std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(count / units_per_second),
                static_cast<unsigned long long>(micros));
  return text;
}

std::int64_t resident_bytes() {
  long long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %lld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

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
  ++latency.count;
}

std::string Metrics::text(const store::Writer::Numbers& writer) const {
  std::string out;
  {
    const std::lock_guard lock(mutex_);
    describe(out, "ringup_requests_total", "counter", "Requests answered, by route and status.");
    for (const auto& [key, count] : requests_) {
      append(out, "ringup_requests_total",
             "method=\"" + key.method + "\",route=\"" + key.route + "\",status=\"" +
                 std::to_string(key.status) + "\"",
             std::to_string(count));
    }
    describe(out, "ringup_request_seconds", "histogram",
             "Time from a whole request to its answer, by route.");
    for (const auto& [route, latency] : latencies_) {
      const std::string label = "route=\"" + route + "\"";
      std::uint64_t below = 0;
      for (std::size_t i = 0; i < bounds_us.size(); ++i) {
        below += latency.buckets[i];
        append(out, "ringup_request_seconds_bucket",
               label + ",le=\"" + seconds(static_cast<std::uint64_t>(bounds_us[i]), 1'000'000) + "\"",
               std::to_string(below));
      }
      append(out, "ringup_request_seconds_bucket", label + ",le=\"+Inf\"", std::to_string(latency.count));
      append(out, "ringup_request_seconds_sum", label, seconds(latency.sum_us, 1'000'000));
      append(out, "ringup_request_seconds_count", label, std::to_string(latency.count));
    }
  }
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help,
                       const std::string& value) {
    describe(out, name, type, help);
    append(out, name, {}, value);
  };
  one("ringup_writer_groups_total", "counter", "Transactions committed by the writer.",
      std::to_string(writer.groups));
  one("ringup_writer_jobs_total", "counter", "Jobs in them.", std::to_string(writer.jobs));
  one("ringup_writer_failed_jobs_total", "counter", "Jobs that failed alone.",
      std::to_string(writer.failed_jobs));
  one("ringup_writer_failed_commits_total", "counter", "Transactions that failed as a whole.",
      std::to_string(writer.failed_commits));
  one("ringup_writer_commit_seconds_total", "counter", "Time spent in commits.",
      seconds(writer.commit_ns.sum, 1'000'000'000));
  one("ringup_writer_queue", "gauge", "Jobs that wait now.", std::to_string(writer.queued));
  if (door_) {
    const http::GuardNumbers door = door_();
    one("ringup_connections", "gauge", "Connections that are open now.", std::to_string(door.connections));
    one("ringup_connections_total", "counter", "Connections accepted.", std::to_string(door.accepted));
    one("ringup_queue", "gauge", "Whole requests that wait for a worker.", std::to_string(door.waiting));
    one("ringup_answering", "gauge", "Requests that workers are answering.", std::to_string(door.answering));
    describe(out, "ringup_turned_away_total", "counter", "What the front door turned away, by reason.");
    for (std::size_t i = 0; i < http::turned_away_reasons; ++i) {
      append(out, "ringup_turned_away_total",
             std::string("reason=\"") + http::name_of(static_cast<http::TurnedAway>(i)) + "\"",
             std::to_string(door.turned_away[i]));
    }
  }
  if (more_) out += more_();
  if (tls_) {
    const Tls tls = tls_();
    one("ringup_tls_handshakes_total", "counter", "TLS handshakes that were done.",
        std::to_string(tls.handshakes));
    one("ringup_tls_handshakes_failed_total", "counter", "TLS handshakes that were begun and never done.",
        std::to_string(tls.failed));
    one("ringup_certificate_expires_in_seconds", "gauge",
        "Until the server's certificate ends; below 0 it has.", std::to_string(tls.expires_in_s));
  }
  one("process_resident_memory_bytes", "gauge", "Memory of this process.", std::to_string(resident_bytes()));
  return out;
}

}  // namespace ringup::pages
