#include "server/pages/device.h"

#include <initializer_list>
#include <utility>

namespace ringup::pages {

std::string device_in_words(const std::string& agent) {
  const auto first = [&](std::initializer_list<std::pair<const char*, const char*>> names) -> std::string {
    for (const auto& [mark, name] : names) {
      if (agent.find(mark) != std::string::npos) return name;
    }
    return {};
  };
  if (agent.empty()) return "An unknown device";
  // The order tells them apart: most say the names of others, too.
  const std::string browser = first({{"Edg", "Edge"},
                                     {"OPR/", "Opera"},
                                     {"SamsungBrowser", "Samsung Internet"},
                                     {"Firefox/", "Firefox"},
                                     {"FxiOS", "Firefox"},
                                     {"CriOS", "Chrome"},
                                     {"Chrome/", "Chrome"},
                                     {"Safari/", "Safari"}});
  const std::string system = first({{"iPhone", "iPhone"},
                                    {"iPad", "iPad"},
                                    {"Android", "Android"},
                                    {"Windows", "Windows"},
                                    {"Macintosh", "Mac"},
                                    {"CrOS", "ChromeOS"},
                                    {"Linux", "Linux"}});
  if (browser.empty()) return agent;
  return system.empty() ? browser : browser + " on " + system;
}

}  // namespace ringup::pages
