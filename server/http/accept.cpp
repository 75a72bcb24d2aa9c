#include "server/http/accept.h"

#include <string>

namespace ringup::http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view cut_at(std::string_view& text, char mark) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(head);
}

/// "0.75" in thousandths; what is no quality counts as 1.
int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = cut_at(parameters, ';');
    const std::string_view name = cut_at(value, '=');
    if (name != "q" && name != "Q") continue;
    value = trimmed(value);
    if (value.empty() || (value[0] != '0' && value[0] != '1')) return 1000;
    int thousandths = value[0] == '1' ? 1000 : 0, unit = 100;
    for (std::size_t i = 2; i < value.size() && i < 5 && value[i] >= '0' && value[i] <= '9'; ++i, unit /= 10)
      thousandths += (value[i] - '0') * unit;
    return std::min(thousandths, 1000);
  }
  return 1000;
}

struct Liking {
  int quality = 0, specific = -1, place = 0;
};

Liking liking_of(std::string_view accept, std::string_view type) {
  Liking best;
  for (int place = 0; !accept.empty(); ++place) {
    std::string_view parameters = cut_at(accept, ',');
    std::string range(cut_at(parameters, ';'));
    for (char& c : range) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    int specific = -1;
    if (range == type)
      specific = 2;
    else if (range.ends_with("/*") && type.starts_with(std::string_view(range).substr(0, range.size() - 1)))
      specific = 1;
    else if (range == "*/*")
      specific = 0;
    if (specific > best.specific) best = {quality_of(parameters), specific, place};
  }
  return best;
}

}  // namespace

std::string_view best_type(std::string_view accept, std::initializer_list<std::string_view> ours) {
  if (trimmed(accept).empty()) return *ours.begin();
  std::string_view chosen;
  Liking best;
  for (const std::string_view type : ours) {
    const Liking liking = liking_of(accept, type);
    if (liking.quality == 0) continue;
    if (liking.quality > best.quality || (liking.quality == best.quality && liking.place < best.place)) {
      best = liking;
      chosen = type;
    }
  }
  return chosen;
}

}  // namespace ringup::http
