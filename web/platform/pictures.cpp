#include "web/platform/pictures.h"

#include <algorithm>
#include <vector>

namespace ringup::platform {

std::size_t Pictures::size_of(const Picture& picture) {
  // Four bytes a pixel, and a third more for the smaller copies.
  return static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 16 / 3;
}

Picture Pictures::ask(std::string_view url) {
  auto found = entries_.find(url);
  if (found == entries_.end()) found = entries_.emplace(std::string(url), Entry{}).first;
  Entry& entry = found->second;
  entry.frame = frame_;
  if (entry.state == State::failed && now_ms_ >= entry.retry_at_ms) entry.state = State::wanted;
  return entry.state == State::there ? entry.picture : Picture{};
}

void Pictures::end_frame(double time_ms) {
  now_ms_ = time_ms;
  start_loads();
  make_room();
  ++frame_;
}

void Pictures::start_loads() {
  if (loading_ >= pictures_loading_max) return;
  // Between two frames the last one counts as the current one.
  for (auto& [url, entry] : entries_) {
    if (entry.state != State::wanted || entry.frame + 1 < frame_) continue;
    entry.state = State::loading;
    entry.request = ++last_request_;
    ++loading_;
    load_(entry.request, url);
    if (loading_ >= pictures_loading_max) return;
  }
}

void Pictures::make_room() {
  const bool many = entries_.size() > pictures_known_max;
  if (bytes_ <= pictures_bytes_max && !many) return;
  std::vector<Entries::iterator> old;
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (at->second.frame < frame_ && at->second.state != State::loading) old.push_back(at);
  }
  std::sort(old.begin(), old.end(),
            [](const auto& a, const auto& b) { return a->second.frame < b->second.frame; });
  const std::size_t known_after = many ? pictures_known_max * 3 / 4 : pictures_known_max;
  for (const auto& at : old) {
    const bool room = bytes_ <= pictures_bytes_max;
    if (room && entries_.size() <= known_after) break;
    if (at->second.state == State::there) {
      bytes_ -= size_of(at->second.picture);
      drop_(at->second.picture.texture);
    } else if (!room && entries_.size() <= known_after) {
      continue;  // takes no room
    }
    entries_.erase(at);
  }
}

Pictures::Entries::iterator Pictures::of_request(std::uint32_t request) {
  return std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.state == State::loading && entry.second.request == request;
  });
}

void Pictures::loaded(std::uint32_t request, Picture picture) {
  const auto found = of_request(request);
  if (found == entries_.end()) {
    drop_(picture.texture);
    return;
  }
  --loading_;
  found->second.state = State::there;
  found->second.picture = picture;
  bytes_ += size_of(picture);
  start_loads();
}

void Pictures::failed(std::uint32_t request, bool for_good) {
  const auto found = of_request(request);
  if (found == entries_.end()) return;
  --loading_;
  found->second.state = for_good ? State::missing : State::failed;
  found->second.retry_at_ms = now_ms_ + picture_retry_ms;
  start_loads();
}

void Pictures::forget() {
  entries_.clear();
  bytes_ = 0;
  loading_ = 0;
}

}  // namespace ringup::platform
