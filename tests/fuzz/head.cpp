// Requests: what is read does not depend on how the bytes are cut, and a request that is let through, written
// down in the plainest form, is read again as the same request with nothing left over.
#include "server/http/head.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace ringup;
using http::RequestReader;

namespace {

// Small limits, so that a small input reaches them.
constexpr http::HeadLimits limits{.head_bytes_max = 512,
                                  .line_bytes_max = 128,
                                  .target_bytes_max = 64,
                                  .fields_max = 8,
                                  .chunk_line_bytes_max = 24,
                                  .trailer_bytes_max = 64};
constexpr std::size_t body_bytes_max = 256;

struct Seen {
  RequestReader::State state = RequestReader::State::head;
  std::string method, target, body, words;
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t taken = 0;
  bool keep_alive = false;
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view text, std::size_t piece) {
  RequestReader reader(limits);
  Seen seen;
  while (seen.taken < text.size()) {
    const std::string_view now = text.substr(seen.taken, piece);
    const std::size_t taken = reader.feed(now);
    fuzz::promise(taken <= now.size(), "no more is taken than was given");
    seen.taken += taken;
    const bool wants =
        reader.state() == RequestReader::State::head || reader.state() == RequestReader::State::body;
    fuzz::promise(!wants || taken == now.size(), "all is taken while more is wanted");
    if (reader.state() == RequestReader::State::ask) reader.admit(body_bytes_max);
    fuzz::promise(reader.body().size() <= body_bytes_max, "a body keeps its limit");
    if (reader.state() != RequestReader::State::head && reader.state() != RequestReader::State::body) break;
  }
  seen.state = reader.state();
  if (seen.state == RequestReader::State::refused) {
    // Where in the input a refusal falls depends on the pieces; that it falls does not.
    fuzz::promise(reader.refusal().status >= 400 && reader.refusal().status < 600, "a refusal has a status");
    return {.state = seen.state};
  }
  seen.method = reader.head().method;
  seen.target = reader.head().target;
  seen.headers = reader.head().headers;
  seen.body = reader.body();
  seen.keep_alive = reader.head().keep_alive;
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Seen whole = read(text, text.size() + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}})
    fuzz::promise(read(text, piece) == whole, "the pieces do not matter");
  if (whole.state != RequestReader::State::whole) return 0;

  std::string plain = whole.method + " " + whole.target + " HTTP/1.1\r\n";
  bool host = false;
  for (const auto& [name, value] : whole.headers) {
    fuzz::promise(value.find_first_of("\r\n") == std::string::npos, "no line end comes through a value");
    if (name == "content-length" || name == "transfer-encoding" || name == "expect") continue;
    host = host || name == "host";
    plain += name + ": " + value + "\r\n";
  }
  if (!host) plain += "h: \r\nhost: a\r\n";
  if (!whole.body.empty()) plain += "content-length: " + std::to_string(whole.body.size()) + "\r\n";
  plain += "\r\n" + whole.body;
  static const http::HeadLimits generous;
  RequestReader reader(generous);
  std::size_t taken = reader.feed(plain);
  if (reader.state() == RequestReader::State::ask) {
    reader.admit(body_bytes_max);
    taken += reader.feed(std::string_view(plain).substr(taken));
  }
  fuzz::promise(reader.state() == RequestReader::State::whole && taken == plain.size(),
                "what was let through is a request");
  fuzz::promise(reader.body() == whole.body && reader.head().target == whole.target, "the same request");
  return 0;
}
