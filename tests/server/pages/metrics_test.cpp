// Every line of /metrics is read strictly, as Prometheus would, and more so.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "server/log/exposition.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

struct Family {
  std::string type;
  std::set<std::string> series;  // name and labels
  std::map<std::string, double> values;
};

bool is_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Reads a label list behind its '{'; the rest behind '}' is left in `text`.
std::string read_labels(std::string_view& text) {
  std::string all;
  std::set<std::string> names;
  while (!text.empty() && text.front() != '}') {
    const std::size_t equals = text.find("=\"");
    EXPECT_NE(equals, std::string_view::npos) << text;
    if (equals == std::string_view::npos) return all;
    const std::string name(text.substr(0, equals));
    EXPECT_TRUE(is_name(name)) << name;
    EXPECT_TRUE(names.insert(name).second) << "twice: " << name;
    text.remove_prefix(equals + 2);
    std::string value;
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\') {
        EXPECT_NE(std::string_view("\\\"n").find(text[1]), std::string_view::npos) << text;
        value += text[0];
        text.remove_prefix(1);
      }
      value += text.front();
      text.remove_prefix(1);
    }
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    if (name != "le") all += name + "=" + value + ";";
    if (name == "le") all += "le=" + value + ";";
    if (text.starts_with(",")) text.remove_prefix(1);
  }
  text.remove_prefix(std::min<std::size_t>(1, text.size()));
  return all;
}

std::map<std::string, Family> read(std::string_view text) {
  std::map<std::string, Family> families;
  std::string present, helped;
  EXPECT_TRUE(text.ends_with("\n"));
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (line.starts_with("# HELP ")) {
      line.remove_prefix(7);
      helped = line.substr(0, line.find(' '));
      EXPECT_GT(line.size(), helped.size() + 2) << "no help: " << helped;
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      line.remove_prefix(7);
      present = line.substr(0, line.find(' '));
      EXPECT_TRUE(is_name(present));
      EXPECT_EQ(present, helped) << "HELP stands before TYPE";
      EXPECT_EQ(families.count(present), 0u) << "told twice: " << present;
      families[present].type = line.substr(present.size() + 1);
      EXPECT_TRUE(present.starts_with("ringup_") || present.starts_with("process_")) << present;
      EXPECT_EQ(families[present].type == "counter", present.ends_with("_total")) << present;
      continue;
    }
    const std::size_t end = line.find_first_of("{ ");
    std::string name(line.substr(0, end));
    line.remove_prefix(end);
    std::string labels;
    if (line.front() == '{') {
      line.remove_prefix(1);
      labels = read_labels(line);
    }
    EXPECT_TRUE(line.starts_with(" ")) << line;
    line.remove_prefix(1);
    EXPECT_FALSE(line.empty());
    EXPECT_EQ(line.find_first_not_of("0123456789."), std::string_view::npos) << line;
    Family& family = families[present];
    EXPECT_TRUE(family.series.insert(name + labels).second) << "twice: " << name << labels;
    family.values[name + labels] = std::atof(std::string(line).c_str());
    if (family.type == "histogram") {
      for (const char* suffix : {"_bucket", "_sum", "_count"}) {
        if (name == present + suffix) name = present;
      }
    }
    EXPECT_EQ(name, present) << "a row outside its family";
  }
  return families;
}

TEST(Metrics, AreReadStrictly) {
  const test::RunningServer server;
  server.login();
  server.get("/readyz");
  const std::map<std::string, Family> families = read(server.get("/metrics").body);
  for (const char* name :
       {"ringup_requests_total", "ringup_request_seconds", "ringup_writer_group_jobs",
        "ringup_writer_commit_seconds", "ringup_writer_queue", "ringup_checkpoint_seconds",
        "ringup_log_bytes", "ringup_oldest_read_seconds", "ringup_disk_free_bytes", "ringup_read_only",
        "ringup_till_last_seen_seconds", "ringup_build_info", "process_start_time_seconds",
        "process_open_fds", "process_threads", "process_resident_memory_bytes"})
    EXPECT_EQ(families.count(name), 1u) << name;
  const Family& commits = families.at("ringup_writer_commit_seconds");
  EXPECT_GT(commits.values.at("ringup_writer_commit_seconds_count"), 0);
  EXPECT_EQ(commits.values.at("ringup_writer_commit_seconds_count"),
            commits.values.at("ringup_writer_commit_seconds_bucketle=+Inf;"));
  EXPECT_GT(families.at("ringup_disk_free_bytes").values.at("ringup_disk_free_bytes"), 0);
  EXPECT_EQ(families.at("ringup_read_only").series.size(), 4u);
}

TEST(Metrics, EscapeWhatStandsInLabels) {
  log::Exposition out;
  out.family("ringup_made", "gauge", "Made.");
  out.row({{"a", "q\"b\\s\nn"}, {"b", ""}}, 3);
  const std::array<std::int64_t, 2> bounds{1'000, 2'500'000};
  const std::array<std::uint64_t, 3> buckets{1, 2, 3};
  out.family("ringup_made_seconds", "histogram", "Made, too.");
  out.histogram_rows({{"a", "x"}}, bounds, buckets, 3'000'001, 1'000'000);
  const std::string text = out.take();
  EXPECT_EQ(text,
            "# HELP ringup_made Made.\n# TYPE ringup_made gauge\n"
            "ringup_made{a=\"q\\\"b\\\\s\\nn\",b=\"\"} 3\n"
            "# HELP ringup_made_seconds Made, too.\n# TYPE ringup_made_seconds histogram\n"
            "ringup_made_seconds_bucket{a=\"x\",le=\"0.001000\"} 1\n"
            "ringup_made_seconds_bucket{a=\"x\",le=\"2.500000\"} 3\n"
            "ringup_made_seconds_bucket{a=\"x\",le=\"+Inf\"} 6\n"
            "ringup_made_seconds_sum{a=\"x\"} 3.000001\n"
            "ringup_made_seconds_count{a=\"x\"} 6\n");
  read(text);
}

}  // namespace
}  // namespace ringup
