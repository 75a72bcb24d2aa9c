#include "server/http/gzip.h"

#include <zlib.h>

namespace ringup::http {
namespace {

constexpr int window_bits_gzip = 15 + 16;  // zlib's largest window; + 16 asks for gzip's frame
constexpr int memory_level = 9;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool accepts_gzip(const Request& request) {
  std::string_view rest = request.header("accept-encoding");
  bool anything = false;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view coding = trimmed(item.substr(0, semicolon));
    const std::string_view weight = item.substr(semicolon);
    const std::size_t q = weight.find("q=");
    const bool refused = q != std::string_view::npos &&
                         trimmed(weight.substr(q + 2)).find_first_not_of("0.") == std::string_view::npos;
    if (coding == "gzip") return !refused;
    if (coding == "*") anything = !refused;
  }
  return anything;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  ASSERT(bytes.size() < (std::size_t{1} << 30));
  ASSERT(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits_gzip, memory_level,
                      Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out;
  out.resize(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace ringup::http
